"""Statuses, the GETs that change them, and the calls that Mintsoft makes."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from flask.testing import FlaskClient

from .....plugin.sandbox.day import Day
from .conftest import Sandbox, log_in
from .test_parts import created, order_of
from .test_shape import ASN


@pytest.mark.parametrize(
    ("calls", "status"),
    [
        (["GET MarkPrinted"], 2),
        (["GET MarkAwaitingPayment"], 12),
        (["GET MarkAwaitingPayment", "GET MarkPaymentReceived"], 1),
        (["GET MarkAwaitingConfirmation", "GET MarkConfirmed"], 1),
        (["GET MarkPackAndHold?ReleaseDate=2026-07-01"], 14),
        (["GET MarkPrinted", "GET MarkPackAndHold?ReleaseDate=2026-07-01"], 14),
        (
            [
                "GET MarkPrinted",
                "GET MarkPackAndHold?ReleaseDate=2026-07-01",
                "GET MarkReleasePackAndHold",
            ],
            2,
        ),
        (["POST MarkFraudRisk"], 18),
        (["POST MarkFraudRisk", "POST MarkFraudRiskAccepted"], 1),
        (["GET Cancel"], 3),
        (["GET CancelNoStock"], 3),
        (["GET MarkPrinted", "GET MarkDespatched"], 4),
    ],
)
def test_moves_move(client: FlaskClient, calls: list[str], status: int) -> None:
    """Each call leads from NEW where its name says, also when it is only a GET."""
    order_id = created(client)["ID"]
    for call in calls:
        method, _, name = call.partition(" ")
        answer = client.open(f"/api/Order/{order_id}/{name}", method=method)
        assert answer.get_json()["Success"] is True, answer.text
    assert order_of(client, order_id)["OrderStatusId"] == status


@pytest.mark.parametrize(
    "name", ["Cancel", "MarkPrinted", "MarkConfirmed", "MarkPaymentReceived", "MarkDespatched"]
)
def test_a_despatched_order_stays_it(client: FlaskClient, day: Day, name: str) -> None:
    """What has left the house is not moved: 200, refused, and unchanged."""
    gone = next(row["ID"] for row in day.orders if row["OrderStatusId"] == 4)
    before = order_of(client, gone)
    answer = client.get(f"/api/Order/{gone}/{name}").get_json()
    assert (answer["Success"], order_of(client, gone)) == (False, before)


class Heard(BaseHTTPRequestHandler):
    """Remembers what it is sent."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        calls: list[Any] = self.server.calls  # type: ignore[attr-defined]
        calls.append((self.path, self.headers.get("Authorization"), json.loads(body)))
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Heard)
    server.calls = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join(60)
    server.server_close()


def heard(client: FlaskClient, listener: HTTPServer) -> list[Any]:
    """Wait for all calls; return what was heard."""
    shown = client.get("/_sandbox/callbacks?wait=10").get_json()
    assert shown["waiting"] == 0, shown
    calls: list[Any] = listener.calls  # type: ignore[attr-defined]
    return calls


def test_those_who_asked_are_called(client: FlaskClient, listener: HTTPServer) -> None:
    """Despatch, cancellation and split are POSTed as GET Order shows them (mintsoft.md 2.6)."""
    base = f"http://127.0.0.1:{listener.server_port}"
    names = {1: "despatched", 2: "cancelled", 5: "split"}
    codes = {f"ExtraCode{number}": f"{base}/{name}" for number, name in names.items()}
    one, two = (
        created(
            client,
            OrderNumber=number,
            ConnectAction={"Type": "API", "SourceOrderId": number, **codes},
        )
        for number in ("C-1", "C-2")
    )
    body = [{"OrderItemId": one["OrderItems"][0]["ID"], "QuantityToDespatch": 1}]
    new = client.post(f"/api/Order/{one['ID']}/SplitOrderItems", json=body).get_json()["ID"]
    client.get(f"/api/Order/{one['ID']}/MarkDespatched")
    client.get(f"/api/Order/{two['ID']}/Cancel")
    calls = heard(client, listener)
    assert [path for path, _, _ in calls] == ["/split", "/despatched", "/cancelled"]
    assert [row["ID"] for row in calls[0][2]] == [one["ID"], new]
    assert calls[1][2] == order_of(client, one["ID"])
    assert calls[2][2]["OrderStatusId"] == 3


@pytest.mark.parametrize("partial", [True, False])
def test_a_booked_in_asn_is_told(
    client: FlaskClient, listener: HTTPServer, *, partial: bool
) -> None:
    """ExtraCode4 is sent as Authorization; whether a part already counts is a setting."""
    client.post("/_sandbox/settings", json={"partial_book_in_calls": partial})
    asn = client.put("/api/ASN", json=ASN).get_json()["ID"]
    url = f"http://127.0.0.1:{listener.server_port}/asn"
    action = {"Type": "API", "SourceASNId": "1", "ExtraCode1": url, "ExtraCode4": "Basic eA=="}
    client.put(f"/api/ASN/{asn}/ConnectActions", json=action)
    client.get(f"/api/ASN/{asn}/PartBook")
    client.get(f"/api/ASN/{asn}/BookIn")
    calls = heard(client, listener)
    assert [(path, who) for path, who, _ in calls] == [("/asn", "Basic eA==")] * (1 + partial)
    assert calls[-1][2] == client.get(f"/api/ASN/{asn}").get_json()


@pytest.mark.parametrize(
    "url", ["http://mintsoft.example/x", "https://127.0.0.1:1/", "file:///etc/passwd", "http://["]
)
def test_nobody_else_is_called(sandbox: Sandbox, url: str) -> None:
    """Only the loopback is called, whatever address an order keeps."""
    client = log_in(sandbox())
    order = created(client, ConnectAction={"Type": "API", "ExtraCode1": url})
    client.get(f"/api/Order/{order['ID']}/MarkDespatched")
    shown = client.get("/_sandbox/callbacks?wait=10").get_json()
    assert (shown["made"], shown["waiting"]) == (0, 0)
    assert shown["callbacks"][0]["error"]


def test_a_redirect_is_not_followed(client: FlaskClient, listener: HTTPServer) -> None:
    """A callback that is sent elsewhere ends there, so that it can't leave the loopback."""
    url = f"http://127.0.0.1:{listener.server_port}/moved"
    order = created(client, ConnectAction={"Type": "API", "ExtraCode1": url})
    client.get(f"/api/Order/{order['ID']}/MarkDespatched")
    assert [path for path, _, _ in heard(client, listener)] == ["/moved"]


def test_a_source_id_is_used_once(client: FlaskClient) -> None:
    """`SourceOrderId` of a connect action must be the client's only one."""
    body = {"Type": "API", "SourceOrderId": "S-1"}
    one, two = (created(client, OrderNumber=number)["ID"] for number in ("S-1", "S-2"))
    client.put("/api/Order", json={})
    assert client.put(f"/api/Order/{one}/ConnectActions", json=body).get_json()["Success"] is True
    assert client.put(f"/api/Order/{two}/ConnectActions", json=body).get_json()["Success"] is False
