"""What each setting makes of the document that is then in Xero; both sides are simulators."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .....adapters.xero.api.client import XeroClient
from .....adapters.xero.organisation.lists import branding_themes
from .....adapters.xero.target import XeroTarget
from .....plugin.exports.impact import moved
from .....plugin.services.settings.schema import changed_settings
from .....plugin.testing.infrastructure import FakeLimiter
from ...adapters.mintsoft.raw import raw_item
from ...exports.reconcile.test_sandboxes import Both
from ...world import World

#: Ordered on 30 May and despatched on 2 June; it is 15 June now.
DATES = {"OrderDate": "2026-05-30T10:00:00", "DespatchDate": "2026-06-02T15:00:00"}


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    """Return simulators that are served until the test ends."""
    with ExitStack() as doing:
        world = World(f"sqlite:///{tmp_path / 'ledger.db'}")
        doing.callback(world.close)
        yield Both(doing, world)


def document(both: Both, number: str) -> Any:
    """An invoice as Xero shows it."""
    client = both.xero.client()
    invoice_id = both.target.find([number])[number].invoice_id
    return client.get(f"Invoices/{invoice_id}")["Invoices"][0]


def day(document: Any, name: str) -> str:
    """A date of a document, as it is written there beside the other form."""
    return str(document[f"{name}String"])[:10]


DAYS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "2026-06-02", "2026-06-02"),
    ({"due_days": 14}, "2026-06-02", "2026-06-16"),
    ({"invoice_date": "ordered"}, "2026-05-30", "2026-05-30"),
    ({"invoice_date": "exported", "due_days": 1}, "2026-06-15", "2026-06-16"),
    ({"due": "month_end", "due_days": 30}, "2026-06-02", "2026-07-30"),
    ({"due": "next_month", "due_days": 20}, "2026-06-02", "2026-07-20"),
    ({"due": "next_month", "due_days": 31, "invoice_date": "ordered"}, "2026-05-30", "2026-06-30"),
]


def test_dates(both: Both) -> None:
    """The invoice is dated, and due, as the settings say."""
    plain = both.world.connection.settings
    for count, (settings, dated, due) in enumerate(DAYS):
        both.world.change(**{**vars(plain), **settings})
        both.add(f"A{count}", **DATES)
        both.world.export()
        found = document(both, f"A{count}")
        assert (day(found, "Date"), day(found, "DueDate")) == (dated, due), settings


def test_no_courier_price(both: Both) -> None:
    """InvoiceFailedNoCourierPrice on the list lets those orders go, as many as was said before."""
    world = both.world
    both.add("A", "B", **DATES)
    both.add("C", "D", "E", **DATES, OrderStatusId=6)
    world.export()
    settings = changed_settings(
        world.connection.settings,
        {"export_statuses": "DESPATCHED,INVOICED,InvoiceFailedNoCourierPrice"},
        world.parts.source.statuses(),
    )
    before = world.connections.named("both")
    found = moved(world.parts, before, replace(before, settings=settings))
    assert found.sentence() == "3 orders, GBP 779.94 would be exported"
    assert set(both.target.find([*"ABCDE"])) == {"A", "B"}
    world.connections.keep_settings(before, settings)
    world.export()
    there = both.target.find([*"ABCDE"])
    assert set(there) == {*"ABCDE"}
    assert sum(there[number].total for number in "CDE") == Decimal("779.94")


def test_terms_of_the_organisation(both: Both) -> None:
    """By the organisation's own terms for sales invoices are due where it has any, else by days."""
    world = both.world
    world.change(due="organisation", due_days=3)
    both.add("A", **DATES)
    world.export()
    assert day(document(both, "A"), "DueDate") == "2026-06-05"
    for rule, dated in (("OFFOLLOWINGMONTH", "2026-07-20"), ("OFCURRENTMONTH", "2026-06-20")):
        terms = {"Sales": {"Day": 20, "Type": rule}}
        both.xero.control("organisation", PaymentTerms=terms)
        world.connections.keep_organisation(world.connection, both.target.organisation())
        both.add(rule, **DATES)
        world.export()
        assert day(document(both, rule), "DueDate") == dated


def test_reference_and_theme(both: Both) -> None:
    """The reference is the template's, our mark stands at its end, and the theme is the chosen."""
    theme = branding_themes(both.xero.client())[-1].theme_id
    both.world.change(reference="{channel}: {number} / {external}", branding_theme=theme)
    both.add("A", **DATES)
    both.add("LONG", ExternalOrderReference="x" * 300)
    both.world.export()
    found = document(both, "A")
    assert found["Reference"] == f"Shopify: A / 5551234 (Mintsoft {both.ids['A']})"
    assert found["BrandingThemeID"].casefold() == theme.casefold()
    long = document(both, "LONG")["Reference"]
    assert len(long) <= 255
    assert long.endswith(f" (Mintsoft {both.ids['LONG']})")
    assert both.reconcile().findings == ()


CHOSEN: list[tuple[dict[str, Any], set[str]]] = [
    ({"channels": ("9",), "warehouses": ("NORTH",)}, set()),
    ({"warehouses": ("north",)}, {"B"}),
    ({"channels": ("ebay uk",)}, {"B", "C"}),
    ({"warehouses": ("3",), "channels": ("7",)}, {"A", "B", "C"}),
    ({}, {"A", "B", "C", "D"}),
]


def test_warehouses_and_channels(both: Both) -> None:
    """Orders of other warehouses and channels are skipped with the reason, and come in later."""
    world, plain = both.world, both.world.connection.settings
    both.add("A", **DATES)
    both.add("B", **DATES, WarehouseId=4, WAREHOUSE_CODE="NORTH")
    both.add("C", **DATES, ChannelId=9, Channel={"Name": "eBay UK", "ID": 9})
    both.add("D", **DATES, ChannelId=None, Channel=None)
    for settings, exported in CHOSEN:
        world.change(**{**vars(plain), **settings})
        world.export()
        assert set(both.target.find([*"ABCD"])) == exported, settings
        for row in world.rows().values():
            if row.number not in exported:
                assert (row.state, row.code) == ("skipped", "")
                assert "are not exported by this connection" in row.message


def test_a_ready_order_is_dated_anew(both: Both) -> None:
    """Dated by its export, an order that was not sent yet has another date the next day."""
    world = both.world
    world.change(invoice_date="exported")
    both.add("A", **DATES)
    world.sync()
    world.clock.advance(days=1)
    world.export()
    assert day(document(both, "A"), "Date") == "2026-06-16"


def test_locked_period(both: Both) -> None:
    """The lock date goes by the invoice's date, whatever the order's is."""
    world = both.world
    locked = replace(world.target.here, locked_until=world.clock.now().date().replace(day=1))
    world.connections.keep_organisation(world.connection, locked)
    both.add("A", **DATES)
    world.change(invoice_date="ordered")
    world.export()
    (row,) = world.rows().values()
    assert (row.state, row.code) == ("refused", "MX-207")
    assert "2026-05-30 lies in a period that is locked" in row.message
    world.change(invoice_date="despatched")
    world.export()
    assert set(both.target.find(["A"])) == {"A"}


def test_tax_basis(both: Both) -> None:
    """In an Australian organisation the pennies are BAS Excluded, and summaries speak of GST."""
    world = both.world
    both.xero.control("organisations", country="AU", name="Down Under")
    login = both.xero.consented()
    (down_under,) = [
        x for x, name in login.connections(login.token()).items() if name == "Down Under"
    ]
    client = XeroClient(
        both.xero.url,
        login=login,
        organisation_id=down_under,
        limiter=FakeLimiter(world.clock),
        clock=world.clock,
        timeout=(60, 60),
    )
    target = XeroTarget(client)
    world.target.here = target.organisation()
    world.parts = replace(world.parts, target=target)
    world.connection = world.connect(
        "australia", line_detail="summary", rounding_limit=Decimal("0.01")
    )
    item = raw_item(Tax=10.0, TaxRate=10.0, Vat=10.0, TaxPaid=20.0, TotalTax=20.0)
    aud = {"Currency": {"Name": "Australian Dollar", "Code": "AUD", "ID": 5}}
    nothing = dict.fromkeys(["ShippingNet", "ShippingTax"], 0.0)
    australia = {"Name": "Australia", "Code": "AU", "Code3": "AUS", "ID": 9}
    both.add(
        "A", **DATES, **aud, **nothing, Country=australia, OrderItems=[item], TotalOrderGross=220.01
    )
    world.export()
    (row,) = world.rows().values()
    assert row.state == "exported", row.message
    found = client.get(f"Invoices/{row.invoice_id}")["Invoices"][0]
    lines = [(x["Description"], x["TaxType"]) for x in found["LineItems"]]
    assert lines == [("Goods at 10 % GST", "OUTPUT"), ("Rounding", "BASEXCLUDED")]
