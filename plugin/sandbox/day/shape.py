"""What an order is before it has an ID; money is Decimal until it becomes a JSON number."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from .reference import Document

ZERO = Decimal(0)
PENNY = Decimal("0.01")


def to_pennies(amount: Decimal) -> Decimal:
    """Round to 2 places, halves away from zero."""
    return amount.quantize(PENNY, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A sum of money apart from its VAT: a delivery charge or a discount."""

    #: Without VAT, two places.
    net: Decimal = ZERO
    #: The VAT, two places.
    tax: Decimal = ZERO

    @property
    def gross(self) -> Decimal:
        """With VAT."""
        return self.net + self.tax


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of an order."""

    #: The warehouse's code of the product.
    sku: str
    product_id: int
    #: What the row says to people.
    details: str
    #: Whole units.
    quantity: int
    #: Price of one unit without VAT; below zero for what is given back.
    net: Decimal
    #: VAT of one unit.
    tax: Decimal
    #: VAT in percent that the row bears.
    rate: Decimal
    #: What the shop calls it, which may be computed from pennies, the product's own, or missing.
    stated_rate: float | None
    #: Taken off the whole row, positive.
    discount: Amount = Amount()

    @property
    def net_paid(self) -> Decimal:
        """The row without VAT, less its discount, not rounded."""
        return self.net * self.quantity - self.discount.net

    @property
    def tax_paid(self) -> Decimal:
        """The row's VAT, less the discount's, not rounded."""
        return self.tax * self.quantity - self.discount.tax

    @property
    def gross(self) -> Decimal:
        """What the shop's own total counts for the row, two places."""
        return to_pennies(self.net_paid + self.tax_paid)


def untaxed(line: Line) -> Line:
    """A row like it that bears no VAT."""
    return replace(line, tax=ZERO, rate=ZERO, stated_rate=0.0)


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Whom the parcel goes to; every field may be None."""

    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    town: str | None = None
    postcode: str | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The contents of an order; reference data as raw JSON."""

    number: str
    client: Document
    currency: Document
    warehouse: Document
    courier: Document
    customer: Customer
    lines: tuple[Line, ...]
    status: int
    channel: Document | None = None
    country: Document | None = None
    #: The delivery charge.
    shipping: Amount = Amount()
    #: Taken off the whole order; below zero for a surcharge.
    discount: Amount = Amount()
    #: The shop writes that discount with a minus.
    minus_before_discount: bool = False
    #: What the stated total is more (or less) than the sum of the rows.
    stated_too_much: Decimal = ZERO
    part: int = 1
    parts: int = 1
    external_reference: str | None = None
    name_values: tuple[tuple[str, str], ...] = ()
    comments: str | None = None
    tags: str | None = None
    pii_removed: bool = False

    @property
    def net(self) -> Decimal:
        """The stated total without VAT."""
        rows = sum((to_pennies(line.net_paid) for line in self.lines), ZERO)
        return rows + self.shipping.net - self.discount.net

    @property
    def gross(self) -> Decimal:
        """The stated total with VAT: what the customer was asked for."""
        rows = sum((line.gross for line in self.lines), ZERO)
        return to_pennies(rows + self.shipping.gross - self.discount.gross + self.stated_too_much)

    @property
    def tax(self) -> Decimal:
        """The VAT of rows, delivery and discount, not rounded."""
        rows = sum((line.tax_paid for line in self.lines), ZERO)
        return rows + self.shipping.tax - self.discount.tax


@dataclass(frozen=True, kw_only=True)
class Times:
    """The moments of an order, local time without offset, as the API writes them."""

    ordered: str
    #: None until it left the warehouse.
    despatched: str | None
    updated: str


def number(amount: Decimal) -> float:
    """The JSON number of an amount: its text is the amount, to at most four places."""
    return float(round(amount, 4))
