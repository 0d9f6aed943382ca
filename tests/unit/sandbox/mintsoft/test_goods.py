"""Products, stock and ASNs."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from .conftest import Sandbox, log_in
from .test_shape import ASN


def get(client: FlaskClient, address: str) -> Any:
    return client.get(f"/api/{address}").get_json()


def free(client: FlaskClient, sku: str) -> int:
    rows = get(client, f"Product/StockLevels?SKU={sku}&WarehouseId=3")
    return int(rows[0]["Level"]) if rows else 0


def asn_with(client: FlaskClient, **more: Any) -> int:
    result = client.put("/api/ASN", json={**ASN, **more}).get_json()
    assert result["Success"], result
    return int(result["ID"])


def test_products_are_found(client: FlaskClient) -> None:
    """By ID, part of the name, SKU (a bare number), and any of the barcodes."""
    mug = get(client, "Product/501")
    assert [row["ID"] for row in get(client, "Product/Search?Search=MUG")] == [501, 502]
    assert get(client, "Product/LookupProductId?SKU=mug-blu") == 501
    assert get(client, f"Product/SearchBarcode?Barcode={mug['EAN']}") == mug
    assert get(client, "Product/List?PageNo=2&Limit=2")[0]["ID"] == 503
    assert client.get("/api/Product/LookupProductId?SKU=nobodys").status_code == 404


def test_any_word_is_a_product(client: FlaskClient) -> None:
    """An unknown word with `id` answers a product: a trap (mintsoft.md 1.3, OBS-live)."""
    assert get(client, "Product/Nonsense?id=501") == get(client, "Product/501")
    assert client.get("/api/Product/Nonsense").status_code == 400


def test_products_are_made_and_changed(client: FlaskClient) -> None:
    """A SKU is its client's only one; an update changes what is sent, and shows as updated."""
    new = {"SKU": "NEW-1", "Name": "New", "Weight": 0.5}
    made = client.put("/api/Product", json=new).get_json()
    again = client.put("/api/Product", json=new).get_json()
    assert (made["Success"], again["Success"]) == (True, False)
    assert "already exists" in again["Message"]
    assert client.put("/api/Product", json={"SKU": "A"}).get_json()["Message"] == (
        "Weight is required"
    )
    client.post("/api/Product", json={"ID": made["ProductId"], "Price": 9.5})
    product = get(client, f"Product/{made['ProductId']}")
    assert (product["Name"], product["Price"], product["Weight"]) == ("New", 9.5, 0.5)
    assert get(client, "Product/UpdatedSince?FromDate=2026-06-15") == [made["ProductId"]]


def test_stock(client: FlaskClient) -> None:
    """`Level` is what is free, the total has the allocated too; a product may have no record."""
    bulk = get(client, "Product/Inventory/Bulk?Limit=500")
    assert len(bulk) == len(get(client, "Product/List")) - 1
    assert all(row["StockLevel"] == row["OnHand"] + row["Allocated"] for row in bulk)
    body = [{"SKU": "MUG-BLU", "Quantity": 9}, {"SKU": "NOBODYS", "Quantity": 1}]
    results = client.post("/api/Product/BulkOnHandStockUpdate", json=body).get_json()
    assert [row["Success"] for row in results] == [True, False]
    assert free(client, "MUG-BLU") == 9
    assert get(client, "Product/StockLevels/UpdatedSince?FromDate=2026-06-15") == [501]


def test_an_asn_from_order_to_shelf(client: FlaskClient) -> None:
    """Confirmed, part and fully booked in: the stock grows once, by what came."""
    items = [{"SKU": "MUG-BLU", "Quantity": 5, "SourceLineId": "L-1"}]
    asn, before = asn_with(client, Items=items), free(client, "MUG-BLU")
    assert get(client, f"ASN/{asn}")["ASNStatus"]["Name"] == "NEW"
    steps = []
    for step in ("Confirm", "PartBook", "BookIn", "BookIn"):
        if step == "PartBook":
            rows = [{"SKU": "MUG-BLU", "Quantity": 2}]
            client.post(f"/api/ASN/{asn}/Items/Receive", json=rows)
        success = get(client, f"ASN/{asn}/{step}")["Success"]
        name = get(client, f"ASN/{asn}")["ASNStatus"]["Name"]
        steps.append((success, name, free(client, "MUG-BLU") - before))
    assert steps == [
        (True, "AWAITINGDELIVERY", 0),
        (True, "PARTIALLYBOOKED", 2),
        (True, "BOOKEDIN", 5),
        (False, "BOOKEDIN", 5),
    ]
    item = get(client, f"ASN/{asn}")["Items"][0]
    assert (item["SourceLineId"], item["QuantityBooked"], item["Complete"]) == ("L-1", 5, True)


def test_the_list_of_asns(client: FlaskClient) -> None:
    """Several statuses by `;`, items only when asked for, packages are not units."""
    asn = asn_with(client)
    rows = get(client, "ASN/List?ASNStatusId=1;6")
    assert [(row["ASNStatusId"], row["Items"]) for row in rows] == [(6, None), (1, None)]
    whole = get(client, "ASN/List?ASNStatusId=1&IncludeASNItems=true")
    assert whole == [get(client, f"ASN/{asn}")]
    assert (whole[0]["Quantity"], whole[0]["Items"][0]["QuantityExpected"]) == (2, 5)
    assert whole[0]["EstimatedDelivery"] == "2026-07-01T14:08:00.325979"
    booked = "BookedInStartInterval=2026-06-10&BookedInEndInterval=2026-06-10T23:59:59"
    assert [row["ID"] for row in get(client, f"ASN/List?{booked}")] == [6114]
    assert len(get(client, "ASN/List?IncludeItems=true&ASNStatusId=3")) == 2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Items": []}, "Items are required"),
        ({"WarehouseId": 9}, "Warehouse not found"),
        ({"GoodsInType": "Truck"}, "GoodsInType not found"),
        ({"Items": [{"SKU": "NOBODYS", "Quantity": 1}]}, "Product NOBODYS not found"),
        ({"Supplier": "S" * 251}, "Supplier must be at most 250 characters"),
    ],
)
def test_a_refused_asn_says_why(client: FlaskClient, changes: Any, message: str) -> None:
    """What can't be expected answers 200 with the reason, and nothing is kept."""
    answer = client.put("/api/ASN", json={**ASN, **changes}).get_json()
    assert (answer["Success"], answer["Message"]) == (False, message)
    assert client.get("/_sandbox/state").get_json()["asns"] == 3


def test_an_asn_is_changed_and_deleted(client: FlaskClient) -> None:
    """Until something of it came; then it is refused. A deleted one is gone for good."""
    asn = asn_with(client)
    client.post(f"/api/ASN/{asn}", json={"Comments": "late", "Quantity": 4})
    changed = get(client, f"ASN/{asn}")
    assert (changed["Comments"], changed["Quantity"], changed["POReference"]) == ("late", 4, "PO-9")
    assert client.delete(f"/api/ASN/{asn}").get_json()["Success"] is True
    assert client.get(f"/api/ASN/{asn}").status_code == 404
    assert asn_with(client) == asn + 1
    assert client.delete("/api/ASN/6114").get_json()["Success"] is False


def test_only_administrators_book_in(sandbox: Sandbox) -> None:
    """Another user gets 403 with the published sentence (mintsoft.md 1.5)."""
    client = log_in(sandbox(admin=False))
    answer = client.get("/api/ASN/6115/BookIn")
    assert (answer.status_code, answer.get_json()) == (
        403,
        {"Message": "Invalid User Permissions to perform Request"},
    )
    assert get(client, "ASN/6115")["ASNStatusId"] == 3
