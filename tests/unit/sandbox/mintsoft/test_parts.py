"""The rows of an order, splitting and merging: no penny and no unit is lost."""

from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from .....plugin.sandbox.day import Day
from .....plugin.sandbox.mintsoft.orders.figures import item_figures, part_of
from .test_shape import ORDER

Json = dict[str, Any]
SUMS = ("TotalOrderNet", "TotalOrderTax", "TotalOrderGross", "TotalItems", "DiscountNet")


def money(value: float) -> Decimal:
    return Decimal(str(value))


def created(client: FlaskClient, **more: Any) -> Json:
    """Create an order; return it as it is then."""
    result = client.put("/api/Order", json={**ORDER, **more}).get_json()[0]
    assert result["Success"], result
    return order_of(client, result["OrderId"])


def order_of(client: FlaskClient, order_id: int) -> Json:
    found: Json = client.get(f"/api/Order/{order_id}").get_json()
    return found


def test_rows_change_the_sums(client: FlaskClient) -> None:
    """A row that is added, changed or removed while NEW moves the order's totals with it."""
    order = created(client)
    address = f"/api/Order/{order['ID']}/Items"
    lamp = {"SKU": "LAMP-01", "Quantity": 2, "UnitPrice": 10, "UnitPriceVat": 2, "Discount": 5}
    item = client.put(address, json=lamp).get_json()["ID"]
    assert order_of(client, order["ID"])["TotalOrderGross"] == 36 + 24 - 6
    client.post(f"{address}/{item}", json={"Quantity": 3})
    after = order_of(client, order["ID"])
    assert (after["TotalOrderGross"], after["TotalItems"]) == (36 + 36 - 6, 6)
    client.delete(f"{address}/{item}")
    assert order_of(client, order["ID"])["OrderItems"] == order["OrderItems"]
    client.get(f"/api/Order/{order['ID']}/MarkPrinted")
    late = client.put(address, json=lamp).get_json()
    assert (late["Success"], late["Message"]) == (False, "Order is PRINTED and can't be edited")


def test_a_split_order_keeps_its_number_and_its_money(client: FlaskClient) -> None:
    """Both parts have the number, their sums are the whole, shipping stays with the first."""
    rows = [{"SKU": "A", "Quantity": 3, "UnitPrice": 9.99, "UnitPriceVat": 2, "Discount": 1}]
    sums = {"ShippingTotalExVat": 5, "ShippingTotalVat": 1}
    whole = created(client, OrderItems=rows, **sums)
    body = [{"OrderItemId": whole["OrderItems"][0]["ID"], "QuantityToDespatch": 1}]
    address = f"/api/Order/{whole['ID']}"
    new = client.post(f"{address}/SplitOrderItems", json=body).get_json()["ID"]
    first, second = order_of(client, whole["ID"]), order_of(client, new)
    assert first["OrderNumber"] == second["OrderNumber"] == "N-1"
    assert [(row["Part"], row["NumberOfParts"]) for row in (first, second)] == [(1, 2), (2, 2)]
    assert (first["ShippingGross"], second["ShippingGross"]) == (6, 0)
    assert money(first["TotalOrderGross"]) + money(second["TotalOrderGross"]) == money(
        whole["TotalOrderGross"]
    )
    kept = client.get(f"{address}/Splits").get_json()
    assert [(row["OrderId"], row["SplitOrderId"]) for row in kept] == [(whole["ID"], new)]
    everything = [{**body[0], "QuantityToDespatch": 2}]
    refused = client.post(f"{address}/SplitOrderItems", json=everything).get_json()
    assert refused["Success"] is False


@settings(deadline=None, derandomize=True)
@given(
    quantity=st.integers(2, 50),
    taken=st.integers(1, 49),
    off=st.decimals(0, 100, places=2),
    tax=st.decimals(0, 20, places=2),
)
def test_the_parts_of_a_row_are_the_row(
    quantity: int, taken: int, off: Decimal, tax: Decimal
) -> None:
    """However a row is divided, its units and its discount are all there afterwards."""
    taken = min(taken, quantity - 1)
    figures = item_figures(
        quantity=quantity, net=Decimal("9.9999"), tax=tax, rate=Decimal(20), off=off, tax_off=tax
    )
    row = {**figures, "Allocated": 0}
    one, other = part_of(row, taken), part_of(row, quantity - taken, of=taken)
    for name in ("Quantity", "DiscountNet", "DiscountTax", "DiscountGross"):
        assert money(one[name]) + money(other[name]) == money(row[name])


def test_a_merged_order_has_both_and_the_other_is_gone(client: FlaskClient, day: Day) -> None:
    """Merging joins the numbers and the money; the absorbed order answers 404 (mintsoft 2.1)."""
    one, other = [row["ID"] for row in day.orders if row["ClientId"] == 3][:2]
    before = [order_of(client, order_id) for order_id in (one, other)]
    assert client.post("/_sandbox/merge", json={"into": one, "absorb": other}).status_code == 200
    merged = order_of(client, one)
    assert merged["OrderNumber"] == "+".join(row["OrderNumber"] for row in before)
    assert ("MergedOrder", "True") in [(v["Name"], v["Value"]) for v in merged["OrderNameValues"]]
    assert merged["TotalItems"] == sum(row["TotalItems"] for row in before)
    assert client.get(f"/api/Order/{other}").status_code == 404
    new = client.put("/api/Order", json=ORDER).get_json()[0]["OrderId"]
    assert new > day.orders[-1]["ID"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Country": "Atlantis"}, "Country not found"),
        ({"OrderItems": []}, "OrderItems are required"),
        ({"OrderItems": [{"SKU": "A", "Quantity": 0}]}, "Quantity of A must be at least 1"),
        ({"PostCode": "Z" * 21}, "PostCode must be at most 20 characters"),
        ({"FirstName": " "}, "FirstName is required"),
        ({"ClientId": 4}, "Client not found"),
    ],
)
def test_a_refused_order_says_why(client: FlaskClient, changes: Json, message: str) -> None:
    """What can't be created answers 200 and one result with the reason; nothing is kept."""
    before = client.get("/_sandbox/state").get_json()["orders"]
    answer = client.put("/api/Order", json={**ORDER, **changes})
    assert (answer.status_code, [row["Message"] for row in answer.get_json()]) == (200, [message])
    assert client.get("/_sandbox/state").get_json()["orders"] == before


def test_an_order_keeps_what_it_was_sent(client: FlaskClient) -> None:
    """Texts, dates, tags and stated sums stay as they are sent; the country is any of its names."""
    sent = {
        "Country": "1",
        "Address2": "Flat 2",
        "Tags": "vip,gift",
        "Comments": "Ring twice",
        "RequiredDeliveryDate": "2026-06-20T10:00:00",
        "OrderValue": 99.5,
        "RecipientType": "B2B",
    }
    order = created(client, **sent)
    assert {name: order[name] for name in sent if name not in ("Country", "RecipientType")} == {
        name: value for name, value in sent.items() if name not in ("Country", "RecipientType")
    }
    assert (order["Country"]["Code"], order["RecipientType"]["Name"]) == ("GB", "B2B")
    b2b = client.get("/api/Order/List?showB2BOnly=true").get_json()
    assert order["ID"] in [row["ID"] for row in b2b]
