"""Guard: stands before every view. One that names no role is refused to everybody."""

from collections.abc import Callable
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from flask import Response, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from .auth.session import Session
from .site import current_session, current_user, name_of, site
from .users import Role

#: Said in place of a role where no login is asked for.
ANYBODY: Final = "anybody"

#: What a probe asks, also from another machine.
PROBES = ("mintsoft_xero.healthz", "mintsoft_xero.readyz")

#: What another program posts, from another machine, and proves by itself that it may.
SIGNED = ("mintsoft_xero.webhook",)

#: Where the needed role is noted on a view.
NEEDS = "mintsoft_xero_needs"

View = TypeVar("View", bound=Callable[..., Any])

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'; object-src 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # A host's own form protection may want to see where a form came from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def needs(role: str) -> Callable[[View], View]:
    """Name the role that a view needs; `ANYBODY` where it needs no login."""
    if role != ANYBODY:
        role = Role(role)

    def note(view: View) -> View:
        view.__dict__[NEEDS] = role
        return view

    return note


def guard() -> BaseResponse | None:
    """Before each request: the place, the form, then the person."""
    _refuse_elsewhere()
    _refuse_foreign_form()
    view = current_app.view_functions[request.endpoint or ""]
    role = getattr(view, NEEDS, None)
    if role == ANYBODY:
        return None
    user = current_user()
    if user is None:
        return redirect(site().users.login_address(), code=303)
    if role is None or role not in user.roles:
        abort(403, description=f"{user.name} does not have the role that this needs: {role}.")
    site().prepare()
    return None


def _refuse_elsewhere() -> None:
    """Without a host's users, answer on this machine only."""
    local = site().local
    if local is None or request.endpoint in (*PROBES, *SIGNED):
        return
    if not local.answers(request.remote_addr, request.host):
        abort(
            403,
            description="These pages answer on their own machine only, under localhost or"
            " MINTSOFT_XERO_PUBLIC_URL. Register the plugin in a host with users of its own.",
        )


def _refuse_foreign_form() -> None:
    """Refuse what changes something unless one of our own forms asked for it."""
    if request.method in {"GET", "HEAD", "OPTIONS"} or request.endpoint in SIGNED:
        return
    token = request.form.get("csrf_token", "")
    if not site().sessions.is_form_token(token, current_session(), name_of(current_user())):
        abort(400, description="This form is too old, or not ours. Load the page again.")


def finish(response: Response) -> Response:
    """After each request: headers, and the session where the browser needs it."""
    for name, value in _HEADERS.items():
        response.headers[name] = value
    if request.endpoint != "mintsoft_xero.static":
        response.headers["Cache-Control"] = "no-store"
    session: Session | None = g.get("mintsoft_xero_session")
    if session is not None and session.needed and not session.told:
        public = urlsplit(site().plugin.environment.public_url)
        secure = request.is_secure or public.scheme == "https"
        path = url_for("mintsoft_xero.orders").rstrip("/") or "/"
        site().sessions.write(session, response, path=path, secure=secure)
    return response
