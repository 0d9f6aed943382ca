"""Changing orders through the API and from outside of it."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import waitress
from flask import Flask
from flask.testing import FlaskClient

from .....plugin.sandbox.day import Day, empty_day
from .....plugin.sandbox.mintsoft import create_app
from .....plugin.sandbox.mintsoft.control.settings import Settings
from .....plugin.sandbox.store import Store
from .conftest import Clock, Sandbox, log_in

# The clock's 11:00:00.25 UTC in London's summer.
NOW = "2026-06-15T12:00:00.25"


def status_of(day: Day, status: int) -> int:
    return next(int(row["ID"]) for row in day.orders if row["OrderStatusId"] == status)


def test_tags(client: FlaskClient) -> None:
    """Tags are one comma-separated text, kept once, and filter the list."""
    for tag in ("vip", "xero", "Xero"):
        answer = client.put("/api/Order/9001/Tag", query_string={"Tag": tag})
        assert answer.get_json()["Success"] is True
    order = client.get("/api/Order/9001").get_json()
    assert (order["Tags"], order["LastUpdated"]) == ("vip,xero", NOW)
    assert [row["ID"] for row in client.get("/api/Order/List?IncludeTags=a,XERO").get_json()] == [
        9001
    ]
    rest = client.get("/api/Order/List?ExcludeTags=xero&SortOldestFirst=true").get_json()
    assert rest[0]["ID"] == 9002
    client.delete("/api/Order/9001/Tag?Tag=vip")
    assert client.get("/api/Order/9001").get_json()["Tags"] == "xero"


@pytest.mark.parametrize("touches", [True, False])
def test_tags_and_comments_may_move_the_last_update(sandbox: Sandbox, *, touches: bool) -> None:
    """It can be chosen whether a poller sees its own tags and comments again."""
    client = log_in(sandbox(settings=Settings(tagging_touches=touches)))
    client.put("/api/Order/9001/Tag?Tag=xero")
    client.post("/api/Order/9002/Comments", json={"Comment": "Invoice 1"})
    moved = [
        client.get(f"/api/Order/{one}").get_json()["LastUpdated"] == NOW for one in (9001, 9002)
    ]
    assert moved == [touches, touches]


def test_comments(client: FlaskClient) -> None:
    """A comment is kept with an ID, the status, the time and the user."""
    ids = [
        client.post("/api/Order/9001/Comments", json={"Comment": text}).get_json()["ID"]
        for text in ("one", "two")
    ]
    kept = client.get("/api/Order/9001/Comments").get_json()
    assert [(row["ID"], row["Comment"]) for row in kept] == list(
        zip(ids, ("one", "two"), strict=True)
    )
    assert client.get("/api/Order/9002/Comments").get_json() == []


def test_refused_writes_are_200(client: FlaskClient, day: Day) -> None:
    """What can't be done is said in the body."""
    for answer in (
        client.put("/api/Order/1/Tag?Tag=xero"),
        client.post("/api/Order/9001/Comments", json={}),
        client.get(f"/api/Order/{status_of(day, 4)}/Cancel"),
        client.get(f"/api/Order/{status_of(day, 5)}/MarkDespatched"),
        client.post("/api/Order/9001", json={"PostCode": "Z" * 21}),
    ):
        assert answer.status_code == 200
        assert answer.get_json()["Success"] is False
        assert answer.get_json()["Message"]


def test_gets_that_change_do_change(client: FlaskClient, day: Day) -> None:
    """`MarkDespatched` and `Cancel` are GETs and act."""
    first, second = [row["ID"] for row in day.orders if row["OrderStatusId"] == 1][:2]
    client.get(f"/api/Order/{first}/MarkDespatched?TrackingNumber=T1")
    client.get(f"/api/Order/{second}/Cancel")
    despatched = client.get(f"/api/Order/{first}").get_json()
    assert despatched["OrderStatusId"] == 4
    assert (despatched["DespatchDate"], despatched["TrackingNumber"]) == (NOW, "T1")
    assert client.get(f"/api/Order/{second}").get_json()["OrderStatusId"] == 3


def test_a_partial_update_changes_what_is_sent(client: FlaskClient) -> None:
    """Other properties stay; what can't be changed this way is ignored."""
    before = client.get("/api/Order/9001").get_json()
    body = {"ExternalOrderReference": "X1", "currency": "EUR", "Tags": "no", "OrderStatusId": 3}
    assert client.post("/api/Order/9001", json=body).get_json()["Success"] is True
    after = client.get("/api/Order/9001").get_json()
    changed = {name for name, value in after.items() if before[name] != value}
    assert changed - {"Currency", "CurrencyId"} == {
        "ExternalOrderReference",
        "LastUpdated",
        "LastUpdatedByUser",
    }
    assert after["Currency"]["Code"] == "EUR"


def test_create(client: FlaskClient) -> None:
    """A new order is NEW, has its totals, and its number is the client's only one."""
    body = {
        "OrderNumber": "N-1",
        "ClientId": 3,
        "FirstName": "Ada",
        "Address1": "1 High Street",
        "PostCode": "ZZ1 1ZZ",
        "Country": "GB",
        "CourierService": "AUTO",
        "Warehouse": "MAIN",
        "ShippingTotalExVat": 5,
        "ShippingTotalVat": 1,
        "OrderItems": [{"SKU": "A", "Quantity": 2, "UnitPrice": 16.6583, "UnitPriceVat": 3.3317}],
    }
    created = client.put("/api/Order", json=body).get_json()[0]
    assert (created["Success"], created["OrderStatus"]) == (True, "NEW")
    order = client.get(f"/api/Order/{created['OrderId']}").get_json()
    assert (order["TotalOrderGross"], order["OrderItems"][0]["TaxRate"]) == (45.98, 20.0)
    again = client.put("/api/Order", json=body).get_json()[0]
    assert again["Success"] is False
    assert "already exists" in again["Message"]
    assert client.put("/api/Order", json={**body, "ClientId": 5}).get_json()[0]["Success"] is True


def test_an_edit_is_a_persons(client: FlaskClient, day: Day) -> None:
    """An edit stamps the order; despatching it by hand gives it a despatch date."""
    new = status_of(day, 1)
    edit = {"id": new, "set": {"OrderStatusId": 4}}
    assert client.post("/_sandbox/edit", json=edit).status_code == 200
    order = client.get(f"/api/Order/{new}").get_json()
    assert order["DespatchDate"] == order["LastUpdated"] == NOW
    assert order["LastUpdatedByUser"] == "person"
    wrong = client.post("/_sandbox/edit", json={"id": new, "set": {"Statusid": 4}})
    client.post("/_sandbox/edit", json={"id": new, "set": {"CurrencyId": 2}})
    assert client.get(f"/api/Order/{new}").get_json()["Currency"]["Code"] == "EUR"
    assert (wrong.status_code, wrong.get_json()) == (400, {"error": "An order has no Statusid."})


def test_the_clock_can_be_set(client: FlaskClient) -> None:
    """The sandbox's clock goes on from what it is set to; winter has no summer time."""
    client.post("/_sandbox/clock", json={"now": "2026-06-15T20:00:00Z"})
    client.put("/api/Order/9001/Tag?Tag=a")
    assert client.get("/api/Order/9001").get_json()["LastUpdated"] == "2026-06-15T21:00:00"
    client.post("/_sandbox/clock", json={"now": None})
    client.put("/api/Order/9001/Tag?Tag=b")
    assert client.get("/api/Order/9001").get_json()["LastUpdated"] == NOW


def test_orders_can_be_added_and_forgotten(client: FlaskClient, day: Day) -> None:
    """Raw orders join the list; a reset brings back the day as it was."""
    raw = {**day.orders[0], "ID": None, "OrderNumber": "ADDED-1"}
    added = client.post("/_sandbox/orders", json={"orders": [raw]}).get_json()["ids"]
    assert added == [day.orders[-1]["ID"] + 1]
    client.put("/api/Order/9001/Tag?Tag=xero")
    state = client.get("/_sandbox/state").get_json()
    assert (state["orders"], state["tagged"]) == (121, 1)
    assert state["requests"]["PUT /api/Order/<order_id>/Tag"] == 1
    assert client.post("/_sandbox/reset").get_json()["orders"] == 120
    log_in(client)
    assert client.get("/api/Order/9001").get_json() == day.orders[0]


@pytest.mark.parametrize(("status", "aside", "left"), [(1, 3, 0), (4, 0, 3)])
def test_a_row_need_not_say_where_its_stock_is(
    client: FlaskClient, day: Day, status: int, aside: int, left: int
) -> None:
    """It is set aside while the order is in the house, and has left with it; what is said stays."""
    said = {**day.orders[0]["OrderItems"][0], "Quantity": 3, "Allocated": 1, "Commited": 1}
    bare = {name: x for name, x in said.items() if name not in {"Allocated", "Commited"}}
    order = {**day.orders[0], "ID": None, "OrderNumber": "ADDED-2", "OrderStatusId": status}
    order["OrderItems"] = [bare, said]
    (new,) = client.post("/_sandbox/orders", json={"orders": [order]}).get_json()["ids"]
    rows = client.get(f"/api/Order/{new}").get_json()["OrderItems"]
    stock = [(row["Allocated"], row["Commited"]) for row in rows]
    assert stock == [(aside, left), (1, 1)]
    assert client.get(f"/api/Order/{new}/Allocations").status_code == 200
    client.post("/_sandbox/edit", json={"id": new, "set": {"OrderItems": [bare]}})
    rows = client.get(f"/api/Order/{new}").get_json()["OrderItems"]
    assert [(row["Allocated"], row["Commited"]) for row in rows] == [(aside, left)]


def test_what_happened_survives(tmp_path: Path, sandbox: Sandbox, day: Day) -> None:
    """A sandbox on the same file goes on where the other ended, keys included."""
    store = Store(tmp_path / "mintsoft.sqlite")
    first = log_in(sandbox(store=store))
    first.put("/api/Order/9001/Tag?Tag=xero")
    store.close()
    reopened = Store(tmp_path / "mintsoft.sqlite")
    second = sandbox(store=reopened, day=empty_day())
    second.environ_base["HTTP_MS_APIKEY"] = first.environ_base["HTTP_MS_APIKEY"]
    rows = second.get("/api/Order/List?IncludeTags=xero&IncludeOrderItems=true").get_json()
    assert [(row["ID"], row["OrderItems"]) for row in rows] == [(9001, day.orders[0]["OrderItems"])]
    reopened.close()


def test_the_page_is_escaped_and_plain(client: FlaskClient) -> None:
    """Whatever an order holds, the page shows it as text."""
    edit = {"id": 9120, "set": {"OrderNumber": "<script>alert(1)</script>"}}
    client.post("/_sandbox/edit", json=edit)
    answer = client.get("/")
    assert answer.status_code == 200
    assert b"&lt;script&gt;" in answer.data
    assert b"<script" not in answer.data


def test_faults_fire_as_often_as_asked(client: FlaskClient) -> None:
    """A fault hits the requests that fit its path, so many times, and is counted."""
    faults = [
        {"kind": "unavailable", "path": "/Order/List"},
        {"kind": "html502", "path": "/Order/List"},
        {"kind": "error", "path": "/Order/List", "times": 2},
        {"kind": "too_many", "path": "/Order/List", "retry_after": 7},
        {"kind": "expire_key"},
    ]
    assert client.post("/_sandbox/faults", json={"faults": faults}).status_code == 200
    seen = [client.get("/api/Order/List").status_code for _ in range(6)]
    assert seen == [503, 502, 500, 500, 429, 401]
    assert log_in(client).get("/api/Order/List").status_code == 200
    shown = client.get("/_sandbox/faults").get_json()["faults"]
    assert [fault["fired"] for fault in shown] == [1, 1, 2, 1, 1]
    unknown = client.post("/_sandbox/faults", json={"faults": [{"kind": "flood"}]})
    assert unknown.status_code == 400
    assert "There is no fault 'flood'" in unknown.get_json()["error"]


def test_a_dropped_answer_was_carried_out(day: Day, clock: Clock) -> None:
    """With a real server the client sees a broken connection, and the write has happened."""
    app = create_app(Store(), day=day, clock=clock, key="k")
    with served(app) as port:
        client = app.test_client()
        client.post("/_sandbox/faults", json={"faults": [{"kind": "drop", "path": "/Tag"}]})
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("PUT", "/api/Order/9001/Tag?Tag=xero", headers={"ms-apikey": "k"})
        with pytest.raises(ConnectionError):
            connection.getresponse()
        connection.close()
        connection.request("GET", "/api/Order/9001", headers={"ms-apikey": "k"})
        answer = connection.getresponse()
        assert b'"Tags":"xero"' in answer.read()
        connection.close()


@contextmanager
def served(app: Flask) -> Iterator[int]:
    """Serve an app on a free port of the loopback."""
    server = waitress.create_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.trigger.pull_trigger(server.close)  # the server's own thread closes it
        thread.join(60)
        server.task_dispatcher.shutdown()


def test_writes_at_the_same_time_all_count(sandbox: Sandbox) -> None:
    """Two dozen threads that tag one order lose none of the tags."""
    app = log_in(sandbox()).application
    key = app.extensions["mintsoft_sandbox"].store.table("key")["sandbox"]["key"]

    def tag(number: int) -> None:
        headers = {"ms-apikey": key}
        app.test_client().put(f"/api/Order/9001/Tag?Tag=t{number}", headers=headers)

    threads = [threading.Thread(target=tag, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    order = app.test_client().get("/api/Order/9001", headers={"ms-apikey": key}).get_json()
    assert set(order["Tags"].split(",")) == {f"t{number}" for number in range(24)}
