"""A sale's life goes on after its export: what ends it, splits it or takes its place is seen."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ....plugin.exports.reconcile import reconcile
from ..orders import a_line, an_order
from ..world import World

HALF = (a_line(quantity=1, tax=Decimal("2.00")),)


@pytest.mark.parametrize("status", ["CANCELLED", "FAILED", "AWAITINGPICKING"])
def test_what_has_ended_is_said_and_left_alone(world: World, status: str) -> None:
    """An exported order that ends or is taken back stays exported; a person is told, and how."""
    world.put(an_order())
    world.export()
    world.put(an_order(status=status))
    world.export()
    row = world.row()
    assert (row.state, row.code, world.invoices()) == (
        "exported",
        "MX-505",
        {"WEB-1": Decimal("24.00")},
    )
    assert status in row.message
    (finding,) = reconcile(world.parts, world.connection).findings
    assert (finding.what, finding.differences[0].now) == ("ended", status)
    world.put(an_order(status="INVOICED"))
    world.export()
    assert world.row().code == "", "it went on all the same"


def test_an_order_that_goes_out_early_may_go_on(world: World) -> None:
    """Exported before it left the warehouse, an order is on its way and has not ended."""
    world.change(export_statuses=("NEW", "DESPATCHED"))
    world.put(an_order(status="NEW"))
    world.export()
    for status in ("PRINTED", "PICKED", "DESPATCHED"):
        world.put(an_order(status=status))
        world.export()
        assert (world.row().state, world.row().code) == ("exported", "")


def test_what_took_its_place_is_named(world: World) -> None:
    """Cancelled and entered anew, the first names the second, whichever is read first."""
    world.put(an_order())
    world.export()
    world.put(an_order(status="CANCELLED"))
    world.export()
    assert "Nothing took its place" in world.row().message
    world.put(an_order("2", number="WEB-1", lines=HALF, stated_gross=Decimal("12.00")))
    world.export()
    assert "Order 2 took its place" in world.row().message


def test_entered_anew_just_as_it_was(world: World) -> None:
    """The same sale again is a duplicate while the first invoice stands, and then goes out."""
    world.put(an_order())
    world.export()
    world.put(an_order(status="CANCELLED"), an_order("2", number="WEB-1"))
    world.export()
    assert (world.row("2").state, world.row("2").code) == ("refused", "MX-204")
    (document,) = world.target.documents
    world.target.documents[0] = replace(document, status="VOIDED", changed_at=world.clock.now())
    world.sync()
    world.ledger.retry(world.connection, [world.row("2").export_id])
    world.export()
    assert world.row("2").state == "exported"
    assert list(world.invoices().values()) == [Decimal("24.00")]


def test_goods_of_a_whole_order_are_billed_once(world: World) -> None:
    """A part that was split off from what was invoiced whole is refused, with the other's id."""
    world.put(an_order())
    world.export()
    part: dict[str, Any] = {
        "number": "WEB-1",
        "lines": HALF,
        "stated_gross": Decimal("12.00"),
        "parts": 2,
    }
    world.put(an_order(**part), an_order("2", part=2, **part))
    world.export()
    assert world.row().code == "MX-504", "what is left of the whole is another order now"
    assert (world.row("2").state, world.row("2").code) == ("refused", "MX-216")
    assert "order 1" in world.row("2").message
    assert world.invoices() == {"WEB-1": Decimal("24.00")}


def test_goods_of_an_order_that_was_merged_are_billed_once(world: World) -> None:
    """An order that one was merged into after its export is refused; others of its client go."""
    world.put(an_order("1", number="A"))
    world.export()
    both = (a_line(), a_line(line_id="2"))
    merged = an_order("2", number="B+A", lines=both, stated_gross=Decimal("48.00"), merged=True)
    other = replace(merged, source_id="3", client="OTHER")
    world.put(merged, other)
    world.export()
    assert (world.row("2").state, world.row("2").code) == ("refused", "MX-216")
    assert world.row("3").state == "exported"


def test_parts_that_were_split_before_go_out(world: World) -> None:
    """Parts of an order that was split before anything of it was exported are no siblings so."""
    part: dict[str, Any] = {
        "number": "WEB-1",
        "lines": HALF,
        "stated_gross": Decimal("12.00"),
        "parts": 2,
    }
    world.put(an_order(**part), an_order("2", part=2, **part))
    world.export()
    assert set(world.states().values()) == {"exported"}
