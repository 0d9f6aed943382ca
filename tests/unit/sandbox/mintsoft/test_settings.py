"""What nobody knows of the real Mintsoft is a switch, and each switch does what it says."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from .....plugin.sandbox.mintsoft.control.settings import Settings
from .conftest import Clock, Sandbox, log_in
from .test_parts import created
from .test_shape import ORDER

Json = dict[str, Any]


def set_to(client: FlaskClient, **settings: Any) -> FlaskClient:
    answer = client.post("/_sandbox/settings", json=settings)
    assert answer.status_code == 200, answer.text
    return client


def get(client: FlaskClient, address: str) -> Any:
    return client.get(f"/api/{address}").get_json()


def ids(client: FlaskClient, query: str) -> list[int]:
    return [row["ID"] for row in get(client, f"Order/List?{query}")]


def test_settings_are_shown_set_and_reset(client: FlaskClient) -> None:
    """All are shown, some can be changed, what makes no sense is refused and changes nothing."""
    assert client.get("/_sandbox/settings").get_json() == Settings().shown()
    set_to(client, nulls=False)
    for wrong in ({"nulls": "no"}, {"money": "lost"}, {"moeny": "plain"}, {"time_zone": "Mars"}):
        answer = client.post("/_sandbox/settings", json={"created": "object", **wrong})
        assert (answer.status_code, list(answer.get_json())) == (400, ["error"])
    assert client.get("/_sandbox/settings").get_json() == Settings(nulls=False).shown()
    client.post("/_sandbox/reset")
    assert client.get("/_sandbox/settings").get_json() == Settings().shown()


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("order_limit", "Order/List"),
        ("product_limit", "Product/List"),
        ("asn_limit", "ASN/List"),
        ("invoice_limit", "Accounting/Invoice/List"),
        ("client_limit", "Client"),
    ],
)
def test_a_limit_above_a_hundred(client: FlaskClient, setting: str, address: str) -> None:
    """It is cut, refused, or ignored along with the page (mintsoft.md 1.3, CONFLICT)."""
    status: dict[str, int] = {}
    for way in ("cap", "refuse", "ignore"):
        set_to(client, **{setting: way})
        status[way] = client.get(f"/api/{address}?Limit=101").status_code
    assert status == {"cap": 200, "refuse": 400, "ignore": 200}
    assert get(client, f"{address}?Limit=1&PageNo=2") == get(client, address)


def test_only_asns_refuse_a_limit_by_default(client: FlaskClient) -> None:
    """ASN/List answered 400 when it was tried (OBS-live); the others are cut (ASSUMED)."""
    assert client.get("/api/ASN/List?Limit=101").status_code == 400
    assert len(ids(client, "Limit=101")) == 100


def test_tags(client: FlaskClient) -> None:
    """Their separator, how many must match, and whether one may be added twice can be chosen."""
    set_to(client, tag_separator=";", tags_match="all", tag_twice="refused")
    for tag in ("a", "b"):
        client.put(f"/api/Order/9001/Tag?Tag={tag}")
    client.put("/api/Order/9002/Tag?Tag=a")
    assert get(client, "Order/9001")["Tags"] == "a;b"
    assert ids(client, "IncludeTags=a;b") == [9001]
    again = client.put("/api/Order/9001/Tag?Tag=A").get_json()
    assert (again["Success"], again["Message"]) == (False, "Order already has the tag A")


def test_nulls_may_be_left_out(client: FlaskClient) -> None:
    """Without nulls an order is the same but for the members without value."""
    whole = client.get("/api/Order/9001").get_data(as_text=True)
    short = set_to(client, nulls=False).get("/api/Order/9001").get_data(as_text=True)
    assert "null" in whole
    assert short == re.sub(r',?"[^"]*":null', "", whole)


def test_the_sort_key(client: FlaskClient) -> None:
    """By ID, or by date of order or of the last change, in which an edit moves a row."""
    client.post("/_sandbox/edit", json={"id": 9001, "set": {"DeliveryNotes": "x"}})
    assert ids(client, "Limit=1") != [9001]
    set_to(client, order_sort="LastUpdated")
    assert ids(client, "Limit=1") == [9001]
    set_to(client, order_sort="OrderDate")
    dates = [row["OrderDate"] for row in get(client, "Order/List?SortOldestFirst=true")]
    assert dates == sorted(dates)


def test_bounds(client: FlaskClient) -> None:
    """A row of exactly the moment asked for is in or out."""
    client.put("/api/Order/9001/Tag?Tag=x")
    at = get(client, "Order/9001")["LastUpdated"]
    query = f"SinceLastUpdated={at}&ToDate={at}"
    assert ids(client, query) == [9001]
    assert ids(set_to(client, inclusive_bounds=False), query) == []


def test_to_date(client: FlaskClient) -> None:
    """`ToDate` bounds the date of the other filter, a date of its own, or nothing."""
    query = "SinceLastUpdated=2026-06-01&ToDate=2026-06-11T23:59:59&SortOldestFirst=true"

    def latest(meaning: str, name: str) -> bool:
        set_to(client, to_date=meaning)
        rows = get(client, f"Order/List?{query}")
        return bool(rows) and all((row[name] or "9") < "2026-06-12" for row in rows)

    assert latest("same", "LastUpdated")
    assert latest("OrderDate", "OrderDate")
    assert not latest("OrderDate", "LastUpdated")
    assert len(ids(set_to(client, to_date="ignored"), query)) == 100


def test_a_cancelled_order_may_keep_its_despatch_date(client: FlaskClient) -> None:
    """An order that left the house and is cancelled has its despatch date still, or has none."""
    (order, other) = get(client, "Order/List?OrderStatusId=4&Limit=2")
    cancelled = {"OrderStatusId": 3}
    client.post("/_sandbox/edit", json={"id": order["ID"], "set": cancelled})
    assert get(client, f"Order/{order['ID']}")["DespatchDate"] == order["DespatchDate"]
    set_to(client, cancelled_keeps_despatch_date=False)
    client.post("/_sandbox/edit", json={"id": other["ID"], "set": cancelled})
    assert get(client, f"Order/{other['ID']}")["DespatchDate"] is None
    moved = {"OrderStatusId": 1}
    set_to(client, cancelled_keeps_despatch_date=True)
    client.post("/_sandbox/edit", json={"id": order["ID"], "set": moved})
    assert get(client, f"Order/{order['ID']}")["DespatchDate"] is None


def test_parameters_in_any_case(client: FlaskClient) -> None:
    """`orderstatusid` counts as `OrderStatusId`, or is unknown and ignored."""
    asked = "orderstatusid=3"
    assert ids(client, asked) == ids(client, "OrderStatusId=3")
    assert ids(set_to(client, any_case=False), asked) == ids(client, "")


@pytest.mark.parametrize("way", ["null", "absent", "present"])
def test_items_that_nobody_asked_for(client: FlaskClient, way: str) -> None:
    """They are null, missing, or there all the same."""
    row = get(set_to(client, unasked_items=way), "Order/List?Limit=1")[0]
    shown = "absent" if "OrderItems" not in row else "present" if row["OrderItems"] else "null"
    assert shown == way


def test_keys(sandbox: Sandbox, clock: Clock) -> None:
    """They may live for ever, survive a log-in, and be sent in the address."""
    from datetime import timedelta

    settings = Settings(keys_expire=False, login_rotates=False, query_key=True)
    client = log_in(sandbox(settings=settings))
    first = client.environ_base.pop("HTTP_MS_APIKEY")
    log_in(client)
    client.environ_base.pop("HTTP_MS_APIKEY")
    clock.now += timedelta(days=900)
    assert client.get(f"/api/Order/Statuses?APIKey={first}").status_code == 200
    set_to(client, query_key=False)
    assert client.get(f"/api/Order/Statuses?APIKey={first}").status_code == 401
    assert client.get("/api/Auth?UserName=sandbox&Password=sandbox").status_code == 401


def test_creation(client: FlaskClient) -> None:
    """Duplicates, unknown products and the form of the answer can be chosen (CONFLICT, 2.4)."""
    created(client)
    set_to(client, duplicates="accepted", created="object", unknown_sku="refused")
    assert client.put("/api/Order", json=ORDER).get_json()["Success"] is True
    odd = {**ORDER, "OrderItems": [{"SKU": "NOBODYS", "Quantity": 1}]}
    assert client.put("/api/Order", json=odd).get_json()["Message"] == "Product NOBODYS not found"


MONEY: dict[str, tuple[Json, Callable[[Json], bool]]] = {
    "plain": ({}, lambda o: o["TotalOrderNet"] + o["TotalOrderTax"] == o["TotalOrderGross"]),
    "broken": (
        {"money": "broken"},
        lambda o: o["TotalOrderNet"] + o["TotalOrderTax"] != o["TotalOrderGross"],
    ),
    "gross as net": (
        {"money": "gross_as_net"},
        lambda o: (
            o["TotalOrderNet"] == o["TotalOrderGross"] == 42
            and o["OrderItems"][0]["PriceNet"] == 12
            and o["OrderItems"][0]["TaxRate"] == o["TotalVat"] == 0
        ),
    ),
    "goods": ({"total_vat": "goods"}, lambda o: o["TotalVat"] == 6),
    "removed": (
        {"pii_removed": True},
        lambda o: o["PIIRemoved"] and o["FirstName"] is o["Email"] is o["PostCode"] is None,
    ),
}


@pytest.mark.parametrize("case", MONEY)
def test_how_an_order_is_shown(client: FlaskClient, case: str) -> None:
    """Sums that don't add up, gross prices as net, VAT of goods alone, scrubbed customers (2.3)."""
    settings, holds = MONEY[case]
    order_id = created(client, ShippingTotalExVat=5, ShippingTotalVat=1)["ID"]
    assert holds(get(set_to(client, **settings), f"Order/{order_id}"))


def test_the_time_zone(client: FlaskClient) -> None:
    """Times are written in the account's own zone."""
    set_to(client, time_zone="Australia/Brisbane")
    client.put("/api/Order/9001/Tag?Tag=x")
    assert get(client, "Order/9001")["LastUpdated"] == "2026-06-15T21:00:00.25"


def test_settings_survive(sandbox: Sandbox) -> None:
    """They are kept with the orders."""
    from .....plugin.sandbox.store import Store

    store = Store()
    set_to(sandbox(store=store), nulls=False)
    assert sandbox(store=store).get("/_sandbox/settings").get_json()["nulls"] is False
