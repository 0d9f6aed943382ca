"""Login and logout, where there are no users of a host."""

from typing import cast

from flask import g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..auth.local_users import LocalUsers
from ..auth.session import new_session
from ..guard import ANYBODY, needs
from ..site import current_user, site


@needs(ANYBODY)
def login() -> Response | str:
    """The form, and what it sends."""
    if request.method != "POST":
        known = current_user() is not None
        return redirect(_back(), code=303) if known else _form()
    local = cast(LocalUsers, site().local)
    if not local.may_try():
        answer = make_response(_form("Too many tries. Wait a minute, then try again."), 429)
        answer.headers["Retry-After"] = "60"
        return answer
    password = request.form.get("password", "").strip()
    if not local.is_password(request.form.get("user", "").strip(), password):
        return make_response(_form("That is not the login."), 403)
    g.mintsoft_xero_session = new_session(site().sessions.proof(password))
    return redirect(_back(), code=303)


@needs(ANYBODY)
def logout() -> Response:
    """Forget who this browser belongs to."""
    g.mintsoft_xero_session = new_session()
    return redirect(url_for("mintsoft_xero.login"), code=303)


def _form(problem: str = "") -> str:
    page, file = "mintsoft_xero/login.html", site().plugin.environment.home / "web-login"
    return render_template(page, problem=problem, file=file, back=request.values.get("next", ""))


def _back() -> str:
    return own_address(request.values.get("next", ""))


def own_address(address: str) -> str:
    """The address when it is one of our pages, else our first page: nobody is sent elsewhere."""
    first = url_for("mintsoft_xero.orders")
    ours = address.startswith(first) and not address.startswith("//")
    plain = address.isprintable() and "\\" not in address
    return address if ours and plain else first
