"""What is true of an order, whatever a shop writes of it: what was charged, and which tax is in it.

The total is one figure. Tax and net of each rate have bounds: what the customer paid says one
figure, the rows that were rounded say another, and a document rounds each of its own lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from .exact import HALF, PENNY, ZERO

#: What rounding one line of a document does at most.
ROUNDING = HALF * PENNY


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """From where to where an amount may lie, both included."""

    low: Fraction
    high: Fraction

    @staticmethod
    def around(*figures: Fraction, within: Fraction = ZERO) -> "Bounds":
        """All that lies between some figures, or within so much of them."""
        return Bounds(low=min(figures) - within, high=max(figures) + within)

    @property
    def width(self) -> Fraction:
        """How far the ends are apart."""
        return self.high - self.low

    def __add__(self, other: "Bounds") -> "Bounds":
        return Bounds(low=self.low + other.low, high=self.high + other.high)

    def __neg__(self) -> "Bounds":
        return Bounds(low=-self.high, high=-self.low)

    def __contains__(self, amount: Fraction) -> bool:
        return self.low <= amount <= self.high

    def __str__(self) -> str:
        return f"{float(self.low):.4f} to {float(self.high):.4f}"


NOTHING = Bounds(low=ZERO, high=ZERO)


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a row, shipping or a discount adds at one rate."""

    rate: Fraction
    net: Bounds
    tax: Bounds

    def __neg__(self) -> "Part":
        return Part(rate=self.rate, net=-self.net, tax=-self.tax)


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What must come of an order."""

    #: What the customer was charged, with tax.
    total: Fraction
    #: By rate in per cent; a rate that is not there bears nothing.
    net: Mapping[Fraction, Bounds]
    tax: Mapping[Fraction, Bounds]
    #: Why nobody can make a document of it; empty: there is one, of exactly this total.
    refused: str = ""
    #: A word or a figure that the refusal must hold.
    says: str = ""

    @staticmethod
    def of(total: Fraction, parts: list[Part]) -> "Truth":
        """The truth of an order that is in order."""
        net: dict[Fraction, Bounds] = {}
        tax: dict[Fraction, Bounds] = {}
        for part in parts:
            net[part.rate] = net.get(part.rate, NOTHING) + part.net
            tax[part.rate] = tax.get(part.rate, NOTHING) + part.tax
        return Truth(total=total, net=net, tax=tax)

    def within(self, pennies: Fraction) -> "Truth":
        """The same, where so much was rounded on the whole order, which any rate may bear."""
        off = Bounds.around(ZERO, within=pennies)
        net, tax = ({rate: x + off for rate, x in of.items()} for of in (self.net, self.tax))
        return replace(self, net=net, tax=tax)

    @property
    def parts(self) -> Bounds:
        """What all parts come to together."""
        return sum((*self.net.values(), *self.tax.values()), NOTHING)
