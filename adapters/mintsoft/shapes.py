"""What is read of Mintsoft's JSON: names and types as in its own description of the API.

Unknown fields are ignored, null and missing are alike, and only what an order can't do
without is required (mintsoft.md 1.4, 2.3, 7). A test compares this file with the description.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from .fields import MISSING, Flag, Moment, Money, Text, Whole

_NEEDED: dict[str, Any] = {
    "required": True,
    "error_messages": {"required": MISSING, "null": MISSING},
}
_MAY_MISS: dict[str, Any] = {"load_default": None, "allow_none": True}


class Shape(Schema):
    """An object of the API."""

    class Meta:
        """Tolerant: fields may be added at any time."""

        unknown = EXCLUDE

    error_messages = {"type": "is not an object"}  # noqa: RUF012 - marshmallow's own way


def _object(shape: type[Shape]) -> fields.Nested:
    return fields.Nested(shape, **_MAY_MISS, error_messages={"type": "is not an object"})


def _objects(shape: type[Shape], **needed: Any) -> "fields.List[Any]":
    messages = {"required": MISSING, "null": MISSING, "invalid": "is not a list"}
    inner = fields.Nested(
        shape, error_messages={"type": "is not an object", "null": "is not an object"}
    )
    return fields.List(inner, **{**needed, "error_messages": messages})


class CodeShape(Shape):
    """A country or currency."""

    Code = Text(**_MAY_MISS)


class ChannelShape(Shape):
    """A sales channel."""

    Name = Text(**_MAY_MISS)


class NameValueShape(Shape):
    """A remark in two parts that a program left on an order."""

    Name = Text(**_MAY_MISS)
    Value = Text(**_MAY_MISS)


class OrderItemShape(Shape):
    """One line of an order. What the money fields mean: mintsoft.md 2.3."""

    ID = Whole(**_NEEDED)
    ProductId = Whole(**_MAY_MISS)
    SKU = Text(**_MAY_MISS)
    Details = Text(**_MAY_MISS)
    Quantity = Whole(**_NEEDED)
    Price = Money(**_MAY_MISS)
    PriceNet = Money(**_MAY_MISS)
    Vat = Money(**_MAY_MISS)
    Tax = Money(**_MAY_MISS)
    TaxRate = Money(**_MAY_MISS)
    TaxPaid = Money(**_MAY_MISS)
    TotalTax = Money(**_MAY_MISS)
    Discount = Money(**_MAY_MISS)
    DiscountNet = Money(**_MAY_MISS)
    DiscountTax = Money(**_MAY_MISS)
    DiscountGross = Money(**_MAY_MISS)


class OrderShape(Shape):
    """An order with its lines."""

    ID = Whole(**_NEEDED)
    OrderNumber = Text(**_NEEDED)
    ExternalOrderReference = Text(**_MAY_MISS)
    ClientId = Whole(**_MAY_MISS)
    CLIENT_CODE = Text(**_MAY_MISS)
    OrderStatusId = Whole(**_NEEDED)
    ChannelId = Whole(**_MAY_MISS)
    Channel = _object(ChannelShape)
    WarehouseId = Whole(**_MAY_MISS)
    WAREHOUSE_CODE = Text(**_MAY_MISS)
    Country = _object(CodeShape)
    Currency = _object(CodeShape)
    OrderDate = Moment(**_NEEDED)
    DespatchDate = Moment(**_MAY_MISS)
    LastUpdated = Moment(**_NEEDED)
    Part = Whole(**_MAY_MISS)
    NumberOfParts = Whole(**_MAY_MISS)
    Tags = Text(**_MAY_MISS)
    OrderNameValues = _objects(NameValueShape, **_MAY_MISS)
    PIIRemoved = Flag(**_MAY_MISS)
    CompanyName = Text(**_MAY_MISS)
    FirstName = Text(**_MAY_MISS)
    LastName = Text(**_MAY_MISS)
    OrderItems = _objects(OrderItemShape, required=True)
    ShippingNet = Money(**_MAY_MISS)
    ShippingTax = Money(**_MAY_MISS)
    ShippingTotalExVat = Money(**_MAY_MISS)
    ShippingTotalVat = Money(**_MAY_MISS)
    DiscountNet = Money(**_MAY_MISS)
    DiscountTax = Money(**_MAY_MISS)
    DiscountTotalExVat = Money(**_MAY_MISS)
    DiscountTotalVat = Money(**_MAY_MISS)
    TotalOrderNet = Money(**_MAY_MISS)
    TotalOrderTax = Money(**_MAY_MISS)
    TotalOrderGross = Money(**_MAY_MISS)


class StatusShape(Shape):
    """A status that orders of the account may have."""

    ID = Whole(**_NEEDED)
    Name = Text(**_NEEDED)


class ClientShape(Shape):
    """A client of the account, for whom it keeps goods."""

    ID = Whole(**_NEEDED)
    Code = Text(**_MAY_MISS)


class CommentShape(Shape):
    """A comment on an order."""

    Comment = Text(**_MAY_MISS)


ORDER = OrderShape()
STATUS = StatusShape()
CLIENT = ClientShape()
COMMENT = CommentShape()


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
