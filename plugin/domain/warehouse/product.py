"""Product: something that a warehouse keeps, known by its SKU."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ..money import ZERO, require_decimal
from ..times import require_utc
from .new_order import limit_text, require_amount, require_text, unfit

#: Mintsoft's own bounds (mintsoft.md 3).
SKU_LENGTH, NAME_LENGTH = 75, 99
MOST_WEIGHT = Decimal(100_000)


@dataclass(frozen=True, kw_only=True)
class NewProduct:
    """A product to be made, or what an existing one is to say from now on."""

    #: At most 75 characters; unique for a client.
    sku: str
    #: At most 99 characters.
    name: str
    #: Id of the client; empty where the user is the client's own.
    client_id: str = ""
    #: Of one unit, in the unit that the account uses; 0 when it is not known.
    weight: Decimal = ZERO
    #: Selling and cost price of one unit without tax; None where it is not known.
    price: Decimal | None = None
    cost_price: Decimal | None = None
    description: str = ""

    def __post_init__(self) -> None:
        require_decimal(self, "weight")
        require_text("product", "SKU", self.sku, most=SKU_LENGTH)
        limit_text("product", "name", self.name, most=NAME_LENGTH)
        if not ZERO <= self.weight <= MOST_WEIGHT:
            raise unfit("product", f"weight is not between 0 and {MOST_WEIGHT}")
        for name, price in (("price", self.price), ("cost price", self.cost_price)):
            if price is not None:
                require_amount("product", name, price)


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product as the warehouse has it."""

    product_id: str
    client_id: str
    sku: str
    name: str
    #: Selling and cost price of one unit; None where the warehouse has none.
    price: Decimal | None
    cost_price: Decimal | None
    #: True when it is not sold any more, or is made of other products.
    discontinued: bool
    bundle: bool
    #: When it was last changed (UTC).
    changed_at: datetime

    def __post_init__(self) -> None:
        require_utc(self, "changed_at")
