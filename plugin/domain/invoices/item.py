"""Item: a product in the accounting side's price list."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ..times import require_utc


@dataclass(frozen=True, kw_only=True)
class Trade:
    """How an item is sold, or bought."""

    #: Price of one unit without tax, in the organisation's currency; None for none.
    unit_price: Decimal | None = None
    #: Default account and tax type of its lines; empty for none.
    account_code: str = ""
    tax_type: str = ""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A product; one that is still to be made has no id."""

    #: The accounting side's own id; empty for one that is not there yet.
    item_id: str = ""
    #: What lines name it by; unique. Xero takes 30 characters at the most.
    code: str
    #: At most 50 characters; empty for none.
    name: str = ""
    #: What lines say when they say nothing themselves.
    description: str = ""
    #: False when it can't be on an invoice to a customer, or on an order to a supplier.
    sold: bool = True
    purchased: bool = True
    #: True when the accounting side counts its stock.
    tracked: bool = False
    selling: Trade = Trade()
    buying: Trade = Trade()
    #: When the accounting side last changed it (UTC); None when it is not there or does not say.
    changed_at: datetime | None = None

    def __post_init__(self) -> None:
        require_utc(self, "changed_at")
