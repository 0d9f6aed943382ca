"""What a webhook says: which changes are events, how a POST of them is written and signed.

Facts: xero.md 11.
"""

import base64
import hashlib
import hmac
import json
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ...store import Document

_API = "https://api.xero.com/api.xro/2.0"
#: What changes without making an event: it doesn't touch UpdatedDateUTC either (xero.md 2.2).
_QUIET = frozenset({"HasAttachments", "IsCustomer", "IsSupplier"})
#: What a payment or an allocation changes of the document that it is made on.
_PAYING = frozenset(
    {
        *("Payments", "CreditNotes", "Allocations", "AmountPaid", "AmountCredited", "AmountDue"),
        *("RemainingCredit", "FullyPaidOnDate", "Status", "UpdatedDateUTC"),
    }
)
_PAID = frozenset({"AmountPaid", "AmountCredited", "RemainingCredit"})


@dataclass(frozen=True, kw_only=True)
class Category:
    """A kind of document that makes events."""

    #: As events call it.
    name: str
    #: Its path at the API.
    plural: str
    #: The property that holds its id.
    id_name: str


#: By the kind in the Store. Bills are invoices too.
CATEGORIES = {
    "xero_invoice": Category(name="INVOICE", plural="Invoices", id_name="InvoiceID"),
    "xero_contact": Category(name="CONTACT", plural="Contacts", id_name="ContactID"),
    "xero_credit_note": Category(name="CREDITNOTE", plural="CreditNotes", id_name="CreditNoteID"),
}


def event_type(before: Document | None, now: Document, *, payments: bool) -> str | None:
    """CREATE, UPDATE, or None where nothing is told; archiving is an UPDATE.

    Args:
        before: None for a new document.
        now: What is kept from now on.
        payments: whether a payment on the document is told.
    """
    if before is None:
        return "CREATE"
    changed = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
    if changed <= _QUIET:
        return None
    if not payments and changed & _PAID and changed <= _PAYING:
        return None
    return "UPDATE"


def event(
    kind: str, document: Document, *, event_type: str, tenant_id: str, at: datetime
) -> Document:
    """One event in Xero's form; its time is UTC without a zone."""
    category = CATEGORIES[kind]
    document_id = document[category.id_name]
    told: Document = {
        "resourceUrl": f"{_API}/{category.plural}/{document_id}",
        "resourceId": document_id,
        "eventDateUtc": at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds"),
        "eventType": event_type,
        "eventCategory": category.name,
        "tenantId": tenant_id,
        "tenantType": "ORGANISATION",
    }
    if category.name == "CREDITNOTE":
        told["data"] = {"Type": document["Type"], "Status": document["Status"]}
    return told


def body(events: Sequence[Document], first: int, last: int) -> bytes:
    """The body of a POST, with Xero's odd spaces: written anew as JSON it would differ."""
    inner = ",".join(json.dumps(each, separators=(",", ": ")) for each in events)
    entropy = "".join(secrets.choice(string.ascii_uppercase) for _ in range(20))
    return (
        f'{{"events":[{inner}],"firstEventSequence": {first},"lastEventSequence": {last},'
        f' "entropy": "{entropy}"}}'
    ).encode()


def signature(key: str, raw: bytes) -> str:
    """The header ``x-xero-signature``: base64 of the HMAC-SHA256 of the body's very bytes."""
    return base64.b64encode(hmac.new(key.encode(), raw, hashlib.sha256).digest()).decode()


def wrong_signature(key: str, raw: bytes) -> str:
    """The signature with its first character changed, as the intent to receive sends it."""
    right = signature(key, raw)
    return ("/" if right[0] != "/" else "A") + right[1:]


def new_key() -> str:
    """A key for the signatures, of the length of Xero's."""
    return base64.b64encode(secrets.token_bytes(64)).decode()
