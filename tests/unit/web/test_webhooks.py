"""Xero's webhooks: whom they are believed to be from, and what they bring about."""

import base64
import hashlib
import hmac
import io
import json
import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from ....plugin.domain.connections.job import JobName
from ....plugin.errors import TryLater
from ....plugin.sandbox.store import Store
from ....plugin.sandbox.xero import create_app
from ....plugin.web.site import EXTENSION
from ....plugin.web.webhook_queue import WebhookQueue
from ....plugin.web.webhooks import LARGEST
from ...waiting import LONG
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
    answer = client.post(ADDRESS, data=body, headers=headers, content_type="application/json")
    assert hastening(filled).settled(LONG)
    return answer


def hastening(filled: Filled) -> WebhookQueue:
    """What passes events on behind the answer."""
    found: WebhookQueue = filled.app.extensions[EXTENSION].hastening
    return found


def signed(body: bytes) -> str:
    """Sign a body as Xero does."""
    return base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha256).digest()).decode()


def due(filled: Filled) -> bool:
    """Whether the clock would have orders exported now; then it has taken that."""
    return "export_orders" in [job.name for job in filled.plugin.jobs.take_due()]


def event(*organisation_ids: str, category: str = "INVOICE", first: int = 1) -> bytes:
    """Something happened to documents of organisations, each to another one."""
    happened = [
        {
            "resourceId": f"d1e8f8c8-0000-4000-8000-{number:012}",
            "eventDateUtc": "2026-06-15T12:00:00.123",
            "eventType": "UPDATE",
            "eventCategory": category,
            "tenantId": organisation_id,
            "tenantType": "ORGANISATION",
        }
        for number, organisation_id in enumerate(organisation_ids, first)
    ]
    return json.dumps({"events": happened}).encode()


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
    connections, shop = filled.plugin.connections, filled.connect(sync_minutes=1440)
    connections.start(shop)
    assert not due(filled)  # the first tick plans it
    filled.clock.advance(minutes=2)
    for _ in range(3):
        mine = event(shop.organisation_known.organisation_id.upper())
        assert post(filled, mine, signed(mine)).status_code == 200
    assert not due(filled)
    filled.clock.advance(minutes=1)
    assert due(filled)
    assert not due(filled)


def test_events_of_others_change_nothing(filled: Filled) -> None:
    """An event of another organisation, or before the first export, starts no sync."""
    connections, shop = filled.plugin.connections, filled.connect(sync_minutes=1440)
    own = event(shop.organisation_known.organisation_id)
    assert post(filled, own, signed(own)).status_code == 200
    filled.clock.advance(minutes=5)
    assert not due(filled)
    connections.start(shop)
    assert not due(filled)
    other = event("00000000-0000-4000-8000-000000000009")
    assert post(filled, other, signed(other)).status_code == 200
    filled.clock.advance(minutes=5)
    assert not due(filled)


def test_subscribes_at_the_simulated_xero(filled: Filled) -> None:
    """Xero's test of an address, right and wrong signatures, is passed; then events arrive."""
    shop = filled.connect()
    filled.plugin.connections.start(shop)
    due(filled)
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
    due(filled)
    filled.clock.advance(seconds=30)
    connections.hasten({shop.organisation_known.organisation_id}, timedelta(minutes=1))
    filled.clock.advance(seconds=30)
    assert due(filled)


def planned(filled: Filled) -> dict[str, datetime | None]:
    """When each job of the connection runs next."""
    shop = filled.plugin.connections.named("shop")
    return {job.name: job.next_at for job in filled.plugin.jobs.of(shop)}


def started(filled: Filled) -> str:
    """Have all jobs run by the clock, a day apart; the id of the organisation."""
    shop = filled.connect(sync_minutes=1440)
    for name in JobName:
        filled.plugin.jobs.start(shop, name)
    due(filled)
    return shop.organisation_known.organisation_id


def test_a_locked_database_delays_no_answer(filled: Filled) -> None:
    """While somebody holds the database, right and wrong signatures are answered at once.

    When it is free again, what was noted meanwhile is passed on.
    """
    mine = event(started(filled))
    database = sqlite3.connect(filled.home / "mintsoft_xero.db", isolation_level=None)
    database.execute("BEGIN EXCLUSIVE")
    client = filled.client(address="203.0.113.9", host="books.example")
    for body, signature, status in (
        (mine, signed(mine), 200),
        (mine, signed(mine + b" "), 401),
        (BODY, SIGNATURE, 200),
    ):
        headers = {"x-xero-signature": signature}
        assert client.post(ADDRESS, data=body, headers=headers).status_code == status
    assert not hastening(filled).settled(0.2)
    database.execute("ROLLBACK")
    database.close()
    assert hastening(filled).settled(LONG)
    assert planned(filled)["export_orders"] == filled.clock.now() + timedelta(minutes=1)


def test_a_database_that_is_away(filled: Filled) -> None:
    """Where it can't be reached at all, the answer is the same, and later events still count."""
    organisation_id = started(filled)
    prepare, site = filled.plugin.prepare, filled.app.extensions[EXTENSION]

    def away() -> None:
        raise TryLater(code="MX-105", after=60, service="The database", reason="gone")

    filled.plugin.prepare = away  # type: ignore[method-assign]
    site._prepared = False  # as in a process that has just begun
    mine = event(organisation_id)
    assert post(filled, mine, signed(mine)).status_code == 200
    filled.plugin.prepare = prepare  # type: ignore[method-assign]
    soon = filled.clock.now() + timedelta(minutes=1)
    assert planned(filled)["export_orders"] != soon
    later = event(organisation_id, first=2)
    assert post(filled, later, signed(later)).status_code == 200
    assert planned(filled)["export_orders"] == soon


@pytest.mark.parametrize("category", ["INVOICE", "CONTACT", "CREDITNOTE"])
def test_what_looks_for_documents_comes_near(filled: Filled, category: str) -> None:
    """An event hastens the export (which reads contacts) and both imports, and nothing else."""
    organisation_id = started(filled)
    before, soon = planned(filled), filled.clock.now() + timedelta(minutes=1)
    mine = event(organisation_id, category=category)
    post(filled, mine, signed(mine))
    after = planned(filled)
    near = {name for name in after if after[name] == soon}
    assert near >= {"export_orders", "import_sales_invoices", "import_purchase_orders"}
    assert {after[name] for name in ("catalogue", "reconcile", "keep_alive")} == {
        before[name] for name in ("catalogue", "reconcile", "keep_alive")
    }


def test_a_flood_makes_one_sync(filled: Filled) -> None:
    """10,000 events of one organisation are a few calls to the database, and one sync."""
    organisation_id = started(filled)
    calls = []
    hasten = filled.plugin.connections.hasten

    def counting(organisation_ids: Collection[str], within: timedelta) -> None:
        calls.append(set(organisation_ids))
        hasten(organisation_ids, within)

    filled.plugin.connections.hasten = counting  # type: ignore[method-assign]
    for number in range(100):
        flood = event(*[organisation_id] * 100, first=100 * number + 1)
        assert post(filled, flood, signed(flood)).status_code == 200
    assert len(calls) <= 100
    assert set.union(*calls) == {organisation_id.lower()}
    filled.clock.advance(minutes=1)
    assert [due(filled), due(filled)] == [True, False]


def test_a_replay_causes_nothing(filled: Filled) -> None:
    """What comes again, as Xero's own retries do, is not even passed on."""
    mine = event(started(filled))
    post(filled, mine, signed(mine))
    filled.clock.advance(minutes=1)
    assert due(filled)
    before = planned(filled)
    assert post(filled, mine, signed(mine)).status_code == 200
    assert planned(filled) == before


def test_lost_events_are_found_by_the_clock(filled: Filled) -> None:
    """Without any event the sync comes at its usual time: events only make it earlier."""
    shop = filled.connect()
    filled.plugin.connections.start(shop)
    assert not due(filled)
    filled.clock.advance(minutes=15)
    assert due(filled)
