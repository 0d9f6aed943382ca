"""Both simulators in one process, which can begin a new day, and says what it saw.

Run as a module: one argument, JSON with the clock's beginning and the two ports. Beside each
simulator's own ``/_sandbox`` there is ``/_chaos`` on Mintsoft's port.
"""

import json
import sys
from collections.abc import Iterable
from io import BytesIO
from random import Random
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from ...plugin.sandbox import mintsoft, xero
from ...plugin.sandbox.day import Day, make_day
from ...plugin.sandbox.serve import serve
from ...plugin.sandbox.store import Store
from . import people
from .clock import FastClock
from .truth import unsound_of
from .witness import Witness

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: More than anybody calls, so that what Xero says of its limits slows nobody down.
PLENTY = 1_000_000


class Simulators:
    """The day that is on, and the control over it."""

    def __init__(self, clock: FastClock) -> None:
        self._clock = clock
        self.begin(40, 1)

    def begin(self, orders: int, seed: int) -> None:
        """Throw everything away, and begin with a day's orders."""
        self.day: Day = make_day(orders=orders, seed=seed, today=self._clock.now().date())
        self.random = Random(f"people {seed}")
        self.witness = Witness()
        self.orders, self.documents = Store(), Store()
        self.mintsoft = mintsoft.create_app(self.orders, day=self.day, clock=self._clock.now)
        self.xero = xero.create_app(
            self.documents, clock=self._clock.now, limits=False, auto_consent=True
        )
        told = {"minute": PLENTY, "day": PLENTY, "app_minute": PLENTY, "concurrent": PLENTY}
        assert self.xero.test_client().post("/_sandbox/limits", json=told).status_code == 200
        today = self._clock.now().date()
        for number, gross, currency in self.day.already_in_xero:
            xero.seed_invoice(
                self.documents, number=number, gross=gross, currency=currency, date=today
            )
        self.witness.watch_orders(self.orders)
        self.witness.watch_invoices(self.documents)

    def seen(self) -> dict[str, Any]:
        """All documents of both sides, and what the witness saw."""
        witness = self.witness
        comments = self.orders.table("comment")
        return {
            "versions": witness.versions,
            "invoices": list(self.documents.table("xero_invoice").values()),
            "made": witness.made,
            "overwritten": witness.overwritten,
            "sent_again": witness.sent_again,
            "currencies": [row["Code"] for row in self.documents.table("xero_currency").values()],
            "comments": {key: len(row["comments"]) for key, row in comments.items()},
            "unsound": unsound_of(self.day.expected),
        }


def control(simulators: Simulators) -> Flask:
    """``/_chaos``: for the program that runs it all."""
    app = Flask("chaos", static_folder=None)

    @app.post("/_chaos/begin")
    def begin() -> dict[str, Any]:
        asked: Any = request.get_json()
        simulators.begin(asked["orders"], asked["seed"])
        return {}

    @app.post("/_chaos/edit")
    def edit() -> dict[str, Any]:
        sent = set(simulators.documents.table("xero_invoice_number"))
        of_day = simulators.mintsoft, simulators.day, simulators.random
        return {"done": people.edit_some(*of_day, sent)}

    @app.post("/_chaos/invoice")
    def invoice() -> dict[str, Any]:
        random = simulators.random
        return {"done": people.make_invoice(simulators.documents, simulators.day, random)}

    @app.get("/_chaos/seen")
    def seen() -> Any:
        return app.response_class(json.dumps(simulators.seen()), mimetype="application/json")

    return app


class Front:
    """One side as a WSGI application: whichever day is on, with the witness beside it."""

    def __init__(self, simulators: Simulators, side: str) -> None:
        self._simulators, self._side = simulators, side
        self._control = control(simulators)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Serve one request."""
        path, simulators = environ.get("PATH_INFO", "").lower(), self._simulators
        app: Flask = simulators.mintsoft if self._side == "mintsoft" else simulators.xero
        if path.startswith("/_chaos/"):
            return self._control(environ, start_response)
        if path == "/api/order/list":
            with app.request_context(environ):
                simulators.witness.order_list_read(request.args.get("PageNo"))
        if environ["REQUEST_METHOD"] in {"PUT", "POST"} and path.rstrip("/").endswith("/invoices"):
            return self._sent(app, environ, start_response)
        return app(environ, start_response)

    def _sent(
        self, app: Flask, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        witness, key = self._simulators.witness, environ.get("HTTP_IDEMPOTENCY_KEY", "")
        numbers = witness.invoices_sent(self._simulators.documents, body, key)
        try:
            return app(environ, start_response)
        finally:
            witness.invoices_answered(numbers, environ.get("HTTP_USER_AGENT", ""))


def main() -> None:
    """Serve until the end of standard input's owner: a signal."""
    given = json.loads(sys.argv[1])
    simulators = Simulators(FastClock(given["begun"], given["speed"]))
    apps: Any = {given[side]: Front(simulators, side) for side in ("mintsoft", "xero")}
    serve(apps, mark="chaos", announce=lambda: print("ready", flush=True))  # noqa: T201


if __name__ == "__main__":
    main()
