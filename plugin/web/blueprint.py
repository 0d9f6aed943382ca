"""Blueprint: the pages below their prefix, put into a Flask app."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, send_from_directory

from ..domain.exports.export import LARGEST_ID
from ..services.container import Container
from .failures import add_failures
from .guard import ANYBODY, finish, guard, needs
from .pages.consent import connect
from .pages.login import login, logout
from .pages.order_actions import clear, retry
from .pages.orders import orders
from .probes import healthz, readyz
from .site import EXTENSION, Site
from .users import Users
from .webhooks import webhook

_ID = f"int(max={LARGEST_ID})"
_EXPORT = f"/exports/<{_ID}:connection_id>/<{_ID}:export_id>"


def put_pages(app: Flask, plugin: Container, users: Users | None, *, prefix: str) -> None:
    """Put the pages of a plugin into an app; nothing else of the app is touched.

    Args:
        app: the host.
        plugin: what the pages show.
        users: the host's people; None for one generated login, on this machine only.
        prefix: below which all of it is, like ``/mintsoft-xero``.
    """
    site = Site(plugin, users)
    app.register_blueprint(_blueprint(site), url_prefix=f"/{prefix.strip('/')}")
    app.extensions[EXTENSION] = site


def _blueprint(site: Site) -> Blueprint:
    # The name is a literal: that of this module differs by host.
    blueprint = Blueprint("mintsoft_xero", __name__, template_folder="templates")
    for rule, view in _PAGES.items():
        blueprint.add_url_rule(rule, view.__name__, view)
    for rule, view in _FORMS.items():
        blueprint.add_url_rule(rule, view.__name__, view, methods=["POST"])
    blueprint.add_url_rule("/webhooks/<target>", "webhook", webhook, methods=["POST"])
    if site.local:
        blueprint.add_url_rule("/login", "login", login, methods=["GET", "POST"])
        blueprint.add_url_rule("/logout", "logout", logout, methods=["POST"])
    blueprint.before_request(guard)
    blueprint.after_request(finish)
    words = {"csrf_token": site.form_token, "may_log_out": site.local is not None}
    blueprint.context_processor(lambda: words)
    add_failures(blueprint)
    return blueprint


@needs(ANYBODY)
def static(filename: str) -> Response:
    """The stylesheet."""
    return send_from_directory(Path(__file__).parent / "static", filename)


@needs(ANYBODY)
def nothing(rest: str) -> Response:
    """An address below the prefix that leads nowhere."""
    del rest
    abort(404)


_PAGES: dict[str, Callable[..., Any]] = {
    "/": orders,
    "/healthz": healthz,
    "/readyz": readyz,
    "/connect/<target>": connect,
    "/static/<path:filename>": static,
    # Below our prefix also what is not there gets our headers and our words.
    "/<path:rest>": nothing,
}

_FORMS: dict[str, Callable[..., Any]] = {
    f"{_EXPORT}/retry": retry,
    f"{_EXPORT}/clear": clear,
}
