"""Put the sandbox together."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from ..day import Day, empty_day
from ..store import Store
from . import account as accounts
from .answers import framework_error
from .auth import auth, check_key
from .control import control
from .creation import creation
from .faults import DroppedConnections, Faults, apply_fault
from .orders import orders
from .page import page
from .reference_data import reference_data
from .writes import writes


def create_app(
    store: Store,
    *,
    day: Day | None = None,
    clock: Callable[[], datetime] | None = None,
    tagging_touches: bool = True,
    username: str = "sandbox",
    password: str = "sandbox",  # noqa: S107 - the sandbox's, on the loopback
    admin: bool = True,
    key: str | None = None,
) -> Flask:
    """The sandbox as a WSGI application.

    Args:
        store: Where it keeps everything. If it holds orders, they are used and `day` isn't.
        day: The orders to begin with, none by default.
        clock: The time, aware; the real one by default.
        tagging_touches: Whether a tag or a comment moves the order's `LastUpdated`, which
            nobody knows of the real thing (mintsoft.md 8).
        username: The one user's name.
        password: And password.
        admin: Whether that user sees all clients.
        key: A key that holds without logging in. The user's keys never expire then, but a
            log-in still replaces it.
    """
    app = Flask("mintsoft_sandbox", static_folder=None)
    user = accounts.User(username=username, password=password, admin=admin, key=key)
    account = accounts.Account(
        store=store,
        day=day or empty_day(),
        clock=clock or (lambda: datetime.now(UTC)),
        user=user,
        tagging_touches=tagging_touches,
    )
    app.extensions[accounts.EXTENSION] = account
    app.extensions[accounts.FAULTS] = Faults()
    app.extensions[accounts.REQUESTS] = Counter()
    app.before_request(count)
    app.before_request(apply_fault)
    app.before_request(check_key)
    for blueprint in (auth, orders, writes, creation, reference_data, control, page):
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, as_the_framework)
    app.wsgi_app = DroppedConnections(app.wsgi_app)  # type: ignore[method-assign]
    return app


def count() -> None:
    """Keep how often each address of the API is called, for `/_sandbox/state`."""
    if request.path.startswith("/api/"):
        address = request.url_rule.rule if request.url_rule else request.path
        with accounts.this_account().store.lock:
            current_app.extensions[accounts.REQUESTS][f"{request.method} {address}"] += 1


def as_the_framework(error: HTTPException) -> Response:
    """Errors of the framework in its own form (mintsoft.md 1.5)."""
    match error.code:
        case 404:
            message = f"No HTTP resource was found that matches the request URI '{request.url}'."
        case 405:
            message = f"The requested resource does not support http method '{request.method}'."
        case 400:
            message = "The request is invalid."
        case _:
            message = "An error has occurred."
    return framework_error(error.code or 500, message)
