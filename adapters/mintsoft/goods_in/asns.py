"""ASNs (goods in): Mintsoft's JSON into our words and back. Pure (mintsoft.md 4)."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError

from ....plugin.domain.warehouse.goods_in import Asn, AsnLine, NewAsn
from ....plugin.ports.source import Unreadable
from ..api.fields import Moment, Text, Whole
from ..api.shapes import MAY_MISS, NEEDED, Shape, object_of, objects_of, unreadable, utc
from ..api.zone import date_text, local_date

#: As every account that was seen has them; ``AWAITNGAPPROVAL`` is Mintsoft's own spelling.
ASN_STATUS_NAMES: Mapping[int, str] = {
    1: "NEW",
    2: "AWAITNGAPPROVAL",
    3: "AWAITINGDELIVERY",
    4: "BOOKEDIN",
    5: "DISCREPANCY",
    6: "COMPLETE",
    7: "PARTIALLYBOOKED",
    8: "BOOKEDIN-PARTIAL",
    9: "DELIVERED",
    10: "SHIPPED",
    11: "AWAITINGDELIVERY_LATE",
    12: "AWAITINGPUTAWAY",
    13: "ROBOTPUTAWAY",
}


class AsnStatusShape(Shape):
    """What an ASN is."""

    Name = Text(**MAY_MISS)


class AsnItemShape(Shape):
    """One line. ``QuantityReceieved`` is Mintsoft's own spelling."""

    ID = Whole(**NEEDED)
    ProductId = Whole(**MAY_MISS)
    SKU = Text(**MAY_MISS)
    QuantityExpected = Whole(**MAY_MISS)
    QuantityReceieved = Whole(**MAY_MISS)
    QuantityBooked = Whole(**MAY_MISS)
    SourceLineId = Text(**MAY_MISS)


class AsnShape(Shape):
    """An ASN; its ``Quantity`` counts packages."""

    ID = Whole(**NEEDED)
    ClientId = Whole(**MAY_MISS)
    WarehouseId = Whole(**MAY_MISS)
    POReference = Text(**MAY_MISS)
    Supplier = Text(**MAY_MISS)
    ASNStatusId = Whole(**NEEDED)
    ASNStatus = object_of(AsnStatusShape)
    EstimatedDelivery = Moment(**MAY_MISS)
    GoodsInType = Text(**MAY_MISS)
    Quantity = Whole(**MAY_MISS)
    LastUpdated = Moment(**NEEDED)
    Items = objects_of(AsnItemShape, required=True)


class ResultShape(Shape):
    """What a write is answered with, beside ``Success`` and ``Message``."""

    ID = Whole(**NEEDED)


ASN, RESULT = AsnShape(), ResultShape()


def read_asn(raw: Any, zone: ZoneInfo) -> Asn | Unreadable:
    """The ASN that a row with its lines describes, or why it can't be read (MX-501)."""
    try:
        return _asn(ASN.load(raw), zone)
    except ValidationError as fault:
        return unreadable(raw, "ASN", "POReference", fault)


def _asn(row: Mapping[str, Any], zone: ZoneInfo) -> Asn:
    named = (row["ASNStatus"] or {}).get("Name")
    status_id: int = row["ASNStatusId"]
    expected = row["EstimatedDelivery"]
    return Asn(
        asn_id=str(row["ID"]),
        client_id=str(row["ClientId"] or ""),
        warehouse_id=str(row["WarehouseId"] or ""),
        po_reference=row["POReference"] or "",
        supplier=row["Supplier"] or "",
        status=named or ASN_STATUS_NAMES.get(status_id) or f"STATUS-{status_id}",
        expected_on=local_date(expected, zone) if expected else None,
        goods_in_type=row["GoodsInType"] or "",
        packages=row["Quantity"] or 0,
        changed_at=utc(row, "LastUpdated", zone),
        lines=tuple(_line(item) for item in row["Items"]),
    )


def _line(item: Mapping[str, Any]) -> AsnLine:
    return AsnLine(
        line_id=str(item["ID"]),
        product_id=str(item["ProductId"] or ""),
        sku=item["SKU"] or "",
        expected=item["QuantityExpected"] or 0,
        received=item["QuantityReceieved"] or 0,
        booked=item["QuantityBooked"] or 0,
        source_line_id=item["SourceLineId"] or "",
    )


def asn_body(new: NewAsn) -> dict[str, Any]:
    """What ``PUT /api/ASN`` and ``POST /api/ASN/{id}`` take: everything that we know."""
    body = {
        "WarehouseId": int(new.warehouse_id),
        "POReference": new.po_reference.strip(),
        "Supplier": new.supplier,
        "EstimatedDelivery": date_text(new.expected_on),
        "Comments": new.comments,
        "GoodsInType": new.goods_in_type,
        "Quantity": new.packages,
        "Items": [
            {"SKU": line.sku, "Quantity": line.quantity, "SourceLineId": line.source_line_id}
            for line in new.lines
        ],
    }
    return body | ({"ClientId": int(new.client_id)} if new.client_id else {})
