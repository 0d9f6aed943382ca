"""What the sandbox does with purchase orders (xero.md 5.1 and 9)."""

from typing import Any

from .conftest import Xero


def an_order(**changes: Any) -> dict[str, Any]:
    order = {
        "Contact": {"ContactNumber": "S1"},
        "Date": "2026-11-20",
        "DeliveryDate": "2026-11-30",
        "LineItems": [{"Description": "Balls", "Quantity": 10, "UnitAmount": 4.2595}],
    }
    return order | changes


def put(xero: Xero, *orders: dict[str, Any]) -> Any:
    if xero.call("GET", "Contacts/S1").status_code == 404:
        xero.call("PUT", "Contacts", {"Name": "Supplier", "ContactNumber": "S1"})
    body = {"PurchaseOrders": list(orders)}
    return xero.call("PUT", "PurchaseOrders?summarizeErrors=false", body).json["PurchaseOrders"]


def messages(element: Any) -> list[str]:
    return [error["Message"] for error in element.get("ValidationErrors", [])]


def test_amounts_have_four_decimals(xero: Xero) -> None:
    """Without any unitdp, on writing and reading; a line without account or tax has no tax."""
    made = put(xero, an_order())[0]
    read = xero.call("GET", f"PurchaseOrders/{made['PurchaseOrderNumber']}")
    assert '"UnitAmount": 4.2595' in read.text
    (order,) = read.json["PurchaseOrders"]
    assert (order["PurchaseOrderNumber"], order["Type"]) == ("PO-0001", "PURCHASEORDER")
    assert (order["SubTotal"], order["TotalTax"], order["Total"]) == (42.6, 0, 42.6)
    assert order["DeliveryDateString"] == "2026-11-30T00:00:00"
    line = {"Quantity": 1, "UnitAmount": 100, "AccountCode": "425", "DiscountRate": 10}
    (taxed,) = put(xero, an_order(LineItems=[line]))
    assert (taxed["SubTotal"], taxed["TotalTax"], taxed["TotalDiscount"]) == (90, 18, 10)


def test_numbers_are_unique_and_contacts_exist(xero: Xero) -> None:
    """A used number is refused in Xero's words; a name that nobody has makes no contact."""
    _first, again, stranger = put(
        xero,
        an_order(PurchaseOrderNumber="P"),
        an_order(PurchaseOrderNumber="p"),
        an_order(Contact={"Name": "Stranger"}),
    )
    assert messages(again) == ["Order number must be unique"]
    assert len(messages(stranger)) == 1
    assert len(xero.call("GET", "Contacts").json["Contacts"]) == 1
    assert messages(put(xero, an_order(LineItems=[]))[0]) == [
        "One or more line items must be specified"
    ]


def test_sent_to_contact_is_a_warning(xero: Xero) -> None:
    """On a draft it is not done, and said; on an approved order it is done."""
    draft, approved = put(
        xero, an_order(SentToContact=True), an_order(SentToContact=True, Status="AUTHORISED")
    )
    assert draft["StatusAttributeString"] == "WARNING"
    assert draft["Warnings"] == [
        {"Message": "Only AUTHORISED and BILLED purchase orders may have SentToContact updated."}
    ]
    assert "SentToContact" not in draft
    assert (approved["StatusAttributeString"], approved["SentToContact"]) == ("OK", True)


def test_statuses_and_edits(xero: Xero) -> None:
    """An approved order is billed or deleted; lines keep their ids; nothing sent, nothing lost."""
    (order,) = put(xero, an_order(Status="AUTHORISED"))
    path = f"PurchaseOrders/{order['PurchaseOrderID']}"
    # Xero's own example sends both empty along with what it changes.
    empty = {"AttentionTo": "Peter", "LineItems": [], "Contact": {}}
    (same,) = xero.call("POST", path, empty).json["PurchaseOrders"]
    assert (same["AttentionTo"], same["Total"]) == ("Peter", 42.6)
    kept = same["LineItems"][0]["LineItemID"]
    change = {"LineItems": [{"LineItemID": kept, "Quantity": 20}]}
    (changed,) = xero.call("POST", path, change).json["PurchaseOrders"]
    assert (changed["LineItems"][0]["LineItemID"], changed["Total"]) == (kept, 85.19)
    assert xero.call("POST", path, {"Status": "DRAFT"}).status_code == 400
    (billed,) = xero.call("POST", path, {"Status": "BILLED"}).json["PurchaseOrders"]
    assert billed["Status"] == "BILLED"


def test_lists(xero: Xero) -> None:
    """Always paged; by status, days and since; where is not known."""
    put(
        xero,
        an_order(PurchaseOrderNumber="A", Date="2026-11-01"),
        an_order(PurchaseOrderNumber="B", Status="AUTHORISED"),
    )
    xero.time.pass_(minutes=20)
    put(xero, an_order(PurchaseOrderNumber="C", Status="AUTHORISED", Date="2026-11-21"))

    def numbers(query: str, **headers: str) -> list[str]:
        answer = xero.call("GET", f"PurchaseOrders?{query}", **headers).json
        assert answer["pagination"]["pageSize"]
        return [order["PurchaseOrderNumber"] for order in answer["PurchaseOrders"]]

    assert numbers("order=PurchaseOrderNumber") == ["A", "B", "C"]
    assert numbers("status=AUTHORISED&order=PurchaseOrderNumber DESC") == ["C", "B"]
    assert sorted(numbers("DateFrom=2026-11-01&DateTo=2026-11-20")) == ["A", "B"]
    assert numbers("pageSize=2&page=2") == ["C"]
    assert sorted(numbers('where=Status=="DRAFT"')) == ["A", "B", "C"]
    assert numbers("", If_Modified_Since="2026-11-22T12:20:00") == ["C"]
    assert xero.call("GET", "PurchaseOrders?DateFrom=yesterday").status_code == 400
