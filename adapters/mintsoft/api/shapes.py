"""What is read of Mintsoft's JSON: names and types as in its own description of the API.

Unknown fields are ignored, null and missing are alike, and only what an order can't do
without is required (mintsoft.md 1.4, 2.3, 7). A test compares this file with the description.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from ....plugin.errors import NeedsPerson, Unknown
from ....plugin.ports.source import Unreadable
from .fields import MISSING, Flag, Moment, Money, Text, Whole, clean, text_id
from .zone import utc_of

#: Of a field that a document can't do without, and of one that it can.
NEEDED: dict[str, Any] = {
    "required": True,
    "error_messages": {"required": MISSING, "null": MISSING},
}
MAY_MISS: dict[str, Any] = {"load_default": None, "allow_none": True}


class Shape(Schema):
    """An object of the API."""

    class Meta:
        """Tolerant: fields may be added at any time."""

        unknown = EXCLUDE

    error_messages = {"type": "is not an object"}  # noqa: RUF012 - marshmallow's own way

    def load(self, data: Any, **how: Any) -> Any:
        """As marshmallow's, which is asked only where something is wrong: it says what.

        An account's orders are read again and again, and marshmallow's own way through a
        good one takes three times as long. `how` is for what it says; nobody here gives it.
        """
        try:
            return _good(self, data)
        except ValidationError:
            return super().load(data, **how)


def _good(schema: Schema, data: Any) -> dict[str, Any]:
    """What is in an object, null for what is missing. Raises ValidationError for anything odd."""
    if not isinstance(data, dict):
        raise ValidationError(MISSING)
    found = {}
    for name, field in schema.load_fields.items():
        value = data.get(name)
        if value is not None:
            found[name] = _value(field, value)
        elif field.required:
            raise ValidationError(MISSING)
        else:
            found[name] = None
    return found


def _value(field: Any, value: Any) -> Any:
    if isinstance(field, fields.Nested):
        return _good(field.schema, value)
    if not isinstance(field, fields.List):
        return field._deserialize(value, None, None)  # noqa: SLF001 - where each kind is read
    if not isinstance(value, list) or None in value:
        raise ValidationError(MISSING)
    return [_value(field.inner, each) for each in value]


def object_of(shape: type[Shape]) -> fields.Nested:
    """A field that holds an object, or nothing."""
    return fields.Nested(shape, **MAY_MISS, error_messages={"type": "is not an object"})


def objects_of(shape: type[Shape], **needed: Any) -> "fields.List[Any]":
    """A field that holds a list of objects."""
    messages = {"required": MISSING, "null": MISSING, "invalid": "is not a list"}
    inner = fields.Nested(
        shape, error_messages={"type": "is not an object", "null": "is not an object"}
    )
    return fields.List(inner, **{**needed, "error_messages": messages})


class CodeShape(Shape):
    """A country or currency."""

    Code = Text(**MAY_MISS)


class ChannelShape(Shape):
    """A sales channel."""

    Name = Text(**MAY_MISS)


class NameValueShape(Shape):
    """A remark in two parts that a program left on an order."""

    Name = Text(**MAY_MISS)
    Value = Text(**MAY_MISS)


class OrderItemShape(Shape):
    """One line of an order. What the money fields mean: mintsoft.md 2.3."""

    ID = Whole(**NEEDED)
    ProductId = Whole(**MAY_MISS)
    SKU = Text(**MAY_MISS)
    Details = Text(**MAY_MISS)
    Quantity = Whole(**NEEDED)
    Price = Money(**MAY_MISS)
    PriceNet = Money(**MAY_MISS)
    Vat = Money(**MAY_MISS)
    Tax = Money(**MAY_MISS)
    TaxRate = Money(**MAY_MISS)
    TaxPaid = Money(**MAY_MISS)
    TotalTax = Money(**MAY_MISS)
    Discount = Money(**MAY_MISS)
    DiscountNet = Money(**MAY_MISS)
    DiscountTax = Money(**MAY_MISS)
    DiscountGross = Money(**MAY_MISS)


class OrderShape(Shape):
    """An order with its lines."""

    ID = Whole(**NEEDED)
    OrderNumber = Text(**NEEDED)
    ExternalOrderReference = Text(**MAY_MISS)
    ClientId = Whole(**MAY_MISS)
    CLIENT_CODE = Text(**MAY_MISS)
    OrderStatusId = Whole(**NEEDED)
    ChannelId = Whole(**MAY_MISS)
    Channel = object_of(ChannelShape)
    VATNumber = Text(**MAY_MISS)
    WarehouseId = Whole(**MAY_MISS)
    WAREHOUSE_CODE = Text(**MAY_MISS)
    Country = object_of(CodeShape)
    Currency = object_of(CodeShape)
    OrderDate = Moment(**NEEDED)
    DespatchDate = Moment(**MAY_MISS)
    LastUpdated = Moment(**NEEDED)
    Part = Whole(**MAY_MISS)
    NumberOfParts = Whole(**MAY_MISS)
    Tags = Text(**MAY_MISS)
    OrderNameValues = objects_of(NameValueShape, **MAY_MISS)
    PIIRemoved = Flag(**MAY_MISS)
    CompanyName = Text(**MAY_MISS)
    FirstName = Text(**MAY_MISS)
    LastName = Text(**MAY_MISS)
    Email = Text(**MAY_MISS)
    PostCode = Text(**MAY_MISS)
    Town = Text(**MAY_MISS)
    OrderItems = objects_of(OrderItemShape, required=True)
    ShippingNet = Money(**MAY_MISS)
    ShippingTax = Money(**MAY_MISS)
    ShippingTotalExVat = Money(**MAY_MISS)
    ShippingTotalVat = Money(**MAY_MISS)
    DiscountNet = Money(**MAY_MISS)
    DiscountTax = Money(**MAY_MISS)
    DiscountTotalExVat = Money(**MAY_MISS)
    DiscountTotalVat = Money(**MAY_MISS)
    TotalOrderNet = Money(**MAY_MISS)
    TotalOrderTax = Money(**MAY_MISS)
    TotalOrderGross = Money(**MAY_MISS)


class StatusShape(Shape):
    """A status that orders of the account may have."""

    ID = Whole(**NEEDED)
    Name = Text(**NEEDED)


class ClientShape(Shape):
    """A client of the account, for whom it keeps goods."""

    ID = Whole(**NEEDED)
    Code = Text(**MAY_MISS)


class CommentShape(Shape):
    """A comment on an order."""

    Comment = Text(**MAY_MISS)
    LastUpdated = Moment(**MAY_MISS)


ORDER = OrderShape()
STATUS = StatusShape()
CLIENT = ClientShape()
COMMENT = CommentShape()


def utc(row: Mapping[str, Any], name: str, zone: ZoneInfo) -> datetime:
    """A time of the account in UTC. Raises ValidationError where there is no such moment."""
    try:
        return utc_of(row[name], zone)
    except OverflowError:
        raise ValidationError({name: ["is not a date and time"]}) from None


def unreadable(raw: Any, document: str, name: str, fault: ValidationError) -> Unreadable:
    """What stands for a row that can't be read (MX-501): the field, but never its value.

    Args:
        raw: the row, of any shape.
        document: what a person calls it.
        name: the field that holds its number.
        fault: what marshmallow found.
    """
    field, problem = first_problem(fault.messages)
    sentence = f"The {document} can't be read: {field} {problem}."
    number = raw.get(name) if isinstance(raw, dict) else None
    return Unreadable(
        source_id=text_id(raw),
        number=clean(number) if isinstance(number, str) else "",
        error=NeedsPerson(sentence, code="MX-501"),
    )


def first_problem(messages: Any) -> tuple[str, str]:
    """The first of marshmallow's messages: where (``OrderItems[0].Price``), and what."""
    place = ""
    while isinstance(messages, Mapping):
        key, messages = next(iter(messages.items()))
        if isinstance(key, int):
            place += f"[{key}]"
        elif key != "_schema":
            place += f".{key}" if place else str(key)
    return place or "it", str(messages[0] if isinstance(messages, list) else messages)


def made_id(answer: Any, result: Shape, name: str, *, what: str, known_by: str) -> str:
    """The id of a document that was made: the field `name` of the result.

    Raises:
        Unknown: Mintsoft says that it is done, but not what its id is.
    """
    try:
        made: int = result.load(answer)[name]
    except ValidationError:
        made = 0
    if made > 0:
        return str(made)
    raise Unknown(
        f"Mintsoft made the {what} but did not give its id.",
        fix=f"Nothing: Mintsoft is asked for it by {known_by}.",
    )
