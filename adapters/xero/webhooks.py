"""Xero's webhooks: is it Xero who calls, and what has happened (xero.md 11). Pure.

Xero tests an address with signatures that are wrong by one character: answer those with 401,
the others with 200 and an empty body, within five seconds.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .api.fields import mappings, read_json, to_moment

#: What a sync, or an import, finds more of than before. A sync reads the contacts too.
CATEGORIES = ("INVOICE", "CONTACT", "CREDITNOTE")

#: The header that carries the signature.
SIGNATURE_HEADER = "x-xero-signature"


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something happened to a document; what, is to be read there. The same may come twice."""

    organisation_id: str
    #: INVOICE (bills too), CONTACT, CREDITNOTE, SUBSCRIPTION, or a word that is not known here.
    category: str
    #: CREATE or UPDATE.
    kind: str
    #: Xero's id of the document.
    document_id: str
    #: When it happened (UTC).
    at: datetime

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Equal for an event that comes again."""
        return self.organisation_id, self.document_id, self.at.isoformat(), self.kind


def verify(key: str, raw_body: bytes, signature: str) -> bool:
    """Whether a body is signed with the webhook's key: over its raw bytes, in constant time.

    JSON that was read and written again never fits: its blanks are part of it. Without a key
    nothing is Xero's.
    """
    if not key:
        return False
    seal = hmac.new(key.encode("utf-8"), raw_body, hashlib.sha256).digest()
    given = signature.strip().encode("utf-8", "replace")
    return hmac.compare_digest(base64.b64encode(seal), given)


def events_of(raw_body: bytes) -> list[Event]:
    """The events of a verified body; what can't be read is left out, polling finds it."""
    try:
        body = read_json(raw_body)
    except (ValueError, RecursionError):
        return []
    entries = mappings(body.get("events")) if isinstance(body, Mapping) else []
    return [event for event in map(_event, entries) if event is not None]


def _event(entry: Mapping[str, Any]) -> Event | None:
    try:
        return Event(
            organisation_id=str(entry["tenantId"]),
            category=str(entry.get("eventCategory") or "").upper(),
            kind=str(entry.get("eventType") or "").upper(),
            document_id=str(entry["resourceId"]),
            at=to_moment(entry["eventDateUtc"]),
        )
    except (KeyError, ValueError, OverflowError):
        return None
