"""Purchase orders between both simulators, by commands: judged from the ASNs in Mintsoft."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..guide.walk import Walk, walking

pytestmark = pytest.mark.integration


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """Yield a shop whose warehouse and goods-in type are chosen."""
    with walking(tmp_path / "home") as found:
        warehouse = found.mintsoft("/api/Warehouse")[0]["ID"]
        types = found.mintsoft("/api/ASN/GoodsInTypes")
        found.add("shop", "--set", f"import_warehouse={warehouse}")
        found.run("connection", "set", "shop", f"goods_in_type={types[0]['Name']}")
        yield found


def ordered(walk: Walk, number: str) -> str:
    """A purchase order for two products and freight; the SKU of the first."""
    skus = [x["SKU"] for x in walk.mintsoft("/api/Product/List?Limit=2&PageNo=1")]
    walk.xero("Items", {"Items": [{"Code": sku, "Name": sku} for sku in skus]})
    (supplier,) = walk.xero("Contacts", {"Contacts": [{"Name": number}]})["Contacts"]
    lines = [{"ItemCode": x, "Description": x, "Quantity": "3", "UnitAmount": "2"} for x in skus]
    order = {
        "PurchaseOrderNumber": number,
        "Contact": {"ContactID": supplier["ContactID"]},
        "Status": "AUTHORISED",
        "DeliveryDate": "2030-06-20",
        "LineItems": [*lines, {"Description": "Freight", "Quantity": "1", "UnitAmount": "20"}],
    }
    walk.xero("PurchaseOrders", {"PurchaseOrders": [order]})
    return str(skus[0])


def asns(walk: Walk, number: str) -> list[Any]:
    """Those in Mintsoft that have a number."""
    found = walk.mintsoft("/api/ASN/List?IncludeASNItems=true&Limit=100&PageNo=1")
    return [x for x in found if x["POReference"] == number]


@pytest.mark.parametrize("fault", ["", "drop", "truncate"])
def test_a_purchase_order_is_one_asn(walk: Walk, fault: str) -> None:
    """However often it is imported, and though the answer is lost, there is one."""
    sku = ordered(walk, "TEST-PO-1")
    walk.run("import", "shop", "--kind", "purchase_order", "--dry-run")
    assert asns(walk, "TEST-PO-1") == []
    if fault:
        faults = [{"kind": fault, "path": "/api/ASN$", "method": "PUT", "times": 1}]
        walk.tell(f"{walk.mintsoft_url}/_sandbox/faults", {"faults": faults})
    for _ in range(3):
        walk.run("import", "shop", "--kind", "purchase_order")
    (asn,) = asns(walk, "TEST-PO-1")
    assert (asn["Supplier"], asn["EstimatedDelivery"][:10]) == ("TEST-PO-1", "2030-06-20")
    assert [x["QuantityExpected"] for x in asn["Items"]] == [3, 3]
    assert asn["Items"][0]["SKU"] == sku
    lines = walk.run("imports", "list", "shop", "TEST-PO-1", "--json").stdout
    assert '"imported"' in lines
    assert str(asn["ID"]) in lines
    assert "Line 3 has no item" in lines
