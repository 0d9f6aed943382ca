"""Rates: at which of the rates mapped for its country each line of an order was taxed.

What a source states as a rate is a double, often missing, or computed backwards from pennies, or
the product's though no tax was paid. So it is a hint: what was charged is the price and the tax,
and the rate is the mapped one whose tax is that, within what rounding explains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...errors import NeedsPerson
from ..money import ZERO, to_penny
from ..orders.order import Charge, Order, OrderLine
from .rounding import (
    TAIL,
    charge_tolerance,
    is_short,
    likely_rate,
    tax_at,
    tax_tolerance,
    without_tail,
)
from .tax_sources import TaxTypes


@dataclass(frozen=True, kw_only=True)
class LineRate:
    """The rate of one line."""

    #: Per cent.
    rate: Decimal
    tax_type: str
    #: How it was found, in words for `explain`.
    why: str
    #: Per cent, as the source states it.
    stated: Decimal
    #: True where the tax type serves any rate: the tax that was charged is sent with the line.
    sends_tax: bool = False


#: The fix where it is the figures that are wrong, and no mapping helps.
NO_RATE = "Correct the tax in Mintsoft, then retry: there is no rate that gives it."


def line_rates(order: Order, types: Sequence[TaxTypes]) -> list[LineRate]:
    """The rate of each line of an order.

    Args:
        order: its taxes understood.
        types: the tax types that may serve each of its lines.

    Raises:
        NeedsPerson: MX-312, no rate that is mapped for its country explains the tax of a line.
    """
    fitting = [_fitting(line, x.by_rate) for line, x in zip(order.lines, types, strict=True)]
    borne = _borne(order, fitting)
    return [
        _rate(order, line, of, fits, borne)
        for line, of, fits in zip(order.lines, types, fitting, strict=True)
    ]


@dataclass(frozen=True, kw_only=True)
class _Fitting:
    """Rates that explain the tax of a line."""

    #: Within what rounding explains, the nearest first.
    rounded: tuple[Decimal, ...]
    #: Within twice as much: cut off. The nearest first; none where two others are as near.
    cut_off: tuple[Decimal, ...]


def _fitting(line: OrderLine, by_rate: Mapping[Decimal, str]) -> _Fitting:
    # By far the most lines bear just what their rate gives.
    stated = line.tax_rate
    if stated in by_rate and line.tax and tax_at(line.net, stated) == line.tax:
        return _Fitting(rounded=(stated,), cut_off=())
    if line.tax and not line.states_tax and line.states_rate:
        # Its tax is what its rate gives, and says nothing of another.
        own = _stated(line)
        return _Fitting(rounded=(own,) if own in by_rate else (), cut_off=())
    off = sorted((abs(tax_at(line.net, x) - line.tax), x) for x in by_rate)
    rounded = [x for distance, x in off if distance <= tax_tolerance(line, x)]
    near = [(distance, x) for distance, x in off if distance <= 2 * tax_tolerance(line, x)]
    doubtful = len(near) > 1 and near[0][0] == near[1][0] and _stated(line) not in by_rate
    return _Fitting(
        rounded=tuple(rounded), cut_off=() if doubtful else tuple(rate for _, rate in near)
    )


def _borne(order: Order, fitting: Sequence[_Fitting]) -> Decimal | None:
    """The rate that most of the goods bear, of lines that leave no doubt; None: none does."""
    sums: dict[Decimal, Decimal] = {}
    for line, fits in zip(order.lines, fitting, strict=True):
        if len(fits.rounded) == 1:
            rate = fits.rounded[0]
        elif line.net and _stated(line) in fits.rounded:
            rate = _stated(line)
        else:
            continue
        sums[rate] = sums.get(rate, ZERO) + abs(line.net)
    return max(sums, key=lambda rate: (sums[rate], rate)) if sums else None


def _rate(
    order: Order, line: OrderLine, types: TaxTypes, fits: _Fitting, borne: Decimal | None
) -> LineRate:
    by_rate = types.by_rate
    rate, why = _choice(line, fits, borne)
    if rate is not None:
        return LineRate(rate=rate, tax_type=by_rate[rate], why=why, stated=_stated(line))
    if types.of_any_rate:
        return LineRate(
            rate=_own_rate(line),
            tax_type=types.of_any_rate,
            why="of a place with rates of its own",
            stated=_stated(line),
            sends_tax=True,
        )
    raise _unexplained(order, line)


def _choice(  # noqa: PLR0911 - a line for each way
    line: OrderLine, fits: _Fitting, borne: Decimal | None
) -> tuple[Decimal | None, str]:
    """Of the rates that explain the tax of a line the one that counts, and why; None: none."""
    rounded, cut_off, stated = fits.rounded, fits.cut_off, _stated(line)
    if line.tax == 0 and ZERO in rounded and borne == ZERO:
        return ZERO, "no tax was charged"
    if stated in rounded:
        return stated, "as stated"
    if len(rounded) == 1:
        return rounded[0], "the one whose tax this is"
    if borne in rounded:
        return borne, "of several that give this tax, the one of the goods"
    if rounded:
        return rounded[0], "of several that give this tax, the nearest"
    if stated in cut_off:
        return stated, "as stated, its tax cut off"
    if cut_off:
        return cut_off[0], "the one whose tax this is, cut off"
    return None, ""


def _stated(line: OrderLine) -> Decimal:
    """The stated rate in per cent without the tail of a double."""
    return without_tail(line.tax_rate)


def _own_rate(line: OrderLine) -> Decimal:
    """The rate that a line seems to bear: as stated where that is its tax, else the roundest."""
    stated = _stated(line)
    off, tolerance = abs(tax_at(line.net, stated) - line.tax), tax_tolerance(line, stated)
    if line.net and line.states_rate and off <= (2 * tolerance if is_short(stated) else TAIL):
        return stated
    return likely_rate(line.net, line.tax, tolerance)


def _unexplained(order: Order, line: OrderLine) -> NeedsPerson:
    rate = _own_rate(line)
    return NeedsPerson(
        code="MX-312",
        country=order.country or "no country",
        net=to_penny(line.net),
        tax=to_penny(line.tax),
        source=source_for(order.country, rate),
        fix=_fix(line.net, line.tax),
    )


def _fix(net: Decimal, tax: Decimal) -> str:
    """What is to be done where no rate at all gives a tax; empty where one may be mapped."""
    return "" if abs(tax) <= abs(net) and net * tax >= 0 else NO_RATE


def charge_rate(charge: Charge) -> Decimal:
    """The roundest rate in per cent whose tax is that of a charge."""
    return likely_rate(charge.net, charge.tax, charge_tolerance(ZERO))


def charge_unexplained(
    order: Order, charge: Charge, what: str, rate: Decimal | None = None
) -> NeedsPerson:
    """No rate gives the tax of shipping or of a discount: MX-303, with the mapping that would.

    `rate`: the one that would, where it is another than that of the whole charge.
    """
    return NeedsPerson(
        code="MX-303",
        what=what,
        country=order.country or "no country",
        net=to_penny(charge.net),
        tax=to_penny(charge.tax),
        source=source_for(order.country, charge_rate(charge) if rate is None else rate),
        fix=_fix(charge.net, charge.tax),
    )


def source_for(country: str, rate: Decimal) -> str:
    """The source that would serve a country at a rate, as `connection map` takes it."""
    text = format(rate.normalize(), "f")
    return f"{country}:{text}" if country else text
