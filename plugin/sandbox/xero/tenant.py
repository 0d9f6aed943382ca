"""One organisation's documents in the Store, with the indexes that keep look-ups short.

Kinds all begin with ``xero_``, so that a Store may serve other sandboxes too.
"""
# ruff: noqa: SIM905 (long lists of Xero's words read better as text)

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ..store import Document, Store
from .organisation import chart
from .protocol.envelope import milliseconds

#: Every kind of document that the sandbox keeps.
KINDS = tuple(
    f"xero_{name}"
    for name in "setting account tax_rate currency tracking item contact contact_name"
    " contact_number contact_group invoice invoice_number history code access refresh connection"
    " idempotency attachment attachment_owner tenant person"
    " credit_note credit_note_number payment purchase_order purchase_order_number"
    " quote quote_number webhook webhook_event".split()
)

#: What a person may switch where xero.md has no evidence (its [A] marks).
SETTINGS: dict[str, Any] = {
    #: A DELETED invoice's number may be used again (xero.md 4).
    "deleted_number_is_free": True,
    #: A VOIDED invoice's number may be used again (xero.md 4).
    "voided_number_is_free": False,
    #: An approved invoice of zero is PAID at once.
    "zero_total_is_paid": False,
    #: How many sales invoices may be approved in a calendar month; None for no limit.
    "approved_invoices_a_month": None,
    #: Apps may ask for the broad scopes too, as those made before 2 March 2026 (xero.md 1.4).
    "broad_scopes": False,
    #: /connections lists an accountant's practice too, which is no organisation (xero.md 1.6).
    "practice": False,
    #: A payment or an allocation on a document is an UPDATE of it to webhooks (xero.md 11).
    "payment_fires_webhook": True,
    #: Webhooks come twice, the second time in another order (xero.md 11: at least once).
    "webhooks_twice": False,
}


def utc_now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


class Clock:
    """The sandbox's time: the real one, moved by what was asked for and kept in the Store."""

    def __init__(self, store: Store, real: Callable[[], datetime] | None = None) -> None:
        self._store = store
        self._real = real or utc_now

    def __call__(self) -> datetime:
        """Now, in UTC."""
        moved = self._store.table("xero_setting").get("clock")
        now = self._real()
        return now + timedelta(seconds=moved["seconds"]) if moved else now

    def move(self, now: datetime | None) -> None:
        """Make it `now` and let the time go on from there; None for the real time again."""
        if now is None:
            self._store.delete("xero_setting", "clock")
            return
        seconds = (now - self._real()).total_seconds()
        self._store.put("xero_setting", "clock", {"seconds": seconds})


def organisation_id(store: Store) -> str:
    """The id of the organisation that a Store holds; the demo company's if it holds none."""
    kept = store.table("xero_setting").get("organisation", {})
    return str(kept.get("OrganisationID", chart.TENANT_ID))


class Tenant:
    """The organisation: reads and writes of its documents, nothing of HTTP."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        country: str = "GB",
        *,
        tenant_id: str | None = None,
        name: str | None = None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.country = country
        #: What the header Xero-Tenant-Id says.
        self.id = tenant_id or organisation_id(store)
        self._name = name
        with store.changing():
            if "organisation" not in store.table("xero_setting"):
                self.seed()
            elif set(SETTINGS) - set(self.settings):  # kept by an older sandbox
                store.put("xero_setting", "settings", SETTINGS | self.settings)

    def begin_anew(self) -> None:
        """Be another organisation from now on, as one that was connected after this one."""
        self.id = str(uuid.uuid5(uuid.UUID(self.id), "the next"))
        self.seed()

    def seed(self) -> None:
        """Put what a new organisation holds."""
        now = self.now_ms()

        def put(kind: str, key: str, row: Document) -> None:
            self.store.put(kind, row[key], self._own(row))

        organisation = chart.organisation(self.country, now) | {"OrganisationID": self.id}
        if self._name is not None:
            short = {"ShortCode": f"!{self.id[:5]}"}
            organisation |= {"Name": self._name, "LegalName": self._name} | short
        self.store.put("xero_setting", "organisation", organisation)
        self.store.put("xero_setting", "settings", dict(SETTINGS))
        for account in chart.accounts(self.country, now):
            put("xero_account", "Code", account)
        for rate in chart.tax_rates(self.country):
            put("xero_tax_rate", "TaxType", rate)
        for currency in chart.currencies(self.country):
            put("xero_currency", "Code", currency)
        for category in map(self._own, chart.tracking_categories()):
            self.store.put("xero_tracking", category["TrackingCategoryID"], category)

    def _own(self, value: Any, key: str = "") -> Any:
        """A seeded row with ids of this organisation's own: no two share an account's id."""
        if self.id == chart.TENANT_ID:
            return value
        if isinstance(value, dict):
            return {name: self._own(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self._own(item, key) for item in value]
        if key.endswith("ID") and isinstance(value, str):
            return str(uuid.uuid5(uuid.UUID(self.id), value))
        return value

    def rows(self, kind: str) -> list[Document]:
        """All documents of a kind; a copy, as others may be writing."""
        return list(self.store.table(kind).values())

    def find(self, kind: str, key: str) -> Document | None:
        """One document by its key."""
        return self.store.table(kind).get(key)

    # ------------------------------------------------------------------ organisation

    @property
    def organisation(self) -> Document:
        """The organisation's own document."""
        return self.store.table("xero_setting")["organisation"]

    @property
    def settings(self) -> Document:
        """The switches of SETTINGS."""
        return self.store.table("xero_setting")["settings"]

    def now_ms(self) -> int:
        """Now, in milliseconds since 1970."""
        return milliseconds(self.clock())

    def today(self) -> str:
        """Today in the organisation's timezone (xero.md 2.1)."""
        zone = ZoneInfo(chart.COUNTRIES[self.organisation["CountryCode"]]["zone"])
        return self.clock().astimezone(zone).date().isoformat()

    # ---------------------------------------------------------------------- invoices

    def invoice(self, id_or_number: str) -> Document | None:
        """An invoice by id, else a sales invoice by number (any case)."""
        found = self.find("xero_invoice", id_or_number.lower())
        return found or self.invoice_by_number(id_or_number)

    def invoice_by_number(self, number: str) -> Document | None:
        """The sales invoice of a number: the newest, where an old one's number was free."""
        entry = self.find("xero_invoice_number", number.lower())
        return self.find("xero_invoice", entry["InvoiceID"]) if entry else None

    def number_holder(self, number: str) -> Document | None:
        """The sales invoice that keeps others from having this number."""
        holder = self.invoice_by_number(number)
        if holder is None:
            return None
        free = {
            "DELETED": self.settings["deleted_number_is_free"],
            "VOIDED": self.settings["voided_number_is_free"],
        }
        return None if free.get(holder["Status"], False) else holder

    def next_number(self) -> str:
        """The next automatic invoice number that nobody has."""
        counter = self.find("xero_setting", "invoice_counter") or {"last": 0}
        last = counter["last"] + 1
        while self.invoice_by_number(f"INV-{last:04}"):
            last += 1
        self.store.put("xero_setting", "invoice_counter", {"last": last})
        return f"INV-{last:04}"

    def save_invoice(self, document: Document) -> None:
        """Put an invoice, and its number into the index of sales invoices."""
        before = self.find("xero_invoice", document["InvoiceID"])
        self.store.put("xero_invoice", document["InvoiceID"], document)
        if document["Type"] != "ACCREC":
            return
        number = document["InvoiceNumber"].lower()
        if before and before["InvoiceNumber"].lower() != number:
            self.store.delete("xero_invoice_number", before["InvoiceNumber"].lower())
        entry = {"InvoiceID": document["InvoiceID"]}
        if self.find("xero_invoice_number", number) == entry:
            return
        if before is None or self.number_holder(number) is None:
            self.store.put("xero_invoice_number", number, entry)

    # ---------------------------------------------------------------------- contacts

    def contact(self, id_or_number: str) -> Document | None:
        """A contact by id, else by ContactNumber."""
        found = self.find("xero_contact", id_or_number.lower())
        return found or self.contact_by("number", id_or_number)

    def contact_by(self, index: str, value: str) -> Document | None:
        """A contact by "name" (active first, else archived) or "number"; any case."""
        entry = self.find(f"xero_contact_{index}", value.strip().lower())
        return self.find("xero_contact", entry["ContactID"]) if entry else None

    def _forget_contact(self, kind: str, field: str, value: str) -> None:
        """A contact gives up its name or number: whoever else has it is found by it now."""
        key = value.strip().lower()
        rows = self.rows("xero_contact")
        others = [row for row in rows if (row.get(field) or "").strip().lower() == key]
        if others:
            heir = min(others, key=lambda row: row["ContactStatus"] != "ACTIVE")
            self.store.put(kind, key, {"ContactID": heir["ContactID"]})
        else:
            self.store.delete(kind, key)

    def save_contact(self, document: Document) -> None:
        """Put a contact and its index entries; an active one owns its name."""
        contact_id = document["ContactID"]
        before = self.find("xero_contact", contact_id) or {}
        self.store.put("xero_contact", contact_id, document)
        for index, field in (("name", "Name"), ("number", "ContactNumber")):
            kind = f"xero_contact_{index}"
            old, new = before.get(field), document.get(field)
            if old and old != new and self.contact_by(index, old) is document:
                self._forget_contact(kind, field, old)
            holder = self.contact_by(index, new) if new else None
            if new and (holder is None or holder["ContactStatus"] != "ACTIVE"):
                self.store.put(kind, new.strip().lower(), {"ContactID": contact_id})
