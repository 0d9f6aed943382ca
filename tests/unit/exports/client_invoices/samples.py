"""Client invoices, their clients and breakdowns, changed as a test needs them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from .....plugin.domain.client_invoices.client_invoice import (
    Breakdown,
    Client,
    ClientInvoice,
    CostCentre,
    OrderCharges,
)
from .....plugin.domain.connections.connection import Connection, Grant
from .....plugin.domain.connections.mapping import Entry, assumptions
from .....plugin.domain.connections.settings import Settings
from .....plugin.exports.client_invoices import ClientInvoiceKind
from .....plugin.testing.client_invoices import FakeInvoiceSource
from .....plugin.testing.target import FakeContact
from .....rules.engine.books import book_for, packaged_rules
from .....rules.engine.decider import BookDecider
from ...world import World

ZERO = Decimal(0)

#: Where each cost centre goes in these tests.
ACCOUNTS = {
    ("cost_centre", centre.value): Entry(
        target="200/ZERORATEDOUTPUT" if centre is CostCentre.POSTAGE_VAT_FREE else "200/OUTPUT2"
    )
    for centre in CostCentre
}


def an_invoice(
    source_id: str = "55", /, *, costs: dict[str, str] | None = None, **changes: Any
) -> ClientInvoice:
    """An invoice of 10.00 for picking and 5.00 for postage, unless others are given."""
    given = {"picking": "10.00", "postage": "5.00"} if costs is None else costs
    ordinary = ClientInvoice(
        source_id=source_id,
        client_id="3",
        name="June 2026",
        comments="",
        dated_on=date(2026, 6, 10),
        parcels=4,
        items=9,
        costs={centre: Decimal(given.get(centre.value, "0")) for centre in CostCentre},
        changed_at=datetime(2026, 6, 10, 12, tzinfo=UTC),
    )
    return replace(ordinary, **changes)


def a_client(**changes: Any) -> Client:
    """The client of these invoices."""
    ordinary = Client(client_id="3", code="ACME", name="Acme Ltd", currency="GBP", vat_exempt=False)
    return replace(ordinary, **changes)


def made_of(invoice: ClientInvoice, *, within: bool | None = None) -> Breakdown:
    """A breakdown that agrees with an invoice: all of it from one order.

    `within`: what the order says of its VAT-free postage; None for nothing.
    """
    free = invoice.costs[CostCentre.POSTAGE_VAT_FREE]
    postage = invoice.costs[CostCentre.POSTAGE]
    total = None if within is None else postage + (ZERO if within else free)
    of_orders = ("picking", "postage", "postage_vat_free", "packaging", "rework", "admin_fee")
    charges = {name: invoice.costs[CostCentre(name)] for name in of_orders}
    order = OrderCharges(
        order_id="901", invoice_id=invoice.source_id, total_postage=total, **charges
    )
    return Breakdown(orders=(order,), others=())


class InvoiceWorld(World):
    """A `World` whose connection bills the clients of a fulfilment house."""

    def __init__(self, url: str, **settings: Any) -> None:
        self.invoices_source = FakeInvoiceSource()
        self.invoices_source.all_clients["3"] = a_client()
        super().__init__(url, **settings)
        text = (packaged_rules() / "client_invoices.yaml").read_text(encoding="utf-8")
        book = book_for("client_invoices", text, "client_invoices.yaml")
        self.orders_parts = self.parts
        self.parts = replace(
            self.parts,
            decider=BookDecider(book, engine=False),
            kind=ClientInvoiceKind(invoices=self.invoices_source),
        )
        contact = FakeContact(contact_id="c-1", name="ACME Ltd", changed_at=self.clock.now())
        self.target.people.append(contact)

    def connect(self, name: str, mode: str = "fulfilment", **settings: Any) -> Connection:
        """A connection whose cost centres are all mapped."""
        organisation = self.target.here
        return self.connections.add(
            name=name,
            mode=mode,
            grant=Grant.new("custom", "app"),
            mintsoft_username="user",
            mintsoft_client="",
            settings=replace(Settings(start_date=None, quiet_seconds=0), **settings),
            organisation=organisation,
            entries={**assumptions(organisation), **ACCOUNTS},
        )

    def bill(self, *invoices: ClientInvoice, within: bool | None = None) -> None:
        """Confirm invoices, each with a breakdown that agrees."""
        for invoice in invoices:
            self.invoices_source.put(invoice, made_of(invoice, within=within))


def worlds(url: str) -> Iterator[InvoiceWorld]:
    """A world, closed afterwards."""
    world = InvoiceWorld(url)
    yield world
    world.close()
