"""Charge split: shipping, or a discount on the order, over the rates that its goods bear.

Whoever sells a basket of several rates takes shipping's tax from all of them. How much from each
nobody states; but the tax that is stated tells: between two rates there is just one split that
gives it, among more the one nearest to what the goods come to at each.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from ..money import PENNY, ZERO, share, to_penny
from ..orders.order import Charge
from .rounding import HUNDRED, charge_tolerance, tax_at

#: How many pennies a split is moved to and fro until its tax, rounded, is what is stated.
_NEAR = 60

Split = dict[Decimal, Decimal]


def split_charge(
    charge: Charge, goods: Mapping[Decimal, Decimal], rates: Iterable[Decimal]
) -> Split | None:
    """An amount without tax by rate in per cent, to the penny; None where no rate gives its tax.

    Args:
        charge: what is to be split, of either sign.
        goods: what the goods come to without tax, by rate.
        rates: all rates mapped for the country, for what the goods' rates can't give.
    """
    if len(goods) == 1:
        (rate,) = goods
        if _off(charge, rate) <= charge_tolerance(rate):
            return {rate: to_penny(charge.net)}
    elif goods:
        found = _over(charge, goods)
        if found is not None:
            return found
    return _at_one(charge, {*rates, *goods})


def _off(charge: Charge, rate: Decimal) -> Decimal:
    """How far the stated tax is from that at a rate."""
    return abs(tax_at(charge.net, rate) - charge.tax)


def _at_one(charge: Charge, rates: Iterable[Decimal]) -> Split | None:
    """All of it at the rate whose tax is nearest, within a penny: it may have been cut off."""
    off, rate = min(((_off(charge, x), x) for x in rates), default=(HUNDRED, ZERO))
    return {rate: to_penny(charge.net)} if off <= 2 * charge_tolerance(rate) else None


def _over(charge: Charge, goods: Mapping[Decimal, Decimal]) -> Split | None:
    """Between the goods' rates, lowest first; None where they can't give its tax."""
    sign = -1 if charge.net < 0 else 1
    net, tax = sign * to_penny(charge.net), sign * charge.tax
    rates = sorted(goods)
    parts = share(net, [max(to_penny(goods[rate]), ZERO) for rate in rates])
    split = dict(zip(rates, parts, strict=True))
    _shift(split, tax - _tax(split))
    _to_the_penny(split, tax)
    missed = abs(_rounded_tax(split) - tax)
    if missed > PENNY and missed > 2 * charge_tolerance(rates[-1]):
        return None
    return {rate: sign * part for rate, part in split.items() if part}


def _shift(split: Split, more: Decimal) -> None:
    """Move amounts between the furthest rates, the least that gives so much more tax, or less."""
    upwards = more > 0
    ordered = sorted(split, reverse=not upwards)
    goal = ordered[-1]
    for rate in ordered[:-1]:
        gap = abs(goal - rate) / HUNDRED
        moved = min(to_penny(abs(more) / gap), split[rate])
        split[rate] -= moved
        split[goal] += moved
        more -= moved * gap if upwards else -moved * gap
        if abs(more) < PENNY / 2:
            return


def _to_the_penny(split: Split, tax: Decimal) -> None:
    """Move a few pennies between lowest and highest rate until its tax is what is stated."""
    low, high = min(split), max(split)
    for step in range(_NEAR):
        for moved in (step * PENNY, -step * PENNY):
            if split[low] < moved or split[high] < -moved:
                continue
            tried = {**split, low: split[low] - moved, high: split[high] + moved}
            if _rounded_tax(tried) == tax:
                split.update(tried)
                return


def _tax(split: Split) -> Decimal:
    return sum((tax_at(part, rate) for rate, part in split.items()), ZERO)


def _rounded_tax(split: Split) -> Decimal:
    return sum((to_penny(tax_at(part, rate)) for rate, part in split.items()), ZERO)
