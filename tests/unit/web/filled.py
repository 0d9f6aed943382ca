"""An app with our pages over a real ledger, filled as an export fills it."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ....plugin.config import read_environment
from ....plugin.domain.connections.connection import Connection, Grant
from ....plugin.domain.connections.settings import Settings
from ....plugin.domain.decisions.decided_document import DecidedDocument, Identity
from ....plugin.domain.exports.export import DocumentKind, ExportState
from ....plugin.domain.exports.outcome import Outcome, OutcomeKind
from ....plugin.domain.invoices.invoice import Invoice, InvoiceLine
from ....plugin.error_codes import CODES
from ....plugin.services.container import Container
from ....plugin.testing.infrastructure import FakeClock
from ....plugin.testing.target import an_organisation
from ....plugin.web.auth.local_users import own_password
from ....plugin.web.blueprint import put_pages
from ....plugin.web.users import Users

PREFIX = "/mintsoft-xero"


class Browser(FlaskClient):
    """A test client that asks for one host."""

    asks_for: str

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make a request."""
        return super().open(*args, **{"base_url": self.asks_for, **kwargs})


class Filled:
    """Pages over a ledger that a test puts documents into."""

    def __init__(self, home: Path, users: Users | None = None, **settings: object) -> None:
        self.home = home
        self.clock = FakeClock()
        given = {f"MINTSOFT_XERO_{name}": value for name, value in settings.items()}
        environment = read_environment({"MINTSOFT_XERO_HOME": str(home), **given})
        self.plugin = Container(environment, clock=self.clock)
        self.app = Flask("host", static_folder=None)
        self.app.testing = True
        put_pages(self.app, self.plugin, users, prefix=PREFIX)

    def client(self, address: str = "127.0.0.1", host: str = "localhost") -> FlaskClient:
        """Return a browser that nobody has logged in with: where it is, and what it asks for."""
        browser = Browser(self.app, Response)
        browser.environ_base = {"REMOTE_ADDR": address}
        browser.asks_for = f"http://{host}"
        return browser

    def logged_in(self) -> FlaskClient:
        """Return a browser with the generated login."""
        client = self.client()
        assert log_in(client, own_password(self.home)).status_code == 303
        return client

    def connect(self, name: str = "shop", **settings: Any) -> Connection:
        """Make a connection that has its organisation."""
        self.plugin.prepare()
        return self.plugin.connections.add(
            name=name,
            mode="accounting",
            grant=Grant.new("custom", "app"),
            mintsoft_username=f"{name}@example.com",
            mintsoft_client="",
            settings=Settings(start_date=None, **settings),
            organisation=an_organisation(),
            entries={},
        )

    def put(self, connection: Connection, *documents: DecidedDocument) -> None:
        """Record documents, all at this moment."""
        self.plugin.ledger.record(connection, documents, "basis")

    def send(self, connection: Connection, **answer: Any) -> None:
        """Send what is ready; all of it is exported unless another answer is given."""
        ledger = self.plugin.ledger
        claims = ledger.claim(connection, ledger.due_to_send(connection))
        ledger.start_call(connection, claims, "digest")
        given = {"kind": OutcomeKind.EXPORTED, **answer}
        outcomes = [(x, Outcome(invoice_id=f"id-{x.source_id}", **given)) for x in claims]
        ledger.record_outcomes(outcomes)

    def close(self) -> None:
        """Close the database."""
        self.plugin.database.close()


def log_in(client: FlaskClient, password: str, **form: str) -> TestResponse:
    """Fill in the login form and send it."""
    address = f"{PREFIX}/login"
    form = {"csrf_token": token_in(client.get(address)), "user": "admin", **form}
    return client.post(address, data={**form, "password": password})


def token_in(response: TestResponse) -> str:
    """Return what a page's forms prove themselves with."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', response.text)
    assert found, response.text
    return found[1]


def numbers_in(response: TestResponse) -> list[str]:
    """Return the order numbers of the table, from top to bottom."""
    assert response.status_code == 200, response.text
    return re.findall(r'<th scope="row">([^<]*)</th>', response.text)


def refused(code: str) -> dict[str, str]:
    """Return what a document is refused with."""
    entry = CODES[code]
    return {"code": code, "message": entry.sentence, "fix": entry.fix}


def document(
    source_id: str, state: ExportState = ExportState.WAITING, **changes: Any
) -> DecidedDocument:
    """Return a considered document; one that is ready has its invoice."""
    number = changes.pop("number", f"WEB-{source_id}")
    identity = Identity(
        kind=DocumentKind.ORDER,
        source_id=source_id,
        number=number,
        client=changes.pop("client", "ACME"),
        content=source_id,
        split=False,
        fingerprint=source_id,
        seen=source_id,
    )
    total = changes.get("total", Decimal("24.00"))
    values: dict[str, Any] = {
        "code": "",
        "message": "",
        "fix": "",
        "decision": None,
        "invoice": an_invoice(total) if state is ExportState.READY else None,
        "document_at": FakeClock().now(),
        "total": total,
        "currency": "GBP",
    }
    return DecidedDocument(identity=identity, state=state, **{**values, **changes})


def an_invoice(total: Decimal) -> Invoice:
    """Return an invoice of one line without tax."""
    day = FakeClock().now().date()
    line = InvoiceLine(
        description="Goods",
        quantity=Decimal(1),
        unit_amount=total,
        discount=Decimal(0),
        account_code="200",
        tax_type="NONE",
        tax_rate=Decimal(0),
    )
    return Invoice(
        contact="Shopify",
        contact_id="",
        currency="GBP",
        date=day,
        due_date=day,
        reference="(Mintsoft 1)",
        status="AUTHORISED",
        lines=(line,),
    )
