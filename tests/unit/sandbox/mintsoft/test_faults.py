"""Faults happen when and as often as they are told to, and are counted."""

import http.client
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from .....plugin.sandbox.day import Day
from .....plugin.sandbox.mintsoft import create_app
from .....plugin.sandbox.mintsoft.control.faults import KINDS, Fault, Faults
from .....plugin.sandbox.store import Store
from .conftest import Clock, log_in
from .test_parts import order_of
from .test_writing import served


def have(client: FlaskClient, *faults: dict[str, Any]) -> None:
    answer = client.post("/_sandbox/faults", json={"faults": faults})
    assert answer.status_code == 200, answer.text


def counted(client: FlaskClient) -> list[tuple[int, int]]:
    shown = client.get("/_sandbox/faults").get_json()["faults"]
    return [(fault["matched"], fault["fired"]) for fault in shown]


def ids(client: FlaskClient, query: str) -> list[int]:
    return [row["ID"] for row in client.get(f"/api/Order/List?{query}").get_json()]


def test_which_calls_they_meet(client: FlaskClient) -> None:
    """A fault meets its path and method, lets some go by, and then happens so many times."""
    have(client, {"kind": "plain503", "path": "/tag$", "method": "put", "after": 1, "times": 2})
    calls = ["PUT", "DELETE", "PUT", "PUT", "PUT"]
    seen = [client.open("/api/Order/9001/Tag?Tag=x", method=one).status_code for one in calls]
    assert seen == [200, 200, 503, 503, 200]
    assert counted(client) == [(4, 2)]


def test_for_ever_and_by_chance() -> None:
    """Without `times` it goes on; a rate comes out about right, the same for the same seed."""

    def hits(seed: int) -> list[bool]:
        faults = Faults()
        faults.set([Fault(kind="error", times=None, rate=0.2, seed=seed)])
        return [faults.take("/api/Order/List") is not None for _ in range(500)]

    assert hits(1) == hits(1) != hits(2)
    assert 60 < sum(hits(1)) < 140


def test_the_answer_may_fail_after_the_deed(client: FlaskClient) -> None:
    """`error_after` and `truncate` answer wrongly, but the write has happened."""
    have(client, {"kind": "error_after", "path": "/Tag"}, {"kind": "truncate", "path": "/Tag"})
    lost = client.put("/api/Order/9001/Tag?Tag=a")
    half = client.put("/api/Order/9001/Tag?Tag=b")
    assert (lost.status_code, half.status_code) == (500, 200)
    with pytest.raises(json.JSONDecodeError):
        json.loads(half.data)
    assert order_of(client, 9001)["Tags"] == "a,b"


def test_an_error_before_leaves_nothing(client: FlaskClient) -> None:
    """`error` is a 500 of which the orders know nothing."""
    have(client, {"kind": "error", "path": "/Tag"})
    assert client.put("/api/Order/9001/Tag?Tag=a").status_code == 500
    assert order_of(client, 9001)["Tags"] is None


def test_another_log_in_kills_the_key(client: FlaskClient) -> None:
    """`key_killed`: the key is worth nothing in the middle of work; a new log-in helps."""
    have(client, {"kind": "key_killed"})
    assert client.get("/api/Order/9001").status_code == 401
    assert client.get("/api/Order/9001").status_code == 401
    assert log_in(client).get("/api/Order/9001").status_code == 200


@pytest.mark.parametrize("query", ["OrderStatusId=4", "OrderStatusId=5", "OrderStatusId=1"])
def test_rows_shift_between_two_pages(client: FlaskClient, query: str) -> None:
    """`shift`: after a page was served, the next one misses a row or repeats one."""
    query = f"{query}&SortOldestFirst=true"
    whole = ids(client, query)
    have(client, {"kind": "shift"})
    first, second = ids(client, f"{query}&Limit=3"), ids(client, f"{query}&Limit=3&PageNo=2")
    assert first == whole[:3]
    assert second != whole[3:6]
    assert counted(client) == [(2, 1)]


def test_rows_shift_when_an_edit_moves_them(client: FlaskClient) -> None:
    """Sorted by the last change, an edited row goes to the end, and the next page misses one."""
    client.post("/_sandbox/settings", json={"order_sort": "LastUpdated"})
    query = "SortOldestFirst=true&Limit=5&SinceLastUpdated=2026-06-13"
    whole = ids(client, query.replace("Limit=5", "Limit=100"))
    have(client, {"kind": "shift"})
    first, second = ids(client, query), ids(client, f"{query}&PageNo=2")
    assert first == whole[:5]
    assert second == whole[6:11]


def test_an_order_is_edited_after_its_page(client: FlaskClient) -> None:
    """`edit_between`: an order of the page is another one when it is read again."""
    have(client, {"kind": "edit_between", "set": {"ExternalOrderReference": "NEW"}})
    row = client.get("/api/Order/List?Limit=1&IncludeOrderItems=true").get_json()[0]
    after = order_of(client, row["ID"])
    assert (row["ExternalOrderReference"], after["ExternalOrderReference"]) == (None, "NEW")
    assert after["LastUpdated"] > row["LastUpdated"]


def test_nothing_to_shift_is_not_counted(client: FlaskClient) -> None:
    """A fault of which nothing came has not happened, so a test can't be fooled."""
    have(client, {"kind": "shift"}, {"kind": "edit_between"})
    client.get("/api/Order/List?PageNo=9")
    client.get("/api/Order/9001")
    assert [fired for _, fired in counted(client)] == [0, 0]


@pytest.mark.parametrize(("kind", "tags"), [("drop_before", None), ("drop", "x")])
def test_the_connection_breaks(day: Day, clock: Clock, kind: str, tags: str | None) -> None:
    """With a real server the client gets no byte; `drop` was carried out, `drop_before` not."""
    app = create_app(Store(), day=day, clock=clock, key="k")
    client = app.test_client()
    have(client, {"kind": kind})
    with served(app) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("PUT", "/api/Order/9001/Tag?Tag=x", headers={"ms-apikey": "k"})
        with pytest.raises(ConnectionError):
            connection.getresponse()
        connection.close()
    client.environ_base["HTTP_MS_APIKEY"] = "k"
    assert order_of(client, 9001)["Tags"] == tags


def test_wrong_faults_are_refused(client: FlaskClient) -> None:
    """A fault that can't be read is answered with what is wrong with it, and none is set."""
    for wrong in ({"kind": "flood"}, {"kind": "drop", "path": "("}, {"kind": "drop", "times": []}):
        answer = client.post("/_sandbox/faults", json={"faults": [wrong]})
        assert (answer.status_code, list(answer.get_json())) == (400, ["error"])
    for odd in ({"kind": "drop", "rate": 2}, {"kind": "edit_between", "set": 1}, {"bang": 1}, 7):
        assert client.post("/_sandbox/faults", json={"faults": [odd]}).status_code == 400
    assert counted(client) == []


def test_every_kind_can_be_named() -> None:
    """The list of kinds is what the command line offers."""
    assert [Fault(kind=kind).kind for kind in KINDS] == list(KINDS)
