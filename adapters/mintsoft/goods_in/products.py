"""Products: Mintsoft's JSON into our words and back. Pure (mintsoft.md 3)."""

from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError

from ....plugin.domain.warehouse.product import NewProduct, Product
from ....plugin.ports.source import Unreadable
from ..api.fields import Flag, Moment, Money, Text, Whole
from ..api.shapes import MAY_MISS, NEEDED, Shape, unreadable, utc


class ProductShape(Shape):
    """A product. There is no barcode list and no date of creation."""

    ID = Whole(**NEEDED)
    SKU = Text(**NEEDED)
    Name = Text(**MAY_MISS)
    ClientId = Whole(**MAY_MISS)
    Price = Money(**MAY_MISS)
    CostPrice = Money(**MAY_MISS)
    DisCont = Flag(**MAY_MISS)
    Bundle = Flag(**MAY_MISS)
    LastUpdated = Moment(**NEEDED)


class NewProductResultShape(Shape):
    """What a new product is answered with."""

    ProductId = Whole(**NEEDED)


PRODUCT = ProductShape()
RESULT = NewProductResultShape()


def read_product(raw: Any, zone: ZoneInfo) -> Product | Unreadable:
    """The product that a row describes, or why it can't be read (MX-501)."""
    try:
        row = PRODUCT.load(raw)
        return Product(
            product_id=str(row["ID"]),
            client_id=str(row["ClientId"] or ""),
            sku=row["SKU"],
            name=row["Name"] or "",
            price=row["Price"],
            cost_price=row["CostPrice"],
            discontinued=bool(row["DisCont"]),
            bundle=bool(row["Bundle"]),
            changed_at=utc(row, "LastUpdated", zone),
        )
    except ValidationError as fault:
        return unreadable(raw, "product", "SKU", fault)


def new_product_body(new: NewProduct) -> dict[str, Any]:
    """What ``PUT /api/Product`` takes."""
    body: dict[str, Any] = {"SKU": new.sku, "Name": new.name, "Weight": new.weight}
    optional = {
        "ClientId": int(new.client_id) if new.client_id else None,
        "Price": new.price,
        "CostPrice": new.cost_price,
        "Description": new.description or None,
    }
    return body | {name: value for name, value in optional.items() if value is not None}


def changed_product_body(raw: dict[str, Any], new: NewProduct) -> dict[str, Any]:
    """What ``POST /api/Product`` takes: the product as it is, with the changes on it.

    Whether what is left out stays as it is, is not known (unlike with orders). So everything
    plain is sent back as it was read; objects and lists in it are other people's and are left
    out, and so is who changed it when. A weight that is not known is not sent as 0.
    """
    plain = {
        name: value
        for name, value in raw.items()
        if not isinstance(value, dict | list) and value is not None
    }
    for name in ("LastUpdated", "LastUpdatedByUser"):
        plain.pop(name, None)
    body = plain | new_product_body(new)
    if not new.weight and raw.get("Weight") is not None:
        body["Weight"] = raw["Weight"]
    return body
