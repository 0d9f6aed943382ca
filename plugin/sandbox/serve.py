"""Serves the sandboxes: the day that they begin with, and their HTTP servers."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from waitress import create_server

from . import mintsoft, xero
from .day import Day, make_day
from .mintsoft.account import FAULTS
from .store import Store
from .trouble import ChanceFaults, Trouble

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: Xero serves five calls at once and must be able to refuse the ones above.
_THREADS = 16
#: Where an app keeps its `Store`.
STORE = "sandbox_store"
MARK_HEADER = "X-Sandbox-Mark"
_SEEDED = ("sandbox", "already_in_xero")


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What the sandboxes began with; kept with their state, so that the orders stay the same."""

    #: How many orders.
    orders: int
    #: Another seed makes other baskets.
    seed: int
    #: The day after the last of them left the warehouse, as ISO text.
    today: str
    #: With money as shops really write it.
    shop_money: bool = True

    def day(self) -> Day:
        """The orders, and what should become of them. Raises ValueError: too few orders."""
        today = date.fromisoformat(self.today)
        return make_day(orders=self.orders, seed=self.seed, today=today, shop_money=self.shop_money)


def begin(state: Path | None, wished: Beginning) -> Beginning:
    """What the sandboxes begin with: what their state holds, else what is wished (kept then).

    Args:
        state: The folder of their state; None to keep it in memory.
        wished: For a new state.
    """
    if state is None:
        return wished
    file = state / "day.json"
    try:
        return Beginning(**json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps(asdict(wished)), encoding="utf-8")
        draft.replace(file)
        return wished


def mintsoft_app(
    beginning: Beginning, state: Path | None, trouble: Iterable[Trouble] = ()
) -> Flask:
    """The Mintsoft sandbox with the day's orders, or with those that its state holds."""
    store = Store(state / "mintsoft.db" if state else None)
    app = mintsoft.create_app(store, day=beginning.day())
    app.extensions[STORE] = store
    ours = [each for each in trouble if each.side == "mintsoft"]
    app.extensions[FAULTS] = ChanceFaults(ours, beginning.seed)
    return app


def xero_app(
    beginning: Beginning,
    state: Path | None,
    trouble: Iterable[Trouble] = (),
    *,
    limits: bool = True,
    auto_consent: bool = False,
) -> Flask:
    """The Xero sandbox, with the documents that people made there by hand that day."""
    store = Store(state / "xero.db" if state else None)
    app = xero.create_app(store, limits=limits, auto_consent=auto_consent)
    app.extensions[STORE] = store
    _seed_once(store, beginning)

    @app.after_request
    def seed_again(response: Response) -> Response:
        if request.path == "/_sandbox/reset" and response.status_code == 200:  # noqa: PLR2004
            store.delete(*_SEEDED)
            _seed_once(store, beginning)
        return response

    faults = [_xero_fault(each) for each in trouble if each.side == "xero"]
    if faults:
        told = {"faults": faults, "seed": beginning.seed}
        app.test_client().post("/_sandbox/faults", json=told)
    return app


def _xero_fault(trouble: Trouble) -> Mapping[str, Any]:
    if trouble.rate:
        return {"kind": trouble.kind, "times": None, "rate": trouble.rate}
    return {"kind": trouble.kind, "times": trouble.times}


def _seed_once(store: Store, beginning: Beginning) -> None:
    kind, key = _SEEDED
    with store.changing():
        if key in store.table(kind):
            return
        for number, gross, currency in beginning.day().already_in_xero:
            made_on = date.fromisoformat(beginning.today)
            xero.seed_invoice(store, number=number, gross=gross, currency=currency, date=made_on)
        store.put(kind, key, {"today": beginning.today})


def serve(apps: Mapping[int, Flask], *, mark: str, announce: Callable[[], None]) -> None:
    """Serve each app on its port of 127.0.0.1, until KeyboardInterrupt or SystemExit.

    Args:
        apps: By port.
        mark: Sent with every answer, for those who must know whose sandbox answers.
        announce: Called when all ports are open.

    Raises:
        OSError: a port can't be opened.
    """
    sockets: dict[int, Any] = {}  # one loop serves them all
    servers = [
        create_server(
            _marked(app, mark), map=sockets, host="127.0.0.1", port=port, threads=_THREADS
        )
        for port, app in apps.items()
    ]
    announce()
    servers[0].run()


def _marked(app: Flask, mark: str) -> "WSGIApplication":
    def application(environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, (MARK_HEADER, mark)], *rest)

        return app(environ, start)

    return application
