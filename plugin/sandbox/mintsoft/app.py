"""Put the sandbox together."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from ..dated import Dated
from ..day import Day, empty_day
from ..store import Store
from . import account as accounts
from .control.control import control
from .control.faults import Faults, FaultyServer, spoil_key
from .control.meanwhile import change_meanwhile
from .control.records import records
from .control.settings import Settings
from .goods_in.asns import asns
from .goods_in.products import products
from .goods_in.stock import stock
from .invoices import invoices
from .orders.actions import actions
from .orders.creation import creation
from .orders.moves import moves
from .orders.orders import orders
from .orders.parts import parts
from .orders.writes import writes
from .pages.page import page
from .protocol.answers import Refusal, framework_error, refused
from .protocol.auth import auth, check_key
from .reference_data import reference_data

BLUEPRINTS = (
    *(auth, orders, writes, moves, parts, actions, creation, reference_data, products, stock),
    *(asns, invoices, control, records, page),
)


def create_app(
    store: Store,
    *,
    day: Day | None = None,
    clock: Callable[[], datetime] | None = None,
    settings: Settings | None = None,
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
        settings: What nobody knows of the real thing; `Settings()` by default. They can be
            changed at ``/_sandbox/settings``.
        username: The one user's name.
        password: And password.
        admin: Whether that user sees all clients.
        key: A key that holds without logging in. The user's keys never expire then, but a
            log-in still replaces it.
    """
    app = Flask("mintsoft_sandbox", static_folder=None)
    account = accounts.Account(
        store=store,
        day=day or empty_day(),
        clock=clock or (lambda: datetime.now(UTC)),
        user=accounts.User(username=username, password=password, admin=admin, key=key),
        settings=settings or Settings(),
    )
    app.extensions[accounts.EXTENSION] = account
    app.extensions[accounts.FAULTS] = Faults()
    app.extensions[accounts.REQUESTS] = Counter()
    app.before_request(before)
    app.after_request(change_meanwhile)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, as_the_framework)
    app.register_error_handler(Refusal, lambda refusal: refused(str(refusal)))
    app.wsgi_app = Dated(FaultyServer(app), account.now)  # type: ignore[method-assign]
    return app


def before() -> Response | None:
    """Count a request to the API, and look at its key."""
    if not request.path.startswith("/api/"):
        return None
    address = request.url_rule.rule if request.url_rule else request.path
    with accounts.this_account().store.lock:
        current_app.extensions[accounts.REQUESTS][f"{request.method} {address}"] += 1
    spoil_key(request.environ)
    return check_key()


def as_the_framework(error: HTTPException) -> Response:
    """Errors of the framework in its own form (mintsoft.md 1.5)."""
    if error.response is not None:  # one of our own answers, by `abort`
        return error.response  # type: ignore[return-value]
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
