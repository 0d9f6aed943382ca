"""Reading orders (mintsoft.md 2.1)."""

from flask import Blueprint, Response, g

from ...day.reference import DESPATCHED_STATUSES
from ...store import Document
from ..account import this_account
from ..protocol.answers import answer, invalid, not_found
from ..protocol.query import (
    Filter,
    Rows,
    at_or_after,
    at_or_before,
    equals,
    flag,
    given,
    moment,
    page,
    path_id,
    split_tags,
    text,
    whole,
    words,
)
from ..shown import shown

orders = Blueprint("mintsoft_sandbox_orders", __name__)

#: Filters on one property: 0 or absent lets every order through.
ID_FILTERS = ("OrderStatusId", "ClientId", "ChannelId", "CourierServiceId", "WarehouseId")
#: Filters on a moment: at it or later.
DATE_FILTERS = {
    "SinceDate": "OrderDate",
    "SinceLastUpdated": "LastUpdated",
    "SinceDespatchDate": "DespatchDate",
}
#: In `flask.g`: the IDs of the page of orders that is being answered, for faults.
PAGE = "mintsoft_sandbox_page"


@orders.get("/api/Order/List")
def list_orders() -> Response:
    """A page of orders, newest first unless asked otherwise; items only when asked for."""
    found = page(listed(), this_account().settings.order_limit)
    setattr(g, PAGE, [row["ID"] for row in found])
    items = flag("IncludeOrderItems")
    return answer([shown(row, items=items) for row in found])


def listed() -> Rows:
    """Everything that the query of Order/List asks for, in its order."""
    account = this_account()
    rows = account.orders()
    for only in filters():
        rows = only(rows)
    key = account.settings.order_sort
    if key != "ID":
        rows = sorted(rows, key=lambda row: (row.get(key) or "", row["ID"]))
    return rows if flag("SortOldestFirst") else rows[::-1]


def filters() -> list[Filter]:
    """What the query asks for."""
    found = [equals(name, number) for name in ID_FILTERS if (number := whole(name))]
    if moment("SinceDespatchDate"):
        found.append(lambda rows: [r for r in rows if r["OrderStatusId"] in DESPATCHED_STATUSES])
    if flag("showB2BOnly"):
        found.append(lambda rows: [r for r in rows if recipient(r) == "B2B"])
    return found + date_filters() + tag_filters()


def date_filters() -> list[Filter]:
    """Those on moments; what `ToDate` bounds is a setting."""
    found = []
    bounded = "OrderDate"
    for name, prop in DATE_FILTERS.items():
        if since := moment(name):
            found.append(at_or_after(prop, since))
            bounded = prop
    meaning = this_account().settings.to_date
    if meaning != "ignored" and (until := moment("ToDate")):
        found.append(at_or_before(bounded if meaning == "same" else meaning, until))
    return found


def tag_filters() -> list[Filter]:
    """Those on tags, in any case of letters."""

    def tagged(row: Document, asked: frozenset[str]) -> bool:
        own = {tag.lower() for tag in split_tags(row.get("Tags"))}
        return asked <= own if match_all else bool(asked & own)

    match_all = this_account().settings.tags_match == "all"
    found: list[Filter] = []
    if wanted := words("IncludeTags"):
        found.append(lambda rows: [row for row in rows if tagged(row, wanted)])
    if unwanted := words("ExcludeTags"):
        found.append(lambda rows: [row for row in rows if not tagged(row, unwanted)])
    return found


def recipient(row: Document) -> str | None:
    """The name of the order's recipient type."""
    return (row.get("RecipientType") or {}).get("Name")


@orders.get("/api/Order/Search")
def search() -> Response:
    """Orders with a number like this one; a loose match leaves status and courier out."""
    wanted = given("OrderNumber")
    if wanted is None:
        invalid()
    wanted = wanted.lower()
    rows = this_account().orders()
    if flag("exactMatch"):
        found = [row for row in rows if row["OrderNumber"].lower() == wanted]
        rows = [shown(row, items=flag("includeOrderItems")) for row in found]
    else:
        blank = {"OrderItems": None, "OrderStatusId": None, "CourierServiceId": None}
        rows = [{**shown(row), **blank} for row in rows if wanted in row["OrderNumber"].lower()]
    if not rows and this_account().settings.search_miss == "404":
        not_found()
    return answer(rows)


@orders.get("/api/Order/GetOrderId")
def order_id() -> Response:
    """The ID of the order with exactly this number; it is 0 in the 404 of an unknown one."""
    wanted = text("orderNumber").lower()
    client, warehouse = whole("clientId"), whole("warehouseId")
    account = this_account()
    for kind, number in (("client", client), ("warehouse", warehouse)):
        if number and account.store.table(kind).get(str(number)) is None:
            invalid()
    for row in account.orders():
        if (
            row["OrderNumber"].lower() == wanted
            and client in (0, row["ClientId"])
            and warehouse in (0, row["WarehouseId"])
        ):
            return answer({"OrderId": row["ID"]})
    return answer({"OrderId": 0}, 404)


@orders.get("/api/Order/TrackingNumberSearch")
def by_tracking_number() -> Response:
    """The order with exactly this tracking number; null if there is none."""
    wanted = text("TrackingNumber").lower()
    for row in this_account().orders():
        if (row["TrackingNumber"] or "").lower() == wanted:
            return answer(shown(row, items=flag("includeOrderItems")))
    return answer(None)


@orders.get("/api/Order/<order_id>")
def one_order(order_id: str) -> Response:
    """An order with its items."""
    return answer(shown(order_or_404(order_id)))


@orders.get("/api/Order/<order_id>/Items")
def items(order_id: str) -> Response:
    """The rows of an order."""
    return answer(shown(order_or_404(order_id)).get("OrderItems") or [])


@orders.get("/api/Order/<order_id>/BillingAddress")
def billing_address(order_id: str) -> Response:
    """Where the bill goes: here always to where the parcel goes."""
    order = shown(order_or_404(order_id))
    names = (
        *("Title", "FirstName", "LastName", "CompanyName", "Address1", "Address2", "Address3"),
        *("Town", "County", "PostCode", "Phone", "Mobile", "Email", "CountryId", "ClientId"),
        *("ID", "LastUpdated", "LastUpdatedByUser"),
    )
    return answer({**{name: order[name] for name in names}, "OrderId": order["ID"]})


@orders.get("/api/Order/<order_id>/Splits")
def splits(order_id: str) -> Response:
    """The orders that were split off this one."""
    order = order_or_404(order_id)
    account = this_account()
    return answer(
        [
            {
                **row,
                "Order": shown(order, items=False),
                "SplitOrder": (part := account.order(row["SplitOrderId"]))
                and shown(part, items=False),
            }
            for row in account.attached("split", order["ID"])
        ]
    )


@orders.get("/api/Order/<order_id>/Allocations")
def allocations(order_id: str) -> Response:
    """The stock that is set aside for an order; none once it has left."""
    order = order_or_404(order_id)
    return answer(
        [
            {
                **dict.fromkeys(("BestBefore", "BatchNo", "SerialNo", "StorageItemId")),
                "LocationId": 1,
                "ProductId": item["ProductId"],
                "Quantity": item["Allocated"],
                "InventoryItemId": item["ProductId"],
                "Type": "Stock",
                "OrderId": order["ID"],
                "OrderItemId": item["ID"],
                "Despatched": False,
                **{name: item[name] for name in ("ID", "LastUpdated", "LastUpdatedByUser")},
            }
            for item in order.get("OrderItems") or ()
            if item["Allocated"]
        ]
    )


@orders.get("/api/Order/<order_id>/Comments", defaults={"kind": "comment"})
@orders.get("/api/Order/<order_id>/Shipments", defaults={"kind": "shipment"})
@orders.get("/api/Order/<order_id>/ConnectActions", defaults={"kind": "connect_action"})
@orders.get("/api/Order/<order_id>/Queries", defaults={"kind": "query"})
def attached(order_id: str, kind: str) -> Response:
    """What was added to an order, oldest first."""
    return answer(this_account().attached(kind, order_or_404(order_id)["ID"]))


def order_or_404(order_id: str) -> Document:
    """The order of a path; an empty 404 if the user has none with this ID."""
    return this_account().order(path_id(order_id)) or not_found()
