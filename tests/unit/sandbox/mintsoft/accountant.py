"""What an accountant says of an order who reads Mintsoft's raw JSON and has a pocket calculator.

He shares no figure and no word with what makes the day. He knows Britain's rates alone, and takes
half a penny for each rounding: one for each row, one for shipping, one for the discount.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Raw = Mapping[str, Any]

ZERO, HALF_A_PENNY = Decimal(0), Decimal("0.005")
RATES = (Decimal(20), Decimal(5), Decimal(0))
CURRENCIES = {"GBP", "EUR", "USD"}


def money(value: float | None) -> Decimal:
    """The amount of a JSON number."""
    return Decimal(str(value or 0))


def pennies(amount: Decimal) -> Decimal:
    """Rounded to two places, halves away from zero."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, kw_only=True)
class Sums:
    """What the rows, the shipping and the discount of an order come to, not rounded."""

    net: Decimal
    tax: Decimal
    #: With VAT, before the discount on the order.
    before_discount: Decimal
    #: At most this far may the stated total be from the sum.
    allowed: Decimal

    @property
    def gross(self) -> Decimal:
        """With VAT."""
        return self.net + self.tax


def sums(raw: Raw) -> Sums:
    """Add an order up. A discount with a minus is taken off where the stated total says so."""
    rows = raw["OrderItems"]
    net = sum((net_of(row) for row in rows), ZERO) + money(raw["ShippingNet"])
    tax = sum((tax_of(row) for row in rows), ZERO) + money(raw["ShippingTax"])
    off, tax_off = money(raw["DiscountNet"]), money(raw["DiscountTax"])
    stated, before = money(raw["TotalOrderGross"]), net + tax
    if abs(before + off + tax_off - stated) < abs(before - off - tax_off - stated):
        off, tax_off = -off, -tax_off
    charges = sum(raw[name] != 0 for name in ("ShippingNet", "DiscountNet"))
    allowed = HALF_A_PENNY * (len(rows) + charges)
    return Sums(net=net - off, tax=tax - tax_off, before_discount=before, allowed=allowed)


def net_of(row: Raw) -> Decimal:
    """A row without VAT, less its discount."""
    return money(row["PriceNet"]) * int(row["Quantity"]) - money(row["DiscountNet"])


def tax_of(row: Raw) -> Decimal:
    """A row's VAT, less its discount's."""
    return money(row["Tax"]) * int(row["Quantity"]) - money(row["DiscountTax"])


def rate_of(row: Raw) -> Decimal | None:
    """The rate whose VAT is nearest to what one unit bears, if it is within a penny."""
    price, tax = money(row["PriceNet"]), money(row["Tax"])
    nearest = min(RATES, key=lambda rate: abs(price * rate / 100 - tax))
    return nearest if abs(price * nearest / 100 - tax) <= 2 * HALF_A_PENNY else None


def figures_say(raw: Raw) -> str:
    """What becomes of a despatched order because of its figures alone: a state."""
    found, stated = sums(raw), money(raw["TotalOrderGross"])
    rows = raw["OrderItems"]
    charges = ("ShippingNet", "ShippingTax", "DiscountNet", "DiscountTax")
    if not any(net_of(row) or tax_of(row) for row in rows) and not any(map(raw.get, charges)):
        return "skipped"
    wrong = (
        stated < 0,
        any(money(row["PriceNet"]) > 0 and net_of(row) < 0 for row in rows),
        found.gross < -found.allowed,
        abs(stated - found.gross) > found.allowed,
        any(rate_of(row) is None for row in rows),
    )
    return "refused" if any(wrong) else "exported"


def says(raw: Raw) -> str:
    """What becomes of an order that has its number to itself: a state."""
    if raw["OrderStatusId"] == 3 or (raw["ExternalOrderReference"] or "").startswith("xero:"):
        return "skipped"
    if raw["OrderStatusId"] not in (4, 5):
        return "waiting"
    if raw["Currency"]["Code"] not in CURRENCIES:
        return "refused"
    return figures_say(raw)
