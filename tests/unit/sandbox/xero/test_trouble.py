"""Limits, idempotency and faults: what goes wrong at Xero, on demand (xero.md 2.3 and 2.5)."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from waitress import create_server, wasyncore

from .....plugin.sandbox.store import Store
from .....plugin.sandbox.xero import create_app
from .conftest import API, Time, Xero, an_invoice


@contextmanager
def served(**options: Any) -> Iterator[int]:
    """A sandbox behind a real server; yields its port."""
    app = create_app(Store(), **options)
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.task_dispatcher.shutdown()
        # In the server's own thread: its sockets are in use there until the loop ends.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join(60)


def asked(port: int, method: str, path: str, body: Any = None, **headers: str) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        text = body if isinstance(body, str) else json.dumps(body)
        connection.request(method, path, text, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        connection.close()


def token_of(port: int) -> dict[str, str]:
    form = "grant_type=client_credentials&client_id=custom&client_secret=custom"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    _status, body, _headers = asked(port, "POST", "/connect/token", form, **kind)
    token = json.loads(body)["access_token"]
    return {"Authorization": f"Bearer {token}", "Accept": "application/json"}


def test_minute_and_day_limits(time: Time) -> None:
    """The 61st call within a minute and the one above the day's number are 429, with waits."""
    xero = Xero(Store(), time, day_limit=65)
    for left in range(59, -1, -1):
        answer = xero.call("GET", "Currencies")
        assert answer.headers["X-MinLimit-Remaining"] == str(left)
    time.pass_(seconds=20)
    refused = xero.call("GET", "Currencies")
    assert (refused.status_code, refused.data) == (429, b"")
    assert refused.headers["X-Rate-Limit-Problem"] == "minute"
    assert refused.headers["Retry-After"] == "40"
    time.pass_(seconds=40)
    for _ in range(5):
        assert xero.call("GET", "Currencies").status_code == 200
    refused = xero.call("GET", "Currencies")
    assert refused.headers["X-Rate-Limit-Problem"] == "day"
    assert refused.headers["X-DayLimit-Remaining"] == "0"
    assert int(refused.headers["Retry-After"]) > 40_000
    xero.control("clock", {"now": "2026-11-23T00:00:01Z"})
    xero.renew()
    assert xero.call("GET", "Currencies").status_code == 200


def test_sixth_call_in_flight_is_refused() -> None:
    """Five calls may be in flight for an organisation; the sixth is a 429 without a wait."""
    with served() as port:
        headers = token_of(port)
        slow = {"faults": [{"kind": "slow", "times": None, "seconds": 0.5}]}
        asked(port, "POST", "/_sandbox/faults", slow)
        answers: list[Any] = []
        threads = [
            threading.Thread(
                target=lambda: answers.append(asked(port, "GET", f"{API}/Currencies", **headers))
            )
            for _ in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answer[0] for answer in answers) == [200] * 5 + [429]
        (refused,) = [answer[2] for answer in answers if answer[0] == 429]
        assert refused["X-Rate-Limit-Problem"] == "concurrent"
        assert "Retry-After" not in refused


def test_idempotency_key(xero: Xero) -> None:
    """The same call with its key gives the same answer for 6 minutes, errors included."""

    def put(key: str, **changes: Any) -> Any:
        return xero.call("PUT", "Invoices", an_invoice(**changes), Idempotency_Key=key)

    first = put("k", InvoiceNumber="A")
    again = put("k", InvoiceNumber="A")
    assert again.data == first.data
    other = put("k", InvoiceNumber="B")
    assert other.status_code == 400
    assert other.json["Message"] == "Idempotency Key: k is used with a different request."
    failed = put("e", InvoiceNumber="A")
    assert failed.status_code == 400
    xero.control("edit", {"invoice": "A", "set": {"InvoiceNumber": "A-old"}})
    assert put("e", InvoiceNumber="A").data == failed.data
    xero.time.pass_(minutes=6)
    assert put("k", InvoiceNumber="C").status_code == 200
    assert len(xero.http.get("/_sandbox/invoices").json["invoices"]) == 2


@pytest.mark.parametrize(("kind", "committed"), [("drop_before", 0), ("drop_after", 1)])
def test_dropped_connection(kind: str, committed: int) -> None:
    """A dropped call gets not a byte, and is committed only where the fault says so."""
    with served(limits=False) as port:
        headers = token_of(port)
        asked(port, "POST", "/_sandbox/faults", {"faults": [{"kind": kind}]})
        with pytest.raises(http.client.RemoteDisconnected):
            asked(port, "PUT", f"{API}/Invoices", an_invoice(), **headers)
        status, body, _headers = asked(port, "GET", "/_sandbox/invoices")
        assert status == 200
        assert len(json.loads(body)["invoices"]) == committed


@pytest.mark.parametrize(
    ("kind", "status", "mimetype", "committed"),
    [
        ("error500_before", 500, "text/html", 0),
        ("error500_after", 500, "text/html", 1),
        ("unavailable503", 503, "text/plain", 0),
        ("html502", 502, "text/html", 0),
        ("truncate", 200, "application/json", 1),
        ("minute429", 429, "text/plain", 0),
        ("day429", 429, "text/plain", 0),
        ("concurrent429", 429, "text/plain", 0),
        ("forbid_tenant", 403, "application/json", 0),
    ],
)
def test_faults(xero: Xero, kind: str, status: int, mimetype: str, committed: int) -> None:
    """A fault skips, fires as often as told, on its path and method, and is counted."""
    fault = {"kind": kind, "path": "/invoices", "method": "PUT", "after": 1, "times": 1}
    xero.control("faults", {"faults": [fault]})
    assert xero.call("GET", "Invoices").status_code == 200
    assert xero.call("PUT", "Invoices", an_invoice()).status_code == 200
    answer = xero.call("PUT", "Invoices", an_invoice())
    assert (answer.status_code, answer.mimetype) == (status, mimetype)
    assert xero.call("GET", "Invoices").status_code == 200
    (shown,) = xero.http.get("/_sandbox/faults").json["faults"]
    assert (shown["matched"], shown["fired"]) == (2, 1)
    assert len(xero.http.get("/_sandbox/invoices").json["invoices"]) == 1 + committed


def test_expired_on_demand(xero: Xero) -> None:
    """expire_token ends that token's life: the next call fails too, a new token works."""
    xero.control("faults", {"faults": [{"kind": "expire_token"}]})
    for _ in range(2):
        answer = xero.call("GET", "Currencies")
        assert answer.json["Detail"].startswith("TokenExpired")
    xero.renew()
    assert xero.call("GET", "Currencies").status_code == 200


def test_retry_after_lost_answer_is_recognised(xero: Xero) -> None:
    """After a 500 that committed, the same key gives the true answer; without it, a refusal."""
    xero.control("faults", {"faults": [{"kind": "error500_after"}]})
    body = an_invoice(InvoiceNumber="A")
    assert xero.call("PUT", "Invoices", body, Idempotency_Key="k").status_code == 500
    assert xero.call("PUT", "Invoices", body, Idempotency_Key="k").status_code == 200
    assert xero.call("PUT", "Invoices", body).status_code == 400


def test_calls_are_counted(xero: Xero) -> None:
    """The state tells how often each path was called, ids blotted out."""
    xero.put(an_invoice(InvoiceNumber="A"))
    xero.call("GET", "invoices/A")
    state = xero.http.get("/_sandbox/state").json
    assert state["calls"][f"GET {API}/Invoices/{{id}}"] == 1
    assert state["calls_total"] == 3
    assert state["documents"]["invoice"] == 1


def test_nonsense_to_the_control_is_explained(xero: Xero) -> None:
    """What the control can't do is a 400 with a sentence."""
    for path, body in (
        ("faults", {"faults": [{"kind": "earthquake"}]}),
        ("edit", {"invoice": "nope", "set": {}}),
        ("organisation", {"PeriodLockDate": "soon"}),
        ("clock", {"now": "later"}),
    ):
        answer = xero.http.post(f"/_sandbox/{path}", json=body)
        assert answer.status_code == 400
        assert answer.json["error"]
