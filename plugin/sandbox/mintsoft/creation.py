"""``PUT /api/Order``: a new order, as much of it as tests need (mintsoft.md 2.4)."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, Response

from ..day import shape
from ..day.reference import STATUS_IDS
from ..store import Document
from .account import Account, this_account
from .answers import answer
from .writes import body_members

creation = Blueprint("mintsoft_sandbox_creation", __name__)

REQUIRED = ("OrderNumber", "FirstName", "Address1", "PostCode")
#: The records that an order refers to, by the member's name: a name, a code or an ID.
REFERENCES = {
    "Warehouse": "warehouse",
    "Country": "country",
    "CourierService": "courier_service",
}


class Refused(Exception):  # noqa: N818 - an answer, not a failure
    """The order can't be created; the text is the API's message."""


@creation.put("/api/Order")
def create() -> Response:
    """Create an order; the answer is an array of one result, with 200 also when refused."""
    members = body_members()
    account = this_account()
    with account.store.changing():
        try:
            order = new_order(account, members)
        except Refused as refusal:
            return answer([outcome(members.get("ordernumber"), message=str(refusal))])
        account.keep(order)
    return answer([outcome(order["OrderNumber"], order=order)])


def outcome(
    order_number: Any, *, order: Document | None = None, message: str | None = None
) -> Document:
    """A NewOrderResult."""
    return {
        "OrderId": order["ID"] if order else 0,
        "DropShipOrderId": 0,
        "OrderNumber": order_number,
        "Success": order is not None,
        "OrderStatusId": order["OrderStatusId"] if order else 0,
        "OrderStatus": "NEW" if order else None,
        "Message": message,
        "OrderItems": [{"SKU": row["SKU"], "ID": row["ID"]} for row in order["OrderItems"]]
        if order
        else [],
    }


def new_order(account: Account, members: dict[str, Any]) -> Document:
    """The order of a request.

    Raises:
        Refused: Something is missing, unknown, or there already.
    """
    for name in REQUIRED:
        if not members.get(name.lower()):
            raise Refused(f"{name} is required")
    found = {name: reference(account, members, name, kind) for name, kind in REFERENCES.items()}
    client = account.named("client", members.get("clientid") or account.records("client")[0]["ID"])
    if client is None:
        raise Refused("Client not found")
    refuse_duplicate(account, members, client)
    channel = members.get("channelid") or members.get("channel")
    draft = shape.Draft(
        number=members["ordernumber"],
        client=client,
        currency=account.named("currency", members.get("currencyid") or members.get("currency"))
        or account.records("currency")[0],
        warehouse=found["Warehouse"],
        courier=found["CourierService"],
        country=found["Country"],
        channel=account.named("channel", channel),
        customer=customer(members),
        lines=lines(members.get("orderitems")),
        status=STATUS_IDS["NEW"],
        shipping=amount(members, "shippingtotal"),
        discount=amount(members, "discounttotal"),
        external_reference=members.get("externalorderreference"),
        name_values=tuple(
            (str(pair.get("Name")), str(pair.get("Value")))
            for pair in members.get("ordernamevalues") or ()
        ),
        comments=members.get("comments"),
        tags=members.get("tags"),
    )
    now = account.stamp()
    line_ids = [account.new_id("item") for _ in draft.lines]
    return shape.order_json(
        draft,
        order_id=account.new_id("order"),
        first_line_id=line_ids[0],
        times=shape.Times(ordered=now, despatched=None, updated=now),
        user=account.user.username,
    )


def reference(account: Account, members: dict[str, Any], name: str, kind: str) -> Document:
    """A record that the request names by ``XId`` or ``X``."""
    wanted = members.get(f"{name.lower()}id") or members.get(name.lower())
    if name == "CourierService" and wanted == "AUTO":
        return account.records(kind)[0]
    record = account.named(kind, wanted)
    if record is None:
        raise Refused(f"{name} not found")
    return record


def refuse_duplicate(account: Account, members: dict[str, Any], client: Document) -> None:
    """A number or external reference that this client has used is refused."""
    number, external = members["ordernumber"], members.get("externalorderreference")
    for order in account.all_orders():
        if order.get("ClientId") == client["ID"] and (
            order["OrderNumber"] == number
            or (external and order.get("ExternalOrderReference") == external)
        ):
            raise Refused(f"Order {number} already exists")


def customer(members: dict[str, Any]) -> shape.Customer:
    """Whom the parcel goes to."""
    return shape.Customer(
        first_name=members["firstname"],
        last_name=members.get("lastname"),
        company=members.get("companyname"),
        email=members.get("email"),
        phone=members.get("phone"),
        address=members["address1"],
        town=members.get("town"),
        postcode=members["postcode"],
    )


def lines(items: Any) -> tuple[shape.Line, ...]:
    """The rows; `UnitPriceVat` is the VAT of one unit and `Discount` is the row's, net."""
    if not isinstance(items, list) or not items:
        raise Refused("OrderItems are required")
    found = []
    for item in items:
        row = {name.lower(): value for name, value in item.items()}
        net, tax = money(row, "unitprice"), money(row, "unitpricevat")
        rate = round(tax / net * 100) if net else 0
        discount = money(row, "discount")
        found.append(
            shape.Line(
                sku=str(row.get("sku") or row.get("productid")),
                product_id=int(row.get("productid") or 0),
                details=str(row.get("details") or row.get("sku") or ""),
                quantity=int(row.get("quantity") or 0),
                net=net,
                tax=tax,
                rate=Decimal(rate),
                discount=shape.Amount(net=discount, tax=shape.to_pennies(discount * rate / 100)),
            )
        )
    return tuple(found)


def amount(members: dict[str, Any], prefix: str) -> shape.Amount:
    """An order's shipping or discount."""
    return shape.Amount(net=money(members, f"{prefix}exvat"), tax=money(members, f"{prefix}vat"))


def money(members: dict[str, Any], name: str) -> Decimal:
    """A JSON number as it was written, 0 if it isn't there."""
    try:
        return Decimal(str(members.get(name) or 0))
    except InvalidOperation:
        raise Refused(f"{name} must be a number") from None
