"""What a decision reads of the settings is in the digest that it is stored with."""

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest

from .....plugin.domain.connections import setting
from .....plugin.domain.connections.connection import Connection
from .....plugin.domain.connections.setting import resting, settings_of
from .....plugin.domain.connections.settings import Settings
from .....plugin.domain.exports.export import DocumentKind
from .....plugin.exports import basis
from .....plugin.exports.impact import moved
from .....plugin.exports.pipeline import sync
from .....plugin.imports import pipeline as imports
from ....conftest import ROOT
from ...exports.client_invoices.samples import InvoiceWorld, an_invoice
from ...imports.purchase_orders.test_flow import Flow as PurchaseOrders
from ...imports.sales_invoices.test_flow import Flow as SalesInvoices
from ...orders import a_line, an_order
from ...world import World
from .test_schema import connection

#: These read what they are told to by declarations: it is they that are proved.
_DECLARED = setting.__file__


class Watched(Settings):
    """Settings that note which of them our code reads by name."""

    read: ClassVar[set[str]] = set()

    def __getattribute__(self, name: str) -> Any:
        """Note it."""
        caller = sys._getframe(1).f_code.co_filename
        if caller.startswith(str(ROOT / "plugin")) and caller != _DECLARED:
            Watched.read.add(name)
        return super().__getattribute__(name)


def watched(connection: Connection) -> Connection:
    """The connection, with its settings watched from now on."""
    Watched.read.clear()
    return replace(connection, settings=Watched(**vars(connection.settings)))


def orders(url: str, **settings: Any) -> None:
    """Decide and build orders of several kinds, and say what a change would move."""
    world = World(url, **settings)
    world.put(
        an_order("1", customer_email="ada@example.com"),
        an_order("2", status="NEW"),
        an_order("3", lines=(a_line(), a_line(line_id="2", sku="X"))),
    )
    decided(world)
    world.close()


def client_invoices(url: str, **settings: Any) -> None:
    """Decide and build client invoices, and say what a change would move."""
    house = InvoiceWorld(url, **settings)
    mixed = {"postage": "5.00", "postage_vat_free": "3.00"}
    house.bill(an_invoice("1"), an_invoice("2", costs=mixed), an_invoice("3", costs={}))
    decided(house)
    house.close()


def decided(world: World) -> None:
    """Decide on what is there, and say what a change would move."""
    before = watched(world.connection)
    sync(world.parts, before)
    after = replace(before, settings=replace(before.settings, due_days=9))
    assert moved(world.parts, before, after).differences.compared


def sales_invoices(url: str, **settings: Any) -> None:
    """Decide sales invoices, and make orders of them."""
    flow = SalesInvoices(url)
    of = changed(flow.connection, settings)
    vars(flow.connections).update(named=lambda _: of)
    flow.put()
    flow.run()
    flow.put(status="PAID", date=None)
    flow.runs()
    flow.decider.close()
    flow.database.close()


def purchase_orders(url: str, **settings: Any) -> None:
    """Decide purchase orders, and make ASNs of them."""
    flow = PurchaseOrders(url)
    flow.connection = changed(flow.connection, settings)
    flow.source.put()
    flow.run()
    flow.source.put(status="BILLED", date=None)
    flow.runs()
    flow.close()


def changed(connection: Connection, settings: dict[str, Any]) -> Connection:
    """The connection with these settings, watched."""
    return watched(replace(connection, settings=replace(connection.settings, **settings)))


#: What is done with documents of each kind.
WORK = {
    DocumentKind.ORDER: orders,
    DocumentKind.CLIENT_INVOICE: client_invoices,
    DocumentKind.SALES_INVOICE: sales_invoices,
    DocumentKind.PURCHASE_ORDER: purchase_orders,
}

#: Ways through the code that the usual settings do not take.
OTHERWISE: list[dict[str, Any]] = [
    {},
    {"contact_policy": "customer", "invoice_date": "exported", "due": "organisation"},
    {"contact_policy": "fixed", "invoice_date": "ordered", "start_date": date(2020, 1, 1)},
    {"warehouses": ("MAIN",), "channels": ("7",), "items": "use", "create_client_contacts": "yes"},
    {"gross_channels": ("7:20",), "line_detail": "summary", "client_invoice_lines": "charges"},
]


@pytest.mark.parametrize("kind", DocumentKind)
def test_what_decisions_read_is_declared(kind: DocumentKind, tmp_path: Path) -> None:
    """What is read while a kind is decided, built and tried is what it is said to rest on.

    One that is read and not said could change without stored documents being decided again; one
    that is said and not read would have them decided again for nothing.
    """
    read: set[str] = set()
    for number, settings in enumerate(OTHERWISE):
        WORK[kind](f"sqlite:///{tmp_path}/{number}.db", **settings)
        read |= Watched.read & set(settings_of(Settings))
    assert read == set(resting(Settings(start_date=None), kind))


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_digest_is_of_what_is_declared(kind: DocumentKind) -> None:
    """A setting that a kind rests on moves the digest of its decisions; no other does."""
    usual = Settings(start_date=None)
    rests = resting(usual, kind)
    for name in settings_of(Settings):
        # No value that people may set: whatever it becomes, it must count.
        other: dict[str, Any] = {name: "something else"}
        odd = replace(usual, **other)
        assert (digest(odd, kind) != digest(usual, kind)) == (name in rests), name


def digest(settings: Settings, kind: DocumentKind) -> str:
    """What is stored beside a decision on a document of a kind."""
    mode = kind.traits.mode if kind in DocumentKind.exported() else "accounting"
    of = connection(settings=settings, mode=mode)
    if kind in DocumentKind.exported():
        return basis.basis_of(of, "book")
    return imports.basis_of(of, kind, "book")


def test_payment_terms_count_where_they_are_taken() -> None:
    """Terms that the organisation changes move the digest only while `due` asks for them."""
    for due, counts in (("days", False), ("organisation", True)):
        of = connection(settings=Settings(start_date=None, due=due))
        terms = replace(of.organisation_known, sales_terms=("month_end", 14))
        other = replace(of, organisation=terms)
        moves = basis.basis_of(of, "book") != basis.basis_of(other, "book")
        assert moves == counts, due
