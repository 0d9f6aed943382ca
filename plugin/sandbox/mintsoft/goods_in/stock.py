"""How much of each product the warehouses have (mintsoft.md 3).

`OnHand` is what is free; `StockLevel` is that and what is allocated.
"""

from flask import Blueprint, Response

from ...day.stock import inventory_json
from ...store import Document
from ..account import Account, this_account
from ..protocol.answers import answer, invalid
from ..protocol.body import Members, sent_rows
from ..protocol.query import flag, given, moment, page, path_id, whole
from .products import filtered, own_product

stock = Blueprint("mintsoft_sandbox_stock", __name__)

#: Products on a page of Product/Inventory/Bulk.
MOST_BULK = 500


@stock.get("/api/Product/<product_id>/Inventory")
def inventory(product_id: str) -> Response:
    """The stock of a product in each warehouse that has a record of it."""
    product = own_product(path_id(product_id))
    rows = [row for row in this_account().records("inventory") if row["ProductId"] == product["ID"]]
    return answer([{k: v for k, v in row.items() if k != "ClientId"} for row in rows])


@stock.get("/api/Product/Inventory/Bulk")
def bulk() -> Response:
    """Stock records, paged by product; products without a record are missing."""
    account = this_account()
    rows = filtered("inventory", since="LastUpdatedSince")
    warehouse, sku = whole("WarehouseId"), (given("SKU") or "").lower()
    rows = [
        row
        for row in rows
        if warehouse in (0, row["WarehouseId"]) and sku in ("", row["SKU"].lower())
    ]
    names = {
        kind: {one["ID"]: one["Name"] for one in account.records(kind)}
        for kind in ("client", "warehouse")
    }
    return answer(
        [
            {
                **row,
                "Breakdown": breakdown(row),
                "ClientName": names["client"].get(row["ClientId"]),
                "WarehouseName": names["warehouse"].get(row["WarehouseId"]),
            }
            for row in page(rows, account.settings.product_limit, most=MOST_BULK)
        ]
    )


def breakdown(row: Document) -> list[Document] | None:
    """The kinds of stock in a record, when asked for."""
    if not flag("Breakdown"):
        return None
    plain = dict.fromkeys(("BatchNo", "SerialNo", "BestBefore"))
    return [{"Quantity": row["OnHand"], **plain, "Type": "OnHand"}]


@stock.get("/api/Product/StockLevels")
def stock_levels() -> Response:
    """All levels at once: by warehouse, or over all of them if `WarehouseId` is 0."""
    rows = filtered("inventory")
    product, sku = whole("ProductId"), (given("SKU") or "").lower()
    rows = [
        row for row in rows if product in (0, row["ProductId"]) and sku in ("", row["SKU"].lower())
    ]
    if warehouse := whole("WarehouseId"):
        rows = [row for row in rows if row["WarehouseId"] == warehouse]
    levels = [level(row) for row in rows]
    return answer(summed(levels) if given("WarehouseId") == "0" else levels)


@stock.get("/api/Product/StockLevelsByWarehouse")
def stock_levels_by_warehouse() -> Response:
    """The levels of one warehouse that changed since a moment."""
    warehouse = whole("WarehouseId")
    if not warehouse or moment("LastUpdatedSince") is None:
        invalid()
    rows = filtered("inventory", since="LastUpdatedSince")
    return answer([level(row) for row in rows if row["WarehouseId"] == warehouse])


def level(row: Document) -> Document:
    """A stock level: `Level` is what is free, `TotalStockLevel` is all."""
    return {
        **{name: row[name] for name in ("ProductId", "WarehouseId", "ClientId", "SKU")},
        "Level": row["OnHand"],
        "TotalStockLevel": row["StockLevel"],
        "PreOrderable": False,
        "Bundle": False,
        "LowStockLevel": 0,
        "LastUpdated": row["LastUpdated"],
        "Breakdown": breakdown(row),
    }


def summed(levels: list[Document]) -> list[Document]:
    """One level per product, over all warehouses."""
    found: dict[int, Document] = {}
    for one in levels:
        other = found.get(one["ProductId"])
        sums = {name: one[name] for name in ("Level", "TotalStockLevel")}
        if other:
            sums = {name: value + other[name] for name, value in sums.items()}
        found[one["ProductId"]] = {**one, "WarehouseId": 0, **sums}
    return list(found.values())


@stock.post("/api/Product/BulkOnHandStockUpdate")
def set_stock() -> Response:
    """Say how much of each product is free; a result for each."""
    account = this_account()
    with account.store.changing():
        return answer([set_one(account, row) for row in sent_rows()])


def set_one(account: Account, row: Members) -> Document:
    """Set the free stock of one product."""
    sku, number_of = row.text("SKU"), row.whole("ProductId")
    quantity = row.whole("Quantity") or 0
    warehouse = account.record("warehouse", row.whole("WarehouseId") or 3)
    product = next(
        (
            one
            for one in account.own_records("product")
            if one["ID"] == number_of or one["SKU"].lower() == (sku or "").lower()
        ),
        None,
    )
    if product is None or warehouse is None or quantity < 0:
        what = "Product" if product is None else "Warehouse" if warehouse is None else "Quantity"
        message = f"{what} not found or not valid"
        return {"Success": False, "Message": message, "ProductId": number_of or 0, "SKU": sku}
    put_in(account, product, warehouse["ID"], on_hand=quantity)
    return {"Success": True, "Message": None, "ProductId": product["ID"], "SKU": product["SKU"]}


def put_in(
    account: Account,
    product: Document,
    warehouse: int,
    *,
    on_hand: int | None = None,
    more: int = 0,
) -> None:
    """Set what a warehouse has free of a product, or add to it; the record is made if need be."""
    for row in account.records("inventory"):
        if (row["ProductId"], row["WarehouseId"]) == (product["ID"], warehouse):
            break
    else:
        row = inventory_json(
            product, record_id=account.new_id("inventory"), warehouse=warehouse, on_hand=0
        )
    free = row["OnHand"] + more if on_hand is None else on_hand
    account.write("inventory", {**row, "OnHand": free, "StockLevel": free + row["Allocated"]})
