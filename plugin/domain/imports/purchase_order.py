"""PurchaseOrder: goods ordered from a supplier, as the accounting side holds it."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from ..times import require_utc


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderLine:
    """One line."""

    #: Its id there; it may change when another program rewrites the lines.
    line_id: str
    #: Code of the item; empty for a line without one, which can't be received.
    item_code: str
    description: str
    #: To four places; None where the supplier's order has none.
    quantity: Decimal | None
    #: Price of one unit in the order's currency, to four places; None where there is none.
    unit_amount: Decimal | None

    @property
    def whole_units(self) -> int | None:
        """The quantity as a warehouse counts; None when it has no whole positive number."""
        if self.quantity is None or self.quantity <= 0 or self.quantity % 1:
            return None
        return int(self.quantity)


@dataclass(frozen=True, kw_only=True)
class PurchaseOrder:
    """An order to a supplier."""

    #: The accounting side's own id, stable.
    purchase_order_id: str
    #: Unique in the organisation.
    number: str
    reference: str
    #: DRAFT, SUBMITTED, AUTHORISED, BILLED, DELETED, or a word that is not known here.
    status: str
    contact_id: str
    #: Name of the supplier. Never logged, nor is where the goods go.
    supplier: str = field(repr=False)
    #: Three-letter currency of the prices.
    currency: str
    #: Dates without a zone: of the order, wished for, and promised; None where there is none.
    date: dt.date | None
    delivery_date: dt.date | None
    expected_date: dt.date | None
    #: Where the goods go, as one text, and what to mind there.
    delivery_address: str = field(repr=False)
    delivery_instructions: str = field(repr=False)
    lines: tuple[PurchaseOrderLine, ...]
    #: When the accounting side last changed it (UTC).
    changed_at: dt.datetime

    def __post_init__(self) -> None:
        require_utc(self, "changed_at")

    @property
    def arrives_on(self) -> dt.date | None:
        """When the goods are expected: as promised, else as wished for."""
        return self.expected_date or self.delivery_date
