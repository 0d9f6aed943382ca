"""Retail prices: what the customer saw, told from prices that were taken apart."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ....plugin.domain.money import ZERO
from ....plugin.domain.orders.order import OrderLine
from ....plugin.domain.taxes.retail import retail_prices
from ..orders import a_line, an_order


def free(unit_net: str, quantity: int, rate: str) -> OrderLine:
    """A row that was given away."""
    return a_line(
        unit_net=Decimal(unit_net),
        quantity=quantity,
        tax_rate=Decimal(rate),
        discount_net=Decimal(unit_net) * quantity,
        tax=ZERO,
    )


def test_more_than_the_price_was_never_taken_off() -> None:
    """A row that was given away comes to nothing with tax, too, and makes up for no total."""
    given_away = free("0.44", 5000, "23")
    sold = a_line(unit_net=Decimal("8.13"), quantity=1, tax_rate=Decimal(23), tax=Decimal("1.87"))
    rates = [Decimal(23)] * 2

    def prices(total: str) -> list[Decimal] | None:
        order = an_order(lines=(sold, given_away), stated_gross=Decimal(total))
        found = retail_prices(order, rates)
        return None if found is None else [price.amount for price in found]

    assert prices("10.00") == [Decimal("10.00"), ZERO]
    assert prices("4.00") is None


def test_a_discount_is_a_whole_per_cent() -> None:
    """Of two prices that may have been, it is the one of which a whole per cent was taken off."""
    row = a_line(
        unit_net=Decimal("3.89"),
        quantity=5000,
        discount_net=Decimal("973.58"),
        tax_rate=Decimal(23),
        tax=Decimal("4249.58"),
    )
    whole = replace(row, discount_net=ZERO, tax=Decimal("4473.50"))
    order = an_order(lines=(whole, row), stated_gross=Decimal("46652.50"))
    prices = retail_prices(order, [Decimal(23)] * 2) or []
    assert [price.unit for price in prices] == [Decimal("4.78"), Decimal("4.79")]
    assert prices[1].discount == Decimal("1197.50")


@given(
    unit=st.decimals("-99", "99", places=2),
    quantity=st.integers(0, 5000),
    off=st.decimals("-99", "99", places=2),
    rate=st.sampled_from(["0", "5.5", "20", "23"]),
)
def test_every_row_has_a_price(unit: Decimal, quantity: int, off: Decimal, rate: str) -> None:
    """Whatever a row holds, it has a price with tax of the sign of its net, but for a penny."""
    row = a_line(
        unit_net=unit,
        quantity=quantity,
        discount_net=off,
        tax_rate=Decimal(rate),
        tax=round((unit * quantity - off) * Decimal(rate) / 100, 2),
    )
    prices = retail_prices(an_order(lines=(row,), stated_gross=row.net + row.tax), [Decimal(rate)])
    for price in prices or ():
        assert price.amount * row.net >= 0 or abs(price.amount) == Decimal("0.01")
