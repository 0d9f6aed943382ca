"""Money and items on the whole way: from Mintsoft's figures to what stands in the target."""

from decimal import Decimal

import pytest

from ....plugin.domain.connections.mapping import Entry
from ....plugin.domain.money import ZERO
from ....plugin.domain.orders.order import Order
from ....plugin.exports.items import make_items
from ..orders import a_line, an_order
from ..world import World

#: 14.00 too much discount on its first line, 36.00 on its second: 19.20 in all.
TOO_MUCH = an_order(
    lines=(
        a_line(discount_net=Decimal("34.00"), tax=Decimal("-2.80")),
        a_line(line_id="2", quantity=3, tax=Decimal("6.00")),
    ),
    stated_gross=Decimal("19.20"),
)


@pytest.mark.parametrize(
    ("repair", "state", "total"),
    [
        ("refuse", "refused", "19.20"),
        ("spread", "exported", "19.20"),
        ("cap", "exported", "36.00"),
    ],
)
def test_discount_repair(world: World, repair: str, state: str, total: str) -> None:
    """Too large a discount is refused unless a repair is chosen; what was done is then said."""
    world.change(discount_repair=repair)
    world.put(TOO_MUCH)
    world.export()
    row = world.row()
    assert (row.state, row.total) == (state, Decimal(total))
    if repair == "refuse":
        assert (row.code, row.decided_by) == ("MX-201", "discount_larger_than_line")
    else:
        assert row.code == ""
        assert ("14.00 GBP" if repair == "spread" else "the invoice is 36.00 GBP") in row.message
        invoice = world.ledger.story(row.export_id).invoice
        assert invoice is not None
        assert invoice.note == row.message


def test_choosing_a_repair_decides_again(world: World) -> None:
    """What was refused goes out once the connection has a repair, without a change in Mintsoft."""
    world.put(TOO_MUCH)
    world.export()
    assert world.states() == {"1": "refused"}
    world.change(discount_repair="spread")
    world.export()
    assert world.invoices() == {"WEB-1": Decimal("19.20")}


def gross(source_id: str, **changes: object) -> Order:
    """An order of 24.00 with 4.00 tax in it, recorded as if it had none."""
    line = a_line(quantity=1, unit_net=Decimal("24.00"), tax_rate=ZERO, tax=ZERO)
    return an_order(source_id, lines=(line,), stated_gross=Decimal("24.00"), **changes)


def test_gross_channel(world: World) -> None:
    """A channel whose prices hold the tax: rules and invoice know it, others are as they were."""
    world.change(gross_channels=("7:GB:20",))
    world.put(gross("1"), gross("2", channel_id="8"), gross("3", country="US"))
    world.export()
    assert world.states() == {"1": "exported", "2": "exported", "3": "refused"}
    assert world.row("3").code == "MX-209"
    taxes = {}
    for source_id in ("1", "2"):
        story = world.ledger.story(world.row(source_id).export_id)
        assert story.invoice is not None
        assert story.facts is not None
        assert story.invoice.total == Decimal("24.00")
        assert story.facts["total_difference"] == ZERO
        taxes[source_id] = (story.invoice.lines[0].tax, story.facts["total_tax"])
    assert taxes == {"1": (Decimal("4.00"), Decimal("4.00")), "2": (ZERO, ZERO)}
    # Nothing of it is an edit.
    world.clock.advance(minutes=15)
    world.put(gross("1"))
    world.export()
    assert world.row("1").code == ""


@pytest.mark.parametrize(
    ("items", "named"),
    [("none", set()), ("use", set()), ("create", {"wid-1", "wid-2"})],
)
def test_items(world: World, items: str, named: set[str]) -> None:
    """Items are made only by `create`, with the mapped account; a long SKU stops nothing."""
    world.connections.keep_entries(
        world.connection, {("item_account", "default"): Entry(target="200")}
    )
    world.change(items=items)
    world.put(an_order("1"), an_order("2", lines=(a_line(sku="WID-2"),)))
    world.put(an_order("3", lines=(a_line(sku="X" * 31),)))
    world.export()
    assert set(world.states().values()) == {"exported"}
    assert set(world.target.price_list) == named
    for item in world.target.price_list.values():
        assert (item.selling.account_code, item.selling.tax_type) == ("200", "OUTPUT2")
        assert (item.purchased, item.tracked) == (False, False)


def test_items_are_made_ahead(world: World) -> None:
    """Deciding makes nothing in the target; before sending, items of all that is due are made."""
    world.change(items="create")
    world.put(*(an_order(str(n), lines=(a_line(sku=f"S-{n % 7}"),)) for n in range(1, 20)))
    world.put(an_order("30", status="NEW", lines=(a_line(sku="LATER"),)))
    world.sync()
    assert world.target.price_list == {}
    make_items(world.parts, world.connection)
    assert set(world.target.price_list) == {f"s-{n}" for n in range(7)}
    world.target.down = True
    make_items(world.parts, world.connection)
    world.target.down = False
    world.send()
    assert len(world.invoices()) == 19
