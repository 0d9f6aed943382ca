"""The books that orders go into: an organisation of the simulated Xero, and its connections."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

from ....adapters.xero.api.client import XeroClient
from ....adapters.xero.invoices.checks import check_invoice
from ....adapters.xero.organisation.organisation import read_organisation
from ....plugin.database.connections import Connections
from ....plugin.database.database import Database
from ....plugin.database.ledger import SqlLedger
from ....plugin.domain.connections.connection import Connection, Grant
from ....plugin.domain.connections.mapping import Entry
from ....plugin.domain.connections.organisation import Organisation
from ....plugin.domain.connections.settings import Settings
from ....plugin.domain.decisions.decided_document import DecidedDocument
from ....plugin.domain.invoices.invoice import Invoice
from ....plugin.exports.context import ExportContext
from ....plugin.exports.decide import consider
from ....plugin.exports.orders import OrderKind
from ....plugin.ports.clock import Clock
from ....plugin.testing.infrastructure import FakeClock
from ....plugin.testing.source import FakeSource
from ....plugin.testing.target import FakeTarget
from ....rules.engine.books import load_orders_book, packaged_rules
from ....rules.engine.decider import BookDecider
from ..sandbox import NOW, Sandbox
from .regimes import Books

SALES, SHIPPING, ROUNDING = "200", "260", "860"
_ACCOUNTS = {"sales_account": SALES, "shipping_account": SHIPPING, "rounding_account": ROUNDING}
_CURRENCIES = ("GBP", "EUR", "USD", "AUD", "NZD")


class _Decided(SqlLedger):
    """A ledger in which nothing is kept: each order is decided as if it were the first."""

    rows: list[DecidedDocument]

    def record(self, connection: Connection, rows: Sequence[DecidedDocument], basis: str) -> None:
        self.rows.extend(rows)


class _Target(FakeTarget):
    """Checks an invoice as the adapter of Xero does."""

    def check(self, invoice: Invoice, organisation: Organisation) -> None:
        check_invoice(invoice, organisation)


@dataclass(frozen=True)
class _Reader:
    """What `read_organisation` needs of a client."""

    sandbox: Sandbox
    clock: Clock
    organisation_id: str = ""

    def get(self, name: str, **_how: Any) -> dict[str, Any]:
        return self.sandbox.get(name)


class Office:
    """One organisation, its connection in both forms, and what is decided for it."""

    def __init__(self, books: Books, folder: Path) -> None:
        self.sandbox = Sandbox(books.country)
        #: Tax type by source of the mapping, and rate by tax type.
        self.mapped = dict(books.home)
        #: Those that were mapped since, for some orders.
        self._more: dict[str, str] = {}
        self._country = books.country
        clock = FakeClock(NOW)
        database = Database(f"sqlite:///{folder / 'ledger.db'}")
        database.upgrade()
        self._database = database
        self._ledger = _Decided(database, clock, who="test")
        self._ledger.rows = []
        known = {each["Code"] for each in self.sandbox.get("Currencies")["Currencies"]}
        for code in sorted({*_CURRENCIES} - known):
            self.sandbox.add("Currencies", {"Code": code})
        for source in books.named:
            self.mapped[source] = self.tax_type(source)
        target = _Target(clock, self.read())
        self.parts = ExportContext(
            ledger=self._ledger,
            source=FakeSource(),
            target=target,
            decider=BookDecider(load_orders_book(packaged_rules() / "orders.yaml"), engine=False),
            clock=clock,
            kind=OrderKind(),
        )
        self.connection = Connections(database, clock).add(
            name="shops",
            mode="accounting",
            grant=Grant.new("custom", "app"),
            mintsoft_username="user",
            mintsoft_client="",
            settings=Settings(start_date=None, quiet_seconds=0),
            organisation=target.here,
            entries=self._entries(),
        )

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def read(self) -> Organisation:
        """The organisation as it is now."""
        reader = _Reader(self.sandbox, FakeClock(NOW))
        return read_organisation(cast("XeroClient", reader))

    def tax_type(self, source: str) -> str:
        """A new tax type for a rate, called by its source."""
        rate = Decimal(source.rpartition(":")[2])
        component = {"Name": "Tax", "Rate": rate}
        sent = {"Name": source, "ReportTaxType": "OUTPUT", "TaxComponents": [component]}
        made: str = self.sandbox.add("TaxRates", sent)["TaxType"]
        return made

    def with_detail(self, line_detail: str) -> Connection:
        """The connection, with its lines one by one or summed up."""
        settings = replace(self.connection.settings, line_detail=line_detail)
        return replace(self.connection, settings=settings)

    def decided(self, connection: Connection, documents: Sequence[Any]) -> list[DecidedDocument]:
        """What comes of documents, as a sync decides and builds; in their order."""
        self._ledger.rows = []
        consider(self.parts, connection, documents, "basis")
        found = {row.identity.source_id: row for row in self._ledger.rows}
        return [found[document.source_id] for document in documents]

    def with_rate(self, connection: Connection, source: str) -> Connection:
        """A connection after one more rate was mapped, to a tax type of that rate."""
        if source not in self._more:
            self._more[source] = self.tax_type(source)
        entry = {("tax_rate", source): Entry(target=self._more[source])}
        mapping = replace(connection.mapping, entries={**connection.mapping.entries, **entry})
        return replace(connection, mapping=mapping, organisation=self.read())

    def types_of(self, country: str, *more: str) -> dict[str, Fraction]:
        """The tax types that may be on an order to a country, with their rates.

        `more`: sources that were mapped since.
        """
        mapped = {**self.mapped, **{x: self._more[x] for x in more if x}}
        own = {x: y for x, y in mapped.items() if x.startswith(f"{country}:")}
        bare = {x: y for x, y in mapped.items() if ":" not in x}
        chosen = {**bare, **own} if country == self._country or not own else own
        return {y: Fraction(x.rpartition(":")[2]) for x, y in chosen.items()}

    def _entries(self) -> dict[tuple[str, str], Entry]:
        found = {(kind, "default"): Entry(target=code) for kind, code in _ACCOUNTS.items()}
        taxes = {("tax_rate", x): Entry(target=y) for x, y in self.mapped.items()}
        return {**found, **taxes}
