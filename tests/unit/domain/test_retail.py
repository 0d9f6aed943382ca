"""Retail prices: what the customer saw, told from prices that were taken apart."""

from dataclasses import replace
from decimal import Decimal

from ....plugin.domain.money import ZERO
from ....plugin.domain.taxes.retail import retail_prices
from ..orders import a_line, an_order


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


def test_a_row_given_away_comes_to_nothing() -> None:
    """All of a price is all of it with tax, where nothing else tells."""
    given_away = a_line(
        unit_net=Decimal("0.44"),
        quantity=5000,
        tax_rate=Decimal(23),
        discount_net=Decimal("2200.00"),
        tax=ZERO,
    )
    sold = a_line(unit_net=Decimal("8.13"), quantity=1, tax_rate=Decimal(23), tax=Decimal("1.87"))
    order = an_order(lines=(given_away, sold), stated_gross=Decimal("10.00"))
    prices = retail_prices(order, [Decimal(23)] * 2) or []
    assert [price.amount for price in prices] == [ZERO, Decimal("10.00")]
