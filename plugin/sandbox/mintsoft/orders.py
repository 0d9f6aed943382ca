"""Reading orders (mintsoft.md 2.1)."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from ..day.reference import DESPATCHED_STATUSES
from ..store import Document
from .account import this_account
from .answers import answer, invalid, not_found
from .query import flag, moment, page, split_tags, whole, words

orders = Blueprint("mintsoft_sandbox_orders", __name__)

Rows = list[Document]
Filter = Callable[[Rows], Rows]

#: Filters on one property: 0 or absent lets every order through.
ID_FILTERS = ("OrderStatusId", "ClientId", "ChannelId", "CourierServiceId", "WarehouseId")
#: Filters on a moment: at it or later.
DATE_FILTERS = {
    "SinceDate": "OrderDate",
    "SinceLastUpdated": "LastUpdated",
    "SinceDespatchDate": "DespatchDate",
}


@orders.get("/api/Order/List")
def list_orders() -> Response:
    """A page of orders, newest first unless asked otherwise; items only when asked for."""
    rows = this_account().orders()
    for only in filters():
        rows = only(rows)
    found = page(rows if flag("SortOldestFirst") else rows[::-1])
    return answer(found if flag("IncludeOrderItems") else [without_items(row) for row in found])


def filters() -> list[Filter]:
    """What the query asks for."""
    found = [equals(name, number) for name in ID_FILTERS if (number := whole(name))]
    bounded = "OrderDate"
    for name, prop in DATE_FILTERS.items():
        if since := moment(name):
            found.append(at_or_after(prop, since))
            bounded = prop
    if moment("SinceDespatchDate"):
        found.append(lambda rows: [r for r in rows if r["OrderStatusId"] in DESPATCHED_STATUSES])
    if until := moment("ToDate"):
        found.append(at_or_before(bounded, until))
    if wanted := words("IncludeTags"):
        found.append(lambda rows: [r for r in rows if wanted & split_tags(r.get("Tags"))])
    if unwanted := words("ExcludeTags"):
        found.append(lambda rows: [r for r in rows if not unwanted & split_tags(r.get("Tags"))])
    if flag("showB2BOnly"):
        found.append(lambda rows: [r for r in rows if recipient(r) == "B2B"])
    return found


def recipient(row: Document) -> str | None:
    """The name of the order's recipient type."""
    return (row.get("RecipientType") or {}).get("Name")


def equals(prop: str, wanted: int) -> Filter:
    """Those whose property is this number."""
    return lambda rows: [row for row in rows if row.get(prop) == wanted]


def at_or_after(prop: str, since: str) -> Filter:
    """Those whose property is a moment, and not before this one."""
    return lambda rows: [row for row in rows if (row.get(prop) or "") >= since]


def at_or_before(prop: str, until: str) -> Filter:
    """Those whose property is a moment, and not after this one."""
    return lambda rows: [row for row in rows if "" < (row.get(prop) or "") <= until]


def without_items(row: Document) -> Document:
    """The row of a list that didn't ask for the items."""
    return {**row, "OrderItems": None}


@orders.get("/api/Order/Search")
def search() -> Response:
    """Orders with a number like this one; a loose match leaves status and courier out."""
    if (text := request.args.get("OrderNumber")) is None:
        invalid()
    rows = this_account().orders()
    if flag("exactMatch"):
        exact = [row for row in rows if row["OrderNumber"].lower() == text.lower()]
        with_items = flag("includeOrderItems")
        return answer(exact if with_items else [without_items(row) for row in exact])
    loose = [row for row in rows if text.lower() in row["OrderNumber"].lower()]
    blank = {"OrderItems": None, "OrderStatusId": None, "CourierServiceId": None}
    return answer([{**row, **blank} for row in loose])


@orders.get("/api/Order/<order_id>")
def one_order(order_id: str) -> Response:
    """An order with its items."""
    return answer(order_or_404(order_id))


@orders.get("/api/Order/<order_id>/Items")
def items(order_id: str) -> Response:
    """The rows of an order."""
    return answer(order_or_404(order_id).get("OrderItems") or [])


@orders.get("/api/Order/<order_id>/Comments")
def comments(order_id: str) -> Response:
    """The comments that were added to an order, oldest first."""
    order = order_or_404(order_id)
    kept = this_account().store.table("comment").get(str(order["ID"]), {})
    return answer(kept.get("comments", []))


def order_or_404(order_id: str) -> Document:
    """The order of a path; an empty 404 if the user has none with this ID."""
    return this_account().order(path_id(order_id)) or not_found()


def path_id(order_id: str) -> int:
    """The number in a path; anything else is an invalid request."""
    return int(order_id) if order_id.isascii() and order_id.isdigit() else invalid()
