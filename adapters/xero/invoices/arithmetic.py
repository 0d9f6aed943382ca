"""Xero's own arithmetic, so that what it will compute or refuse is known before it is sent.

Pure, in Decimal, rounding half away from zero. The rules are numbered in xero.md 5.1; the
checks of line totals are 5.2, those of discounts 5.3, a sent tax is 5.4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

ZERO = Decimal(0)
HUNDRED = Decimal(100)
PENNY = Decimal("0.01")

#: Places of a quantity, whatever the request says (xero.md 5.1 rule 2).
_QUANTITY_PLACES = 4
#: What one unit of so many places is.
_STEPS = {2: PENNY, 4: Decimal("0.0001")}

LineAmountTypes = Literal["Exclusive", "Inclusive", "NoTax"]
UnitPlaces = Literal[2, 4]
Line = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What Xero will say a document comes to."""

    #: Per line, as `LineAmount`: 2 places; with tax for Inclusive, else without.
    line_amounts: tuple[Decimal, ...]
    #: Per line, as `TaxAmount`: 2 places.
    taxes: tuple[Decimal, ...]
    #: Without tax.
    subtotal: Decimal
    tax: Decimal
    #: With tax.
    total: Decimal


@dataclass(frozen=True)
class Refusal:
    """What Xero will say instead, word for word."""

    #: At least one, each once, in Xero's order.
    sentences: tuple[str, ...]
    #: What the lines would have come to, with tax.
    total: Decimal

    def __str__(self) -> str:
        return " ".join(self.sentences)


@dataclass(frozen=True, kw_only=True)
class LineOutcome:
    """What Xero makes of one line: its amounts, and what it says against it."""

    #: As `LineAmount`, also of a line that is refused.
    amount: Decimal
    tax: Decimal
    #: In Xero's order; none for a line that is accepted.
    refusals: tuple[str, ...] = ()


def predict(
    lines: Sequence[Line],
    rates: Mapping[str, Decimal],
    *,
    line_amount_types: LineAmountTypes = "Exclusive",
    unitdp: UnitPlaces = 4,
) -> Prediction | Refusal:
    """What Xero computes from the lines of a sales document, or its refusal of the amounts.

    Args:
        lines: as in the request: `Quantity`, `UnitAmount`, `DiscountRate` (per cent),
            `DiscountAmount`, `LineAmount`, `TaxType`, `TaxAmount`; Decimals or integers, any
            of them absent or None.
        rates: per cent per tax type; a type that is not there counts as 0.
        line_amount_types: whether prices hold no tax, hold it, or know none.
        unitdp: places that the request lets a unit price have.
    """
    outcomes = [
        predict_line(line, rates.get(line.get("TaxType") or "", ZERO), line_amount_types, unitdp)
        for line in lines
    ]
    refusals = tuple(dict.fromkeys(text for each in outcomes for text in each.refusals))
    prediction = add_up(outcomes, line_amount_types)
    return Refusal(refusals, prediction.total) if refusals else prediction


def add_up(outcomes: Sequence[LineOutcome], line_amount_types: LineAmountTypes) -> Prediction:
    """Rule 4: the totals of a document, from lines that are rounded already."""
    amounts = tuple(each.amount for each in outcomes)
    taxes = tuple(each.tax for each in outcomes)
    tax = sum(taxes, ZERO)
    subtotal = sum(amounts, ZERO) - (tax if line_amount_types == "Inclusive" else ZERO)
    return Prediction(
        line_amounts=amounts, taxes=taxes, subtotal=subtotal, tax=tax, total=subtotal + tax
    )


def predict_line(
    line: Line, rate: Decimal, line_amount_types: LineAmountTypes, unitdp: UnitPlaces
) -> LineOutcome:
    """Rules 1 to 3 for one line, with the checks of 5.2, 5.3 and 5.4; `rate` in per cent."""
    gross = _gross(line, unitdp)
    discount, refusals = _discount(line, gross)
    amount = to_penny(gross - discount)
    sent = _optional(line.get("LineAmount"), 2)
    priced = line.get("Quantity") is not None and line.get("UnitAmount") is not None
    if sent is not None and (priced or not refusals):
        # The known bug of 5.2: 0.00 on a discounted line counts as before the discount.
        read = sent if sent or not priced else -to_penny(discount)
        if read != amount:
            refusals.append(line_total_refusal(read, amount))
    tax = _tax(line, amount, rate, line_amount_types)
    if abs(tax) > abs(amount):
        refusals.append("Tax amount cannot be greater than the line amount")
    return LineOutcome(amount=amount, tax=tax, refusals=tuple(refusals))


def line_total_refusal(sent: Decimal, expected: Decimal) -> str:
    """Xero's sentence on a line whose total it does not believe (xero.md 5.2)."""
    return (
        f"The line total {to_penny(sent)} does not match the expected line total "
        f"{to_penny(expected)}"
    )


def to_penny(value: Decimal) -> Decimal:
    """Rule 5: 2 places, half away from zero; nothing is never negative."""
    return _rounded(value, 2)


def _gross(line: Line, unitdp: UnitPlaces) -> Decimal:
    """A line before its discount: quantity x price, or worked out backwards from `LineAmount`.

    Without a `LineAmount` a missing quantity is 1 and a missing price 0 [A].
    """
    quantity = _optional(line.get("Quantity"), _QUANTITY_PLACES)
    price = _optional(line.get("UnitAmount"), unitdp)
    sent = _optional(line.get("LineAmount"), 2)
    given = price if quantity is None else quantity if price is None else None
    if sent is not None and (quantity is None or price is None) and given != 0:
        return _undiscounted(line, sent)
    return (Decimal(1) if quantity is None else quantity) * (ZERO if price is None else price)


def _undiscounted(line: Line, sent: Decimal) -> Decimal:
    """What a sent `LineAmount`, which is after the discount, was before it (xero.md 5.2).

    One of nothing is read as before it, as in the known bug.
    """
    rate, amount = _optional(line.get("DiscountRate"), 2), line.get("DiscountAmount")
    if sent == 0:
        return ZERO
    if rate is not None:
        return sent * HUNDRED / (HUNDRED - rate) if rate < HUNDRED else ZERO
    return sent if amount is None else sent + to_penny(Decimal(amount))


def _discount(line: Line, gross: Decimal) -> tuple[Decimal, list[str]]:
    """The money that a discount takes off, and what is said against it; the rate wins."""
    rate = _optional(line.get("DiscountRate"), 2)
    if rate is not None:
        wrong = [] if 0 <= rate <= HUNDRED else [_discount_refusal(rate)]
        return gross * rate / HUNDRED, wrong
    amount = _optional(line.get("DiscountAmount"), 2)
    if amount is None:
        return ZERO, []
    return amount, [] if 0 <= amount <= gross else [_discount_refusal(amount)]


def _discount_refusal(value: Decimal) -> str:
    return (
        f"The discount rate '{value}' is invalid. Discount must not be greater than the line total."
    )


def _tax(line: Line, amount: Decimal, rate: Decimal, types: LineAmountTypes) -> Decimal:
    """Rule 3, or the tax that was sent, which is kept (5.4); rounded before it is added up."""
    if types == "NoTax":
        return to_penny(ZERO)
    sent = _optional(line.get("TaxAmount"), 2)
    if sent is not None:
        return sent
    base = HUNDRED + rate if types == "Inclusive" else HUNDRED
    return to_penny(amount * rate / base)


def _optional(value: Decimal | int | None, places: int) -> Decimal | None:
    return None if value is None else _rounded(Decimal(value), places)


def _rounded(value: Decimal, places: int) -> Decimal:
    rounded = value.quantize(_STEPS[places], rounding=ROUND_HALF_UP)
    return rounded or abs(rounded)
