"""The guide's sentences on what comes from Xero into Mintsoft."""

import pytest

from ...plugin.sandbox.day.reference import STATUS_IDS
from .walk import Walk

pytestmark = pytest.mark.integration


@pytest.fixture
def shop(walk: Walk) -> Walk:
    """A shop that says where imported goods are, and in what they arrive."""
    walk.add("shop", "--set", "import_warehouse=3", "--set", "goods_in_type=Pallet")
    return walk


def test_check_xero_for_new_sales_orders_to_import(shop: Walk) -> None:
    """From the first import on, the clock looks for new sales in Xero every 15 minutes."""
    sku = shop.day.orders[0]["OrderItems"][0]["SKU"]
    shop.sell("INV-900", sku, shop.add_customer())
    shop.run("import", "shop", "--kind", "sales_invoice")
    (order,) = shop.in_mintsoft("INV-900")
    assert shop.imported()["INV-900"]["target_id"] == str(order["ID"])
    (connection,) = shop.json("schedule", "list", "shop")
    (job,) = [x for x in connection["jobs"] if x["job"] == "import_sales_invoices"]
    assert (job["switch"], job["every_minutes"], bool(job["next_run_at"])) == ("on", 15, True)
    shop.run("schedule", "run", "shop", "import_sales_invoices", "--inline")
    assert len(shop.in_mintsoft("INV-900")) == 1


def test_import_pos_into_mintsoft_as_asns(shop: Walk) -> None:
    """An approved purchase order becomes one ASN under its number, however often it is read."""
    sku = shop.day.orders[0]["OrderItems"][0]["SKU"]
    shop.buy("PO-77", sku, shop.add_customer("Acme Supplies"))
    shop.run("import", "shop", "--kind", "purchase_order")
    shop.run("import", "shop", "--kind", "purchase_order", "--since", "2026-01-01")
    asns = shop.mintsoft("/api/ASN/List?PageNo=1&Limit=100&IncludeAsnItems=true")
    (asn,) = [x for x in asns if x["POReference"] == "PO-77"]
    assert shop.imported()["PO-77"]["target_id"] == str(asn["ID"])


def test_an_imported_order_that_is_despatched_makes_no_new_invoice(shop: Walk) -> None:
    """What came from Xero is in Xero already: its order is never exported back."""
    sku = shop.day.orders[0]["OrderItems"][0]["SKU"]
    shop.sell("INV-901", sku, shop.add_customer())
    shop.run("import", "shop")
    (order,) = shop.in_mintsoft("INV-901")
    shop.edit(order["ID"], OrderStatusId=STATUS_IDS["DESPATCHED"])
    before = len(shop.invoices())
    exported = shop.export()["counts"]["exported"]
    assert len(shop.invoices()) == before + exported
    row = shop.row(order["ID"])
    assert (row["state"], row["decided_by"]) == ("skipped", "came_from_accounting")
    assert len(shop.in_xero("INV-901")) == 1
