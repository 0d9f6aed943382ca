"""What changes on either side around an export is noticed, never overwritten, and shown."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ....plugin.domain.orders.order import Order
from ....plugin.exports.order_changes import LATE, LONGEST_GUESS, late
from ....plugin.exports.pipeline import settle
from ....plugin.exports.reexport import export_again
from ....plugin.ports.source import Unreadable
from ....plugin.testing.source import FakeSource
from ..orders import DAY, a_line, an_order
from ..world import World

#: The ordinary order at twice its price.
MORE: dict[str, Any] = {
    "lines": (a_line(unit_net=Decimal("20.00"), tax=Decimal("8.00")),),
    "stated_gross": Decimal("48.00"),
}


class Asked(FakeSource):
    """A source that remembers from when on it was asked for changes."""

    def __init__(self, *orders: Order) -> None:
        super().__init__(*orders)
        self.asked: list[datetime | None] = []

    def changed_since(self, since: datetime | None) -> Iterator[list[Order | Unreadable]]:
        """As the fake."""
        self.asked.append(since)
        yield from super().changed_since(since)


def test_an_order_in_somebodys_hands_waits(world: World) -> None:
    """An order that was changed a moment ago waits, and is exported when it rests."""
    world.change(quiet_seconds=60)
    world.put(an_order())
    world.export()
    assert (world.states(), world.invoices()) == ({"1": "waiting"}, {})
    assert "changed a moment ago" in world.row().message
    world.clock.advance(seconds=30)
    world.put(an_order(**MORE))
    world.export()
    world.clock.advance(seconds=59)
    world.export()
    assert world.states() == {"1": "waiting"}
    world.clock.advance(seconds=1)
    settle(world.parts, world.connection)
    assert world.states() == {"1": "ready"}, "the clock alone moves it on, without a sync"
    world.send()
    assert world.invoices() == {"WEB-1": Decimal("48.00")}


def test_a_source_whose_clock_is_ahead_holds_nothing_up(world: World) -> None:
    """A change in the future says nothing of an editor: such an order does not wait."""
    world.change(quiet_seconds=60)
    world.source.orders["1"] = an_order(changed_at=world.clock.now() + timedelta(hours=1))
    world.export()
    assert world.states() == {"1": "exported"}


def test_an_edit_that_another_worker_read_is_not_sent(world: World) -> None:
    """What one worker reads of an order, another who is about to send it knows."""
    world.put(an_order("1"), an_order("2"))
    world.sync()
    first, second = world.ledger.due_to_send(world.connection)
    claims = world.ledger.claim(world.connection, [second])
    world.clock.advance(minutes=5)
    world.put(an_order("2", **MORE))
    world.send([first])
    assert world.ledger.changed(claims) == {second}
    world.ledger.release(claims, "its worker gives it back")
    world.send()
    assert world.invoices() == {"WEB-1": Decimal("24.00")}
    world.send()
    assert world.invoices() == {"WEB-1": Decimal("24.00"), "WEB-2": Decimal("48.00")}


def test_changes_are_read_once_for_many_batches(world: World) -> None:
    """A recheck reads what is new since the last one, by the source's clock; not all over again."""
    world.put(*[an_order(str(n)) for n in range(1, 9)])
    world.sync()
    orders = list(world.source.orders.values())
    world.clock.advance(hours=3)
    source = Asked(*orders)
    world.parts = replace(world.parts, source=source)
    for some in world.ledger.due_to_send(world.connection):
        world.send([some])
    newest = max(order.changed_at for order in source.orders.values())
    rest = [newest + LONGEST_GUESS - LATE] * (len(orders) - 1)
    assert source.asked == [newest - LATE, *rest], "time has passed at the source too"


def test_one_wrong_time_at_the_source_blinds_nobody(world: World) -> None:
    """An order that claims to be changed in the far future does not hide the changes of others."""
    world.source.orders["9"] = an_order("9", changed_at=world.clock.now() + timedelta(days=9999))
    world.put(an_order("1"))
    world.sync()
    world.clock.advance(minutes=5)
    world.put(an_order("1", **MORE))
    world.send()
    assert "WEB-1" not in world.invoices()


def test_the_hour_that_comes_twice_is_read_twice(world: World) -> None:
    """In the night in which clocks are put back, changes are read from two hours earlier."""
    assert late(DAY, world.connection) == LATE
    night = DAY.replace(month=10, day=25, hour=1)
    assert late(night, world.connection) == timedelta(hours=2)


def test_an_edit_while_the_answer_was_out_is_noticed(world: World) -> None:
    """An order edited while nobody knew whether it was exported is compared once it is."""
    world.put(an_order())
    world.sync()
    world.target.lose_answer = "after"
    world.send()
    world.clock.advance(seconds=2)
    world.put(an_order(**MORE))
    world.sync()
    assert (world.states(), world.row().code) == ({"1": "unknown"}, "MX-603")
    world.clock.advance(hours=5)
    world.source.orders["2"] = an_order("2", changed_at=world.clock.now())
    settle(world.parts, world.connection)
    assert world.states() == {"1": "exported"}
    world.sync()
    assert world.row().code == "MX-504"


@pytest.mark.parametrize(("status", "code"), [("VOIDED", "MX-410"), ("DELETED", "MX-411")])
def test_an_invoice_that_is_no_more_is_noticed(world: World, status: str, code: str) -> None:
    """An invoice voided or deleted in Xero is noticed at the next sync; nothing is sent."""
    world.put(an_order())
    world.export()
    world.clock.advance(minutes=20)
    world.target.set_status("WEB-1", status)
    world.export()
    assert (world.row().state, world.row().code) == ("exported", code)
    assert len(world.target.sent) == 1


def test_it_is_exported_again_only_when_a_person_says_so(world: World) -> None:
    """A voided invoice stays so until `retry --again`, which makes the next generation."""
    world.put(an_order())
    world.export()
    world.clock.advance(minutes=20)
    world.target.set_status("WEB-1", "VOIDED")
    world.export()
    export_again(world.ledger, world.target, world.connection, [world.row()])
    world.export()
    row = world.row()
    assert (row.state, row.code, row.invoice_number) == ("exported", "", "WEB-1-R2")
    assert world.ledger.drift(row.export_id) == ((), ())


def test_what_was_renumbered_is_not_exported_again(world: World) -> None:
    """A document is known by its id: under another number it is alive, and nothing is let go."""
    world.put(an_order())
    world.export()
    world.clock.advance(minutes=20)
    (document,) = world.target.documents
    world.target.documents[0] = replace(document, number="INV-0099", changed_at=world.clock.now())
    world.export()
    assert export_again(world.ledger, world.target, world.connection, [world.row()]) == []
    world.export()
    assert list(world.invoices()) == ["INV-0099"]


def test_an_invoice_changed_in_xero_is_shown_with_both_figures(world: World) -> None:
    """Another total in Xero is noticed with both; a payment is no change; put right, it is gone."""
    world.put(an_order())
    world.export()
    world.clock.advance(minutes=20)
    world.target.set_status("WEB-1", "PAID")
    world.export()
    assert world.row().code == ""
    [document] = world.target.documents
    changed = replace(document, total=Decimal("30.00"), changed_at=world.clock.now())
    world.target.documents[:] = [changed]
    world.export()
    row = world.row()
    assert row.code == "MX-412"
    assert "30.00 GBP" in row.message
    assert "24.00 GBP" in row.message
    world.clock.advance(minutes=20)
    world.target.documents[:] = [replace(document, changed_at=world.clock.now())]
    world.export()
    assert world.row().code == ""


def test_an_edit_in_mintsoft_is_shown_with_both_versions(world: World) -> None:
    """An order edited after its export shows what it was and what it is."""
    world.put(an_order())
    world.export()
    world.clock.advance(minutes=20)
    world.put(an_order(**MORE))
    world.export()
    row = world.row()
    assert row.code == "MX-504"
    edited, _ = world.ledger.drift(row.export_id)
    found = {x.what: (x.exported, x.now) for x in edited}
    assert found["stated_gross"] == ("24.00", "48.00")
    assert "quantity" not in found
    assert world.invoices() == {"WEB-1": Decimal("24.00")}


def test_what_was_cleared_comes_back_with_news_only(world: World) -> None:
    """A person clears what changed; the same is not said again, another change is."""
    world.put(an_order())
    world.export()
    world.clock.advance(minutes=20)
    world.put(an_order(**MORE))
    world.export()
    assert world.ledger.clear_drift(world.connection, [world.row().export_id]) == 1
    world.put(an_order(**MORE))
    world.export()
    assert world.row().code == ""
    world.clock.advance(minutes=20)
    world.put(an_order(**{**MORE, "country": "FR"}))
    world.export()
    assert world.row().code == "MX-504"


def test_the_more_serious_change_is_the_one_that_is_named(world: World) -> None:
    """Edited here and voided there: the void is named, and both are shown."""
    world.put(an_order())
    world.export()
    world.clock.advance(minutes=20)
    world.put(an_order(**MORE))
    world.target.set_status("WEB-1", "VOIDED")
    world.export()
    assert world.row().code == "MX-410"
    edited, there = world.ledger.drift(world.row().export_id)
    assert edited
    assert {x.what: x.now for x in there}["status"] == "VOIDED"


def test_a_fast_clock_delays_and_loses_nothing(world: World) -> None:
    """With our clock hours ahead of the source's a new order is read at the next sync."""
    wrong = world.source.clock_ahead = timedelta(hours=2)
    world.source.orders["1"] = an_order("1", changed_at=world.clock.now() - wrong)
    world.export()
    world.clock.advance(minutes=15)
    world.source.orders["2"] = an_order("2", changed_at=world.clock.now() - wrong)
    world.export()
    assert world.row("2").state == "exported"
