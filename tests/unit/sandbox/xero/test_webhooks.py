"""The sender of webhooks: what it says, and what it does with a receiver that fails."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema_rs import Draft202012Validator

from .....plugin.sandbox.store import Store
from .....plugin.sandbox.xero.app import WEBHOOKS
from .....plugin.sandbox.xero.webhooks import webhook_events, webhook_post
from ....waiting import LONG
from .conftest import Time, Xero, a_line, an_invoice

KEY = "LR+QgKlbRciIPYpi65tTKLaZ3FzLLofCNEQWrRXqWXJeDFrfexzfVI9SmnVuCWDJ4jnjHB9ECtOyxZSofRxwWw=="
BODY = (
    b'{"events":[],"firstEventSequence": 0,"lastEventSequence": 0,'
    b' "entropy": "LUWDSUDGSWNZVALZXBEV"}'
)


class Receiver:
    """What listens to webhooks; answers as a good one does, until told to do otherwise."""

    def __init__(self) -> None:
        self.key = KEY
        #: The bodies of correctly signed POSTs that had events, in their order.
        self.heard: list[bytes] = []
        #: Answers to those with events; the last one for all others.
        self.statuses = [200]
        self.content = b""
        self.cookie = False
        self.checks = True
        #: What an answer waits for.
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self._thread.start()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Type"] == "application/json; charset=utf-8"
                self.send_response(receiver.status(raw, self.headers["x-xero-signature"]))
                if receiver.cookie:
                    self.send_header("Set-Cookie", "a=b")
                self.send_header("Content-Length", str(len(receiver.content)))
                self.end_headers()
                self.wfile.write(receiver.content)

            def log_message(self, *args: Any) -> None:
                pass

        return Handler

    def status(self, raw: bytes, signature: str) -> int:
        if self.checks and signature != webhook_events.signature(self.key, raw):
            return 401
        if not json.loads(raw)["events"]:
            return 200
        self.heard.append(raw)
        self.may_answer.wait(LONG)
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    @property
    def events(self) -> list[tuple[str, str]]:
        """The types and categories of all events that came, in their order."""
        return [
            (event["eventType"], event["eventCategory"])
            for raw in self.heard
            for event in json.loads(raw)["events"]
        ]

    def close(self) -> None:
        self.may_answer.set()
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def opened(time: Time) -> Iterator[Callable[..., Xero]]:
    """Opens sandboxes whose threads end with the test."""
    made: list[Xero] = []

    def open_(store: Store | None = None) -> Xero:
        made.append(Xero(store or Store(), time, limits=False))
        return made[-1]

    yield open_
    for xero in made:
        xero.http.application.extensions[WEBHOOKS].stop()


@pytest.fixture
def xero(opened: Callable[..., Xero], receiver: Receiver) -> Xero:
    """A sandbox that sends its events to the receiver."""
    xero = opened()
    assert subscribed(xero, receiver)["subscription"]["status"] == "ok"
    return xero


def subscribed(xero: Xero, receiver: Receiver, **more: Any) -> Any:
    return xero.control("webhooks", {"url": receiver.url, "key": KEY} | more)


def delivered(xero: Xero) -> Any:
    """What is shown once all that is due was sent."""
    return xero.http.get("/_sandbox/webhooks?wait=10").json


def moved(xero: Xero, **parts: float) -> Any:
    """The same after the sandbox's clock was moved on."""
    now = datetime.fromisoformat(xero.http.get("/_sandbox/state").json["now"])
    xero.time.now = now
    xero.time.pass_(**parts)
    xero.control("clock", {"now": xero.time.now.isoformat()})
    return delivered(xero)


def test_signature() -> None:
    """Xero's own example has its own signature; the wrong one differs in its first character."""
    assert len(BODY) == 95
    right = webhook_events.signature(KEY, BODY)
    assert right == "BjzNbYUfrzg4g8wxm+dKHaZVrKxr2m75E296fUbD1E4="
    assert webhook_events.wrong_signature(KEY, BODY) == "/" + right[1:]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"key": "another"}, "POST 1 of 4 (correctly signed): The answer's status is 401"),
        ({"checks": False}, "POST 2 of 4 (wrongly signed): The answer's status is 200"),
        ({"content": b"thanks"}, "The answer has a body"),
        ({"cookie": True}, "The answer sets a cookie"),
    ],
)
def test_intent_to_receive(
    opened: Callable[..., Xero], receiver: Receiver, changes: dict[str, Any], problem: str
) -> None:
    """Only who checks signatures and answers with nothing gets events; the failure is told."""
    for name, value in changes.items():
        setattr(receiver, name, value)
    xero = opened()
    shown = subscribed(xero, receiver)["subscription"]
    assert shown["status"] == "refused"
    assert problem in shown["problem"]
    xero.put(an_invoice())
    assert delivered(xero)["events"] == {"queued": 0, "sent": 0, "failed": 0}
    assert receiver.heard == []


def test_slow_receiver(receiver: Receiver) -> None:
    """Who answers after the time is over has failed."""
    receiver.may_answer.clear()
    body = webhook_events.body([{"eventType": "CREATE"}], 1, 1)
    sign = webhook_events.signature(KEY, body)
    where = webhook_post.target(receiver.url)
    problem = webhook_post.post(where, body, sign, wanted=range(200, 300), timeout=0.2)
    assert problem == "No answer came within 0.2 seconds."
    assert webhook_post.TIMEOUT == 5


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "https://localhost/hook",
        "http://127.0.0.1@example.com/",
        "http://10.0.0.1/",
        "http://localhost:none/",
        "http://localhost/a b",
        "ftp://localhost/",
        "nonsense",
    ],
)
def test_only_the_loopback_is_called(xero: Xero, url: str) -> None:
    """A sandbox never calls out: another address is refused with a sentence."""
    answer = xero.http.post("/_sandbox/webhooks", json={"url": url})
    assert answer.status_code == 400
    assert "url" in answer.json["error"]
    assert delivered(xero)["subscription"]["status"] == "ok"


def test_key_is_made_and_told_once(opened: Callable[..., Xero], receiver: Receiver) -> None:
    """Without a key one is made; it is told then, and never again."""
    receiver.checks = False
    xero = opened()
    answer = xero.control("webhooks", {"url": receiver.url})
    assert len(answer["key"]) == 88
    assert answer["key"] not in xero.http.get("/_sandbox/webhooks").text


def test_events(xero: Xero, receiver: Receiver, reference: Path) -> None:
    """Each change by API or control is one event; those of one call come together, valid."""
    first, second = xero.put(
        an_invoice(InvoiceNumber="A"),
        an_invoice(Type="ACCPAY", LineItems=[a_line(AccountCode="425", TaxType=None)]),
    )
    delivered(xero)
    xero.call(
        "PUT", f"Invoices/{first['InvoiceID']}/History", {"HistoryRecords": [{"Details": "x"}]}
    )
    xero.control("edit", {"invoice": "A", "set": {"Reference": "R"}})
    xero.control("edit", {"contact": "Amazon", "set": {"ContactStatus": "ARCHIVED"}})
    note = {"Type": "ACCRECCREDIT", "Contact": {"Name": "B"}, "LineItems": [a_line()]}
    xero.call("PUT", "CreditNotes", note)
    delivered(xero)
    assert second["Type"] == "ACCPAY"
    assert receiver.events == [
        ("CREATE", "CONTACT"),
        ("CREATE", "INVOICE"),
        ("CREATE", "INVOICE"),
        ("UPDATE", "INVOICE"),
        ("UPDATE", "CONTACT"),
        ("CREATE", "CONTACT"),
        ("CREATE", "CREDITNOTE"),
    ]
    posts = [json.loads(raw) for raw in receiver.heard]
    assert len(posts[0]["events"]) == 3
    event = posts[0]["events"][1]
    assert event["resourceId"] == first["InvoiceID"]
    assert event["resourceUrl"] == f"https://api.xero.com/api.xro/2.0/Invoices/{first['InvoiceID']}"
    assert event["eventDateUtc"] == "2026-11-22T12:00:00.000"
    assert posts[-1]["events"][-1]["data"] == {"Type": "ACCRECCREDIT", "Status": "DRAFT"}
    spans = [(post["firstEventSequence"], post["lastEventSequence"]) for post in posts]
    assert (spans[0], spans[-1][1]) == ((1, 3), 7)
    assert all(earlier[1] + 1 == later[0] for earlier, later in pairwise(spans))
    for raw, post in zip(receiver.heard, posts, strict=True):
        assert json.dumps(post).encode() != raw
        assert json.dumps(post, separators=(",", ":")).encode() != raw
    file = reference / "specs" / "xero-webhooks.yaml"
    schemas = yaml.safe_load(file.read_text(encoding="utf-8"))["components"]["schemas"]
    for post in posts:
        kinds = {each["eventCategory"] for each in post["events"]}
        name = "CreditNoteWebhookEvent" if kinds == {"CREDITNOTE"} else "WebhookEvent"
        schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
        Draft202012Validator(schema).validate(post)


@pytest.mark.parametrize("told", [True, False])
def test_payments(xero: Xero, receiver: Receiver, *, told: bool) -> None:
    """Whether a payment is an event of its invoice nobody knows: a switch (xero.md 11)."""
    xero.control("settings", {"payment_fires_webhook": told})
    xero.put(an_invoice(InvoiceNumber="A"))
    paid = {"Invoice": {"InvoiceNumber": "A"}, "Account": {"Code": "090"}, "Amount": 12}
    assert xero.call("PUT", "Payments", paid).status_code == 200
    delivered(xero)
    assert receiver.events.count(("UPDATE", "INVOICE")) == int(told)


def test_only_the_apps_organisations(xero: Xero, receiver: Receiver) -> None:
    """A subscription of an app hears of the organisations that it is connected to."""
    subscribed(xero, receiver, app="sandbox")
    xero.put(an_invoice())
    assert delivered(xero)["events"]["sent"] == 0
    xero.control("connect", {"app": "sandbox"})
    xero.put(an_invoice())
    assert delivered(xero)["events"]["sent"] == 1


def test_each_organisation(xero: Xero, receiver: Receiver) -> None:
    """An event names the organisation that it happened in."""
    other = xero.control("organisations", {"country": "AU", "name": "Down Under"})["tenantId"]
    named = {"organisation": other}
    xero.http.post("/_sandbox/connect", query_string=named, json={"app": "custom"})
    body = an_invoice(LineItems=[a_line(TaxType=None)])
    assert xero.call("PUT", "Invoices", body, Xero_Tenant_Id=other).status_code == 200
    delivered(xero)
    (post,) = receiver.heard
    assert {event["tenantId"] for event in json.loads(post)["events"]} == {other}


def test_failures(xero: Xero, receiver: Receiver) -> None:
    """One attempt at once, then each 15 minutes; what waits comes later and in order."""
    receiver.statuses = [500]
    xero.put(an_invoice())
    shown = delivered(xero)
    assert len(receiver.heard) == 2
    assert shown["events"] == {"queued": 0, "sent": 0, "failed": 2}
    assert "status is 500" in shown["subscription"]["problem"]
    xero.put(an_invoice())
    moved(xero, minutes=14)
    assert len(receiver.heard) == 2
    shown = moved(xero, minutes=1)
    assert len(receiver.heard) == 3
    receiver.statuses = [200]
    shown = moved(xero, minutes=15)
    assert shown["events"] == {"queued": 0, "sent": 3, "failed": 0}
    assert shown["subscription"]["problem"] is None
    assert json.loads(receiver.heard[-1])["lastEventSequence"] == 3


def test_disabled_after_a_day(xero: Xero, receiver: Receiver) -> None:
    """After 24 hours of failure nothing is sent; subscribing anew sends all that has waited."""
    receiver.statuses = [500]
    xero.put(an_invoice())
    delivered(xero)
    assert moved(xero, hours=23)["subscription"]["status"] == "ok"
    assert moved(xero, hours=1)["subscription"]["status"] == "disabled"
    attempts = len(receiver.heard)
    xero.renew()
    xero.put(an_invoice())
    receiver.statuses = [200]
    assert moved(xero, hours=1)["events"]["sent"] == 0
    assert len(receiver.heard) == attempts
    subscribed(xero, receiver)
    assert delivered(xero)["events"] == {"queued": 0, "sent": 3, "failed": 0}


def test_replay(xero: Xero, receiver: Receiver) -> None:
    """Events are sent again in their order, with their numbers, from a moment on or all."""
    xero.put(an_invoice())
    xero.time.pass_(minutes=5)
    xero.put(an_invoice())
    delivered(xero)
    before = receiver.events
    xero.control("webhooks/replay", {"since": "2026-11-22T12:01:00Z"})
    delivered(xero)
    assert receiver.events[len(before) :] == before[-1:]
    assert json.loads(receiver.heard[-1])["firstEventSequence"] == 3
    xero.control("webhooks/replay", {})
    assert delivered(xero)["events"]["sent"] == 3
    assert receiver.events[len(before) + 1 :] == before


def test_twice_and_in_another_order(xero: Xero, receiver: Receiver) -> None:
    """By a switch every event comes twice, the second time in another order (at least once)."""
    xero.control("settings", {"webhooks_twice": True})
    xero.put(an_invoice(), an_invoice())
    delivered(xero)
    first, second = [json.loads(raw)["events"] for raw in receiver.heard]
    assert len(first) == 3
    assert second == first[::-1]


def test_a_write_never_waits_for_the_receiver(xero: Xero, receiver: Receiver) -> None:
    """While a receiver takes its time, calls are answered and no lock is held."""
    receiver.may_answer.clear()
    for _ in range(6):
        xero.put(an_invoice())
    # A write that waited would have been here only when the receiver's time was over.
    sent = xero.http.get("/_sandbox/webhooks").json["events"]
    assert (sent["sent"], sent["failed"]) == (0, 0)
    receiver.may_answer.set()
    assert delivered(xero)["events"]["sent"] == 7


def test_restart(opened: Callable[..., Xero], receiver: Receiver, tmp_path: Path) -> None:
    """What was not delivered before the sandbox ended is delivered when it runs again."""
    store = Store(tmp_path / "xero.db")
    xero = opened(store)
    subscribed(xero, receiver)
    receiver.statuses = [500]
    xero.put(an_invoice())
    delivered(xero)
    xero.http.application.extensions[WEBHOOKS].stop()
    store.close()
    receiver.statuses = [200]
    reopened = Store(tmp_path / "xero.db")
    again = opened(reopened)
    assert moved(again, minutes=15)["events"] == {"queued": 0, "sent": 2, "failed": 0}
    again.http.application.extensions[WEBHOOKS].stop()
    reopened.close()


def test_end_of_a_subscription(xero: Xero, receiver: Receiver) -> None:
    """When it ends, or all is reset, nothing is kept or sent and the thread is gone."""
    for method, path in (("DELETE", "webhooks"), ("POST", "reset")):
        subscribed(xero, receiver)
        threads = [each for each in threading.enumerate() if each.name == "xero-webhooks"]
        assert len(threads) == 1
        xero.http.open(f"/_sandbox/{path}", method=method, json={})
        threads[0].join(60)
        assert not threads[0].is_alive()
        xero.renew()
        xero.put(an_invoice())
        assert delivered(xero) == {"subscription": None}
    assert receiver.heard == []
