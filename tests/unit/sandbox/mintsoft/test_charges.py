"""What clients are charged: the sums, the run at night, and confirming an invoice."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from .....plugin.sandbox.day import Day
from .conftest import Sandbox, log_in

Json = dict[str, Any]
SPAN = "fromDate=2026-06-01&toDate=2026-06-30"
#: What makes up each cost field, by breakdown (mintsoft.md 5).
MADE_OF = {
    "Orders": {
        "PickingCost": "TotalPickingCost",
        "PostageCost": "PostageCost",
        "VatFreePostageCost": "VatFreePostageCost",
        "PackagingCost": "PackagingCost",
        "ReworkCost": "ReworkCost",
        "AdminFee": "AdminFee",
    },
    "Returns": {"ReturnsCost": "Cost"},
    "Collections": {"CollectionsCost": "Cost"},
    "Other": {"GenericInvoiceItemsCost": "Cost"},
}


def get(client: FlaskClient, address: str) -> Any:
    return client.get(f"/api/{address}").get_json()


def total(values: Iterable[float]) -> Decimal:
    return sum((Decimal(str(value)) for value in values), Decimal(0))


def summary(client: FlaskClient, who: int = 3) -> Json:
    address = f"Account/Invoice/GetUnconfirmedInvoiceSummary?clientID={who}&{SPAN}"
    found: Json = get(client, address)
    return found


@pytest.mark.parametrize("includes", [False, True])
def test_the_breakdown_is_the_invoice(client: FlaskClient, *, includes: bool) -> None:
    """Each cost is the sum of its charges, whether or not postage has the VAT-free part in it."""
    client.post("/_sandbox/settings", json={"postage_includes_vat_free": includes})
    invoices = get(client, "Accounting/Invoice/All")
    assert len(invoices) == 3
    assert any(invoice["VatFreePostageCost"] for invoice in invoices)
    for invoice in invoices:
        address = f"Accounting/Invoice/{invoice['ID']}"
        for name, made_of in MADE_OF.items():
            rows = get(client, f"{address}/{name}")
            for field, part in made_of.items():
                assert total([invoice[field]]) == total(row[part] for row in rows), field
        goods = get(client, f"{address}/GoodsIn")
        names = ("DeliverySizeCost", "TotalUnitCost", "TotalPerSkuCost", "AdminCost")
        assert total([invoice["GoodsInCost"]]) == total(row[n] for row in goods for n in names)
        for row in get(client, f"{address}/Orders"):
            whole = total([row["PostageCost"]]) + (0 if includes else total([row[FREE]]))
            assert total([row["TotalPostageCost"]]) == whole
            assert row == get(client, f"Accounting/Invoice/Orders/{row['OrderId']}")


FREE = "VatFreePostageCost"


def test_from_despatch_to_invoice(client: FlaskClient, day: Day) -> None:
    """The night's run charges what was despatched; a person confirms it; the sums go along."""
    ids = [r["ID"] for r in day.orders if (r["OrderStatusId"], r["ClientId"]) == (4, 3)]
    before = summary(client)
    assert client.post("/_sandbox/invoice", json={"ids": ids}).get_json()["ids"] == ids
    assert {get(client, f"Order/{one}")["OrderStatusId"] for one in ids} == {5}
    open_sums = summary(client)
    assert open_sums["ID"] == 0
    assert open_sums["NumberOfParcels"] == before["NumberOfParcels"] + len(ids)
    confirmed = client.post("/_sandbox/confirm-invoice", json={"client": 3}).get_json()
    assert get(client, f"Accounting/Invoice/{confirmed['ID']}") == confirmed
    same = confirmed.keys() & open_sums.keys() - {"ID", "LastUpdated", "LastUpdatedByUser"}
    assert {name: confirmed[name] for name in same} == {name: open_sums[name] for name in same}
    assert summary(client)["NumberOfParcels"] == 0
    again = client.post("/_sandbox/confirm-invoice", json={"client": 3})
    assert again.status_code == 400
    listed = get(client, "Accounting/Invoice/List?ClientId=3&SinceDate=2026-06-15")
    assert [row["ID"] for row in listed] == [confirmed["ID"]]


def test_an_order_without_price_is_priced_by_hand(client: FlaskClient, day: Day) -> None:
    """INVOICEFAILED becomes INVOICED by AddCourierCost, found by number and client as well."""
    order = next(row for row in day.orders if row["OrderStatusId"] == 4)
    client.post("/_sandbox/invoice", json={"id": order["ID"], "fail": True})
    assert get(client, f"Order/{order['ID']}")["OrderStatusId"] == 6
    assert client.get(f"/api/Accounting/Invoice/Orders/{order['ID']}").status_code == 404
    body = {
        "OrderNumber": order["OrderNumber"],
        "Client": order["CLIENT_CODE"],
        "PostageCost": 7.25,
        "VatFree": True,
    }
    assert client.post("/api/Accounting/AddCourierCost", json=body).get_json()["Success"] is True
    charge = get(client, f"Accounting/Invoice/Orders/{order['ID']}")
    assert (charge["PostageCost"], charge["VatFreePostageCost"]) == (0, 7.25)
    assert get(client, f"Order/{order['ID']}")["OrderStatusId"] == 5
    unknown = client.post("/api/Accounting/AddCourierCost", json={"OrderId": 1, "PostageCost": 1})
    assert unknown.status_code == 404


def test_another_charge(client: FlaskClient) -> None:
    """A charge for something else, by query parameters alone, is in the summary at once."""
    before = summary(client)["GenericInvoiceItemsCost"]
    query = "ClientId=3&Type=Labelling&Amount=2.45&InvoiceDate=2026-06-14&Comment=boxes"
    address = f"/api/Account/Invoice/AddAdditionalInvoiceItem?{query}"
    assert client.post(address).get_json()["Success"] is True
    after = summary(client)["GenericInvoiceItemsCost"]
    assert total([after]) - total([before]) == Decimal("2.45")
    for good, odd in (("2.45", "NaN"), ("2.45", "lots"), ("2026-06-14", "soon")):
        assert client.post(address.replace(good, odd)).status_code == 400


def test_a_client_sees_its_own(sandbox: Sandbox) -> None:
    """A user who is no administrator sees its own invoices, and may not charge."""
    client = log_in(sandbox(admin=False))
    assert [row["ClientId"] for row in get(client, "Accounting/Invoice/All")] == [3]
    assert client.get("/api/Accounting/Invoice/302").status_code == 404
    assert client.post("/api/Accounting/AddCourierCost", json={"OrderId": 1}).status_code == 401
    address = f"/api/Account/Invoice/GetUnconfirmedInvoiceSummary?clientID=5&{SPAN}"
    assert client.get(address).status_code == 404
