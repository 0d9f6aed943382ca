"""Invoice: the accounting document for one order. Still nobody's format.

Tax is computed per line and rounded per line, as accounting systems do (xero.md 5.1), unless the
tax that was charged is sent with the line.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from ..money import PENNY, ZERO, require_decimal, to_penny
from .contact import Customer

HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class InvoiceLine:
    """One line, priced without tax, or with it."""

    description: str
    #: Whole units; 1 for shipping, discounts and rounding.
    quantity: Decimal
    #: 4 places; negative for a discount line.
    unit_amount: Decimal
    #: On the whole line, 2 places; positive, zero for none.
    discount: Decimal
    account_code: str
    tax_type: str
    #: Per cent, what `tax_type` stands for.
    tax_rate: Decimal
    #: What the target's price list may know it by; empty for what is no product.
    item_code: str = ""
    #: Tracking of it, each ``Category=Option``.
    tracking: tuple[str, ...] = ()
    #: Whether price and discount hold the tax; the same on all lines of an invoice.
    with_tax: bool = False
    #: Tax that is sent with the line instead of being computed; None: it is computed.
    sent_tax: Decimal | None = None

    def __post_init__(self) -> None:
        require_decimal(self, "quantity", "unit_amount", "discount", "tax_rate")

    @property
    def amount(self) -> Decimal:
        """The line as it is priced, with tax or without, rounded to the penny.

        One whose discount, which is to the penny, takes all of it is free, and not half a penny
        below nothing.
        """
        left = self.quantity * self.unit_amount - self.discount
        return to_penny(ZERO if self.discount > 0 and -PENNY / 2 <= left < 0 else left)

    @property
    def net(self) -> Decimal:
        """The line without tax, to the penny."""
        return self.amount - self.tax if self.with_tax else self.amount

    @property
    def tax(self) -> Decimal:
        """Tax on the line, rounded to the penny."""
        if self.sent_tax is not None:
            return self.sent_tax
        base = HUNDRED + self.tax_rate if self.with_tax else HUNDRED
        return to_penny(self.amount * self.tax_rate / base)


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """A sales invoice, all but its number, which is claimed when it is sent."""

    #: Name of the contact it is for, and the contact's id where one is mapped (else empty).
    contact: str
    contact_id: str
    #: Who that is, where each customer has a contact. Personal: gone once it is exported.
    customer: Customer | None = None
    currency: str
    #: Both calendar dates, nobody's time zone.
    date: dt.date
    due_date: dt.date
    #: What people see beside the number: where the order came from, and `source_mark`.
    reference: str
    #: DRAFT, SUBMITTED or AUTHORISED.
    status: str
    lines: tuple[InvoiceLine, ...]
    #: Said on it: how a discount that was too large was repaired; empty when nothing was.
    note: str = ""
    #: Id of how it looks in the target; empty for the target's own choice.
    branding_theme: str = ""
    #: Units of its currency for one of the organisation's; None for the target's own of the day.
    exchange_rate: Decimal | None = None
    #: Said of it here alone, not on it: what was accepted beyond what rounding explains.
    remark: str = ""
    #: How each figure came about, a sentence each; not sent.
    workings: tuple[str, ...] = ()

    @property
    def prices_with_tax(self) -> bool:
        """Whether its prices hold the tax."""
        return any(line.with_tax for line in self.lines)

    @property
    def total(self) -> Decimal:
        """What the customer owes, with tax."""
        return sum((line.net + line.tax for line in self.lines), ZERO)
