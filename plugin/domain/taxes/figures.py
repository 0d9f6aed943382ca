"""Figures: what the amounts of an order mean, where its source writes them in several ways.

A discount may be written with a minus and still be one, or be a surcharge. Tax may be left out
though it was charged, or stand at what the product usually bears though none was. What the whole
order came to, which the customer paid, tells which: of the readings that are possible it is the
first whose parts come to that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from ..money import PENNY, ZERO, to_penny
from ..orders.order import Charge, Order, OrderLine
from .retail import retail_prices
from .rounding import (
    HIGHEST_RATE,
    HUNDRED,
    TAIL,
    allowance,
    is_nominal,
    is_short,
    likely_rate,
    tax_at,
    tax_tolerance,
    without_tail,
)


def with_figures_understood(order: Order) -> Order:
    """The order as its total says that it was meant; in the usual way where no reading fits.

    Discounts are positive then, and a surcharge is negative; each line has its tax. An order whose
    prices hold the tax is as it is: its tax was taken out of them.
    """
    if order.prices_with_tax:
        return order
    usual: Order | None = None
    tried = []
    for signed in _signs(order):
        for reading in _readings(signed):
            usual = usual or reading
            if _beyond(reading) <= 0:
                return reading
        tried += [_at(signed, rates) for rates in _rates(signed)]
    fitting = (reading for reading in tried if _fits(reading, [x.tax_rate for x in reading.lines]))
    return next(fitting, usual or order)


def without_tax(order: Order, accepted: Decimal) -> Order:
    """The order less the tax that somebody else collects and pays; its total is less by as much.

    Where its total fits only without the tax, that was left out of it already. As it stands where
    it fits neither way: what is to be taken off it is not known then.

    Args:
        order: its figures understood.
        accepted: how far a total may be off beyond what rounding explains.
    """
    untaxed = _without_taxes(order)
    if unexplained(order) <= accepted:
        return replace(untaxed, stated_gross=order.stated_gross - _tax(order))
    return untaxed if unexplained(untaxed) <= accepted else order


def _without_taxes(order: Order) -> Order:
    return replace(
        order,
        lines=tuple(replace(line, tax=ZERO, tax_rate=ZERO) for line in order.lines),
        shipping=Charge(net=order.shipping.net, tax=ZERO),
        discount=Charge(net=order.discount.net, tax=ZERO),
        prices_with_tax=False,
    )


def _tax(order: Order) -> Decimal:
    """All tax in an order's total, to the penny."""
    goods = sum((line.tax for line in order.lines), ZERO)
    return to_penny(goods + order.shipping.tax - order.discount.tax)


def taken_off(order: Order) -> Order:
    """The order with each discount that was written with a minus as a discount."""
    charge = Charge(net=abs(order.discount.net), tax=abs(order.discount.tax))
    if charge == order.discount and all(line.discount_net >= 0 for line in order.lines):
        return order
    lines = tuple(replace(line, discount_net=abs(line.discount_net)) for line in order.lines)
    return replace(order, discount=charge, lines=lines)


def unexplained(order: Order) -> Decimal:
    """What rounding can't explain of how far an order's total is from its parts, to the penny.

    Without sign; 0 where the total fits. Rounding explains half a penny for each part; it explains
    all of it where the total is just what the rates give, or what the customer's prices with tax
    come to.
    """
    beyond = _beyond(order)
    if beyond <= 0 or (
        not order.prices_with_tax and any(_fits(order, rates) for rates in _rates(order))
    ):
        return ZERO
    return max(to_penny(beyond), PENNY)


def _fits(order: Order, rates: Sequence[Decimal]) -> bool:
    """Whether the total is what the rates of the lines give, or customer's prices come to."""
    if order.stated_gross == _computed(order, rates):
        return True
    return retail_prices(order, rates) is not None


def _beyond(order: Order) -> Decimal:
    """By how much an order's total is further from its parts than half a penny for each."""
    return abs(order.stated_gross - order.gross_of_lines) - allowance(order)


def _readings(order: Order) -> Iterator[Order]:
    """All ways to read the taxes of an order, the usual first."""
    if all(line.states_tax for line in order.lines):
        yield order
    else:
        yield replace(order, lines=tuple(_with_tax_left_out(x) for x in order.lines))
        untaxed = replace(order, lines=tuple(_untaxed(x) for x in order.lines))
        yield untaxed
        yield _with_tax_of_total(untaxed)
    for rates in _rates(order):
        yield _at(order, rates)


def _signs(order: Order) -> Iterator[Order]:
    """Discounts written with a minus as discounts; then as surcharges, with or without tax.

    Last those of goods that came back as what was not paid for them, so not given back either.
    """
    usual, returned = taken_off(order), _returned(order)
    yield usual
    if usual is not order:
        yield from _as_written(order)
    if returned is not order:
        yield from _as_written(returned)


def _returned(order: Order) -> Order:
    """The order with a minus on the discounts of lines that came back."""
    if not any(line.before_discount < 0 < line.discount_net for line in order.lines):
        return order
    lines = (
        replace(line, discount_net=-line.discount_net)
        if line.before_discount < 0 < line.discount_net
        else line
        for line in order.lines
    )
    return replace(order, lines=tuple(lines))


def _as_written(order: Order) -> Iterator[Order]:
    """The order, then with the tax of its surcharges."""
    yield order
    if any(line.discount_net < 0 for line in order.lines):
        yield replace(order, lines=tuple(_surcharged(line) for line in order.lines))


def _surcharged(line: OrderLine) -> OrderLine:
    """A line with the tax of its surcharge, which was read as that of a discount."""
    if line.discount_net >= 0:
        return line
    return replace(line, tax=line.tax - 2 * tax_at(line.discount_net, line.tax_rate))


def _untaxed(line: OrderLine) -> OrderLine:
    return line if line.states_tax else replace(line, tax=ZERO)


def _with_tax_left_out(line: OrderLine) -> OrderLine:
    return line if line.states_tax else replace(line, tax=tax_at(line.net, line.tax_rate))


def _with_tax_of_total(order: Order) -> Order:
    """Lines that state neither tax nor rate bear what the total is more, in proportion."""
    silent = [x for x in order.lines if not x.states_tax and not x.states_rate]
    net, tax = sum((x.net for x in silent), ZERO), order.stated_gross - order.gross_of_lines
    if not silent or not 0 < tax <= tax_at(net, HIGHEST_RATE):
        return order
    part = tax / net
    lines = tuple(
        replace(x, tax=x.net * part, tax_rate=part * HUNDRED)
        if not x.states_tax and not x.states_rate
        else x
        for x in order.lines
    )
    return replace(order, lines=lines)


def _at(order: Order, rates: Sequence[Decimal]) -> Order:
    """An order whose lines bear the tax of these rates."""
    lines = tuple(
        replace(line, tax=tax_at(line.net, rate), tax_rate=rate)
        for line, rate in zip(order.lines, rates, strict=True)
    )
    return replace(order, lines=lines)


def _rates(order: Order) -> Iterator[list[Decimal]]:
    """The rates of the lines: the stated ones that look like rates, all stated, those shown."""
    shown = [_shown_rate(line) for line in order.lines]
    coarse = [_shown_rate(line, coarse=True) for line in order.lines]
    nominal = [
        line.tax_rate if is_nominal(line.tax_rate) else rate
        for line, rate in zip(order.lines, shown, strict=True)
    ]
    tried: list[list[Decimal]] = []
    for rates in (nominal, [line.tax_rate for line in order.lines], shown, coarse):
        if rates not in tried:
            tried.append(rates)
            yield rates


def _shown_rate(line: OrderLine, *, coarse: bool = False) -> Decimal:
    """The rate that a line's tax shows: the stated one where it is its tax, else the roundest.

    `coarse`: a multiple of five where one has that tax, since most usual rates are.
    """
    if line.net == 0 or not line.states_tax:
        return line.tax_rate
    stated, tolerance = without_tail(line.tax_rate), tax_tolerance(line, line.tax_rate)
    # 2.1 is meant where the tax is just that; where it was rounded, 20.1 was told from pennies.
    likely = tolerance if is_nominal(stated) else TAIL
    if abs(tax_at(line.net, stated) - line.tax) <= likely and is_short(stated):
        return stated
    return likely_rate(line.net, line.tax, tolerance, coarse=coarse)


def _computed(order: Order, rates: Sequence[Decimal]) -> Decimal:
    """What an accounting system makes of the rates: each line rounded, then its tax."""
    nets = [(to_penny(x.net), rate) for x, rate in zip(order.lines, rates, strict=True)]
    goods = sum((net + to_penny(tax_at(net, rate)) for net, rate in nets), ZERO)
    return goods + order.shipping.gross - order.discount.gross
