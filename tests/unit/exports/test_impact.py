"""What a change would move, held against what the next sync then does."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from ....plugin.database.tables import export
from ....plugin.domain.connections.connection import Connection
from ....plugin.domain.connections.mapping import Entry, Mapping
from ....plugin.domain.orders.order import Charge, Order
from ....plugin.domain.reconciliation.differences import Change, Standing
from ....plugin.domain.reconciliation.impact import Impact
from ....plugin.domain.reconciliation.reconciliation import Stated
from ....plugin.exports.impact import moved
from ....plugin.exports.pipeline import sync
from ..orders import a_line, an_order
from ..world import World

STATUSES = ("DESPATCHED", "INVOICED", "INVOICEFAILED")


def foreseen(world: World, **settings: Any) -> Impact:
    """What changing settings would do."""
    changed = replace(world.connection.settings, **settings)
    return moved(world.parts, world.connection, replace(world.connection, settings=changed))


def remapped(connection: Connection, *key: str, target: str) -> Connection:
    """The connection with one entry of its mapping changed."""
    kind, source = key
    entries = {**connection.mapping.entries, (kind, source): Entry(target=target)}
    return replace(connection, mapping=Mapping(entries))


def told(found: Impact) -> dict[Change, int]:
    """How many orders by what becomes of them."""
    counts: Counter[Change] = Counter()
    for cause, tally in found.differences.causes(Standing.OPEN):
        counts[cause.change] += tally.documents
    return dict(counts)


def some_orders() -> list[Order]:
    """Some of each: due, not due, of other channels and warehouses, refused, and a twin."""
    return [
        *(an_order(str(n)) for n in range(1, 6)),
        *(an_order(str(n), status="INVOICEFAILED") for n in range(10, 22)),
        an_order("22", status="INVOICEFAILED", currency="SEK"),
        an_order("23", status="INVOICEFAILED", number="WEB-10"),
        an_order("24", status="INVOICEFAILED", stated_gross=Decimal("24.30")),
        an_order("25", status="NEW"),
        an_order("26", channel_id="9", channel="eBay"),
        an_order("27", warehouse="NORTH", warehouse_id="4"),
        an_order("28", status="CANCELLED"),
        an_order("29", shipping=Charge(net=Decimal("5.00"), tax=Decimal("1.00"))),
        an_order("30", stated_gross=Decimal("99.00")),
    ]


def test_statuses_as_the_next_sync(world: World) -> None:
    """The orders said to be exported by a longer list of statuses are those that the sync sends."""
    world.put(*some_orders())
    world.export()
    before = world.invoices()
    found = foreseen(world, export_statuses=STATUSES)
    assert told(found) == {Change.EXPORTED: 12, Change.REFUSED: 3}
    assert found.sentence() == (
        "12 orders, GBP 288.00 would be exported; 3 orders, GBP 48.30, SEK 24.00 would be refused"
    )
    assert world.invoices() == before, "nothing was done yet"
    world.change(export_statuses=STATUSES)
    world.export()
    made = {number: x for number, x in world.invoices().items() if number not in before}
    assert (len(made), sum(made.values())) == (12, Decimal("288.00"))


CHANGES: list[dict[str, Any]] = [
    {"export_statuses": STATUSES},
    {"export_statuses": ("INVOICEFAILED",)},
    {"channels": ("7",)},
    {"channels": ("ebay",)},
    {"warehouses": ("4", "main")},
    {"start_date": date(2026, 7, 1)},
    {"rounding_limit": Decimal("0.50"), "export_statuses": STATUSES},
    {"contact_policy": "fixed"},
    {"number_prefix": "X-", "export_statuses": STATUSES},
    {"line_detail": "summary", "due_days": 30},
]


@pytest.mark.parametrize("settings", CHANGES)
def test_every_change_as_the_next_sync(world: World, settings: dict[str, Any]) -> None:
    """Whatever is changed, each order then stands where it was said to stand."""
    world.put(*some_orders())
    world.sync()
    was = world.states()
    found = foreseen(world, **settings)
    assert world.states() == was, "looking changes nothing"
    world.change(**settings)
    world.sync()
    now = world.states()
    became = {
        Change.EXPORTED: "ready",
        Change.WAITING: "waiting",
        Change.SKIPPED: "skipped",
        Change.REFUSED: "refused",
    }
    for change, state in became.items():
        moved_there = sum(now[x] == state and was[x] != state for x in now)
        assert told(found).get(change, 0) == moved_there, change


def test_mapping(world: World) -> None:
    """An entry that was missing lets its orders go; another account changes their invoices."""
    odd = a_line(tax_rate=Decimal(5), tax=Decimal("1.00"))
    world.put(an_order("1"), an_order("2", lines=(odd,), stated_gross=Decimal("21.00")))
    entries = dict(world.connection.mapping.entries)
    del entries["tax_rate", "5"]
    bare = replace(world.connection, mapping=Mapping(entries))
    world.connection = bare
    sync(world.parts, bare)
    assert (world.row("2").state, world.row("2").code) == ("refused", "MX-312")
    found = moved(world.parts, bare, remapped(bare, "tax_rate", "5", target="RROUTPUT"))
    assert found.sentence() == "1 order, GBP 21.00 would be exported"
    north = remapped(bare, "tracking", "channel:7", target="Region=North")
    assert moved(world.parts, bare, north).sentence() == (
        "1 order, GBP 24.00 would be exported with another invoice"
    )
    gone = remapped(bare, "sales_account", "channel:7", target="999")
    assert moved(world.parts, bare, gone).sentence() == "1 order, GBP 24.00 would be refused"
    none = moved(world.parts, bare, remapped(bare, "sales_account", "channel:8", target="260"))
    assert none.sentence() == "no stored order would be moved"


def test_what_the_target_refused_is_sent_again(world: World) -> None:
    """An order that the target refused counts as exported: the next sync sends it again."""
    world.put(an_order("1"))
    world.sync()
    with world.database.transaction() as transaction:
        transaction.exec_driver_sql(
            "UPDATE mintsoft_xero_export SET state = 'refused', code = 'MX-403', invoice = NULL"
        )
    found = foreseen(world, due_days=7)
    assert told(found) == {Change.EXPORTED: 1}
    world.change(due_days=7)
    world.export()
    assert list(world.invoices()) == ["WEB-1"]


def test_what_rests_is_left_out(world: World) -> None:
    """What is in Xero or was cleared is not said to move; what nothing rests on moves nothing."""
    world.put(an_order("1"), an_order("2", status="NEW"), an_order("3", stated_gross=Decimal(99)))
    world.export()
    world.ledger.clear(world.connection, [world.row("3").export_id])
    found = foreseen(world, channels=("9",))
    assert told(found) == {Change.SKIPPED: 1}
    assert foreseen(world, batch_size=1).differences.compared == 0


def test_what_can_not_be_told(world: World) -> None:
    """Orders that were never read, or stored by an older version, are not guessed but named."""
    world.change(start_date=date(2026, 6, 10))
    world.put(an_order("1"))
    world.sync()
    with world.database.transaction() as transaction:
        kept = transaction.scalar(select(export.c.facts)) or {}
        older = {name: value for name, value in kept.items() if name != "channel_id"}
        transaction.execute(update(export).values(facts=older))
    found = foreseen(world, start_date=None, channels=("9",))
    assert found.differences.incomplete == {
        "an older version stored it; the next export reads it again": 1
    }
    assert "never read" in found.unforeseen[0]


def test_stored_facts_have_all_places(world: World) -> None:
    """What fits an order's own figures fits as it is stored: its places are kept."""
    each = {"unit_net": Decimal("0.0124"), "unit_tax": Decimal("0.002")}
    line = a_line(quantity=1000, tax=Decimal("2.00"), **each)
    world.put(an_order("1", lines=(line,), stated_gross=Decimal("14.40")))
    world.sync()
    assert world.row("1").state == "ready"
    rows = world.parts.ledger.due_again(world.connection, "", after=0, limit=9)
    (facts,) = world.parts.kind.stored_facts(world.parts, world.connection, rows)
    assert facts is not None
    assert facts["tax_fits"] is True


def test_stated_in_the_currency_that_goes_out(world: World) -> None:
    """What the warehouse states is held against documents in their currency, not by its name."""
    world.put(an_order("1", currency="STG"))
    connection = remapped(world.connection, "currency", "STG", target="GBP")
    kind, since = world.parts.kind, an_order().changed_at
    (found,) = kind.stated(world.parts, connection, since)
    assert isinstance(found, Stated)
    assert found.currency == "GBP"
