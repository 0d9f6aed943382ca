"""Checks that the documents share: numbers, contacts, lock dates (xero.md 3.1, 4 and 10)."""

from datetime import date
from decimal import Decimal
from typing import Any

from ...store import Document
from ..contacts import contact_write
from ..contacts.contact_write import Plan
from ..protocol import messages
from ..protocol.reading import Element
from ..tenant import Tenant
from .kinds import Kind

_LONGEST = 255


def number(tenant: Tenant, kind: Kind, document: Document) -> list[str]:
    """What is wrong with the document's number."""
    wanted = document[kind.number_name]
    ours = kind.is_ours(document.get("Type"))
    faults = []
    if len(wanted) > _LONGEST or (ours and not (wanted.isascii() and wanted.isprintable())):
        faults.append(messages.INVOICE_NUMBER)
    holder = kind.holder(tenant, wanted) if ours else None
    if holder and holder[kind.id_name] != document[kind.id_name]:
        faults.append(kind.number_taken)
    return faults


def url(text: str) -> list[str]:
    """What is wrong with the address of a source document: it may not lead to Xero itself."""
    absolute = contact_write.is_absolute_url(text)
    return [] if absolute and "xero" not in text.lower() else [messages.URL]


def contact(
    tenant: Tenant, sent: Element | None, *, created: bool
) -> tuple[Plan | None, list[str]]:
    """What becomes of the contact of a document, and what is wrong with it."""
    if sent is None:
        return None, [messages.CONTACT_MISSING] if created else []
    if not any(sent.get(name) for name in ("ContactID", "ContactNumber", "Name")):
        return None, [messages.CONTACT_UNIDENTIFIED]
    found = contact_write.matched(tenant, sent)
    if found and found["ContactStatus"] != "ACTIVE":
        return None, [messages.CONTACT_ARCHIVED]
    plan = contact_write.plan(tenant, sent, found)
    return plan, plan.errors


def locked(organisation: Document, day: str) -> str | None:
    """What is said of a document of a day (``YYYY-MM-DD``) that a lock date covers."""
    for name, which in (("EndOfYearLockDate", "end of year"), ("PeriodLockDate", "period")):
        lock = organisation[name]
        if lock and day <= lock:
            return messages.locked(which, date.fromisoformat(lock))
    return None


def unchanged(existing: Document, sent: Element, names: set[str]) -> set[str]:
    """Which of the properties say only what the document says already."""

    def same(value: Any, kept: Any) -> bool:
        return kept is not None and (
            Decimal(kept) == value if isinstance(value, Decimal) else value == kept
        )

    return {name for name in names if same(sent[name], existing.get(name))}
