"""New orders: our words into Mintsoft's JSON, and its answers. Pure (mintsoft.md 1.5, 2.4)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from marshmallow import ValidationError

from ....plugin.domain.warehouse.new_order import (
    MadeOrder,
    NewOrder,
    NewOrderLine,
    OrderChange,
    Recipient,
)
from ....plugin.errors import Unknown
from ..api.fields import Flag, Text, Whole
from ..api.shapes import MAY_MISS, NEEDED, Shape

#: Whether ``TotalVat`` holds the tax on shipping and discount too. Two programs that write to
#: Mintsoft do it either way (mintsoft.md 2.3). Nothing that is read here rests on it, and an
#: order made from an accounting document is never exported back.
TOTAL_VAT_IS_OF_ALL = True

_ALREADY_THERE = re.compile(r"already exists", re.IGNORECASE)


class ResultShape(Shape):
    """One of the results of a new order; one order may give two, a drop-ship one beside it."""

    OrderId = Whole(**MAY_MISS)
    DropShipOrderId = Whole(**MAY_MISS)
    Success = Flag(**MAY_MISS)


class FoundShape(Shape):
    """What tells whether an order that a search finds is ours."""

    ID = Whole(**NEEDED)
    OrderNumber = Text(**NEEDED)
    ExternalOrderReference = Text(**MAY_MISS)


RESULT, FOUND = ResultShape(), FoundShape()


def new_order_body(new: NewOrder) -> dict[str, Any]:
    """What ``PUT /api/Order`` takes; what is empty is left out."""
    vat = new.goods_tax
    if TOTAL_VAT_IS_OF_ALL:
        vat += new.shipping.tax - new.discount.tax
    body = {
        "OrderNumber": new.number,
        "ExternalOrderReference": new.external_reference,
        "ClientId": _id(new.client_id),
        "WarehouseId": _id(new.warehouse_id),
        "ChannelId": _id(new.channel_id),
        "CourierService": new.courier,
        "Currency": new.currency,
        **_address(new.recipient),
        "Comments": new.comments,
        "DeliveryNotes": new.delivery_notes,
        "Tags": ",".join(new.tags),
        "OrderItems": [_item(line) for line in new.lines],
        "OrderValue": new.goods_net,
        "ShippingTotalExVat": new.shipping.net,
        "ShippingTotalVat": new.shipping.tax,
        "DiscountTotalExVat": new.discount.net,
        "DiscountTotalVat": new.discount.tax,
        "TotalVat": vat,
    }
    return {name: value for name, value in body.items() if value not in (None, "")}


def order_change_body(change: OrderChange) -> dict[str, Any]:
    """What ``POST /api/Order/{id}`` takes: only what is to be changed (mintsoft.md 2.4)."""
    body: dict[str, Any] = {
        "OrderNumber": change.number,
        "ExternalOrderReference": change.external_reference,
        "DeliveryNotes": change.delivery_notes,
    }
    if change.recipient is not None:
        body |= _address(change.recipient)
    return {name: value for name, value in body.items() if value is not None}


def made_order(answer: Any) -> MadeOrder:
    """What became of a new order, from an array of results, or a single one (older accounts).

    Raises:
        Unknown: Mintsoft says that it is done, but gives no id.
    """
    order_ids: list[int] = []
    drop_ship_ids: list[int] = []
    for result in answer if isinstance(answer, list) else [answer]:
        try:
            said = RESULT.load(result)
        except ValidationError:
            continue
        if said["Success"]:
            order_ids.append(said["OrderId"] or 0)
            drop_ship_ids.append(said["DropShipOrderId"] or 0)
    made = MadeOrder(order_id=_first(order_ids), drop_ship_id=_first(drop_ship_ids))
    if made.order_id or made.drop_ship_id:
        return made
    raise Unknown(
        "Mintsoft made the order but did not give its id.",
        fix="Nothing: Mintsoft is asked for it by its number and reference.",
    )


def already_there(refusal: str) -> bool:
    """Whether a refusal says that the client has such an order already (mintsoft.md 1.5)."""
    return bool(_ALREADY_THERE.search(refusal))


def same_order(reference: str, rows: Iterable[Any]) -> str:
    """The id of the order among search results that carries our reference, or empty.

    A search matches loosely, and a number alone is no proof: only our reference is. Of the
    parts of a split order the first is taken.
    """
    ids = [found["ID"] for found in _found(rows) if _carries(found, reference)]
    return str(min(ids)) if ids else ""


def other_order(number: str, reference: str, rows: Iterable[Any]) -> bool:
    """Whether an order among search results has just this number, and not our reference."""
    return any(
        found["OrderNumber"].casefold() == number.casefold() and not _carries(found, reference)
        for found in _found(rows)
    )


def _found(rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        try:
            yield FOUND.load(row)
        except ValidationError:
            continue


def _carries(found: Mapping[str, Any], reference: str) -> bool:
    return (found["ExternalOrderReference"] or "").casefold() == reference.casefold()


def _address(to: Recipient) -> dict[str, Any]:
    """Whom it goes to. Everything is sent, so that a change leaves nothing of the old one."""
    return {
        "FirstName": to.first_name,
        "LastName": to.last_name,
        "CompanyName": to.company,
        "Address1": to.address1,
        "Address2": to.address2,
        "Address3": to.address3,
        "Town": to.town,
        "County": to.county,
        "PostCode": to.postcode,
        "Country": to.country,
        "Email": to.email,
        "Phone": to.phone,
    }


def _item(line: NewOrderLine) -> dict[str, Any]:
    item = {
        "SKU": line.sku,
        "Quantity": line.quantity,
        "UnitPrice": line.unit_net,
        "UnitPriceVat": line.unit_tax,
    }
    return item | ({"Details": line.description} if line.description else {})


def _id(text: str) -> int | None:
    return int(text) if text else None


def _first(ids: list[int]) -> str:
    return next((str(one) for one in ids if one > 0), "")
