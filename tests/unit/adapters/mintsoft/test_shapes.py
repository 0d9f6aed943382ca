import json
import re
from pathlib import Path
from typing import Any

import pytest
from marshmallow import Schema, fields

from .....adapters.mintsoft import lists
from .....adapters.mintsoft.api import calls, paging
from .....adapters.mintsoft.api import fields as ours
from .....adapters.mintsoft.api.shapes import ClientShape, CommentShape, OrderShape, StatusShape
from .....adapters.mintsoft.client_invoices import client_invoices
from .....adapters.mintsoft.goods_in import asns, products
from .....adapters.mintsoft.orders import new_orders
from .....plugin.domain.warehouse.new_order import OrderChange
from .samples import NEW_ASN, NEW_ORDER, NEW_PRODUCT, RECIPIENT, raw_product

#: Model of the description, by our shape of it.
MODELS = [
    (OrderShape, "Order"),
    (StatusShape, "OrderStatus"),
    (ClientShape, "Client"),
    (CommentShape, "OrderComment"),
    (lists.FullClientShape, "Client"),
    (lists.WarehouseShape, "Warehouse"),
    (lists.ChannelShape, "Channel"),
    (lists.CodedShape, "Country"),
    (lists.CodedShape, "Currency"),
    (lists.CourierServiceShape, "CourierService"),
    (lists.ChoiceShape, "EnumPair"),
    (lists.ChoiceShape, "ASNStatus"),
    (products.ProductShape, "Product"),
    (products.NewProductResultShape, "NewProductResult"),
    (asns.AsnShape, "ASN"),
    (asns.ResultShape, "ToolkitResult"),
    (new_orders.ResultShape, "NewOrderResult"),
    (new_orders.FoundShape, "Order"),
    (client_invoices.InvoiceShape, "ConfirmedInvoiceSummary"),
    (client_invoices.OrderChargesShape, "InvoiceItem"),
    (client_invoices.ReturnShape, "ReturnInvoiceItem"),
    (client_invoices.GoodsInShape, "GoodsInInvoiceItem"),
    (client_invoices.CollectionShape, "CollectionInvoiceItem"),
    (client_invoices.OtherShape, "GenericInvoiceItem"),
]
TYPES: dict[type, dict[str, str]] = {
    ours.Text: {"type": "string"},
    ours.Whole: {"type": "integer", "format": "int32"},
    ours.Money: {"type": "number", "format": "double"},
    ours.Moment: {"type": "string", "format": "date-time"},
    ours.Flag: {"type": "boolean"},
}
#: What calls send and read beside the shapes: path, method, query names, body or answer names.
SENT = [
    (calls.LOGIN, "post", set(), "MintsoftAuthRequest", {"Username", "Password"}),
    (
        calls.ORDER_LIST,
        "get",
        {
            *("PageNo", "Limit", "IncludeOrderItems", "SortOldestFirst"),
            *("ClientId", "SinceLastUpdated"),
        },
        "Order",
        set(),
    ),
    (calls.ORDER, "get", set(), "Order", set()),
    (
        calls.ORDER_SEARCH,
        "get",
        {"OrderNumber", "exactMatch"},
        "Order",
        {"ID", "OrderNumber", "ExternalOrderReference"},
    ),
    (calls.NEW_ORDER, "put", set(), "NewOrderResult", {"Success", "Message"}),
    (calls.ORDER, "post", set(), "ToolkitResult", {"Success", "Message"}),
    (calls.STATUSES, "get", set(), "OrderStatus", set()),
    (calls.CHANNELS, "get", set(), "Channel", set()),
    (calls.WAREHOUSES, "get", set(), "Warehouse", set()),
    (calls.COUNTRIES, "get", set(), "Country", set()),
    (calls.CURRENCIES, "get", set(), "Currency", set()),
    (calls.COURIER_SERVICES, "get", set(), "CourierService", set()),
    (
        calls.PRODUCT_LIST,
        "get",
        {"PageNo", "Limit", "ClientId", "SinceLastUpdated"},
        "Product",
        {"LastUpdated"},
    ),
    (calls.PRODUCT, "get", set(), "Product", set()),
    (calls.PRODUCT_ID, "get", {"SKU", "ClientId"}, "", set()),
    (
        calls.PRODUCT_SEARCH,
        "get",
        {"Search", "IncludeDiscontinued", "IncludeBundles"},
        "Product",
        set(),
    ),
    (calls.PRODUCTS, "put", set(), "NewProductResult", {"Success", "Message"}),
    (calls.PRODUCTS, "post", set(), "ToolkitResult", {"Success", "Message"}),
    (
        calls.ASN_LIST,
        "get",
        {"PageNo", "Limit", "ClientId", "SinceLastUpdated", "IncludeASNItems"},
        "ASN",
        {"LastUpdated"},
    ),
    (calls.ASN, "get", set(), "ASN", set()),
    (calls.ASNS, "put", set(), "ToolkitResult", {"Success", "Message"}),
    (calls.ASN, "post", set(), "ToolkitResult", {"Success", "Message"}),
    (calls.ASN_STATUSES, "get", set(), "ASNStatus", set()),
    (calls.GOODS_IN_TYPES, "get", set(), "EnumPair", set()),
    (
        calls.INVOICE_LIST,
        "get",
        {"PageNo", "Limit", "ClientId", "SinceDate"},
        "ConfirmedInvoiceSummary",
        {"LastUpdated"},
    ),
    (calls.INVOICE, "get", set(), "ConfirmedInvoiceSummary", set()),
    (calls.INVOICE_ORDERS, "get", set(), "InvoiceItem", set()),
    (calls.INVOICE_RETURNS, "get", set(), "ReturnInvoiceItem", set()),
    (calls.INVOICE_GOODS_IN, "get", set(), "GoodsInInvoiceItem", set()),
    (calls.INVOICE_COLLECTIONS, "get", set(), "CollectionInvoiceItem", set()),
    (calls.INVOICE_OTHER, "get", set(), "GenericInvoiceItem", set()),
    (calls.INVOICE_OF_ORDER, "get", set(), "InvoiceItem", set()),
    (calls.CLIENTS, "get", {"pageNo", "limit"}, "Client", set()),
    (calls.COMMENTS, "get", set(), "OrderComment", set()),
    (calls.COMMENTS, "post", set(), "NewOrderComment", {"Comment", "Admin"}),
    (calls.TAG, "put", {"Tag"}, "ToolkitResult", {"Success", "Message"}),
]

#: Model of the description, by the body that a write sends.
BODIES = [
    (new_orders.new_order_body(NEW_ORDER), "NewOrderWithItems"),
    (
        new_orders.order_change_body(
            OrderChange(number="a", external_reference="b", delivery_notes="c", recipient=RECIPIENT)
        ),
        "NewOrder",
    ),
    (asns.asn_body(NEW_ASN), "NewASN"),
    (products.new_product_body(NEW_PRODUCT), "Product"),
    (products.changed_product_body(raw_product(), NEW_PRODUCT), "Product"),
]
JSON_TYPES: dict[type, str] = {str: "string", int: "integer", bool: "boolean", list: "array"}


@pytest.fixture(scope="module")
def swagger(reference: Path) -> Any:
    return json.loads((reference / "specs" / "mintsoft-swagger.json").read_text())


def differences(shape: Schema, model: str, definitions: Any) -> list[str]:
    """Fields of a shape that the description lacks or types otherwise."""
    found: list[str] = []
    properties = definitions[model]["properties"]
    for name, field in shape.fields.items():
        kind, said = field, properties.get(name, {})
        if isinstance(field, fields.List):
            kind, said = field.inner, said.get("items", {})
        if isinstance(kind, fields.Nested):
            inner = said.get("$ref", "").rpartition("/")[2]
            found += differences(kind.schema, inner, definitions) if inner else [f"{model}.{name}"]
        elif TYPES[type(kind)].items() - said.items():
            found.append(f"{model}.{name}: {said}")
    return found


@pytest.mark.parametrize(("shape", "model"), MODELS, ids=[model for _, model in MODELS])
def test_every_field_read_exists(swagger: Any, shape: type[Schema], model: str) -> None:
    """Each field that is read is in Mintsoft's own description, with a fitting type."""
    assert differences(shape(), model, swagger["definitions"]) == []


@pytest.mark.parametrize(("path", "method", "query", "model", "names"), SENT)
def test_every_call_exists(
    swagger: Any, path: str, method: str, query: set[str], model: str, names: set[str]
) -> None:
    """Each call, with its parameters and the names that it sends or reads, is described."""
    operation = swagger["paths"][path][method]
    known = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
    assert query <= known
    if model:
        assert names <= swagger["definitions"][model]["properties"].keys()
        assert f"#/definitions/{model}" in json.dumps(operation)
    else:
        assert operation["responses"]["200"]["schema"]["type"] == "integer"


def test_every_listed_call_is_compared() -> None:
    """No call of the allow-lists is left out of the comparison."""
    compared = {(method.upper(), path) for path, method, *_ in SENT}
    assert compared == {("POST", calls.LOGIN), *calls.WRITES, *(("GET", x) for x in calls.READS)}


@pytest.mark.parametrize(("body", "model"), BODIES, ids=[model for _, model in BODIES])
def test_every_field_written_exists(swagger: Any, body: dict[str, Any], model: str) -> None:
    """Each field that is sent is in Mintsoft's own description, with its type and within bounds."""

    def check(sent: dict[str, Any], name: str) -> None:
        for field, value in sent.items():
            said = swagger["definitions"][name]["properties"][field]
            assert said["type"] == JSON_TYPES.get(type(value), "number"), field
            assert len(str(value)) <= said.get("maxLength", len(str(value)))
            for one in value if isinstance(value, list) else []:
                check(one, said["items"]["$ref"].rpartition("/")[2])

    check(body, model)


def test_no_read_changes_anything(swagger: Any, reference: Path) -> None:
    """No path that is read is one of the GETs that change something.

    They are those that mintsoft.md 1.5 lists, and those that the description answers as a
    write, or with nothing. Every read is a GET that it has.
    """
    paths = swagger["paths"]
    changing = {
        path
        for path, operations in paths.items()
        if "get" in operations
        for schema in [operations["get"]["responses"].get("200", {}).get("schema")]
        if schema is None or schema.get("$ref", "").endswith("/ToolkitResult")
    }
    text = (reference / "mintsoft.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"\*\*GET is not safe\*\*.*?\((.*?)\)\. OBS-spec", text)
    words = set(re.findall(r"[A-Z][A-Za-z]+", listed)) - {"ASN", "WarehouseTransfer", "Documents"}
    assert len(words) >= 17
    assert {path.rpartition("/")[2] for path in changing} == words
    assert calls.READS.isdisjoint(changing)
    assert {path.rpartition("/")[2] for path in calls.READS}.isdisjoint(words)
    assert all("get" in paths[path] for path in calls.READS)


def test_every_list_is_asked_for_pages_as_it_spells_them(swagger: Any) -> None:
    """Each list that is walked has the parameters for page and size, spelt in its own way."""
    for listing in (value for value in vars(paging).values() if isinstance(value, paging.Listing)):
        operation = swagger["paths"][listing.path]["get"]
        known = {one["name"] for one in operation["parameters"]}
        assert {listing.page, listing.limit} <= known, listing.path


def test_no_callback_is_registered() -> None:
    """Nothing depends on what Mintsoft calls and when: changes are polled.

    Sources disagree whether a partly booked ASN is reported (mintsoft.md 2.6).
    """
    paths = {*calls.READS, *(path for _, path in calls.WRITES)}
    assert not any("ConnectActions" in path for path in paths)
