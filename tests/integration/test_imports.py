"""Imports between both simulators: judged from the orders and ASNs that are in Mintsoft."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ...plugin.database.import_tables import import_, import_cursor, import_event
from ...plugin.sandbox.day.reference import STATUS_IDS
from ..guide.walk import Walk, walking

pytestmark = pytest.mark.integration

_SOME_MINUTES = timedelta(minutes=10)
ASNS = "/api/ASN/List?PageNo=1&Limit=100&IncludeAsnItems=true"


@pytest.fixture
def walk(tmp_path: Path) -> Any:
    """Yield a shop whose imports know their warehouse and in what goods arrive."""
    with walking(tmp_path / "home") as found:
        found.add("shop", "--set", "import_warehouse=3", "--set", "goods_in_type=Pallet")
        yield found


@pytest.mark.parametrize("fault", ["", "error_after", "truncate", "error"])
def test_each_document_becomes_one_thing(walk: Walk, fault: str) -> None:
    """Two invoices become two orders and a purchase order one ASN, whatever answer is lost."""
    skus = [x["SKU"] for order in walk.day.orders for x in order["OrderItems"]]
    customer = walk.add_customer()
    walk.sell("INV-901", skus[0], customer)
    walk.sell("INV-902", skus[1], customer)
    walk.buy("PO-77", skus[2], customer)
    before = len(walk.mintsoft(ASNS))
    if fault:
        faults = [
            {"kind": fault, "method": "PUT", "path": path, "times": 1}
            for path in ("/api/Order$", "/api/ASN")
        ]
        walk.tell(f"{walk.mintsoft_url}/_sandbox/faults", {"faults": faults})
    for _ in range(4):
        walk.run("import", "shop")
        imported = walk.imported()
        if {imported[x]["state"] for x in ("INV-901", "INV-902", "PO-77")} == {"imported"}:
            break
        _let_time_pass(walk)
    if fault:
        fired = walk.ask(f"{walk.mintsoft_url}/_sandbox/faults")["faults"]
        assert [x["fired"] for x in fired] == [1, 1]
    walk.run("import", "shop", "--since", "2026-01-01")
    for number in ("INV-901", "INV-902"):
        (found,) = walk.in_mintsoft(number)
        assert str(found["ID"]) == walk.imported()[number]["target_id"]
        order = walk.order(found["ID"])
        assert order["ExternalOrderReference"] == f"xero:{walk.imported()[number]['source_id']}"
        net = Decimal(order["OrderValue"]) + Decimal(order["ShippingTotalExVat"])
        net -= Decimal(order["DiscountTotalExVat"])
        assert net == Decimal("14.99")
    (asn,) = [x for x in walk.mintsoft(ASNS) if x["POReference"] == "PO-77"]
    assert [x["QuantityExpected"] for x in asn["Items"]] == [10]
    assert len(walk.mintsoft(ASNS)) == before + 1


def test_what_was_imported_is_never_exported_back(walk: Walk) -> None:
    """An invoice's order that is despatched gives no new invoice, even if nobody remembers it."""
    sku = walk.day.orders[0]["OrderItems"][0]["SKU"]
    walk.sell("INV-903", sku, walk.add_customer())
    walk.run("import", "shop")
    (order,) = walk.in_mintsoft("INV-903")
    walk.edit(order["ID"], OrderStatusId=STATUS_IDS["DESPATCHED"])
    with walk.plugin.database.transaction() as transaction:
        for table in (import_event, import_cursor, import_):
            transaction.execute(table.delete())
    walk.export()
    assert walk.row(order["ID"])["state"] == "skipped"
    assert len(walk.in_xero("INV-903")) == 1
    assert not [x for x in walk.invoices() if f"(Mintsoft {order['ID']})" in x["reference"]]


def test_what_was_exported_is_never_imported(walk: Walk) -> None:
    """Of all invoices that the export has made, none becomes an order again."""
    walk.export()
    orders = len(walk.day.orders)
    walk.run("import", "shop", "--kind", "sales_invoice")
    states = {x["state"] for x in walk.imported().values()}
    assert states == {"skipped"}
    assert len(walk.mintsoft("/api/Order/List?PageNo=1&Limit=100")) == orders


def test_an_edit_after_the_import_is_shown(walk: Walk) -> None:
    """A voided invoice leaves its order alone and says so; clearing it is remembered."""
    sku = walk.day.orders[0]["OrderItems"][0]["SKU"]
    invoice = walk.sell("INV-904", sku, walk.add_customer())
    walk.run("import", "shop")
    walk.xero(f"Invoices/{invoice}", {"InvoiceID": invoice, "Status": "VOIDED"}, method="POST")
    walk.run("import", "shop", "--since", "2026-01-01")
    row = walk.imported()["INV-904"]
    assert (row["state"], bool(row["code"])) == ("imported", True)
    assert "changed in Xero after its order was made" in row["message"]
    assert len(walk.in_mintsoft("INV-904")) == 1
    walk.run("imports", "clear", "shop", "INV-904")
    walk.run("import", "shop", "--since", "2026-01-01")
    assert walk.imported()["INV-904"]["code"] is None


def _let_time_pass(walk: Walk) -> None:
    """Let rows be as old as they are some minutes later."""
    with walk.plugin.database.transaction() as transaction:
        for row in transaction.execute(import_.select()).mappings().all():
            earlier = {
                name: row[name] - _SOME_MINUTES
                for name in ("called_at", "first_called_at", "again_at")
                if row[name] is not None
            }
            if earlier:
                mine = import_.c.id == row["id"]
                transaction.execute(import_.update().where(mine).values(earlier))
