"""Xero's webhooks: whom they are believed to be from, and what they bring about."""

import base64
import hashlib
import hmac
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from ....plugin.sandbox.store import Store
from ....plugin.sandbox.xero import create_app
from ....plugin.web.webhooks import LARGEST
from .filled import PREFIX, Filled
from .serving import serving

ADDRESS = f"{PREFIX}/webhooks/xero"
# What somebody really got from Xero (xero.md 11): a test key, the body, and its signature.
KEY = "LR+QgKlbRciIPYpi65tTKLaZ3FzLLofCNEQWrRXqWXJeDFrfexzfVI9SmnVuCWDJ4jnjHB9ECtOyxZSofRxwWw=="
BODY = (
    b'{"events":[],"firstEventSequence": 0,"lastEventSequence": 0, '
    b'"entropy": "LUWDSUDGSWNZVALZXBEV"}'
)
SIGNATURE = "BjzNbYUfrzg4g8wxm+dKHaZVrKxr2m75E296fUbD1E4="


@pytest.fixture
def filled(home: Path) -> Any:
    filled = Filled(home, WEBHOOK_KEY=KEY)
    yield filled
    filled.close()


def post(filled: Filled, body: bytes, signature: str) -> TestResponse:
    """As Xero does: from elsewhere, with no login and no form of ours."""
    client = filled.client(address="203.0.113.9", host="books.example")
    headers = {"x-xero-signature": signature}
    return client.post(ADDRESS, data=body, headers=headers, content_type="application/json")


def signed(body: bytes) -> str:
    """Sign a body as Xero does."""
    return base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest()).decode()


def event(organisation_id: str) -> bytes:
    """Something happened to an invoice of an organisation."""
    happened = {
        "resourceId": "d1e8f8c8-0000-4000-8000-000000000001",
        "eventDateUtc": "2026-06-15T12:00:00.123",
        "eventType": "UPDATE",
        "eventCategory": "INVOICE",
        "tenantId": organisation_id,
        "tenantType": "ORGANISATION",
    }
    return json.dumps({"events": [happened]}).encode()


def test_what_xero_really_sent(filled: Filled) -> None:
    """The recorded call is believed; with one character of its signature changed it gets 401."""
    answer = post(filled, BODY, SIGNATURE)
    assert (answer.status_code, answer.data) == (200, b"")
    assert "Set-Cookie" not in answer.headers
    altered = post(filled, BODY, "/" + SIGNATURE[1:])
    assert (altered.status_code, altered.data) == (401, b"")
    assert post(filled, BODY + b" ", SIGNATURE).status_code == 401
    assert post(filled, BODY, "").status_code == 401


def test_without_a_key_nobody_is_believed(home: Path) -> None:
    """Where no key is set, nothing is Xero's, not even what an empty key would sign."""
    filled = Filled(home)
    empty = base64.b64encode(hmac.new(b"", BODY, hashlib.sha256).digest()).decode()
    assert post(filled, BODY, empty).status_code == 401
    filled.close()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"events": 3}', b'{"events": [7, {}]}'])
def test_odd_bodies(filled: Filled, body: bytes) -> None:
    """A signed body that can't be understood is taken, so that Xero does not send it for a day."""
    assert post(filled, body, signed(body)).status_code == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_too_large_bodies(filled: Filled, *, chunked: bool) -> None:
    """No more is read than a call may have, also of a body in chunks, which tells no length."""

    def sent(body: bytes) -> int:
        client = filled.client(address="203.0.113.9", host="books.example")
        headers = {"x-xero-signature": signed(body)}
        if not chunked:
            return client.post(ADDRESS, data=body, headers=headers).status_code
        environ = {"wsgi.input_terminated": True}
        stream = io.BytesIO(body)
        answer = client.post(
            ADDRESS, input_stream=stream, headers=headers, environ_overrides=environ
        )
        assert stream.tell() <= LARGEST + 1
        return answer.status_code

    assert sent(BODY) == 200
    assert sent(b" " * LARGEST) == 200
    assert sent(b" " * (LARGEST + 100)) == 413


def test_events_bring_the_next_sync_near(filled: Filled) -> None:
    """An event has its organisation synced within a minute, and a thousand of them do no more."""
    connections, shop = filled.plugin.connections, filled.connect()
    connections.start(shop)
    shop = connections.named("shop")
    assert not connections.take_slot(shop)  # the first tick: from here on every 15 minutes
    filled.clock.advance(minutes=2)
    for _ in range(3):
        mine = event(shop.organisation_known.organisation_id.upper())
        assert post(filled, mine, signed(mine)).status_code == 200
    assert not connections.take_slot(shop)
    filled.clock.advance(minutes=1)
    assert connections.take_slot(shop)
    assert not connections.take_slot(shop)


def test_events_of_others_change_nothing(filled: Filled) -> None:
    """An event of another organisation, or before the first export, starts no sync."""
    connections, shop = filled.plugin.connections, filled.connect()
    own = event(shop.organisation_known.organisation_id)
    assert post(filled, own, signed(own)).status_code == 200
    filled.clock.advance(minutes=5)
    assert not connections.take_slot(shop)
    connections.start(shop)
    shop = connections.named("shop")
    assert not connections.take_slot(shop)
    other = event("00000000-0000-4000-8000-000000000009")
    assert post(filled, other, signed(other)).status_code == 200
    filled.clock.advance(minutes=5)
    assert not connections.take_slot(shop)


def test_subscribes_at_the_simulated_xero(filled: Filled) -> None:
    """Xero's test of an address, right and wrong signatures, is passed; then events arrive."""
    shop = filled.connect()
    filled.plugin.connections.start(shop)
    shop = filled.plugin.connections.named("shop")
    filled.plugin.connections.take_slot(shop)
    sandbox: Any = create_app(Store()).test_client()
    with serving(filled.app) as address:
        given = {"url": f"{address}{ADDRESS}", "key": KEY}
        assert sandbox.post("/_sandbox/webhooks", json=given).json["subscription"]["status"] == "ok"
        token = sandbox.post(
            "/connect/token", data={"grant_type": "client_credentials"}, auth=("custom", "custom")
        ).json["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        contact = {"Name": "Somebody"}
        sandbox.put("/api.xro/2.0/Contacts", json=contact, headers=headers)
        events = sandbox.get("/_sandbox/webhooks?wait=5").json["events"]
        assert (events["queued"], events["failed"]) == (0, 0)
        assert events["sent"] >= 1
        sandbox.delete("/_sandbox/webhooks")


def test_the_nearest_sync_wins(filled: Filled) -> None:
    """A sync that is nearer than an event would bring it stays where it is."""
    connections, shop = filled.plugin.connections, filled.connect(sync_minutes=1)
    connections.start(shop)
    shop = connections.named("shop")
    connections.take_slot(shop)
    filled.clock.advance(seconds=30)
    connections.hasten({shop.organisation_known.organisation_id}, timedelta(minutes=1))
    filled.clock.advance(seconds=30)
    assert connections.take_slot(shop)
