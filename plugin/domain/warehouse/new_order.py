"""NewOrder: an order that is to be made at the warehouse. One that exists can be held there.

The limits are those of Mintsoft's own description (mintsoft.md 2.3); whoever builds one that
breaks them is told at once which field a person must correct, before any call.
"""

from dataclasses import dataclass
from decimal import Decimal

from ...errors import NeedsPerson
from ..money import ZERO, require_decimal
from ..orders.order import NO_CHARGE, Charge

#: The most that a number or a reference may hold.
NUMBER_LENGTH = 250
#: The largest whole number of the API.
MOST = 2**31 - 1
#: No price has more, and up to here every amount survives the API's ``double``.
MOST_MONEY = Decimal(10) ** 10
MONEY_PLACES = 4
#: The code of what Mintsoft refuses, or would.
REFUSED = "MX-502"


def unfit(document: str, problem: str) -> NeedsPerson:
    """The error for what Mintsoft would refuse; `problem` is such as "post code is missing"."""
    return NeedsPerson(
        f"Mintsoft would refuse the {document}: its {problem}.",
        code=REFUSED,
        fix="Correct it in Xero, then retry.",
    )


def require_text(document: str, name: str, text: str, *, most: int = 0) -> None:
    """Refuse a text that is empty or too long.

    Raises:
        NeedsPerson: it is empty, or longer than `most` (0: any length).
    """
    if not text.strip():
        raise unfit(document, f"{name} is missing")
    limit_text(document, name, text, most=most or len(text))


def limit_text(document: str, name: str, text: str, *, most: int) -> None:
    """Refuse a text that is too long, as `require_text`; an empty one may be."""
    if len(text) > most:
        raise unfit(document, f"{name} is longer than {most} characters")


def require_whole(document: str, name: str, number: int, *, least: int, most: int = MOST) -> None:
    """Refuse a whole number out of bounds. Raises as `require_text`."""
    if not least <= number <= most:
        raise unfit(document, f"{name} is not between {least} and {most}")


def require_amount(document: str, name: str, amount: Decimal) -> None:
    """Refuse an amount that the API's ``double`` could distort. Raises as `require_text`."""
    exponent = amount.as_tuple().exponent
    assert isinstance(exponent, int)
    if not ZERO <= amount < MOST_MONEY:
        raise unfit(document, f"{name} is negative or too large")
    if -exponent > MONEY_PLACES and amount != amount.quantize(Decimal("0.0001")):
        raise unfit(document, f"{name} has more than {MONEY_PLACES} decimal places")


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom the goods go to. Never logged."""

    #: The first is needed.
    first_name: str
    last_name: str = ""
    company: str = ""
    #: Lines of the address; the first is needed.
    address1: str
    address2: str = ""
    address3: str = ""
    town: str = ""
    county: str = ""
    #: At most 20 characters; needed.
    postcode: str
    #: Two letters; needed.
    country: str
    email: str = ""
    #: At most 50 characters.
    phone: str = ""

    def __post_init__(self) -> None:
        require_text("order", "recipient's first name", self.first_name)
        require_text("order", "recipient's address", self.address1)
        require_text("order", "post code", self.postcode, most=20)
        limit_text("order", "phone number", self.phone, most=50)
        if len(self.country) != 2:  # noqa: PLR2004 - letters of ISO 3166-1
            raise unfit("order", "country is no two-letter code")

    @property
    def private(self) -> tuple[str, ...]:
        """What no message may repeat."""
        name = f"{self.first_name} {self.last_name}"
        place = (self.address1, self.address2, self.address3, self.postcode)
        return (name, self.first_name, self.last_name, self.company, *place, self.email, self.phone)

    def __repr__(self) -> str:
        return "Recipient(...)"


@dataclass(frozen=True, kw_only=True)
class NewOrderLine:
    """One line of goods. It has no discount: those of all lines go into the order's own.

    What Mintsoft takes a line's discount for is not known (mintsoft.md 2.3), the order's is.
    """

    sku: str
    #: What a person reads; may be empty.
    description: str
    #: Whole units, at least one.
    quantity: int
    #: Price of one unit without tax, in the order's currency; up to 4 places.
    unit_net: Decimal
    #: Tax on one unit; up to 4 places.
    unit_tax: Decimal

    def __post_init__(self) -> None:
        require_decimal(self, "unit_net", "unit_tax")
        require_text("order", "SKU of a line", self.sku)
        require_whole("order", "quantity of a line", self.quantity, least=1)
        require_amount("order", "price of a line", self.unit_net)
        require_amount("order", "tax of a line", self.unit_tax)


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """A sales order to be made."""

    #: The number people will know it by; unique for a client, and so is the reference.
    number: str
    #: The marker of the accounting document that it is made from (`ACCOUNTING_MARKER` and an
    #: id): by it the order is found again when the answer is lost.
    external_reference: str
    #: Id of the client; empty where the user is the client's own.
    client_id: str = ""
    #: Ids of the warehouse (needed) and of the sales channel (may be empty).
    warehouse_id: str
    channel_id: str = ""
    #: Name or id of a courier service, or ``AUTO``: the account's rules choose.
    courier: str = "AUTO"
    #: Three letters.
    currency: str
    recipient: Recipient
    lines: tuple[NewOrderLine, ...]
    shipping: Charge = NO_CHARGE
    #: Discount on the order and on all its lines together; positive.
    discount: Charge = NO_CHARGE
    #: What the warehouse reads, and what the courier reads (at most 1000 characters).
    comments: str = ""
    delivery_notes: str = ""
    #: Labels on the order, none with a comma in it.
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_text("order", "number", self.number, most=NUMBER_LENGTH)
        require_text("order", "external reference", self.external_reference, most=NUMBER_LENGTH)
        require_text("order", "warehouse", self.warehouse_id)
        require_text("order", "courier service", self.courier)
        require_text("order", "currency", self.currency)
        limit_text("order", "delivery notes", self.delivery_notes, most=1000)
        for name, charge in (("shipping", self.shipping), ("discount", self.discount)):
            require_amount("order", name, charge.net)
            require_amount("order", f"tax on {name}", charge.tax)
        if not self.lines:
            raise unfit("order", "list of lines is empty")
        if any("," in tag for tag in self.tags):
            raise unfit("order", "tag has a comma in it")

    @property
    def goods_net(self) -> Decimal:
        """The lines without tax, before any discount."""
        return sum((line.unit_net * line.quantity for line in self.lines), ZERO)

    @property
    def goods_tax(self) -> Decimal:
        """Tax on the lines, before any discount."""
        return sum((line.unit_tax * line.quantity for line in self.lines), ZERO)

    @property
    def gross(self) -> Decimal:
        """What the whole order comes to, with tax."""
        return self.goods_net + self.goods_tax + self.shipping.gross - self.discount.gross


@dataclass(frozen=True, kw_only=True)
class OrderChange:
    """What is to be changed on an order that is there; None is left as it is."""

    number: str | None = None
    external_reference: str | None = None
    delivery_notes: str | None = None
    recipient: Recipient | None = None

    def __post_init__(self) -> None:
        if self.number is not None:
            require_text("order", "number", self.number, most=NUMBER_LENGTH)
        reference = self.external_reference or ""
        limit_text("order", "external reference", reference, most=NUMBER_LENGTH)
        limit_text("order", "delivery notes", self.delivery_notes or "", most=1000)


@dataclass(frozen=True, kw_only=True)
class MadeOrder:
    """What became of a new order."""

    #: Id of the order; empty when all of it goes to a supplier.
    order_id: str
    #: Id of the part that a supplier sends directly; empty when there is none.
    drop_ship_id: str = ""
    #: True when it was there already under our reference, and nothing was made now.
    found: bool = False
