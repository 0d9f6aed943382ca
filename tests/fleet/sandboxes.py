"""Several Mintsoft accounts behind one address, and one Xero with many organisations.

Run as a module: one argument, JSON with the clock's beginning and the two ports. Beside the
simulators' own ``/_sandbox`` (of an account: ``?account=NAME``) there is ``/_fleet``, on
Mintsoft's port. Who calls Mintsoft is known by user name when logging in, afterwards by the key.
"""

import json
import sys
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from flask import Flask, request

from ...plugin.sandbox import xero
from ...plugin.sandbox.serve import serve
from ...plugin.sandbox.store import Document, Store
from ...plugin.sandbox.xero.access.tokens import APPS as XERO_APPS
from ...plugin.sandbox.xero.access.tokens import App, Tokens
from ...plugin.sandbox.xero.tenant import Clock
from ...plugin.sandbox.xero.tenants import Tenants
from ..chaos.clock import FastClock
from ..chaos.sandboxes import PLENTY
from ..chaos.truth import unsound_of
from ..chaos.witness import MONEY
from .account import MintsoftAccount
from .accountant import Accountant
from .members import ACCOUNTS, APPS, CUSTOM, FLEET, organisations

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Simulators:
    """All accounts and organisations, and the control over them."""

    def __init__(self, clock: FastClock) -> None:
        self._clock = clock
        self.begin(40, 1)

    def begin(self, orders: int, seed: int) -> None:
        """Throw everything away, and begin anew."""
        self.accounts = {
            name: MintsoftAccount(name, first, orders, seed, self._clock)
            for name, first in ACCOUNTS.items()
        }
        self.keys: dict[str, str] = {}
        self.down: set[str] = set()
        self.overwritten: list[str] = []
        for app in APPS:
            if app != CUSTOM:
                XERO_APPS[app] = App(client_id=app, secret=app, custom=False)
        self.store = Store()
        self.xero = xero.create_app(self.store, clock=self._clock.now, limits=False)
        told = {"minute": PLENTY, "day": PLENTY, "app_minute": PLENTY, "concurrent": PLENTY}
        client = self.xero.test_client()
        assert client.post("/_sandbox/limits", json=told).status_code == 200
        for name in organisations()[1:]:
            client.post("/_sandbox/organisations", json={"country": "GB", "name": name})
        found = client.get("/_sandbox/organisations").get_json()["organisations"]
        names = [organisations()[0], *(x["name"] for x in found[1:])]
        #: Ids by name.
        self.organisations = dict(zip(names, (x["tenantId"] for x in found), strict=True))
        self.tokens = Tokens(self.store, Clock(self.store, self._clock.now))
        self.tenants = Tenants(self.store, Clock(self.store, self._clock.now))
        self.accountant = Accountant(self.xero, self.tokens, self._clock, seed)
        for member in FLEET:
            for kind in member.imports:
                self.type(member.organisation, kind)
        before = self.store.listener

        def hear(kind: str, old: Document | None, new: Document) -> None:
            if before is not None:
                before(kind, old, new)
            if kind.endswith("xero_invoice") and old is not None and _differ(old, new):
                self.overwritten.append(str(old["InvoiceNumber"]))

        self.store.listener = hear

    def table(self, organisation_id: str, kind: str) -> list[Document]:
        """The documents of a kind of an organisation."""
        tenant = self.tenants.get(organisation_id)
        assert tenant is not None
        return list(tenant.store.table(kind).values())

    def type(self, organisation: str, kind: str) -> str:
        """An accountant types a document; its number."""
        typed = self.accountant.sell if kind == "sales_invoice" else self.accountant.buy
        with self.store.changing():
            return typed(organisation, self.organisations[organisation])

    def revoke(self, app: str, organisation: str) -> int:
        """Somebody ends an app's access at Xero: to one organisation, or altogether."""
        with self.store.changing():
            rows = self.tokens.connections(app)
            if organisation:
                wanted = self.organisations[organisation]
                ended = [row for row in rows if row["tenantId"] == wanted]
            else:
                ended = rows
                for kind in ("xero_refresh", "xero_access"):
                    for key, document in list(self.store.table(kind).items()):
                        if document["client_id"] == app:
                            self.store.delete(kind, key)
            for row in ended:
                self.tokens.disconnect(app, row["id"])
        return len(ended)

    def seen(self) -> dict[str, Any]:
        """All documents of both sides, and what was overwritten."""
        return {
            "accounts": {
                name: {
                    "versions": of.versions,
                    "unsound": unsound_of(of.day.expected),
                    "client_invoices": list(of.store.table("invoice").values()),
                    "asns": list(of.store.table("asn").values()),
                }
                for name, of in self.accounts.items()
            },
            "organisations": {
                name: {
                    "id": key,
                    "invoices": self.table(key, "xero_invoice"),
                    "currencies": [row["Code"] for row in self.table(key, "xero_currency")],
                }
                for name, key in self.organisations.items()
            },
            "typed": self.accountant.typed,
            "overwritten": self.overwritten,
        }

    def sent(self) -> set[str]:
        """Numbers of all invoices at Xero."""
        return {
            str(row["InvoiceNumber"]).lower()
            for key in self.organisations.values()
            for row in self.table(key, "xero_invoice")
        }


def _differ(old: Document, new: Document) -> bool:
    return any(old.get(name) != new.get(name) for name in MONEY)


def control(simulators: Simulators) -> Flask:
    """``/_fleet``: for the program that runs it all."""
    app = Flask("fleet", static_folder=None)
    _people(app, simulators)
    _weather(app, simulators)
    return app


def _people(app: Flask, simulators: Simulators) -> None:

    @app.post("/_fleet/begin")
    def begin() -> dict[str, Any]:
        asked: Any = request.get_json()
        simulators.begin(asked["orders"], asked["seed"])
        return simulators.organisations

    @app.post("/_fleet/edit")
    def edit() -> dict[str, Any]:
        account = simulators.accounts[request.get_json()["account"]]
        return {"done": account.edit(simulators.sent())}

    @app.post("/_fleet/sell")
    def sell() -> dict[str, Any]:
        return {"done": simulators.accounts[request.get_json()["account"]].sell()}

    @app.post("/_fleet/despatch")
    def despatch() -> dict[str, Any]:
        return {"done": simulators.accounts[request.get_json()["account"]].despatch()}

    @app.post("/_fleet/type")
    def type_in() -> dict[str, Any]:
        asked: Any = request.get_json()
        return {"done": simulators.type(asked["organisation"], asked["kind"])}

    @app.post("/_fleet/charge")
    def charge() -> dict[str, Any]:
        return {"done": simulators.accounts[request.get_json()["account"]].charge()}

    @app.get("/_fleet/seen")
    def seen() -> Any:
        return app.response_class(json.dumps(simulators.seen()), mimetype="application/json")


def _weather(app: Flask, simulators: Simulators) -> None:
    @app.post("/_fleet/down")
    def down() -> dict[str, Any]:
        simulators.down = {simulators.organisations[x] for x in request.get_json()["names"]}
        return {}

    @app.post("/_fleet/revoke")
    def revoke() -> dict[str, Any]:
        asked: Any = request.get_json()
        return {"ended": simulators.revoke(asked["app"], asked["organisation"])}

    @app.post("/_fleet/faults")
    def faults() -> dict[str, Any]:
        """These faults at every account; how often those before have fired, by kind."""
        fired: dict[str, int] = {}
        for account in simulators.accounts.values():
            client = account.app.test_client()
            for fault in client.get("/_sandbox/faults").get_json()["faults"]:
                fired[fault["kind"]] = fired.get(fault["kind"], 0) + fault["fired"]
            assert client.post("/_sandbox/faults", json=request.get_json()).status_code == 200
        return fired


class MintsoftFront:
    """Mintsoft's address: whichever account calls."""

    def __init__(self, simulators: Simulators) -> None:
        self._simulators = simulators
        self._control = control(simulators)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Serve one request."""
        if environ.get("PATH_INFO", "").startswith("/_fleet/"):
            return self._control(environ, start_response)
        return self._simulators.accounts[self._caller(environ)].app(environ, start_response)

    def _caller(self, environ: "WSGIEnvironment") -> str:
        """Name of the account; of a key that nobody ever had: the first."""
        accounts, keys = self._simulators.accounts, self._simulators.keys
        if environ.get("PATH_INFO", "").lower() == "/api/auth":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = BytesIO(body)
            given = {str(k).lower(): v for k, v in json.loads(body or b"{}").items()}
            named = str(given.get("username", ""))
            return named if named in accounts else next(iter(accounts))
        if asked := parse_qs(environ.get("QUERY_STRING", "")).get("account"):
            return str(asked[0])
        key = environ.get("HTTP_MS_APIKEY", "")
        for name, account in accounts.items():
            if key and account.account.accepts(key):
                keys[key] = name
        return keys.get(key) or next(iter(accounts))


class XeroFront:
    """Xero's address: some organisation may be away."""

    def __init__(self, simulators: Simulators) -> None:
        self._simulators = simulators

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Serve one request."""
        if environ.get("HTTP_XERO_TENANT_ID", "").lower() in self._simulators.down:
            start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"The Organisation is offline"]
        return self._simulators.xero(environ, start_response)


def main() -> None:
    """Serve until a signal."""
    given = json.loads(sys.argv[1])
    simulators = Simulators(FastClock(given["begun"], given["speed"]))
    apps: Any = {
        given["mintsoft"]: MintsoftFront(simulators),
        given["xero"]: XeroFront(simulators),
    }
    serve(apps, mark="fleet", announce=lambda: print("ready", flush=True))  # noqa: T201


if __name__ == "__main__":
    main()
