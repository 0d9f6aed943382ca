"""What the sandbox does with items (xero.md 8)."""

from typing import Any

import pytest

from .conftest import Xero, a_line, an_invoice

NO_ID = "00000000-0000-0000-0000-000000000000"


def _item(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    (item,) = answer.json["Items"]
    return item


def _refused(answer: Any) -> list[str]:
    assert (answer.status_code, answer.json["ErrorNumber"]) == (400, 10)
    (element,) = answer.json["Elements"]
    return [error["Message"] for error in element["ValidationErrors"]]


def test_put_creates_and_post_changes_by_code(xero: Xero) -> None:
    """PUT of a used code is refused, its quotes doubled; POST changes the item of that code."""
    first = _item(xero.call("PUT", "Items", {"Code": "abc", "Name": "Thing"}))
    assert (first["IsSold"], first["IsPurchased"], first["IsTrackedAsInventory"]) == (
        True, True, False,
    )  # fmt: skip
    assert _refused(xero.call("PUT", "Items", {"Code": "abc"})) == [
        "Price List Item with Code ''abc'' already exists"
    ]
    second = _item(xero.call("POST", "Items", {"Code": "abc", "Description": "New"}))
    assert (second["ItemID"], second["Name"]) == (first["ItemID"], "Thing")


def test_code_can_change_by_id(xero: Xero) -> None:
    """POST with an ItemID, in path or body, may rename the code, but not to a used one."""
    item_id = _item(xero.call("PUT", "Items", {"Code": "abc"}))["ItemID"]
    xero.call("PUT", "Items", {"Code": "used"})
    assert _item(xero.call("POST", f"Items/{item_id}", {"Code": "new"}))["ItemID"] == item_id
    assert (
        _item(xero.call("POST", "Items", {"ItemID": item_id, "Code": "newer"}))["Code"] == "newer"
    )
    assert xero.call("GET", "Items/new").status_code == 404
    assert _refused(xero.call("POST", "Items/newer", {"Code": "used"})) == [
        "Price List Item with Code ''used'' already exists"
    ]
    assert _refused(xero.call("POST", "Items", {"ItemID": NO_ID[:-1] + "1", "Code": "x"})) == [
        "An existing Item with the specified ItemID could not be found"
    ]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"Code": ""}, "Code must be 1 to 30 characters."),
        ({"Code": "x" * 31}, "Code must be 1 to 30 characters."),
        ({"Name": "x" * 51}, "Name must be at most 50 characters."),
        ({"Description": "x" * 4001}, "Description must be at most 4000 characters."),
        (
            {"SalesDetails": {"AccountCode": "999"}},
            "Account code '999' is not a valid code for this document.",
        ),
        (
            {"SalesDetails": {"AccountCode": "205"}},
            (
                "Account code '205' has been archived, or has been deleted."
                " Each line item must reference a valid account."
            ),
        ),
        (
            {"SalesDetails": {"TaxType": "OUTPUT9"}},
            "TaxType code OUTPUT9 does not exist or cannot be used for this type of transaction",
        ),
        (
            {"PurchaseDetails": {"AccountCode": "310", "TaxType": "OUTPUT2"}},
            "The TaxType code 'OUTPUT2' cannot be used with account code '310'",
        ),
        (
            {"InventoryAssetAccountCode": "630"},
            (
                "InventoryAssetAccountCode and COGSAccountCode must both be specified for a"
                " tracked item."
            ),
        ),
        (
            {
                "InventoryAssetAccountCode": "200",
                "PurchaseDetails": {"COGSAccountCode": "310"},
            },
            "The inventory asset account must be an active account of type INVENTORY.",
        ),
    ],
)
def test_what_an_item_cannot_be(xero: Xero, wrong: Any, message: str) -> None:
    """Each bad property is refused with its sentence, and no item is made."""
    assert _refused(xero.call("PUT", "Items", {"Code": "abc"} | wrong)) == [message]
    assert xero.call("GET", "Items").json["Items"] == []


def test_a_bad_item_does_not_stop_the_others(xero: Xero) -> None:
    """With summarizeErrors=false every item is answered, the bad one with no id."""
    batch = {"Items": [{"Code": "a"}, {"Code": "a"}, {"Code": "b"}]}
    answer = xero.call("PUT", "Items?summarizeErrors=false", batch).json["Items"]
    assert [each["StatusAttributeString"] for each in answer] == ["OK", "ERROR", "OK"]
    assert answer[1]["ItemID"] == NO_ID
    assert len(xero.call("GET", "Items").json["Items"]) == 2


def test_prices_have_two_decimals_or_four(xero: Xero) -> None:
    """A price is rounded when it is written, and shown with four decimals only for unitdp=4."""
    sales = {"UnitPrice": 1.23456, "AccountCode": "200"}
    xero.call("PUT", "Items?unitdp=4", {"Code": "four", "SalesDetails": sales})
    xero.call("PUT", "Items", {"Code": "two", "SalesDetails": sales})
    assert '"UnitPrice": 1.2346' in xero.call("GET", "Items/four?unitdp=4").text
    assert '"UnitPrice": 1.23\r' in xero.call("GET", "Items/four").text
    assert '"UnitPrice": 1.2300' in xero.call("GET", "Items/two?unitdp=4").text
    xero.call("POST", "Items", {"Code": "four", "SalesDetails": {"TaxType": "OUTPUT2"}})
    assert '"UnitPrice": 1.2346' in xero.call("GET", "Items/four?unitdp=4").text


def test_an_item_that_is_not_sold_has_no_sales_side(xero: Xero) -> None:
    """IsSold=false empties Description and SalesDetails, and a sales line refuses the item."""
    both = {"Code": "abc", "Description": "Nice", "SalesDetails": {"UnitPrice": 5}}
    xero.call("PUT", "Items", both)
    item = _item(xero.call("POST", "Items", {"Code": "abc", "IsSold": False}))
    assert "Description" not in item
    assert item["SalesDetails"] == {}
    assert xero.errors(LineItems=[a_line(ItemCode="abc")])


def test_tracked_items_count_for_themselves(xero: Xero) -> None:
    """Both accounts make an item tracked; its quantity and cost are Xero's own."""
    purchase = {"UnitPrice": 3, "COGSAccountCode": "310"}
    body = {"Code": "abc", "InventoryAssetAccountCode": "630", "PurchaseDetails": purchase}
    item = _item(xero.call("PUT", "Items", body | {"QuantityOnHand": 99}))
    assert (item["IsTrackedAsInventory"], item["QuantityOnHand"], item["TotalCostPool"]) == (
        True, 0, 0,
    )  # fmt: skip
    wrong = {"PurchaseDetails": {"AccountCode": "429"}}
    assert _refused(xero.call("POST", "Items/abc", wrong)) == [
        "AccountCode cannot be used in the purchase details of a tracked item."
    ]


def test_deleted_items_stay_on_documents(xero: Xero) -> None:
    """DELETE answers 204 without a body; lines that had the code keep it."""
    xero.call("PUT", "Items", {"Code": "abc"})
    (invoice,) = xero.put(an_invoice(LineItems=[a_line(ItemCode="abc")]))
    answer = xero.call("DELETE", "Items/abc")
    assert (answer.status_code, answer.data) == (204, b"")
    assert xero.call("DELETE", "Items/abc").status_code == 404
    found = xero.call("GET", f"Invoices/{invoice['InvoiceID']}").json["Invoices"][0]
    assert found["LineItems"][0]["ItemCode"] == "abc"


def test_the_list_is_filtered_and_never_paged(xero: Xero) -> None:
    """Where, order and If-Modified-Since work; page is ignored and no pagination is told."""
    xero.call("PUT", "Items", {"Items": [{"Code": f"{n:03}", "Name": "x"} for n in range(150)]})
    answer = xero.call("GET", "Items?page=2&pageSize=10&order=Code%20DESC").json
    assert len(answer["Items"]) == 150
    assert answer["Items"][0]["Code"] == "149"
    assert "pagination" not in answer
    xero.time.pass_(minutes=20)
    xero.call("POST", "Items", {"Code": "007", "Name": "Bond"})
    since = xero.call("GET", "Items", If_Modified_Since="2026-11-22T12:10:00").json["Items"]
    assert [each["Code"] for each in since] == ["007"]
    assert len(xero.call("GET", 'Items?where=Code.StartsWith("00")').json["Items"]) == 10
