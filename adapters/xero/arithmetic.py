"""Xero's own arithmetic, so that what it will compute or refuse is known before it is sent.

Pure, in Decimal, rounding half away from zero. The rules are numbered in xero.md 5.1; the
checks of line totals are 5.2, those of discounts 5.3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

HUNDRED = Decimal(100)
ONE = Decimal(1)
ZERO = Decimal(0)

AmountTypes = Literal["Exclusive", "Inclusive", "NoTax"]


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

    sentence: str


def predict(
    lines: Sequence[Mapping[str, Any]],
    rates: Mapping[str, Decimal],
    *,
    amount_types: AmountTypes = "Exclusive",
    unitdp: Literal[2, 4] = 4,
) -> Prediction | Refusal:
    """What Xero computes from the lines of a payload, or its refusal.

    Args:
        lines: as in the request: `Quantity`, `UnitAmount`, `DiscountRate`, `DiscountAmount`,
            `LineAmount`, `TaxType`, `TaxAmount`; Decimals.
        rates: per cent per tax type; a type that is not there counts as 0.
        amount_types: whether prices hold no tax, hold it, or know none.
        unitdp: places that the request lets a unit price have.
    """
    amounts: list[Decimal] = []
    taxes: list[Decimal] = []
    for line in lines:
        amount = _line_amount(line, unitdp)
        if isinstance(amount, Refusal):
            return amount
        tax = line.get("TaxAmount")
        if tax is None:
            tax = _tax(amount, rates.get(line.get("TaxType", ""), ZERO), amount_types)
        elif abs(tax) > abs(amount):
            return Refusal("Tax amount cannot be greater than the line amount")
        amounts.append(amount)
        taxes.append(tax)
    tax_in_amounts = sum(taxes, ZERO) if amount_types == "Inclusive" else ZERO
    subtotal = sum(amounts, ZERO) - tax_in_amounts
    return Prediction(
        line_amounts=tuple(amounts),
        taxes=tuple(taxes),
        subtotal=subtotal,
        tax=sum(taxes, ZERO),
        total=subtotal + sum(taxes, ZERO),
    )


def line_total_refusal(sent: Decimal, expected: Decimal) -> str:
    """Xero's sentence on a line whose total it does not believe (xero.md 5.2)."""
    return (
        f"The line total {_round(sent, 2)} does not match the expected line total "
        f"{_round(expected, 2)}"
    )


def _line_amount(line: Mapping[str, Any], unitdp: int) -> Decimal | Refusal:
    """Rules 1 and 2 for one line, and the checks of 5.2 and 5.3."""
    sent, quantity, price = (line.get(x) for x in ("LineAmount", "Quantity", "UnitAmount"))
    if price is None:
        return _round(sent or ZERO, 2)
    gross = (ONE if quantity is None else quantity) * _round(price, unitdp)
    discount = _discount(line, gross)
    if isinstance(discount, Refusal):
        return discount
    computed = _round(gross - discount, 2)
    if sent is None or quantity is None:
        return computed
    # Xero reads a total of nothing on a discounted line as the total before the discount.
    read = _round(sent, 2) if sent or not discount else -_round(discount, 2)
    return computed if read == computed else Refusal(line_total_refusal(read, computed))


def _discount(line: Mapping[str, Any], gross: Decimal) -> Decimal | Refusal:
    """The money a discount takes off one line; the rate wins when both are sent."""
    rate, amount = line.get("DiscountRate"), line.get("DiscountAmount")
    if rate is not None:
        return _discount_refusal(rate) if rate > HUNDRED else gross * rate / HUNDRED
    if amount is None:
        return ZERO
    rounded = _round(amount, 2)
    return _discount_refusal(rounded) if rounded > gross else rounded


def _discount_refusal(value: Decimal) -> Refusal:
    return Refusal(
        f"The discount rate '{_round(value, 2)}' is invalid. "
        "Discount must not be greater than the line total."
    )


def _tax(amount: Decimal, rate: Decimal, amount_types: AmountTypes) -> Decimal:
    """Rule 3: tax of one line, rounded before it is added up."""
    if amount_types == "NoTax":
        return _round(ZERO, 2)
    base = HUNDRED + rate if amount_types == "Inclusive" else HUNDRED
    return _round(amount * rate / base, 2)


def _round(value: Decimal, places: int) -> Decimal:
    """Rule 5: half away from zero; nothing is never negative."""
    rounded = value.quantize(ONE.scaleb(-places), rounding=ROUND_HALF_UP)
    return rounded or abs(rounded)
