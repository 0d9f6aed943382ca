import json
from datetime import UTC, datetime

import pytest

from .....adapters.xero.webhooks import Event, events_of, verify

KEY = "LR+QgKlbRciIPYpi65tTKLaZ3FzLLofCNEQWrRXqWXJeDFrfexzfVI9SmnVuCWDJ4jnjHB9ECtOyxZSofRxwWw=="
BODY = (
    b'{"events":[],"firstEventSequence": 0,"lastEventSequence": 0,'
    b' "entropy": "LUWDSUDGSWNZVALZXBEV"}'
)
SIGNATURE = "BjzNbYUfrzg4g8wxm+dKHaZVrKxr2m75E296fUbD1E4="


def test_signature() -> None:
    """Xero's own example verifies; changed by one character, or over other bytes, it does not."""
    assert len(BODY) == 95
    assert verify(KEY, BODY, SIGNATURE)
    assert not verify(KEY, BODY, "/" + SIGNATURE[1:])
    assert not verify(KEY, json.dumps(json.loads(BODY)).encode(), SIGNATURE)
    for key, signature in ((KEY, ""), ("", SIGNATURE), (KEY, "ü"), (KEY + "x", SIGNATURE)):
        assert not verify(key, BODY, signature)


def test_events() -> None:
    """An event names its document, whatever else it carries; its time is UTC without a zone."""
    event = {
        "resourceUrl": "https://api.xero.com/api.xro/2.0/Invoices/i-1",
        "resourceId": "i-1",
        "eventDateUtc": "2024-06-21T01:15:39.902",
        "eventType": "Update",
        "eventCategory": "INVOICE",
        "tenantId": "t-1",
        "tenantType": "ORGANISATION",
        "data": {"new": ["things"]},
    }
    newer = {name.upper(): value for name, value in event.items()} | {"eventCategory": "QUOTE"}
    found = events_of(json.dumps({"events": [event, newer, {"resourceId": "i-2"}, 7]}).encode())
    at = datetime(2024, 6, 21, 1, 15, 39, 902000, tzinfo=UTC)
    first = Event(
        organisation_id="t-1", category="INVOICE", kind="UPDATE", document_id="i-1", at=at
    )
    assert found[0] == first
    assert [x.category for x in found] == ["INVOICE", "QUOTE"]
    assert found[0].key == found[1].key


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"events": 1}', b"[" * 100_000, b"\xff"])
def test_nonsense(body: bytes) -> None:
    """A body that is none of Xero's holds no events, and breaks nothing."""
    assert events_of(body) == []
