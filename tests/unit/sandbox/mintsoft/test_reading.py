"""Logging in and reading orders."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from .....plugin.sandbox.day import Day
from .conftest import Clock, Sandbox, log_in

LOGIN = {"Username": "sandbox", "Password": "sandbox"}


def ids(client: FlaskClient, query: str = "") -> list[int]:
    answer = client.get(f"/api/Order/List?{query}")
    assert answer.status_code == 200
    return [row["ID"] for row in answer.get_json() or []]


def test_a_new_key_ends_the_one_before(sandbox: Sandbox) -> None:
    """Logging in answers a bare GUID and makes the key before it worthless."""
    client = sandbox()
    first = client.post("/api/Auth", json=LOGIN).get_json()
    second = client.post(
        "/api/Auth", json={"username": "sandbox", "password": "sandbox"}
    ).get_json()
    assert len(first) == len(second) == 36
    assert client.get("/api/Order/Statuses", headers={"ms-apikey": first}).status_code == 401
    assert client.get("/api/Order/Statuses", headers={"ms-apikey": second}).status_code == 200


def test_401_has_an_empty_body(sandbox: Sandbox) -> None:
    """A bad login and a request without key say nothing but 401."""
    client = sandbox()
    bad = client.post("/api/Auth", json={"Username": "sandbox", "Password": "wrong"})
    none = client.get("/api/Order/List")
    assert (bad.status_code, bad.data, none.status_code, none.data) == (401, b"", 401, b"")


def test_a_key_lives_a_day(client: FlaskClient, clock: Clock) -> None:
    """A key is good for 24 hours by the sandbox's clock."""
    clock.now += timedelta(hours=23, minutes=59)
    assert client.get("/api/Order/Statuses").status_code == 200
    clock.now += timedelta(minutes=1)
    assert client.get("/api/Order/Statuses").status_code == 401


def test_a_key_may_be_set_never_to_expire(sandbox: Sandbox, clock: Clock) -> None:
    """A given key works without logging in, for years."""
    client = sandbox(key="a-static-key")
    clock.now += timedelta(days=3000)
    headers = {"ms-apikey": "a-static-key"}
    assert client.get("/api/Order/Statuses", headers=headers).status_code == 200


def test_only_an_administrator_sees_all_clients(sandbox: Sandbox, day: Day) -> None:
    """Another user gets 401 for the clients, and only its own client's orders."""
    assert len(log_in(sandbox()).get("/api/Client").get_json() or []) == 3
    client = log_in(sandbox(admin=False))
    assert client.get("/api/Client").status_code == 401
    own = [row["ID"] for row in day.orders if row["ClientId"] == 3]
    assert ids(client, "SortOldestFirst=true") == own[:100]
    other = next(row["ID"] for row in day.orders if row["ClientId"] != 3)
    assert client.get(f"/api/Order/{other}").status_code == 404


def test_pages_hold_a_hundred_at_most(client: FlaskClient, day: Day) -> None:
    """Pages go on until an empty one, newest first, and a larger limit is quietly cut."""
    pages = [ids(client, f"PageNo={number}&Limit=500") for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [100, 20, 0]
    assert sum(pages, []) == [row["ID"] for row in reversed(day.orders)]  # noqa: RUF017


def test_page_zero_breaks(client: FlaskClient) -> None:
    """Pages count from 1; page 0 is an error of the server."""
    answer = client.get("/api/Order/List?PageNo=0")
    assert (answer.status_code, answer.get_json()) == (500, {"Message": "An error has occurred."})


def test_filters(client: FlaskClient, day: Day) -> None:
    """Each filter lets through what it says, and the bounds count as inside."""
    for query, wanted in {
        "OrderStatusId=4&ClientId=3": [
            row for row in day.orders if (row["OrderStatusId"], row["ClientId"]) == (4, 3)
        ],
        "ChannelId=8": [row for row in day.orders if row["ChannelId"] == 8],
        "WarehouseId=4": [row for row in day.orders if row["WarehouseId"] == 4],
        "SinceDespatchDate=2026-06-14": [
            row for row in day.orders if (row["DespatchDate"] or "") >= "2026-06-14"
        ],
        "SinceDate=2026-06-12&ToDate=2026-06-12T23:59:59": [
            row for row in day.orders if row["OrderDate"].startswith("2026-06-12")
        ],
        "OrderStatusId=0&SinceOrderDate=2030-01-01&OrderStatusId2=4": list(day.orders),
        "SinceLastUpdated=yesterday": list(day.orders),
    }.items():
        assert wanted, query
        assert ids(client, f"SortOldestFirst=true&{query}") == [row["ID"] for row in wanted][:100]
    last = max(day.orders, key=lambda row: row["LastUpdated"])
    at = last["LastUpdated"][:26]
    assert last["ID"] in ids(client, f"SinceLastUpdated={at}&ToDate=2026-06-15")
    # 12:00 in London's summer is 11:00 in UTC
    shifted = ids(client, "SinceLastUpdated=2026-06-13T11:00:00Z")
    assert shifted == ids(client, "SinceLastUpdated=2026-06-13T12:00:00")


def test_rows_have_no_items_unless_asked(client: FlaskClient) -> None:
    """A list leaves the items null, a single order always has them."""
    short = (client.get("/api/Order/List?Limit=1").get_json() or [])[0]
    whole = (client.get("/api/Order/List?Limit=1&IncludeOrderItems=true").get_json() or [])[0]
    assert short == {**whole, "OrderItems": None}
    assert client.get(f"/api/Order/{whole['ID']}").get_json() == whole
    assert client.get(f"/api/Order/{whole['ID']}/Items").get_json() == whole["OrderItems"]


def test_search(client: FlaskClient, day: Day) -> None:
    """A search matches loosely and without status unless it is told to be exact."""
    number = day.orders[0]["OrderNumber"]
    loose = client.get("/api/Order/Search", query_string={"OrderNumber": number[:5]}).get_json()
    assert len(loose or []) > 1
    assert {row["OrderStatusId"] for row in loose or []} == {None}
    query = {"OrderNumber": number, "exactMatch": "true", "includeOrderItems": "true"}
    assert client.get("/api/Order/Search", query_string=query).get_json() == [day.orders[0]]
    assert client.get("/api/Order/Search?OrderNumber=nobody-has-this").get_json() == []


@pytest.mark.parametrize(
    ("method", "address", "status", "message"),
    [
        ("GET", "/api/Order", 405, "does not support http method 'GET'"),
        ("GET", "/api/Nothing", 404, "No HTTP resource was found"),
        ("GET", "/api/Order/abc", 400, "The request is invalid."),
        ("GET", "/api/Order/123", 404, None),
    ],
)
def test_errors_of_the_framework(
    client: FlaskClient, method: str, address: str, status: int, message: str | None
) -> None:
    """Errors say `Message` as the framework does; an unknown order is a bare 404."""
    answer = client.open(address, method=method)
    assert answer.status_code == status
    assert (
        message in answer.get_json()["Message"]
        if message and answer.get_json()
        else answer.data == b""
    )
