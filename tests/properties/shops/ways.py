"""The twelve ways in which shops round, each from a price list to the figures of a row.

Shops of consumers have prices with tax: what is charged is known to the penny, and what is
without tax is found backwards. Shops of the trade have prices without tax, and put it on top.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from .exact import HUNDRED, ZERO, cut_off, rounded


@dataclass(frozen=True, kw_only=True)
class Sold:
    """Some units of one thing, as the price list has it."""

    quantity: int
    #: Of one unit, with tax or without as the shop has it; negative for a voucher or a return.
    price: Fraction
    #: Per cent.
    rate: Fraction
    #: Per cent taken off the row.
    off: int = 0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a shop makes of it: exact, and as many places as the shop keeps."""

    unit_net: Fraction
    unit_tax: Fraction
    discount_net: Fraction
    discount_tax: Fraction
    #: Tax on the row, after its discount.
    tax: Fraction
    #: What the customer is charged for the row.
    charged: Fraction


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way of rounding."""

    name: str
    #: Whether the price list has prices with tax.
    retail: bool
    #: From what is sold, and places of a unit price, to figures.
    figures: Callable[[Sold, int], Figures]
    #: Places that a unit price may have, in the price list or in the row.
    places: tuple[int, ...] = (2,)
    #: Whether pennies are rounded on each unit rather than on each row.
    per_unit: bool = False
    #: Whether tax is cut off rather than rounded.
    cuts: bool = False


def _net_of(gross: Fraction, rate: Fraction) -> Fraction:
    return gross * HUNDRED / (HUNDRED + rate)


def _tax_in(gross: Fraction, rate: Fraction) -> Fraction:
    return gross * rate / (HUNDRED + rate)


def _tax_on(net: Fraction, rate: Fraction) -> Fraction:
    return net * rate / HUNDRED


def _discount(sold: Sold) -> Fraction:
    """Taken off the row as it is priced, to the penny."""
    return rounded(sold.price * sold.quantity * sold.off / HUNDRED)


def _retail(sold: Sold, unit: tuple[Fraction, Fraction], off: tuple[Fraction, Fraction]) -> Figures:
    """A row that is charged at its price with tax; net and tax of a unit and of the discount."""
    if sold.off == HUNDRED:
        off = (unit[0] * sold.quantity, unit[1] * sold.quantity)
    return Figures(
        unit_net=unit[0],
        unit_tax=unit[1],
        discount_net=off[0],
        discount_tax=off[1],
        tax=unit[1] * sold.quantity - off[1],
        charged=sold.price * sold.quantity - _discount(sold),
    )


def _rest(gross: Fraction, rate: Fraction, places: int) -> tuple[Fraction, Fraction]:
    """Without tax, rounded; the tax is the rest."""
    net = rounded(_net_of(gross, rate), places)
    return net, gross - net


def _unit_and_rest(sold: Sold, places: int) -> Figures:
    unit = _rest(sold.price, sold.rate, places)
    return _retail(sold, unit, _rest(_discount(sold), sold.rate, 2))


def _each_by_itself(sold: Sold, places: int) -> Figures:
    unit, off = (
        (rounded(_net_of(x, sold.rate)), rounded(_tax_in(x, sold.rate)))
        for x in (sold.price, _discount(sold))
    )
    return _retail(sold, unit, off)


def _row_and_rest(sold: Sold, places: int) -> Figures:
    units = max(sold.quantity, 1)
    net, tax = _rest(sold.price * sold.quantity, sold.rate, 2)
    off = _rest(_discount(sold), sold.rate, 2)
    return _retail(sold, (net / units, tax / units), off)


def _nothing_rounded(sold: Sold, places: int) -> Figures:
    unit, off = ((_net_of(x, sold.rate), _tax_in(x, sold.rate)) for x in _priced(sold))
    return _retail(sold, unit, off)


def _tax_of_rounded_unit(sold: Sold, places: int) -> Figures:
    nets = [rounded(_net_of(x, sold.rate)) for x in _priced(sold)]
    unit, off = ((net, _tax_on(net, sold.rate)) for net in nets)
    return _retail(sold, unit, off)


def _tax_cut_off(sold: Sold, places: int) -> Figures:
    taxes = [cut_off(_tax_in(x, sold.rate)) for x in _priced(sold)]
    unit, off = ((x - tax, tax) for x, tax in zip(_priced(sold), taxes, strict=True))
    return _retail(sold, unit, off)


def _priced(sold: Sold) -> tuple[Fraction, Fraction]:
    return sold.price, _discount(sold)


def _trade(sold: Sold, unit_tax: Fraction, discount_tax: Fraction) -> Figures:
    """A row that is charged at its price without tax, and its tax."""
    discount, tax = _discount(sold), unit_tax * sold.quantity - discount_tax
    return Figures(
        unit_net=sold.price,
        unit_tax=unit_tax,
        discount_net=discount,
        discount_tax=discount_tax,
        tax=tax,
        charged=sold.price * sold.quantity - discount + tax,
    )


def _on_each_unit(sold: Sold, places: int) -> Figures:
    off = rounded(_tax_on(_discount(sold), sold.rate))
    return _trade(sold, rounded(_tax_on(sold.price, sold.rate)), off)


def _on_each_row(sold: Sold, places: int) -> Figures:
    return _on_row(sold, rounded)


def _cut_off_each_row(sold: Sold, places: int) -> Figures:
    return _on_row(sold, cut_off)


def _on_row(sold: Sold, pennies: Callable[[Fraction], Fraction]) -> Figures:
    if not sold.quantity:
        return _trade(sold, ZERO, ZERO)
    net = sold.price * sold.quantity - _discount(sold)
    off = rounded(_tax_on(_discount(sold), sold.rate))
    return _trade(sold, (pennies(_tax_on(net, sold.rate)) + off) / sold.quantity, off)


def _not_rounded(sold: Sold, places: int) -> Figures:
    return _trade(sold, *(_tax_on(x, sold.rate) for x in _priced(sold)))


#: What is rounded once for the whole order keeps its tail in the rows: the total is rounded.
#: Each is consistent: who knows the rates finds what was charged from what it writes, be it that
#: one price with tax, to the penny, is what a price without was rounded from. Only where tax is
#: cut off and then left out nobody could, and no shop here does so.
WAYS = (
    Way(name="unit rounded, tax the rest", retail=True, figures=_unit_and_rest, per_unit=True),
    Way(name="unit and tax rounded", retail=True, figures=_each_by_itself, per_unit=True),
    Way(name="unit to more places", retail=True, figures=_unit_and_rest, places=(3, 4, 6)),
    Way(name="row rounded, tax the rest", retail=True, figures=_row_and_rest),
    Way(name="nothing rounded", retail=True, figures=_nothing_rounded),
    Way(name="unit rounded, tax not", retail=True, figures=_tax_of_rounded_unit, per_unit=True),
    Way(name="tax cut off", retail=True, figures=_tax_cut_off, per_unit=True, cuts=True),
    Way(name="net, tax per unit", retail=False, figures=_on_each_unit, per_unit=True),
    Way(name="net, tax per row", retail=False, figures=_on_each_row, places=(2, 4)),
    Way(name="net, tax once", retail=False, figures=_not_rounded),
    Way(name="net, tax cut off", retail=False, figures=_cut_off_each_row, cuts=True),
    Way(name="net, long prices", retail=False, figures=_not_rounded, places=(3, 4, 6)),
)
