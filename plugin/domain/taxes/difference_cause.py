"""Difference cause: what a total that does not fit is likely to be short of, in a sentence."""

from collections.abc import Iterator
from decimal import Decimal

from ..money import ZERO, to_penny
from ..orders.order import Order
from .rounding import allowance, tax_at

NOTHING_FOUND = "No single figure of the order explains it."


def difference_cause(order: Order) -> str:
    """The first figure of an order that is just what its total differs by from its parts.

    Args:
        order: its figures understood, its total not what they come to.
    """
    off, near = order.stated_gross - order.gross_of_lines, allowance(order)
    for amount, sentence in _suspects(order):
        if amount and abs(off - amount) <= near:
            return sentence
    return NOTHING_FOUND


def _suspects(order: Order) -> Iterator[tuple[Decimal, str]]:
    """What the total may have more than the parts (or less: negative), and what that would mean."""
    shipping, discount = order.shipping, order.discount
    yield -shipping.gross, "It is just the shipping, which the total seems to be without."
    if shipping.tax == 0:
        for rate in sorted({line.tax_rate for line in order.lines}, reverse=True):
            tax = tax_at(shipping.net, rate)
            yield tax, "It is just the tax that shipping would bear, which is stated without any."
    yield discount.gross, "It is just the discount, which the total seems to be without."
    yield -discount.tax, "It is just the tax of the discount, which is not in its figures."
    rates = sum((tax_at(x.net, x.tax_rate) - x.tax for x in order.lines), ZERO)
    yield rates, "The total has the tax that the rates of the lines give, and not the one stated."
    goods_tax = sum((line.tax for line in order.lines), ZERO)
    yield -goods_tax - shipping.tax + discount.tax, "The total seems to be without tax."
    for position, line in enumerate(order.lines, 1):
        gross = to_penny(line.net + line.tax)
        yield -gross, f"It is just line {position}, which the total seems to be without."
        yield gross, f"It is just line {position} once more."
