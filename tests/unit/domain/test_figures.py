"""Figures: what the amounts of an order mean, told from what the customer paid."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ....plugin.domain.money import ZERO
from ....plugin.domain.orders.order import Charge, Order, OrderLine
from ....plugin.domain.taxes.difference_cause import difference_cause
from ....plugin.domain.taxes.figures import unexplained, with_figures_understood
from ..orders import a_line, an_order


def order(stated: str, **changes: Any) -> Order:
    """An order of 24.00, changed, which came to an amount."""
    return with_figures_understood(an_order(stated_gross=Decimal(stated), **changes))


def charge(net: str, tax: str) -> Charge:
    """An amount and its tax."""
    return Charge(net=Decimal(net), tax=Decimal(tax))


def test_the_sign_of_a_discount() -> None:
    """A minus is a discount where the total says so, and a surcharge where it says that."""
    written = charge("-5.00", "-1.00")
    assert order("18.00", discount=written).discount == charge("5.00", "1.00")
    assert order("30.00", discount=written).discount == written
    assert order("99.00", discount=written).discount == charge("5.00", "1.00")
    assert order("18.00", discount=charge("5.00", "1.00")).discount == charge("5.00", "1.00")


def test_the_sign_of_a_discount_on_a_line() -> None:
    """The same of one on a line, whose tax follows its sign."""
    written = a_line(discount_net=Decimal("-5.00"), tax=Decimal("3.00"))
    off, on = (order(total, lines=(written,)).lines[0] for total in ("18.00", "30.00"))
    assert (off.net, off.tax) == (Decimal("15.00"), Decimal("3.00"))
    assert (on.net, on.tax) == (Decimal("25.00"), Decimal("5.00"))


@pytest.mark.parametrize(("stated", "tax"), [("24.00", "4.00"), ("20.00", "0")])
def test_tax_that_is_left_out(stated: str, tax: str) -> None:
    """Where no tax is stated, the total tells whether the rate's was charged, or none."""
    silent = a_line(tax=ZERO, states_tax=False)
    assert order(stated, lines=(silent,)).lines[0].tax == Decimal(tax)


def test_tax_and_rate_left_out() -> None:
    """Where the rate is missing, too, the tax is what the total has more than the prices."""
    silent = a_line(tax=ZERO, tax_rate=ZERO, states_tax=False, states_rate=False)
    (line,) = order("24.00", lines=(silent,)).lines
    assert (line.tax, line.tax_rate) == (Decimal("4.00"), Decimal(20))


def test_tax_that_the_total_denies() -> None:
    """A tax that the total denies gives way to that of the rate, where the total confirms it."""
    wrong = a_line(tax=Decimal("3.00"))
    assert order("24.00", lines=(wrong,)).lines[0].tax == Decimal("4.00")
    assert order("25.00", lines=(wrong,)).lines[0].tax == Decimal("3.00")


@pytest.mark.parametrize(
    ("lines", "stated", "beyond"),
    [
        (1, "24.00", "0"),
        (1, "24.01", "0.01"),
        (2, "48.01", "0"),
        (2, "47.99", "0"),
        (2, "48.02", "0.01"),
        (30, "720.15", "0"),
        (30, "720.20", "0.05"),
    ],
)
def test_half_a_penny_for_each_part(lines: int, stated: str, beyond: str) -> None:
    """Rounding explains half a penny for each line, and nothing beyond."""
    whole = an_order(lines=(a_line(),) * lines, stated_gross=Decimal(stated))
    assert unexplained(whole) == Decimal(beyond)


def test_what_the_rates_give_is_explained() -> None:
    """A total that is just what Xero computes, or the customer's prices come to, always fits."""
    taxed = a_line(quantity=14, unit_net=Decimal("8.33"), tax=Decimal("23.38"))
    for stated in ("140.00", "139.94"):
        whole = an_order(lines=(taxed,), stated_gross=Decimal(stated))
        assert unexplained(with_figures_understood(whole)) == 0
    on_the_line = a_line(quantity=14, unit_net=Decimal("8.33"), tax=Decimal("23.33"))
    whole = an_order(lines=(on_the_line,), stated_gross=Decimal("140.00"))
    assert unexplained(whole) == 0


@pytest.mark.parametrize(
    ("stated", "changes", "said"),
    [
        ("24.00", {"shipping": charge("5.00", "1.00")}, "just the shipping"),
        ("30.00", {"shipping": charge("5.00", "0")}, "just the tax that shipping would bear"),
        ("24.00", {"discount": charge("5.00", "1.00")}, "just the discount"),
        ("20.00", {}, "seems to be without tax"),
        ("24.00", {"lines": (a_line(), a_line(quantity=1, tax=Decimal(2)))}, "just line 2"),
        ("77.77", {}, "No single figure"),
    ],
)
def test_what_a_difference_is(stated: str, changes: Any, said: str) -> None:
    """A total that does not fit is refused with what it is likely to be short of."""
    whole = order(stated, **changes)
    assert unexplained(whole) > 0
    assert said in difference_cause(whole)


def test_one_price_is_one_price() -> None:
    """Lines of one price had one price in the shop: a total that needs two of them does not fit."""
    ten = a_line(quantity=10, unit_net=Decimal("8.33"), tax=Decimal("16.66"))
    for stated, fits in (("200.00", True), ("199.80", True), ("199.90", False)):
        whole = an_order(lines=(ten, ten), stated_gross=Decimal(stated))
        assert (unexplained(whole) == 0) is fits, stated


def test_a_rate_told_by_pennies_alone() -> None:
    """A price of pennies may show 21 % or 20 %: the customer's price with tax tells which."""
    small = a_line(
        quantity=1, unit_net=Decimal("0.43"), tax=Decimal("0.09"), tax_rate=Decimal("20.93")
    )
    assert unexplained(an_order(lines=(small,), stated_gross=Decimal("0.51"))) == 0


def test_a_row_that_was_rounded_as_a_whole() -> None:
    """A unit price may be a part of a row that was rounded: half off two at 1.00 comes to 0.50."""
    row = a_line(
        unit_net=Decimal("0.475"),
        tax_rate=Decimal("5.5"),
        discount_net=Decimal("0.47"),
        tax=ZERO,
        states_tax=False,
    )
    (understood,) = order("0.50", lines=(row,)).lines
    assert understood.tax > 0
    assert unexplained(order("0.50", lines=(row,))) == 0


def test_a_row_given_away_was_rounded_too() -> None:
    """Tax of a unit and tax of what is taken off are rounded apart: 7.56 less 7.57 is no error."""
    sold = [
        a_line(unit_net=Decimal(net), discount_net=Decimal("2.64"), tax=Decimal(tax))
        for net, tax in (("8.01", "0.8055"), ("7.99", "0.8025"))
    ]
    given_away = a_line(
        unit_net=Decimal("16.83"), quantity=3, discount_net=Decimal("50.49"), tax=ZERO
    )
    rows = tuple(replace(row, tax_rate=Decimal(15), quantity=1) for row in sold)
    whole = (*rows, replace(given_away, tax_rate=Decimal(15)))

    def left(*lines: OrderLine) -> Decimal:
        shipping = charge("10.00", "0.00")
        return unexplained(an_order(lines=lines, shipping=shipping, stated_gross=Decimal("22.31")))

    assert left(*whole) == 0
    assert left(*rows) > 0
