"""SalesInvoice: an invoice to a customer as the accounting side holds it, whoever made it."""

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal

from ..money import require_decimal
from ..times import require_utc

#: How the reference of an invoice ends that was made from an order; see `order.source_mark`.
_MARK = re.compile(r"\(Mintsoft [^()]+\)\s*$")


@dataclass(frozen=True, kw_only=True)
class SalesInvoiceLine:
    """One line."""

    #: Its id there; other programs may rewrite a document's lines and change these.
    line_id: str
    #: Code of the item; empty for a line without one.
    item_code: str
    description: str
    #: None for a line of text only.
    quantity: Decimal | None
    #: Price of one unit in the invoice's currency, before discount; with tax where
    #: `SalesInvoice.prices_with_tax`. None for a line of text only.
    unit_amount: Decimal | None
    #: The line after its discount, as the accounting side computed it; with tax as above.
    amount: Decimal
    #: Tax on the line.
    tax: Decimal
    account_code: str
    tax_type: str

    def __post_init__(self) -> None:
        require_decimal(self, "amount", "tax")


@dataclass(frozen=True, kw_only=True)
class SalesInvoice:
    """An invoice to a customer. Totals are the accounting side's word."""

    #: The accounting side's own id, stable.
    invoice_id: str
    #: Empty for a draft that was given none.
    number: str
    #: The customer's order number, or whatever a person wrote there.
    reference: str
    #: The accounting side's word: DRAFT, SUBMITTED, AUTHORISED, PAID, VOIDED, DELETED, or one
    #: that is not known here.
    status: str
    contact_id: str
    #: Name of the customer. Never logged.
    contact_name: str = field(repr=False)
    #: Three-letter currency of every amount.
    currency: str
    #: The document's dates, which have no zone; None where there is none.
    date: dt.date | None
    due_date: dt.date | None
    #: True when the lines' prices and amounts are stated with tax.
    prices_with_tax: bool
    lines: tuple[SalesInvoiceLine, ...]
    #: Sums without tax, of the tax, with tax; all as the accounting side says.
    subtotal: Decimal
    tax: Decimal
    total: Decimal
    #: What was paid, credited, and is still due.
    paid: Decimal
    credited: Decimal
    due: Decimal
    #: When the accounting side last changed it (UTC).
    changed_at: dt.datetime

    def __post_init__(self) -> None:
        require_decimal(self, "subtotal", "tax", "total", "paid", "credited", "due")
        require_utc(self, "changed_at")

    @property
    def alive(self) -> bool:
        """Whether it counts: neither voided nor deleted."""
        return self.status not in {"VOIDED", "DELETED"}

    @property
    def carries_our_mark(self) -> bool:
        """True when it was made from an order of ours, and must not become an order again."""
        return _MARK.search(self.reference) is not None
