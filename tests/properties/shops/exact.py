"""Exact amounts, and the ways in which a shop's program makes pennies of them.

Nothing here is the product's: what is proved must not rest on the arithmetic that is tried.
"""

import math
from decimal import Decimal
from fractions import Fraction

ZERO = Fraction(0)
HALF = Fraction(1, 2)
PENNY = Fraction(1, 100)
HUNDRED = Fraction(100)


def rounded(amount: Fraction, places: int = 2) -> Fraction:
    """The amount with so many places, halves away from zero."""
    return _signed(amount, places, math.floor(abs(amount) * 10**places + HALF))


def cut_off(amount: Fraction, places: int = 2) -> Fraction:
    """The amount with so many places, the others left out."""
    return _signed(amount, places, math.floor(abs(amount) * 10**places))


def double(amount: Fraction) -> float:
    """The JSON number of an amount: 2 places as they are, or a double's full tail."""
    return float(amount)


def exact(amount: Decimal | float) -> Fraction:
    """An amount of a document as it is written."""
    return Fraction(str(amount))


def places_of(amount: Fraction) -> int:
    """How many places an amount has; of one with a longer tail, 8."""
    return next((x for x in range(2, 8) if (amount * 10**x).denominator == 1), 8)


def _signed(amount: Fraction, places: int, size: int) -> Fraction:
    return Fraction(size if amount >= 0 else -size, 10**places)
