"""Everything that is served exists in Mintsoft's own description, and has its shape."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .....plugin.sandbox.day import Day
from .conftest import Sandbox, log_in

DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?")
TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
#: Seen live, but not described (mintsoft.md 7).
EXTRA = {"ASN": {"SupplierNotes"}}

ORDER = {
    "OrderNumber": "N-1",
    "ClientId": 3,
    "FirstName": "Ada",
    "Address1": "1 High Street",
    "PostCode": "ZZ1 1ZZ",
    "Country": "GBR",
    "CourierService": "AUTO",
    "Warehouse": "MAIN",
    "ConnectAction": {"Type": "API", "SourceOrderId": "N-1"},
    "OrderNameValues": [{"Name": "a", "Value": "b"}],
    "OrderItems": [
        {
            "SKU": "MUG-BLU",
            "Quantity": 3,
            "UnitPrice": 10,
            "UnitPriceVat": 2,
            "OrderItemNameValues": [{"Name": "a", "Value": "b"}],
        }
    ],
}
ASN = {
    "WarehouseId": 3,
    "POReference": "PO-9",
    "GoodsInType": "Pallet",
    "Quantity": 2,
    "EstimatedDelivery": "2026-07-01T14:08:00.3259797+01:00",
    "Items": [{"SKU": "MUG-BLU", "Quantity": 5}],
}
DOCUMENT = {"Base64Data": "aGVsbG8=", "FileName": "a.pdf"}
EXTRA_CHARGE = "ClientId=3&Type=Labelling&Amount=2.5&InvoiceDate=2026-06-15&WarehouseId=3"
SPAN = "clientID=3&fromDate=2026-06-01&toDate=2026-06-30"
#: One call at least for each address, in this order. ``O`` is the order that was created, ``I``
#: its row, ``D`` its document, ``A`` the ASN; ``E`` is an order that was charged.
CALLS: tuple[tuple[Any, ...], ...] = (
    ("POST", "Auth", {"Username": "sandbox", "Password": "sandbox"}),
    ("PUT", "Order", ORDER),
    ("GET", "Order/List?Limit=100&IncludeOrderItems=true"),
    ("GET", "Order/List?Limit=3"),
    ("GET", "Order/O"),
    ("GET", "Order/Search?OrderNumber=W"),
    ("GET", "Order/Search?OrderNumber=N-1&exactMatch=true&includeOrderItems=true"),
    ("GET", "Order/GetOrderId?orderNumber=N-1"),
    ("POST", "Order/O", {"FirstName": "Grace", "CourierServiceId": 13}),
    ("PUT", "Order/O/Items", {"SKU": "LAMP-01", "Quantity": 2, "UnitPrice": 5}),
    ("POST", "Order/O/Items/I", {"Quantity": 4}),
    ("GET", "Order/O/Items"),
    ("GET", "Order/O/Allocations"),
    ("POST", "Order/O/SplitOrderItems", [{"OrderItemId": "I", "QuantityToDespatch": 1}]),
    ("GET", "Order/O/Splits"),
    ("DELETE", "Order/O/Items/I"),
    ("GET", "Order/O/BillingAddress"),
    ("POST", "Order/O/Comments", {"Comment": "Sent", "Admin": True}),
    ("GET", "Order/O/Comments"),
    ("PUT", "Order/O/Tag?Tag=xero"),
    ("DELETE", "Order/O/Tag?Tag=xero"),
    ("PUT", "Order/O/Documents?PrintWithOrder=true&DocumentTypeId=2", DOCUMENT),
    ("GET", "Order/O/Documents"),
    ("GET", "Order/O/Documents/D"),
    ("GET", "Order/O/Documents/D/Data"),
    ("GET", "Order/O/Documents/D/MarkPrinted"),
    ("PUT", "Order/O/Shipments", {"Number": "T1"}),
    ("GET", "Order/O/Shipments"),
    ("DELETE", "Order/O/Shipments/1"),
    ("GET", "Order/TrackingNumberSearch?TrackingNumber=T1"),
    ("PUT", "Order/O/ConnectActions", {"Type": "API", "ExtraCode1": "http://127.0.0.1:9/"}),
    ("GET", "Order/O/ConnectActions"),
    ("GET", "Order/O/Queries"),
    ("GET", "Order/O/UpdateNumberOfParcels?NumberOfParcels=2"),
    ("GET", "Order/O/MarkAwaitingPayment"),
    ("GET", "Order/O/MarkPaymentReceived"),
    ("GET", "Order/O/MarkAwaitingConfirmation"),
    ("GET", "Order/O/MarkConfirmed"),
    ("POST", "Order/O/MarkFraudRisk"),
    ("POST", "Order/O/MarkFraudRiskAccepted"),
    ("GET", "Order/O/MarkPrinted?Comment=done"),
    ("GET", "Order/O/MarkPackAndHold?ReleaseDate=2026-07-01"),
    ("GET", "Order/O/MarkReleasePackAndHold"),
    ("GET", "Order/O/MarkDespatched"),
    ("GET", "Order/O/Cancel"),
    ("GET", "Order/O/CancelNoStock"),
    *(
        ("GET", address)
        for address in (
            *("Order/Statuses", "Order/Channels", "Order/Documents/DocumentTypes"),
            *("Order/Documents/PaperSizes", "Client", "Warehouse", "RefData/Currencies"),
            *("RefData/Countries", "Courier/Services", "Courier/Services/12"),
            *("Courier/ServiceTypes", "ASN/Statuses", "ASN/GoodsInTypes"),
        )
    ),
    ("POST", "Client", {"ShortName": "NEW", "Name": "New Client Ltd"}),
    ("POST", "Client/UpdateClient", {"ID": 3, "AccountingIntegrationType": "Xero"}),
    ("POST", "Client/SubClients", {"ShortName": "SUB", "Name": "Sub Ltd"}),
    ("GET", "Client/SubClients"),
    ("PUT", "Product", {"SKU": "NEW-1", "Name": "New", "Weight": 1.5}),
    ("POST", "Product", {"ID": 501, "Name": "Mug"}),
    ("GET", "Product/List"),
    ("GET", "Product/501"),
    ("GET", "Product/Search?Search=mug"),
    ("GET", "Product/LookupProductId?SKU=MUG-BLU"),
    ("GET", "Product/SearchBarcode?Barcode=MUG-BLU"),
    ("GET", "Product/UpdatedSince?FromDate=2020-01-01"),
    ("PUT", "Product/Suppliers", {"Name": "Potter"}),
    ("GET", "Product/Suppliers"),
    ("GET", "Product/501/Inventory"),
    ("GET", "Product/Inventory/Bulk?Breakdown=true"),
    ("GET", "Product/StockLevels?WarehouseId=0"),
    ("GET", "Product/StockLevels/UpdatedSince?FromDate=2020-01-01"),
    ("GET", "Product/StockLevelsByWarehouse?WarehouseId=3&LastUpdatedSince=2020-01-01"),
    ("POST", "Product/BulkOnHandStockUpdate", [{"SKU": "MUG-BLU", "Quantity": 9}]),
    ("PUT", "ASN", ASN),
    ("GET", "ASN/A"),
    ("POST", "ASN/A", {"Quantity": 3}),
    ("PUT", "ASN/A/ConnectActions", {"Type": "API", "SourceASNId": "PO-9"}),
    ("GET", "ASN/A/Confirm"),
    ("POST", "ASN/A/Items/Receive", [{"SKU": "MUG-BLU", "Quantity": 2}]),
    ("GET", "ASN/A/PartBook"),
    ("GET", "ASN/A/BookInPartial"),
    ("GET", "ASN/A/MarkAwaitingPutAway"),
    ("GET", "ASN/A/MarkPutAwayComplete"),
    ("GET", "ASN/A/BookIn"),
    ("GET", "ASN/List?IncludeASNItems=true"),
    ("DELETE", "ASN/6115"),
    ("GET", "Accounting/Invoice/List"),
    ("GET", "Accounting/Invoice/All"),
    ("GET", "Accounting/Invoice/301"),
    *(
        ("GET", f"Accounting/Invoice/301/{name}")
        for name in ("Orders", "Returns", "GoodsIn", "Collections", "Other")
    ),
    ("GET", "Accounting/Invoice/Orders/E"),
    ("POST", "Accounting/AddCourierCost", {"OrderId": "E", "PostageCost": 3.2}),
    ("GET", "Account/Invoice/InvoiceItemTypes"),
    (
        "POST",
        "Account/Invoice/AddAdditionalInvoiceItem?" + EXTRA_CHARGE,
    ),
    ("GET", f"Account/Invoice/GetUnconfirmedInvoiceSummary?{SPAN}"),
    ("GET", f"Account/Invoice/GetUnconfirmedInvoiceStorageCosts?{SPAN}"),
)


@pytest.fixture(scope="session")
def described(reference: Path) -> dict[str, Any]:
    text = (reference / "specs" / "mintsoft-swagger.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def template(path: str) -> str:
    """Write an address with its variables nameless."""
    return re.sub(r"<[^>]*>|\{[^}]*\}", "{}", path)


def addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """Yield all methods and addresses below /api that an app serves."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/"):
            continue
        one_of = re.search(r"<any\(([^)]*)\):[^>]*>", rule.rule)
        names = one_of[1].split(",") if one_of else [""]
        for name in names:
            path = rule.rule.replace(one_of[0], name) if one_of else rule.rule
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield method, template(path)


def test_nothing_is_served_that_does_not_exist(client: FlaskClient, described: Any) -> None:
    """Every address and method below /api is in Mintsoft's own description."""
    known = {
        (method.upper(), template(path))
        for path, operations in described["paths"].items()
        for method in operations
    }
    assert sorted(set(addresses(client.application)) - known) == []


def faults(value: Any, schema: dict[str, Any], models: dict[str, Any], at: str) -> list[str]:
    """Say where a value departs from the schema; null is allowed everywhere."""
    if value is None:
        return []
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return object_faults(value, name, models, f"{at}:{name}")
    kind = schema["type"]
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return [f"{at} is {value!r}, not {kind}"]
    if schema.get("format") == "date-time" and not DATE_TIME.fullmatch(value):
        return [f"{at} is {value!r}, no local date-time"]
    if kind == "array":
        return [
            fault
            for index, one in enumerate(value)
            for fault in faults(one, schema["items"], models, f"{at}[{index}]")
        ]
    return []


def object_faults(value: Any, name: str, models: dict[str, Any], at: str) -> list[str]:
    """Say where an object has not exactly the members of its model."""
    if not isinstance(value, dict):
        return [f"{at} is {value!r}, no object"]
    properties = models[name]["properties"]
    differ = (value.keys() ^ properties.keys()) - EXTRA.get(name, set())
    odd = [f"{at}.{one} is in one only" for one in sorted(differ)]
    for one, schema in properties.items():
        odd += faults(value.get(one), schema, models, f"{at}.{one}")
    return odd


def filled(text: str, ids: dict[str, int]) -> str:
    """Put the IDs in the place of their letters."""
    return re.sub(r"(?<=/)([OIDAE])(?=/|$)", lambda found: str(ids[found[1]]), text)


class Caller:
    """Makes the calls and remembers the IDs that the letters stand for."""

    def __init__(self, client: FlaskClient, day: Day) -> None:
        self.client = client
        charged = day.charges["charge"]
        self.ids = {"E": next(row["OrderId"] for row in charged if not row["InvoiceSummaryId"])}

    def call(self, method: str, address: str, body: Any = None) -> tuple[str, Any, Any]:
        """Make a call; return the address that was called, and the answer."""
        path, _, query = address.partition("?")
        url = filled(f"/api/{path}", self.ids) + ("?" + query if query else "")
        sent = json.loads(re.sub(r'"([OIDAE])"', lambda m: str(self.ids[m[1]]), json.dumps(body)))
        answer = self.client.open(url, method=method, json=sent)
        assert answer.status_code in (200, 204), (method, url, answer.status_code, answer.text)
        document = answer.get_json() if answer.data else None
        self._learn(method, path, document)
        return url.partition("?")[0], answer, document

    def _learn(self, method: str, path: str, document: Any) -> None:
        match method, path:
            case "POST", "Auth":
                self.client.environ_base["HTTP_MS_APIKEY"] = document
            case "PUT", "Order":
                self.ids["O"] = document[0]["OrderId"]
            case "PUT", "Order/O/Items":
                self.ids["I"] = document["ID"]
            case "PUT", "Order/O/Documents":
                self.ids["D"] = document["ID"]
            case "PUT", "ASN":
                self.ids["A"] = document["ID"]


def test_every_answer_has_the_published_shape(
    client: FlaskClient, day: Day, described: Any
) -> None:
    """Each address answers with its model: each member, of its type, and no other."""
    operations = {
        (method.upper(), template(path)): operation
        for path, known in described["paths"].items()
        for method, operation in known.items()
    }
    caller, called = Caller(client, day), set()
    for method, address, *body in CALLS:
        url, answer, document = caller.call(method, address, *body)
        rule = client.application.url_map.bind("localhost").match(
            url, method=method, return_rule=True
        )
        names = rule[1]
        path = template(re.sub(r"<any[^>]*>", str(names.get("name")), rule[0].rule))
        called.add((method, path))
        schema = operations[method, path]["responses"][str(answer.status_code)].get("schema")
        odd = [] if schema is None else faults(document, schema, described["definitions"], address)
        assert odd == [], (method, address)
        refusable = isinstance(document, dict) and document.get("Success") is False
        assert not refusable or address.endswith(("Cancel", "CancelNoStock", "BookIn")), document
    assert sorted(set(addresses(client.application)) - called) == []


NAMES = st.sampled_from(
    (
        *(*ORDER, *ASN, "SKU", "Quantity", "UnitPrice", "UnitPriceVat", "Discount", "Comment"),
        *("ID", "OrderItemId", "QuantityToDespatch", "Type", "Name", "Weight", "Base64Data"),
    )
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10) | NAMES, inner)
    ),
    max_leaves=8,
)
ODD = st.sampled_from(
    (
        *("", "0", "-1", "1", "9001", "501", "6114", "301", "99999999999999999999", "1e9", "²"),
        *("2026-06-01", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "NaN", "true"),
    )
)
PARAMETERS = st.dictionaries(
    st.sampled_from(
        (
            *("PageNo", "Limit", "SinceDate", "ToDate", "IncludeTags", "Tag", "OrderNumber"),
            *("SKU", "ClientId", "WarehouseId", "fromDate", "toDate", "Type", "Amount", "id"),
            *("InvoiceDate", "ASNStatusId", "FromDate", "ReleaseDate", "Barcode", "Search"),
            *("TrackingNumber", "NumberOfParcels", "DocumentTypeId", "clientID"),
        )
    ),
    ODD | st.text(max_size=8),
    max_size=4,
)


@pytest.fixture(scope="module")
def sturdy(day: Day) -> FlaskClient:
    """Return a client whose sandbox many hostile requests share."""
    from .....plugin.sandbox.mintsoft import create_app
    from .....plugin.sandbox.store import Store

    app = create_app(Store(), day=day)
    app.testing = True
    return log_in(app.test_client())


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(data=st.data())
def test_no_request_breaks_it(sturdy: FlaskClient, data: st.DataObject) -> None:
    """Whatever is sent, the application fails nowhere but on page 0, which it does on purpose."""
    routes = [one for one in sorted(set(addresses(sturdy.application))) if "Auth" not in one[1]]
    method, path = data.draw(st.sampled_from(routes))
    while "{}" in path:
        path = path.replace("{}", data.draw(ODD.filter(bool)), 1)
    body = data.draw(
        JSON.map(json.dumps).map(str.encode) | st.binary(max_size=30) | st.just(b"[" * 100_000)
    )
    query = {
        name: value.encode("utf-8", "replace") for name, value in data.draw(PARAMETERS).items()
    }
    path = path.encode("utf-8", "replace").decode()
    answer = sturdy.open(path, method=method, query_string=query, data=body)
    pages = [value for name, value in query.items() if name.lower() == "pageno"]
    assert answer.status_code < 500 or pages, (method, path, query, body)


def test_damaged_json_is_an_invalid_request(sandbox: Sandbox) -> None:
    """A body that can't be read is answered with 400, and changes nothing."""
    client = log_in(sandbox())
    before = client.get("/api/Order/9001").data
    for damaged in (
        b'{"FirstName": "A',
        b"[1, 2]",
        b"\xff\xfe",
        b'{"OrderValue": NaN}',
        b"{" * 9999,
    ):
        answer = client.post("/api/Order/9001", data=damaged)
        assert answer.status_code == 400
        assert answer.get_json() == {"Message": "The request is invalid."}
    assert client.get("/api/Order/9001").data == before
