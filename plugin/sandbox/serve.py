"""Serves the sandboxes: the day that they begin with, their trouble, their HTTP servers."""

import json
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Literal

from flask import Flask, Response, request
from waitress import create_server

from . import mintsoft, xero
from .day import Day, make_day
from .mintsoft.account import FAULTS
from .mintsoft.faults import KINDS as MINTSOFT_KINDS
from .mintsoft.faults import Fault, Faults
from .store import Store
from .xero.faults import KINDS as XERO_KINDS

Side = Literal["mintsoft", "xero"]
KINDS = {"mintsoft": frozenset(MINTSOFT_KINDS), "xero": XERO_KINDS}

#: So many of a hundred calls go wrong, each in one of these ways.
LIGHT = "mintsoft.unavailable=0.01,mintsoft.drop=0.01,xero.unavailable503=0.01,xero.drop_after=0.01"
STORM = (
    "mintsoft.unavailable=0.03,mintsoft.error=0.03,mintsoft.html502=0.03,mintsoft.drop=0.03,"
    "mintsoft.too_many=0.02,mintsoft.expire_key=0.02,"
    "xero.unavailable503=0.04,xero.html502=0.04,xero.error500_before=0.04,xero.error500_after=0.08,"
    "xero.drop_before=0.04,xero.drop_after=0.08,xero.truncate=0.04,xero.expire_token=0.04,"
    "xero.minute429=0.02"
)
_NAMED = {"": "", "none": "", "light": LIGHT, "storm": STORM}

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

    def day(self) -> Day:
        """The orders, and what should become of them. Raises ValueError: too few orders."""
        today = date.fromisoformat(self.today)
        return make_day(orders=self.orders, seed=self.seed, today=today)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One kind of fault: for so many calls, or for such a part of them."""

    side: Side
    kind: str
    #: 0 if it goes by `rate`.
    times: int
    #: From 0 to 1; 0 if it goes by `times`.
    rate: float


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


def read_trouble(text: str) -> list[Trouble]:
    """Read ``none``, ``light``, ``storm`` or ``side.kind=3,side.kind=0.1,...``.

    A whole number is a number of calls, one with a point a part of all calls (0.1: one in ten).

    Raises:
        ValueError: It can't be read; the text says why.
    """
    parts = _NAMED.get(text.strip().lower(), text).split(",")
    return [_read_one(part.strip()) for part in parts if part.strip()]


def _read_one(part: str) -> Trouble:
    name, equals, amount = part.partition("=")
    side, _, kind = name.strip().partition(".")
    if not equals or side not in KINDS:
        raise ValueError(
            f"{part!r} is not none, light, storm or a fault like xero.drop_after=2 (two calls)"
            " or mintsoft.error=0.1 (one call in ten)"
        )
    if kind not in KINDS[side]:
        raise ValueError(f"{side} has no fault {kind!r}, only {', '.join(sorted(KINDS[side]))}")
    try:
        times, rate = (0, float(amount)) if "." in amount else (int(amount), 0.0)
    except ValueError:
        raise ValueError(f"{part!r} needs a number after the =, like 2 or 0.1") from None
    if times < 0 or not 0 <= rate <= 1:
        raise ValueError(f"{part!r} needs a number of calls, or a part of them from 0.0 to 1.0")
    return Trouble(side="xero" if side == "xero" else "mintsoft", kind=kind, times=times, rate=rate)


def mintsoft_app(
    beginning: Beginning, state: Path | None, trouble: Iterable[Trouble] = ()
) -> Flask:
    """The Mintsoft sandbox with the day's orders, or with those that its state holds."""
    store = Store(state / "mintsoft.db" if state else None)
    app = mintsoft.create_app(store, day=beginning.day())
    app.extensions[STORE] = store
    app.extensions[FAULTS] = ChanceFaults([each for each in trouble if each.side == "mintsoft"])
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
        app.test_client().post("/_sandbox/faults", json={"faults": faults})
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


class ChanceFaults(Faults):
    """Mintsoft's faults, some of which come by chance: the same ones in every run."""

    def __init__(self, trouble: Iterable[Trouble]) -> None:
        super().__init__()
        trouble = list(trouble)
        super().set(Fault(kind=each.kind, times=each.times) for each in trouble if not each.rate)
        self._by_chance = [(each.rate, Fault(kind=each.kind, times=0)) for each in trouble]
        self._chance = random.Random(0)  # noqa: S311 - repeatable on purpose

    def set(self, faults: Iterable[Fault]) -> None:
        """Have these from now on, and no others."""
        super().set(faults)
        self._by_chance = []

    def all(self) -> list[Fault]:
        """Those that were set, and those that come by chance (`times` is 0)."""
        return super().all() + [fault for rate, fault in self._by_chance if rate]

    def take(self, path: str) -> Fault | None:
        """The fault for a request, counted."""
        if found := super().take(path):
            return found
        with self._lock:
            for rate, fault in self._by_chance:
                if self._chance.random() < rate:
                    fault.fired += 1
                    return fault
        return None


def serve(apps: Mapping[int, Flask], *, mark: str, announce: Callable[[], None]) -> None:
    """Serve each app on its port of 127.0.0.1, until KeyboardInterrupt or SystemExit.

    Args:
        apps: By port.
        mark: Sent with every answer, for those who must know whose sandbox answers.
        announce: Called when all ports are open.

    Raises:
        OSError: a port can't be opened.
    """
    for app in apps.values():
        app.after_request(partial(_with_mark, mark))
    sockets: dict[int, Any] = {}  # one loop serves them all
    servers = [
        create_server(app, map=sockets, host="127.0.0.1", port=port, threads=_THREADS)
        for port, app in apps.items()
    ]
    announce()
    servers[0].run()


def _with_mark(mark: str, response: Response) -> Response:
    response.headers[MARK_HEADER] = mark
    return response
