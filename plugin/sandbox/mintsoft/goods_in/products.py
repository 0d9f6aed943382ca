"""Products and their suppliers (mintsoft.md 3)."""

from typing import Any

from flask import Blueprint, Response

from ...day.shape import number
from ...day.stock import product_json, supplier_json
from ...store import Document
from ..account import Account, this_account
from ..protocol.answers import answer, invalid, not_found, refuse, refused, result
from ..protocol.body import Members, sent
from ..protocol.query import (
    Filter,
    at_or_after,
    equals,
    flag,
    given,
    moment,
    page,
    path_id,
    text,
    whole,
)

products = Blueprint("mintsoft_sandbox_products", __name__)

LENGTHS = {"SKU": 75, "Name": 99}
TEXTS = ("SKU", "Name", "Description", "CustomsDescription", "EAN", "UPC", "ImageURL")
NUMBERS = ("Weight", "Height", "Width", "Depth", "Volume", "Price", "CostPrice")
FLAGS = ("BackOrder", "DisCont", "VatExempt", "HasBatchNumber", "HasSerialNumber", "HasExpiryDate")


def filtered(kind: str, *, since: str = "SinceLastUpdated") -> list[Document]:
    """The records of a kind that the query asks for by client, warehouse and date."""
    rows = this_account().own_records(kind)
    wanted: list[Filter] = []
    if client := whole("ClientId"):
        wanted.append(equals("ClientId", client))
    if moment_since := moment(since):
        wanted.append(at_or_after("LastUpdated", moment_since))
    for only in wanted:
        rows = only(rows)
    return rows


def own_product(product_id: int) -> Document:
    """A product that the user may see, or a 404."""
    return this_account().record("product", product_id) or not_found()


@products.get("/api/Product/List")
def list_products() -> Response:
    """A page of products by ID."""
    return answer(page(filtered("product"), this_account().settings.product_limit))


@products.get("/api/Product/<product_id>")
def one_product(product_id: str) -> Response:
    """A product. Any word will do in the path if `id` says which: the routing's own trap."""
    if not product_id.isdigit() and (by_query := given("id")):
        product_id = by_query
    return answer(own_product(path_id(product_id)))


@products.get("/api/Product/Search")
def search() -> Response:
    """Products by a part of SKU or name; what is no longer kept only when asked for."""
    wanted = text("Search").lower()
    return answer(
        [
            row
            for row in this_account().own_records("product")
            if wanted in f"{row['SKU']}\n{row['Name']}".lower()
            and (flag("IncludeDiscontinued") or not row["DisCont"])
            and (flag("IncludeBundles") or not row["Bundle"])
        ]
    )


@products.get("/api/Product/LookupProductId")
def lookup() -> Response:
    """The ID of the product with this SKU, a bare number; 404 if there is none (ASSUMED)."""
    wanted = text("SKU").lower()
    for row in filtered("product"):
        if row["SKU"].lower() == wanted:
            return answer(row["ID"])
    return not_found()


@products.get("/api/Product/SearchBarcode")
def by_barcode() -> Response:
    """The product with this SKU, EAN or UPC; 404 if there is none (ASSUMED)."""
    wanted = text("Barcode").lower()
    for row in this_account().own_records("product"):
        if wanted in {(row[name] or "").lower() for name in ("SKU", "EAN", "UPC")}:
            return answer(row)
    return not_found()


@products.get("/api/Product/UpdatedSince", defaults={"kind": "product", "name": "ID"})
@products.get(
    "/api/Product/StockLevels/UpdatedSince", defaults={"kind": "inventory", "name": "ProductId"}
)
def updated_since(kind: str, name: str) -> Response:
    """The IDs of the products that, or whose stock, changed since a moment."""
    if moment("FromDate") is None:
        invalid()
    return answer(sorted({row[name] for row in filtered(kind, since="FromDate")}))


# Creating and changing


@products.put("/api/Product")
def create_product() -> Response:
    """A new product; its SKU must be its client's only one."""
    members = sent()
    account = this_account()
    with account.store.changing():
        values = product_values(members)
        sku = values.get("SKU")
        client = members.whole("ClientId") if account.user.admin else account.own_client()
        client = client or account.own_client()
        if problem := product_problem(account, values, client):
            return answer(product_result(None, sku, values.get("Name"), problem))
        product = account.write("product", {**product_json(ClientId=client), **values})
    return answer(product_result(product["ID"], product["SKU"], product["Name"], None))


def product_values(members: Members) -> Document:
    """What is sent of a product."""
    return {
        **{name: members.text(name) for name in TEXTS if members.has(name)},
        **{name: number(members.money(name)) for name in NUMBERS if members.has(name)},
        **{name: members.flag(name) for name in FLAGS if members.has(name)},
    }


def product_problem(account: Account, values: Document, client: int) -> str | None:
    """Why there can't be such a new product."""
    if not values.get("SKU"):
        return "SKU is required"
    if "Weight" not in values:
        return "Weight is required"
    if account.record("client", client) is None:
        return "Client not found"
    sku = values["SKU"].lower()
    for row in account.records("product"):
        if row["ClientId"] == client and row["SKU"].lower() == sku:
            return f"Product {values['SKU']} already exists"
    return too_long(values)


def too_long(values: Document) -> str | None:
    """Which text of a product is too long."""
    for name, most in LENGTHS.items():
        if len(values.get(name) or "") > most:
            return f"{name} must be at most {most} characters"
    return None


def product_result(product_id: int | None, sku: Any, name: Any, message: str | None) -> Document:
    """A NewProductResult."""
    return {
        "ProductId": product_id or 0,
        "SKU": sku,
        "Name": name,
        "Success": product_id is not None,
        "Message": message,
    }


@products.post("/api/Product")
def update_product() -> Response:
    """Change what is sent of the product with this `ID`."""
    members = sent()
    account = this_account()
    with account.store.changing():
        product = account.record("product", members.whole("ID") or 0)
        if product is None:
            return refused("Product not found")
        values = product_values(members)
        if problem := too_long(values):
            refuse(problem)
        if not values.get("SKU", product["SKU"]):
            refuse("SKU is required")
        account.write("product", {**product, **values})
    return result(product["ID"])


@products.get("/api/Product/Suppliers")
def suppliers() -> Response:
    """A page of suppliers."""
    return answer(page(filtered("supplier"), this_account().settings.product_limit))


@products.put("/api/Product/Suppliers")
def create_supplier() -> Response:
    """A new supplier; the result carries its ID."""
    members = sent()
    account = this_account()
    with account.store.changing():
        name = members.text("Name")
        if name is None:
            refuse("Name is required")
        texts = ("Code", "ContactName", "ContactNumber", "ContactEmail", "AddressLine1", "Town")
        country = account.named("country", members.reference("Country"))
        values = supplier_json(
            Name=name,
            ClientId=members.whole("ClientId") or account.own_client(),
            Country=country,
            CountryId=country and country["ID"],
            **{one: members.text(one) for one in texts},
        )
        supplier = account.write("supplier", values)
    return result(supplier["ID"])
