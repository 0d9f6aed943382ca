"""Rows of an order as Mintsoft gives them: which members a shop fills, and how it writes a rate."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from .exact import HUNDRED, PENNY, double, places_of
from .ways import Figures, Sold, Way

#: How a rate is written: as it is; with a double's tail; computed from the row's own pennies,
#: whole or to 2 places; not at all; or as it is where the tax is left out.
NOMINAL, TAIL, BACKWARDS, BACKWARDS_2, MISSING, TAX_LEFT_OUT = (
    "nominal",
    "tail",
    "backwards",
    "backwards to 2 places",
    "missing",
    "tax left out",
)
#: Where a row has no rate but what its pennies say.
DERIVED = frozenset({BACKWARDS, BACKWARDS_2, MISSING})
WRITINGS = (NOMINAL, NOMINAL, TAIL, BACKWARDS, BACKWARDS_2, MISSING, TAX_LEFT_OUT)
#: Which members a shop fills.
FULL, SPARSE, OLDER = "full", "sparse", "older"
#: Another rate must be further from the tax of a row, or of a unit, than this: a penny of tax,
#: and the tax on a penny of the price.
CLEAR = PENNY * Fraction(13, 10)

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Writes the rows of one order."""

    random: Random
    way: Way
    writing: str
    members: str
    #: Per cent; what goods may bear here.
    rates: Sequence[Fraction]
    #: What rows say instead of the rate they bear; None: what is true.
    stated: Fraction | None = None

    def row(self, sold: Sold, figures: Figures) -> Row:
        """One row, all but its ID."""
        left_out = self.writing == TAX_LEFT_OUT and sold.rate != 0
        unit_tax = None if left_out else double(figures.unit_tax)
        names = ("Price", "Vat") if self._is_older(figures) else ("PriceNet", "Tax")
        row: Row = {
            "SKU": f"SKU-{self.random.randrange(100)}",
            "Details": "Something",
            "Quantity": sold.quantity,
            names[0]: double(figures.unit_net),
            names[1]: unit_tax,
            "TaxRate": self._rate(sold, figures),
        }
        if figures.discount_net:
            row["DiscountNet"] = double(figures.discount_net)
            row["DiscountTax"] = None if left_out else double(figures.discount_tax)
        if self.members == FULL and not left_out:
            row["TotalTax"] = double(figures.tax + figures.discount_tax)
            row["TaxPaid"] = double(figures.tax)
        return row

    def _is_older(self, figures: Figures) -> bool:
        return self.members == OLDER and not figures.discount_net

    def _rate(self, sold: Sold, figures: Figures) -> float | None:
        nominal = double(sold.rate if self.stated is None else self.stated)
        if self.writing == TAIL:
            return math.nextafter(nominal, math.inf) if nominal else nominal
        derived = self.writing in DERIVED
        if (
            not derived
            or self.stated is not None
            or not is_clear(self.way, self.rates, sold, figures)
        ):
            return nominal
        if self.writing == MISSING:
            return None
        rate = double(figures.unit_tax) / double(figures.unit_net) * 100
        return round(rate, 2) if self.writing == BACKWARDS_2 else rate


def is_clear(way: Way, rates: Sequence[Fraction], sold: Sold, figures: Figures) -> bool:
    """Whether the tax of a row tells its rate: no other is within a penny for each rounding.

    Who writes no rate of a row of pennies leaves it to nobody to find; such rows say it.
    """
    units = 1 if way.per_unit or places_of(figures.unit_tax) == 2 else sold.quantity
    net, tax = figures.unit_net * units, figures.unit_tax * units
    clear = CLEAR * (2 if figures.discount_net else 1)
    return bool(net) and all(
        abs(tax - net * rate / HUNDRED) > clear for rate in rates if rate != sold.rate
    )
