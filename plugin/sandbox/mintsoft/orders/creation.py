"""``PUT /api/Order``: a new order (mintsoft.md 2.4)."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response

from ...day import shape
from ...day.order_json import order_json
from ...day.reference import STATUS_IDS, stamped
from ...store import Document
from ..account import Account, this_account
from ..protocol.answers import Refusal, answer, refuse
from ..protocol.body import Members, sent
from ..protocol.query import sent_moment
from .actions import action_json
from .figures import order_figures
from .parts import item_json
from .writes import UPDATABLE, texts

creation = Blueprint("mintsoft_sandbox_creation", __name__)

REQUIRED = ("OrderNumber", "FirstName", "Address1", "PostCode")
#: The records that an order must refer to, by the member's name: a name, a code or an ID.
REFERENCES = {
    "Warehouse": "warehouse",
    "Country": "country",
    "CourierService": "courier_service",
}
#: More that is kept as it is sent.
TEXTS = ("Comments", "EORINumber", "UKIMSNumber", "RFCNumber", "PIDNumber", "Tags")
DATES = ("RequiredDeliveryDate", "RequiredDespatchDate")
#: Sums that are kept as they are sent, however they fit.
SUMS = ("OrderValue", "TotalVat")
RECIPIENTS = {"b2c": 1, "b2b": 2}


@creation.put("/api/Order")
def create() -> Response:
    """Create an order; the answer is an array of one result, with 200 also when refused."""
    members = sent()
    account = this_account()
    with account.store.changing():
        try:
            order = new_order(account, members)
        except Refusal as refusal:
            return created(outcome(members.text("OrderNumber"), message=str(refusal)))
        account.keep(order)
        if action := members.part("ConnectAction"):
            account.attach("connect_action", order["ID"], action_json(order["ID"], action))
    return created(outcome(order["OrderNumber"], order=order))


def created(result: Document) -> Response:
    """The results of the one order; old accounts answer an object."""
    return answer([result] if this_account().settings.created == "array" else result)


def outcome(
    order_number: Any, *, order: Document | None = None, message: str | None = None
) -> Document:
    """A NewOrderResult."""
    items = order["OrderItems"] if order else ()
    return {
        "OrderId": order["ID"] if order else 0,
        "DropShipOrderId": 0,
        "OrderNumber": order_number,
        "Success": order is not None,
        "OrderStatusId": order["OrderStatusId"] if order else 0,
        "OrderStatus": "NEW" if order else None,
        "Message": message,
        "OrderItems": [{"SKU": row["SKU"], "ID": row["ID"]} for row in items],
    }


def new_order(account: Account, members: Members) -> Document:
    """The order of a request.

    Raises:
        Refusal: Something is missing, unknown, or there already.
    """
    for name in REQUIRED:
        if not members.text(name):
            refuse(f"{name} is required")
    found = {name: reference(account, members, name, kind) for name, kind in REFERENCES.items()}
    client = client_of(account, members)
    refuse_duplicate(account, members, client)
    rows = members.parts("OrderItems")
    if not rows:
        refuse("OrderItems are required")
    order = order_json(
        shape.Draft(
            number=members.text("OrderNumber") or "",
            client=client,
            currency=account.named("currency", members.reference("Currency"))
            or account.records("currency")[0],
            warehouse=found["Warehouse"],
            courier=found["CourierService"],
            country=found["Country"],
            channel=account.named("channel", members.reference("Channel")),
            customer=shape.Customer(),
            lines=(),
            status=STATUS_IDS["NEW"],
            name_values=tuple(
                (pair.text("Name") or "", pair.text("Value") or "")
                for pair in members.parts("OrderNameValues")
            ),
        ),
        order_id=account.new_id("order"),
        first_line_id=0,
        times=shape.Times(ordered=account.stamp(), despatched=None, updated=account.stamp()),
        user=account.user.username,
    )
    items = [{**item_json(account, row), "OrderId": order["ID"]} for row in rows]
    return {**order, "OrderItems": items, **sums(members, items), **as_sent(members)}


def sums(members: Members, items: list[Document]) -> Document:
    """The money of the whole order."""

    def amount(name: str) -> tuple[Decimal, Decimal]:
        return members.money(f"{name}TotalExVat"), members.money(f"{name}TotalVat")

    figures = order_figures(items, shipping=amount("Shipping"), discount=amount("Discount"))
    stated = {name: shape.number(members.money(name)) for name in SUMS if members.text(name)}
    return {**figures, **stated}


def as_sent(members: Members) -> Document:
    """What is kept as it is sent."""
    kept: Document = {**dict.fromkeys(UPDATABLE), **texts(members)}
    kept |= {name: members.text(name) for name in TEXTS}
    kept |= {name: sent_moment(members, name) for name in DATES}
    kind = (members.text("RecipientType") or ("B2B" if kept["CompanyName"] else "B2C")).lower()
    if kind not in RECIPIENTS:
        refuse("RecipientType not found")
    kept["RecipientType"] = stamped(RECIPIENTS[kind], Name=kind.upper())
    kept["NumberOfParcels"] = members.whole("NumberOfParcels") or 1
    return kept


def client_of(account: Account, members: Members) -> Document:
    """Whose order it is: administrators say, others have but one client."""
    if not account.user.admin:
        return account.records("client")[0]
    wanted = members.whole("ClientId") or account.own_client()
    client = account.record("client", wanted)
    if client is None:
        refuse("Client not found")
    return client


def reference(account: Account, members: Members, name: str, kind: str) -> Document:
    """A record that the request names by ``XId`` or ``X``; the ID wins."""
    wanted = members.reference(name)
    if name == "CourierService" and wanted == "AUTO":
        return account.records(kind)[0]
    record = account.named(kind, wanted)
    if record is None:
        refuse(f"{name} not found")
    return record


def refuse_duplicate(account: Account, members: Members, client: Document) -> None:
    """A number or external reference that this client has used is refused."""
    if account.settings.duplicates == "accepted":
        return
    number, external = members.text("OrderNumber"), members.text("ExternalOrderReference")
    for order in account.all_orders():
        if order.get("ClientId") == client["ID"] and (
            order["OrderNumber"] == number
            or (external and order.get("ExternalOrderReference") == external)
        ):
            refuse(f"Order {number} already exists")
