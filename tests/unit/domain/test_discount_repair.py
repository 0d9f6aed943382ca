"""Repair: a discount larger than what it is taken off is refused, spread or capped."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ....plugin.domain.invoices.discount_repair import repaired
from ....plugin.domain.money import ZERO
from ....plugin.domain.orders.order import Charge, Order
from ....plugin.errors import NeedsPerson
from ..orders import a_line, an_order

#: A line of 20.00 with a discount of 34.00: 14.00 too much, and 2.80 tax on that.
TOO_MUCH = a_line(line_id="2", discount_net=Decimal("34.00"), tax=Decimal("-2.80"))


def an_order_with(*others: str, stated: str, rate: int = 20) -> Order:
    """The line with too much discount, and others of these amounts."""
    lines = [
        a_line(quantity=1, unit_net=Decimal(x), tax=Decimal(x) * rate / 100, tax_rate=Decimal(rate))
        for x in others
    ]
    return an_order(lines=(TOO_MUCH, *lines), stated_gross=Decimal(stated))


def refusal(order: Order, way: str) -> NeedsPerson:
    """Why it can't be repaired that way."""
    with pytest.raises(NeedsPerson) as caught:
        repaired(order, way)
    return caught.value


def test_refused_unless_chosen() -> None:
    """Nobody's prices are changed unless the connection says so."""
    assert refusal(an_order_with("30.00", stated="19.20"), "refuse").code == "MX-201"
    order = an_order(discount=Charge(net=Decimal(21), tax=Decimal("4.20")), stated_gross=ZERO)
    assert refusal(order, "refuse").code == "MX-202"


@pytest.mark.parametrize("way", ["refuse", "spread", "cap"])
def test_what_fits_stays(way: str) -> None:
    """An order whose discounts fit is left as it is, up to all of a line and all of an order."""
    free = a_line(discount_net=Decimal("20.00"), tax=ZERO)
    whole = Charge(net=Decimal("20.00"), tax=Decimal("4.00"))
    for order in (
        an_order(),
        an_order(lines=(free,), stated_gross=ZERO),
        an_order(discount=whole, stated_gross=ZERO),
    ):
        found = repaired(order, way)
        assert (found.order, found.total, found.note) == (order, order.stated_gross, "")


def test_spread_in_proportion() -> None:
    """What is too much is taken off the other lines in proportion, and the total stays."""
    order = an_order_with("10.00", "20.00", stated="19.20")
    found = repaired(order, "spread")
    assert [x.discount_net for x in found.order.lines] == [
        Decimal("20.00"),
        Decimal("4.67"),
        Decimal("9.33"),
    ]
    assert found.total == Decimal("19.20")
    assert "14.00 GBP" in found.note
    assert sum((x.net for x in found.order.lines), ZERO) == Decimal("16.00")


def test_spread_has_an_end() -> None:
    """More than the other lines come to can't be spread: the rest is named."""
    error = refusal(an_order_with("13.99", stated="-0.01"), "spread")
    assert (error.code, "0.01 GBP" in error.message) == ("MX-208", True)
    order = an_order(discount=Charge(net=Decimal(21), tax=Decimal("4.20")), stated_gross=ZERO)
    assert refusal(order, "spread").code == "MX-208"


def test_capped_line() -> None:
    """The line is free, the rest stays, the total rises by the excess with tax: both are said."""
    found = repaired(an_order_with("30.00", stated="19.20"), "cap")
    assert [x.net for x in found.order.lines] == [ZERO, Decimal("30.00")]
    assert found.total == Decimal("36.00") == Decimal("19.20") + Decimal("16.80")
    assert "says 19.20 GBP" in found.note
    assert "is 36.00 GBP" in found.note


def test_capped_order() -> None:
    """An order with more discount than it is worth is free; a negative invoice there can't be."""
    order = an_order(
        discount=Charge(net=Decimal("30.00"), tax=Decimal("6.00")), stated_gross=Decimal("-12.00")
    )
    found = repaired(order, "cap")
    assert found.order.discount == Charge(net=Decimal("20.00"), tax=Decimal("4.00"))
    assert found.total == ZERO
    assert "says -12.00 GBP" in found.note


def test_cap_never_takes_more() -> None:
    """Where the stated tax is not the discount's, capping would lower the total: refused."""
    line = a_line(discount_net=Decimal("34.00"), tax=Decimal("20.00"))
    error = refusal(an_order(lines=(line,), stated_gross=Decimal("6.00")), "cap")
    assert (error.code, "0.00 GBP" in error.message) == ("MX-304", True)
    assert "6.00 GBP" in error.message


def test_a_gift_card_pays_for_the_tax_too() -> None:
    """A discount without tax is held against goods with their tax, and to the penny."""
    for net, fits in (("23.99", True), ("24.00", True), ("24.01", False)):
        card = Charge(net=Decimal(net), tax=ZERO)
        order = an_order(discount=card, stated_gross=Decimal(24) - Decimal(net))
        if fits:
            assert repaired(order, "refuse").order == order
        else:
            assert refusal(order, "refuse").code == "MX-202"


def test_what_is_too_much_stays_at_its_rate() -> None:
    """An excess is spread over lines of its own rate, and over others only when these are full."""
    over = a_line(unit_net=Decimal(5), discount_net=Decimal(24), tax=Decimal("-2.80"))
    zero = a_line(tax_rate=ZERO, tax=ZERO)
    order = an_order(lines=(over, a_line(), zero), stated_gross=Decimal("27.20"))
    assert [x.net for x in repaired(order, "spread").order.lines] == [0, 6, 20]
    more = replace(over, discount_net=Decimal(40))
    order = an_order(lines=(more, a_line(), zero), stated_gross=Decimal("8.00"))
    assert [x.net for x in repaired(order, "spread").order.lines] == [0, 0, 10]
