"""Rounding: how far apart figures may be that were rounded on their way, and no further.

Half a penny for each rounding that happened. A whole penny is allowed only where nothing but the
choice of a rate hangs on it, since a shop may have cut off instead of rounded.
"""

from decimal import ROUND_HALF_EVEN, Decimal

from ..money import PENNY, ZERO, to_penny
from ..orders.order import Charge, Order, OrderLine

HUNDRED = Decimal(100)
HALF_PENNY = PENNY / 2
#: More per cent than this is no tax rate but a tax and a price that don't belong together.
HIGHEST_RATE = Decimal(1000)

#: A price of more places than this was never rounded: it is a quotient, with a double's tail.
_MOST_PLACES = 6

#: What is nearer than this is the same, but for the tail of a double.
TAIL = Decimal("0.000001")

#: Most countries' usual rate is a multiple of this.
_COARSE = Decimal(5)
#: A rate that nobody knows is taken for the roundest that explains the figures.
_ROUND_RATES = tuple(Decimal(x) for x in ("1", "0.5", "0.25", "0.1", "0.05", "0.01", "0.001"))


def tax_at(net: Decimal, rate: Decimal) -> Decimal:
    """Tax on an amount at a rate in per cent, not rounded."""
    return net * rate / HUNDRED


def is_whole(amount: Decimal) -> bool:
    """Whether an amount is one of whole pennies."""
    return amount == to_penny(amount)


def half_step(amount: Decimal) -> Decimal:
    """How far an amount may be from what it was rounded from: half of its last place.

    Of whole pounds and tenths the last place is the penny; of a double's whole tail, nothing.
    """
    places = -int(amount.normalize().as_tuple().exponent)
    return Decimal(5).scaleb(-max(places, 2) - 1) if places <= _MOST_PLACES else ZERO


def tax_of_units(line: OrderLine) -> Decimal | None:
    """What tax of one unit a line keeps; None where it keeps that of the whole line alone.

    It is what its source states for a unit, else a part of the line's tax that has few places.
    """
    if line.quantity <= 1 or line.tax == 0:
        return None
    if line.unit_tax is not None:
        return line.unit_tax or None
    each = line.tax / line.quantity
    return each if is_whole(each) else None


def tax_rounding(line: OrderLine) -> Decimal:
    """How far the tax of a line may be from what it was rounded from: once, or for each unit."""
    each = tax_of_units(line)
    once = HALF_PENNY * (2 if line.discount_net else 1)
    return once if each is None else max(once, line.quantity * half_step(each))


def tax_tolerance(line: OrderLine, rate: Decimal) -> Decimal:
    """How far the stated tax of a line may be from that at its rate: price and tax were rounded."""
    if line.tax == 0:
        return HALF_PENNY
    price = max(HALF_PENNY, line.quantity * half_step(line.unit_net))
    return tax_rounding(line) + price * abs(rate) / HUNDRED


def charge_tolerance(rate: Decimal) -> Decimal:
    """The same of a charge: its amount was rounded once, and its tax."""
    return HALF_PENNY * (1 + abs(rate) / HUNDRED)


def allowance(order: Order) -> Decimal:
    """How far what an order states may be from what its parts come to: once a part."""
    parts = sum(1 for line in order.lines if _was_rounded(line))
    return HALF_PENNY * (parts + sum(1 for x in (order.shipping, order.discount) if _counts(x)))


def built_allowance(order: Order) -> Decimal:
    """How far what is computed from its rates may be from it: as often as tax was rounded."""
    parts = sum((tax_rounding(line) for line in order.lines if _was_rounded(line)), ZERO)
    charges = sum(1 for x in (order.shipping, order.discount) if _counts(x))
    return parts + HALF_PENNY * charges


def likely_rate(net: Decimal, tax: Decimal, tolerance: Decimal, *, coarse: bool = False) -> Decimal:
    """The roundest rate in per cent whose tax on an amount is this; 0 where none can be."""
    if abs(tax) * HUNDRED > abs(net) * HIGHEST_RATE or net == 0:
        return ZERO
    exact, off = abs(tax * HUNDRED / net), abs(tolerance * HUNDRED / net)
    for step in (_COARSE, *_ROUND_RATES) if coarse else _ROUND_RATES:
        rate = (exact / step).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * step
        if abs(rate - exact) <= off:
            return rate.normalize()
    return exact.quantize(_ROUND_RATES[-1]).normalize()


def evident_rate(*, net: Decimal, tax: Decimal, stated: Decimal, units: int) -> Decimal:
    """The rate that a stored line shows: the stated one where its tax is that, else the roundest.

    Args:
        net: of the whole line, to the penny; not zero.
        tax: the same.
        stated: in per cent.
        units: how many it has.
    """
    kept_for_each = units > 1 and tax and is_whole(tax / units)
    tolerance = HALF_PENNY * (1 + stated / HUNDRED) * (units if kept_for_each else 1)
    if is_nominal(stated) and abs(tax_at(net, stated) - tax) <= tolerance:
        return stated
    return likely_rate(net, tax, tolerance) if tax else ZERO


def is_nominal(rate: Decimal) -> bool:
    """Whether a rate looks like one that a law names, and was not computed from pennies."""
    return (rate * 2) % 1 == 0


def without_tail(rate: Decimal) -> Decimal:
    """A stated rate in per cent without the tail of a double."""
    return round(rate, _MOST_PLACES).normalize()


def is_short(rate: Decimal) -> bool:
    """Whether a rate has one decimal at the most: 2.1 is one that laws name, 20.103 is none."""
    return (rate * 10) % 1 == 0


def _was_rounded(line: OrderLine) -> bool:
    """Whether a line has amounts that may have been; of one given away, price and discount."""
    return bool(line.net or line.tax or (line.discount_net and line.tax_rate))


def _counts(charge: Charge) -> bool:
    return charge.net != 0 or charge.tax != 0
