"""Terms: what an invoice takes from its connection rather than from its order."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from ..connections.mapping import NO_TAX
from .contact import Customer


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What an invoice takes from its connection rather than from its order."""

    contact: str
    contact_id: str
    customer: Customer | None = None
    date: dt.date
    due_date: dt.date
    status: str
    #: What may go to the rounding line beyond what rounding explains; not negative.
    rounding_limit: Decimal
    #: Country of the organisation, two letters; empty when unknown.
    home: str = ""
    #: Whether the tax that was charged may be sent where it is not what the rate gives.
    sends_tax: bool = False
    #: What becomes of a discount that is too large: one of `discount_repair.REPAIRS`.
    discount_repair: str = "refuse"
    #: ``lines``, or ``summary``: one line for each account and tax rate.
    line_detail: str = "lines"
    #: Whether lines of goods name their item.
    with_items: bool = False
    #: What the reference begins with (`reference.WORDS`).
    reference: str = "{external}"
    branding_theme: str = ""
    #: Tax type of what bears no tax, and what the tax is called (`tax_basis`).
    no_tax: str = NO_TAX
    tax_word: str = "VAT"
