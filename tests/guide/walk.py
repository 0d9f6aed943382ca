"""A user between two simulators, who types commands and looks into Mintsoft and Xero."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import requests
from click.testing import CliRunner, Result
from flask import Flask

from ...plugin.cli.main import commands
from ...plugin.config import read_environment
from ...plugin.ports.clock import Clock
from ...plugin.register import register
from ...plugin.sandbox.day import Day
from ...plugin.sandbox.serve import Beginning, mintsoft_app, xero_app
from ...plugin.services.container import Container
from ...plugin.web.users import Role, User
from ..unit.web.serving import serving

ORDERS, TIMEOUT = 40, 60
SECRETS = {"MINTSOFT_PASSWORD": "sandbox", "XERO_CLIENT_SECRET": "custom"}


class Somebody:
    """Whoever asks may do everything."""

    def current(self) -> User:
        """See `Users`."""
        return User(name="walker", roles=frozenset(Role))

    def login_address(self) -> str:
        """See `Users`."""
        return "/login"


class Walk:
    """An installation that was just made, and what a person does with it."""

    def __init__(
        self, settings: Mapping[str, str], xero: str, day: Day, clock: Clock | None = None
    ) -> None:
        self.settings, self.xero_url, self.day = settings, xero, day
        self.mintsoft_url = settings["MINTSOFT_XERO_MINTSOFT_URL"]
        self.plugin = plugin = Container(read_environment(settings), clock=clock)
        #: In the environment of each command.
        self.secrets = dict(SECRETS)
        self._group: click.Group = commands(lambda: plugin, self._no_app)

    def close(self) -> None:
        """Let go of the processes and files of the installation."""
        self.plugin.decider.close()
        self.plugin.database.close()

    # Commands

    def run(self, *words: str, code: int = 0) -> Result:
        """Type a command, which must end with this exit code."""
        result = self.try_to(*words)
        assert result.exit_code == code, result.output + result.stderr
        return result

    def try_to(self, *words: str) -> Result:
        """Type a command, however it ends; a bug is raised."""
        result = _runner().invoke(self._group, list(words), env=self.secrets)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def json(self, *words: str, code: int = 0) -> Any:
        """What a command answers to ``--json``."""
        return json.loads(self.run(*words, "--json", code=code).stdout, parse_float=str)

    def add(self, name: str = "shop", *more: str) -> None:
        """Add a connection that exports orders of any date, and waits for nobody's edits."""
        self.run(
            *("connection", "add", name, "--mintsoft-username", "sandbox"),
            *("--xero-client-id", "custom", "--set", "start_date=any"),
            *("--set", "quiet_seconds=0", "--set", "write_pace=1000", *more),
        )

    def export(self, name: str = "shop", *more: str, code: int = 0) -> Any:
        """Export by hand, in this process."""
        return self.json("export", name, "--inline", "--wait", "5", *more, code=code)

    def row(self, source_id: object, name: str = "shop") -> Any:
        """Where an order stands, by its id in Mintsoft."""
        lines = self.run("outcomes", name, "--json").stdout.splitlines()
        (row,) = [x for x in map(json.loads, lines) if x["source_id"] == str(source_id)]
        return row

    def order(self, order_id: object) -> Any:
        """An order as it is in Mintsoft now, by its API."""
        return self.mintsoft(f"/api/Order/{order_id}")

    def mintsoft_key(self) -> str:
        """The key of somebody who has just logged in to Mintsoft."""
        login = {"UserName": "sandbox", "Password": "sandbox"}
        answer = requests.post(f"{self.mintsoft_url}/api/Auth", json=login, timeout=TIMEOUT)
        return str(answer.json())

    def mintsoft(self, path: str) -> Any:
        """What Mintsoft's API answers to somebody who has just logged in."""
        address, headers = self.mintsoft_url + path, {"ms-apikey": self.mintsoft_key()}
        answer = requests.get(address, headers=headers, timeout=TIMEOUT)
        assert answer.ok, answer.text
        return json.loads(answer.content, parse_float=str)

    def mintsoft_post(self, path: str) -> Any:
        """What Mintsoft's API answers to somebody who changes something there."""
        address, headers = self.mintsoft_url + path, {"ms-apikey": self.mintsoft_key()}
        answer = requests.post(address, headers=headers, timeout=TIMEOUT)
        assert answer.ok, answer.text
        return answer.json()

    # The other side

    def ask(self, url: str) -> Any:
        """What a simulator's control says."""
        answer = requests.get(url, timeout=TIMEOUT)
        answer.raise_for_status()
        return json.loads(answer.content, parse_float=str)

    def tell(self, url: str, document: Mapping[str, Any]) -> Any:
        """Tell a simulator's control something."""
        answer = requests.post(url, json=document, timeout=TIMEOUT)
        assert answer.ok, answer.text
        return answer.json()

    def invoices(self) -> list[Any]:
        """All sales invoices that are in Xero."""
        found = self.ask(f"{self.xero_url}/_sandbox/invoices")
        return [x for x in found["invoices"] if x["type"] == "ACCREC"]

    def in_xero(self, number: str) -> list[Any]:
        """Those that have a number."""
        return [x for x in self.invoices() if x["number"] == number]

    def orders(self, case: str) -> list[Any]:
        """The day's orders of a case, as they began."""
        ids = {key for key, expected in self.day.expected.items() if expected.case == case}
        return [row for row in self.day.orders if str(row["ID"]) in ids]

    def add_currency(self, code: str) -> None:
        """Add a currency in Xero's settings, as its accountant."""
        self.xero("Currencies", {"Code": code})

    def add_contacts(self, names: Iterable[str]) -> None:
        """Add contacts in Xero, as its accountant."""
        self.xero("Contacts", {"Contacts": [{"Name": name} for name in names]})

    def add_customer(self, name: str = "Jane Roe Ltd") -> str:
        """Add a contact with a whole address in Xero; its id."""
        address = {"AddressType": "STREET", "AddressLine1": "1 High St", "City": "Leeds"}
        address |= {"PostalCode": "LS1 1AA", "Country": "United Kingdom"}
        contact = {"Name": name, "FirstName": "Jane", "LastName": "Roe", "Addresses": [address]}
        (made,) = self.xero("Contacts", {"Contacts": [contact]})["Contacts"]
        return str(made["ContactID"])

    def sell(self, number: str, sku: str, contact_id: str, quantity: int = 3) -> str:
        """Write an approved sales invoice over some goods and their delivery; its id."""
        self.xero("Items", {"Items": [{"Code": sku, "Name": sku}]})
        goods = {"Description": sku, "ItemCode": sku, "Quantity": quantity, "UnitAmount": 3.33}
        delivery = {"Description": "Delivery", "Quantity": 1, "UnitAmount": 5}
        booked = {"AccountCode": "200", "TaxType": "OUTPUT2"}
        invoice = {
            "Type": "ACCREC",
            "Status": "AUTHORISED",
            "InvoiceNumber": number,
            "Contact": {"ContactID": contact_id},
            "Date": "2026-11-20",
            "DueDate": "2026-11-30",
            "LineItems": [{**goods, **booked}, {**delivery, **booked}],
        }
        (made,) = self.xero("Invoices", {"Invoices": [invoice]})["Invoices"]
        return str(made["InvoiceID"])

    def buy(self, number: str, sku: str, contact_id: str, quantity: int = 10) -> str:
        """Write an approved purchase order; its id."""
        self.xero("Items", {"Items": [{"Code": sku, "Name": sku}]})
        order = {
            "Status": "AUTHORISED",
            "PurchaseOrderNumber": number,
            "Contact": {"ContactID": contact_id},
            "Date": "2026-11-20",
            "DeliveryDate": "2026-12-01",
            "LineItems": [{"Description": sku, "ItemCode": sku, "Quantity": quantity}],
        }
        (made,) = self.xero("PurchaseOrders", {"PurchaseOrders": [order]})["PurchaseOrders"]
        return str(made["PurchaseOrderID"])

    def imported(self, name: str = "shop") -> dict[str, Any]:
        """Where what was read from Xero stands, by number."""
        return {x["number"]: x for x in self.json("imports", "list", name)}

    def in_mintsoft(self, number: str) -> list[Any]:
        """The orders that have just this number."""
        return list(self.mintsoft(f"/api/Order/Search?OrderNumber={number}&exactMatch=true"))

    def xero(self, path: str, put: Mapping[str, Any] | None = None, *, method: str = "PUT") -> Any:
        """What Xero's API answers to its accountant, who reads or writes something."""
        form, app = {"grant_type": "client_credentials"}, ("custom", "custom")
        token = requests.post(
            f"{self.xero_url}/connect/token", data=form, auth=app, timeout=TIMEOUT
        )
        answer = requests.request(
            "GET" if put is None else method,
            f"{self.xero_url}/api.xro/2.0/{path}",
            json=put,
            headers={
                "Authorization": f"Bearer {token.json()['access_token']}",
                "Accept": "application/json",
            },
            timeout=TIMEOUT,
        )
        assert answer.ok, answer.text
        return json.loads(answer.content, parse_float=str)

    def edit(self, order_id: object, **changes: object) -> None:
        """Edit an order in Mintsoft, as a person does."""
        document = {"id": int(str(order_id)), "set": changes}
        self.tell(f"{self.mintsoft_url}/_sandbox/edit", document)

    def page(self, path: str) -> str:
        """A page of the plugin in a host, as somebody sees it who may look."""
        app = Flask("host")
        app.secret_key = "walk"
        register(app, settings=self.settings, users=Somebody(), prefix="/x")
        answer = app.test_client().get(f"/x{path}")
        assert answer.status_code == 200, answer.text
        return answer.text

    @staticmethod
    def _no_app() -> Any:
        raise AssertionError("no command of a walk serves pages")


@contextmanager
def walking(
    home: Path,
    clock: Clock | None = None,
    prepare: Callable[[Flask], None] = lambda _: None,
    orders: int = ORDERS,
    **more: str,
) -> Iterator[Walk]:
    """A new installation between two new simulators.

    `prepare`: what is done to each of them before it is served; `more`: of the settings.
    """
    beginning = Beginning(orders=orders, seed=1, today=datetime.now(UTC).date().isoformat())
    apps = mintsoft_app(beginning, None), xero_app(beginning, None, limits=False)
    for app in apps:
        prepare(app)
    with serving(apps[0]) as mintsoft, serving(apps[1]) as xero:
        settings = {**settings_between(mintsoft, xero, home), **more}
        walk = Walk(settings, xero, beginning.day(), clock)
        try:
            yield walk
        finally:
            walk.close()


def settings_between(mintsoft: str, xero: str, home: Path) -> dict[str, str]:
    """The settings of an installation of its own between the addresses of two simulators."""
    urls = {f"MINTSOFT_XERO_{x}_URL": xero for x in ("XERO", "XERO_IDENTITY", "XERO_LOGIN")}
    return {
        "MINTSOFT_XERO_HOME": str(home),
        "MINTSOFT_XERO_DATABASE_URL": "",
        "MINTSOFT_XERO_REDIS_URL": "",
        "MINTSOFT_XERO_MINTSOFT_URL": mintsoft,
        **urls,
    }


def words_of(text: str) -> str:
    """A text on one line."""
    return re.sub(r"\s+", " ", text)


def _runner() -> CliRunner:
    try:
        return CliRunner(mix_stderr=False)  # type: ignore[call-arg,unused-ignore]
    except TypeError:  # click 8.2 keeps them apart by itself
        return CliRunner()
