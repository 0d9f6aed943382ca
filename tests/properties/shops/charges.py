"""Shipping, discounts on an order, and surcharges: an amount, and a tax over a mixed basket."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .exact import HUNDRED, ZERO, rounded
from .truth import ROUNDING, Bounds, Part

#: Which tax a charge bears: each rate's share, that of the rate with the most goods, or none.
IN_PROPORTION, AT_MAIN_RATE, UNTAXED = "in proportion", "at the main rate", "untaxed"

Shares = Mapping[Fraction, Fraction]


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A charge as a shop states it."""

    net: Fraction
    tax: Fraction
    #: What of it bears which rate, without tax, before anything is rounded.
    shares: Shares

    @property
    def gross(self) -> Fraction:
        """With tax."""
        return self.net + self.tax


def charged(amount: Fraction, goods: Shares, manner: str, *, with_tax: bool) -> Charge:
    """A charge on a basket.

    Args:
        amount: what the shop asks for, with tax or without, to the penny.
        goods: without tax, by rate in per cent.
        manner: which tax it bears.
        with_tax: whether `amount` holds it.
    """
    weights = _weights(goods, manner)
    on_top = sum((weight * rate / HUNDRED for rate, weight in weights.items()), ZERO)
    whole = amount / (1 + on_top) if with_tax else amount
    net = rounded(whole)
    tax = amount - net if with_tax else rounded(whole * on_top)
    return Charge(net=net, tax=tax, shares={rate: x * whole for rate, x in weights.items()})


def _weights(goods: Shares, manner: str) -> Shares:
    total = sum(goods.values(), ZERO)
    if manner == UNTAXED or not total:
        return {ZERO: Fraction(1)}
    if manner == AT_MAIN_RATE:
        return {max(goods, key=lambda rate: (goods[rate], rate)): Fraction(1)}
    return {rate: net / total for rate, net in goods.items()}


def parts_of(
    charge: Charge, rates: Collection[Fraction], *, told: bool, blur: Fraction
) -> list[Part]:
    """What a charge adds at each rate, as far as its figures tell.

    Between two rates its tax tells the split; among more it does not, unless the charge is in
    proportion to the goods, which is what anybody would take it for.

    Args:
        charge: positive.
        rates: those of all rows.
        told: whether it is in proportion to the goods, or bears nothing.
        blur: by which part of itself the goods of a rate may be off by rounding.
    """
    among = sorted({*rates, *(rate for rate, net in charge.shares.items() if net)})
    if len(among) > 2 and not told:
        return [_any(charge, rate, among) for rate in among]
    return [_as_it_is(charge, rate, among, blur if len(among) > 2 else ZERO) for rate in among]


def _as_it_is(charge: Charge, rate: Fraction, rates: Collection[Fraction], blur: Fraction) -> Part:
    net = charge.shares.get(rate, ZERO)
    within = _slack(rate, rates) + charge.net * blur
    return _part(rate, Bounds.around(net, within=within))


def _any(charge: Charge, rate: Fraction, rates: Collection[Fraction]) -> Part:
    """All that may bear a rate where net and tax of the whole are what they are."""
    # Its pennies may say a little more than the highest rate gives.
    nets = [net for net in _shares_of(charge, rate, rates) if ZERO <= net <= charge.net]
    return _part(rate, Bounds.around(ZERO, *nets, within=_slack(rate, rates)))


def _shares_of(charge: Charge, rate: Fraction, rates: Collection[Fraction]) -> Iterator[Fraction]:
    """What bears a rate where only one other has a part in it, for each other."""
    least, most = (charge.net * x / HUNDRED for x in (min(rates), max(rates)))
    tax = min(max(charge.tax, least), most)
    return ((tax * HUNDRED - x * charge.net) / (rate - x) for x in rates if x != rate)


def _part(rate: Fraction, net: Bounds) -> Part:
    tax = Bounds(low=net.low * rate / HUNDRED - ROUNDING, high=net.high * rate / HUNDRED + ROUNDING)
    return Part(rate=rate, net=net, tax=tax)


def _slack(rate: Fraction, rates: Collection[Fraction]) -> Fraction:
    """What pennies of tax move of an amount between two rates that lie close together."""
    gaps = [abs(rate - other) for other in rates if other != rate]
    roundings = ROUNDING * (len(gaps) + 2)
    return roundings + (roundings * HUNDRED / min(gaps) if gaps else ZERO)
