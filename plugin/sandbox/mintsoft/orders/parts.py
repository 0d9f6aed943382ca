"""The rows of an order, and splitting and merging orders (mintsoft.md 2.1 and 2.4)."""

from decimal import Decimal

from flask import Blueprint, Response

from ...day.charges import money
from ...day.reference import STATUS_IDS, STATUS_NAMES
from ...day.shape import to_pennies
from ...store import Document
from ..account import Account, this_account
from ..protocol.answers import refuse, result
from ..protocol.body import Members, sent, sent_rows
from ..protocol.query import path_id
from .figures import carried, item_figures, order_figures, part_of
from .moves import PRESENT, order_or_refusal, tell

parts = Blueprint("mintsoft_sandbox_parts", __name__)

UNKNOWN_ITEM = "OrderItem not found"
PERCENT = Decimal(100)


def item_json(account: Account, members: Members) -> Document:
    """A row from a request: `UnitPriceVat` is the VAT of one unit, `Discount` the row's, net.

    A product that isn't known may be refused (a setting).
    """
    quantity = members.whole("Quantity") or 0
    product = find_product(account, members)
    sku = members.text("SKU") or (product["SKU"] if product else None)
    if sku is None:
        refuse("SKU or ProductId is required")
    if product is None and account.settings.unknown_sku == "refused":
        refuse(f"Product {sku} not found")
    if quantity < 1:
        refuse(f"Quantity of {sku} must be at least 1")
    net, tax = members.money("UnitPrice"), members.money("UnitPriceVat")
    rate = Decimal(round(tax / net * PERCENT)) if net else Decimal(0)
    off = members.money("Discount")
    tax_off = to_pennies(off * rate / PERCENT)
    return {
        "OrderId": 0,
        "ProductId": product["ID"] if product else members.whole("ProductId") or 0,
        "Allocated": quantity,
        "Commited": 0,
        "OnBackOrder": 0,
        **item_figures(quantity=quantity, net=net, tax=tax, rate=rate, off=off, tax_off=tax_off),
        "Details": members.text("Details") or (product["Name"] if product else sku),
        "SKU": sku,
        "OrderItemNameValues": [
            {
                "Name": pair.text("Name"),
                "Value": pair.text("Value"),
                "Internal": False,
                "ID": account.new_id("item_name_value"),
                **account.stamps(),
            }
            for pair in members.parts("OrderItemNameValues")
        ],
        "ID": account.new_id("item"),
        **account.stamps(),
    }


def find_product(account: Account, members: Members) -> Document | None:
    """The product that a row names by ID or SKU, or None."""
    if number := members.whole("ProductId"):
        return account.record("product", number)
    sku = (members.text("SKU") or "").lower()
    return next((one for one in account.records("product") if one["SKU"].lower() == sku), None)


@parts.put("/api/Order/<order_id>/Items")
def add_item(order_id: str) -> Response:
    """Add a row to a NEW order; the result carries its ID."""
    members = sent()
    account = this_account()
    with account.store.changing():
        order = editable(order_id)
        item = {**item_json(account, members), "OrderId": order["ID"]}
        set_items(account, order, [*order["OrderItems"], item])
    return result(item["ID"])


@parts.post("/api/Order/<order_id>/Items/<item_id>")
def change_item(order_id: str, item_id: str) -> Response:
    """Change a row of a NEW order: what isn't sent stays."""
    members = sent()
    account = this_account()
    with account.store.changing():
        order = editable(order_id)
        old = item_of(order, path_id(item_id))
        item = {**old, **changed_figures(old, members), **account.stamps()}
        if details := members.text("Details"):
            item["Details"] = details
        rows = [item if row["ID"] == item["ID"] else row for row in order["OrderItems"]]
        set_items(account, order, rows)
    return result(item["ID"])


def changed_figures(old: Document, members: Members) -> Document:
    """The money of a row with what a request changes."""

    def amount(sent_name: str, name: str) -> Decimal:
        return members.money(sent_name) if members.has(sent_name) else money(old[name])

    quantity = members.whole("Quantity") if members.has("Quantity") else old["Quantity"]
    if not quantity or quantity < 1:
        refuse("Quantity must be at least 1")
    net, tax = amount("UnitPrice", "PriceNet"), amount("UnitPriceVat", "Tax")
    rate = Decimal(round(tax / net * PERCENT)) if net else Decimal(0)
    off = amount("Discount", "DiscountNet")
    tax_off = to_pennies(off * rate / PERCENT)
    figures = item_figures(quantity=quantity, net=net, tax=tax, rate=rate, off=off, tax_off=tax_off)
    return {**figures, "Allocated": quantity}


@parts.delete("/api/Order/<order_id>/Items/<item_id>")
def remove_item(order_id: str, item_id: str) -> Response:
    """Take a row out of a NEW order."""
    account = this_account()
    with account.store.changing():
        order = editable(order_id)
        item = item_of(order, path_id(item_id))
        set_items(account, order, [row for row in order["OrderItems"] if row is not item])
    return result(item["ID"])


def editable(order_id: str) -> Document:
    """The order of a path if its rows may be edited, which is while it is NEW."""
    order = order_or_refusal(order_id)
    if order["OrderStatusId"] != STATUS_IDS["NEW"]:
        refuse(f"Order is {STATUS_NAMES[order['OrderStatusId']]} and can't be edited")
    return order


def item_of(order: Document, item_id: int) -> Document:
    """A row of an order, or a refused write."""
    for item in order["OrderItems"]:
        if item["ID"] == item_id:
            found: Document = item
            return found
    return refuse(UNKNOWN_ITEM)


def set_items(account: Account, order: Document, items: list[Document]) -> Document:
    """Give an order these rows, and the sums that follow."""
    return account.change(order, OrderItems=items, **order_figures(items, **carried(order)))


@parts.post("/api/Order/<order_id>/SplitOrderItems")
def split_order_items(order_id: str) -> Response:
    """Put some units onto a new order of the same number; the result carries the new ID.

    Shipping and the discount on the whole order stay with the old one (ASSUMED).
    """
    asked = sent_rows()
    account = this_account()
    with account.store.changing():
        order = order_or_refusal(order_id)
        if order["OrderStatusId"] not in PRESENT:
            refuse(f"Order is {STATUS_NAMES[order['OrderStatusId']]} and can't be split")
        staying, leaving = divided(order, asked)
        new_id = account.new_id("order")
        several = (order["NumberOfParts"] or 1) + 1
        off = [{**item, "OrderId": new_id, "ID": account.new_id("item")} for item in leaving]
        part = account.change(
            order,
            ID=new_id,
            OrderItems=off,
            Part=several,
            NumberOfParts=several,
            OrderNameValues=[],
            **order_figures(off, **carried(order, sign=0)),
        )
        changed = account.change(
            order,
            OrderItems=staying,
            NumberOfParts=several,
            **order_figures(staying, **carried(order)),
        )
        both = {"OrderId": order["ID"], "SplitOrderId": new_id}
        account.attach("split", order["ID"], both)
        tell(account, order["ID"], [changed, part], event="split", code="ExtraCode5")
    return result(new_id)


def divided(order: Document, asked: list[Members]) -> tuple[list[Document], list[Document]]:
    """What stays of an order's rows, and what leaves it; neither may be nothing."""
    taken: dict[int, int] = {}
    for row in asked:
        item = item_of(order, row.whole("OrderItemId") or 0)
        taken[item["ID"]] = taken.get(item["ID"], 0) + (row.whole("QuantityToDespatch") or 0)
        if not 1 <= taken[item["ID"]] <= (item["Quantity"] or 0):
            refuse("QuantityToDespatch must be from 1 to the quantity of the row")
    staying: list[Document] = []
    leaving: list[Document] = []
    for item in order["OrderItems"]:
        off = taken.get(item["ID"], 0)
        rest = (item["Quantity"] or 0) - off
        if not off or not rest:
            (leaving if off else staying).append(item)
            continue
        leaving.append(part_of(item, off))
        staying.append(part_of(item, rest, of=off))
    if not staying or not leaving:
        refuse("Some of the order must be split off, and some must stay")
    return staying, leaving


def merge(account: Account, into: Document, absorbed: Document) -> Document:
    """Merge two orders as a person does: the absorbed one is gone for good."""
    items = [*into["OrderItems"], *absorbed["OrderItems"]]
    items = [{**item, "OrderId": into["ID"]} for item in items]
    one, other = carried(into), carried(absorbed)
    both = {name: (one[name][0] + other[name][0], one[name][1] + other[name][1]) for name in one}
    value = {
        "OrderId": into["ID"],
        "Name": "MergedOrder",
        "Value": "True",
        "ID": account.new_id("order_name_value"),
        **account.stamps("person"),
    }
    values = [v for v in into["OrderNameValues"] or () if v["Name"] != "MergedOrder"]
    account.destroy("order", absorbed["ID"])
    return account.change(
        into,
        by="person",
        OrderNumber=f"{into['OrderNumber']}+{absorbed['OrderNumber']}",
        OrderItems=items,
        OrderNameValues=[*values, value],
        **order_figures(items, **both),
    )
