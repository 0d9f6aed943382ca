"""What Xero computes on a sales document: xero.md section 5, and nothing else.

This is the sandbox's own arithmetic. It shares no line with the exporter's, so that the two
agreeing is evidence and not an echo. All amounts are Decimal; rates are percentages (20 = 20 %).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")
_STEPS = [Decimal(1).scaleb(-places) for places in range(7)]
_HUNDRED = Decimal(100)
#: Wide enough that the product of the largest numbers that can be sent is exact.
_EXACT = Context(prec=80, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, kw_only=True)
class Totals:
    """The totals of a document, each with two decimals (5.1 rule 4)."""

    sub_total: Decimal
    total_tax: Decimal
    total: Decimal


def rounded(value: Decimal, places: int = 2) -> Decimal:
    """Half away from zero (5.1 rule 5; for negative halves an assumption); never minus zero."""
    # The decimal module's HALF_UP looks at the size and not the sign: it is half away from zero.
    whole = value.quantize(_STEPS[places], ROUND_HALF_UP, _EXACT)
    return whole or abs(whole)


def unit_price(amount: Decimal, unitdp: int) -> Decimal:
    """A unit amount as Xero keeps it: two decimals, or four with ``unitdp=4`` (5.1 rule 1)."""
    return rounded(amount, 4 if unitdp == 4 else 2)  # noqa: PLR2004


def gross_of(quantity: Decimal, unit_amount: Decimal) -> Decimal:
    """Quantity times price, not rounded."""
    return _EXACT.multiply(quantity, unit_amount)


def discount_of(
    gross: Decimal, discount_rate: Decimal | None, discount_amount: Decimal | None
) -> Decimal:
    """The discount of a line, not rounded when it comes from a rate; the rate wins (5.3)."""
    if discount_rate is not None:
        return _EXACT.divide(_EXACT.multiply(gross, discount_rate), _HUNDRED)
    return rounded(discount_amount) if discount_amount is not None else ZERO


def line_amount(
    quantity: Decimal,
    unit_amount: Decimal,
    discount_rate: Decimal | None = None,
    discount_amount: Decimal | None = None,
) -> Decimal:
    """Quantity times price less the discount, rounded once, at the end (5.1 rule 2)."""
    return less_discount(gross_of(quantity, unit_amount), discount_rate, discount_amount)


def less_discount(
    gross: Decimal, discount_rate: Decimal | None, discount_amount: Decimal | None
) -> Decimal:
    """What is left of a line after its discount."""
    return rounded(_EXACT.subtract(gross, discount_of(gross, discount_rate, discount_amount)))


def before_discount(
    left: Decimal, discount_rate: Decimal | None, discount_amount: Decimal | None
) -> Decimal:
    """The line of which `left` is what its discount leaves (5.2).

    Nothing is taken for nothing before the discount, too (the known bug of 5.2); and from what
    a discount of everything leaves, nothing can be told.
    """
    if left == 0:
        return ZERO
    if discount_rate is not None:
        kept = _HUNDRED - rounded(discount_rate)
        return left * _HUNDRED / kept if kept > 0 else ZERO
    return left if discount_amount is None else left + rounded(discount_amount)


def understood_line_amount(
    sent: Decimal,
    gross: Decimal,
    discount_rate: Decimal | None = None,
    discount_amount: Decimal | None = None,
) -> Decimal:
    """The LineAmount that Xero believes was sent.

    Xero's known bug (5.2): zero on a line with a discount is taken for the amount before the
    discount, so that the discount is subtracted from it once more.
    """
    if sent == 0:
        return -rounded(discount_of(gross, discount_rate, discount_amount))
    return rounded(sent)


def tax_amount(amount: Decimal, rate: Decimal, line_amount_types: str) -> Decimal:
    """The tax of one line, rounded by itself (5.1 rule 3)."""
    if line_amount_types == "Exclusive":
        return rounded(_EXACT.divide(_EXACT.multiply(amount, rate), _HUNDRED))
    if line_amount_types == "Inclusive":
        return rounded(_EXACT.divide(_EXACT.multiply(amount, rate), _HUNDRED + rate))
    return rounded(ZERO)


def totals(lines: Iterable[tuple[Decimal, Decimal]], line_amount_types: str) -> Totals:
    """The totals of lines given as (LineAmount, TaxAmount) (5.1 rule 4)."""
    amounts, taxes = ZERO, ZERO
    for amount, tax in lines:
        amounts = _EXACT.add(amounts, amount)
        taxes = _EXACT.add(taxes, tax)
    inside = line_amount_types == "Inclusive"
    sub_total = _EXACT.subtract(amounts, taxes) if inside else amounts
    total = amounts if inside else _EXACT.add(amounts, taxes)
    return Totals(sub_total=rounded(sub_total), total_tax=rounded(taxes), total=rounded(total))
