"""Creating, changing and merging contacts, and how they are shown (xero.md 7)."""

import uuid
from dataclasses import dataclass
from typing import Any

from ...store import Document
from ..protocol import messages
from ..protocol.envelope import NO_ID, stamp_text
from ..protocol.reading import Element
from ..tenant import KINDS, Tenant
from .contact_checks import SHAPE, faults, is_absolute_url, kept

__all__ = ["SHAPE", "Plan", "is_absolute_url", "matched", "merge", "plan", "shown", "summary"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a write would do to a contact: nothing is stored until `commit`."""

    #: The contact as it would be; what was sent, where there are errors.
    document: Document
    errors: list[str]
    changed: bool

    def commit(self, tenant: Tenant) -> Document:
        """Store it; the contact as it is now."""
        if not self.changed:
            return self.document
        document = self.document | {"UpdatedDateUTC": tenant.now_ms()}
        tenant.save_contact(document)
        return document


def matched(tenant: Tenant, sent: Element) -> Document | None:
    """The contact that a POST or a document means: by id, then number, then name.

    [A] A number that nobody has is a new contact, even where the name is known: the name is then
    refused as taken, which is what Xero's description shows.
    """
    if "ContactID" in sent:
        return tenant.find("xero_contact", sent["ContactID"])
    if sent.get("ContactNumber"):
        return tenant.contact_by("number", sent["ContactNumber"])
    return tenant.contact_by("name", sent["Name"]) if sent.get("Name") else None


def plan(tenant: Tenant, sent: Element, existing: Document | None) -> Plan:
    """Create a contact, or change `existing`, as far as the rules allow it."""
    if "ContactID" in sent and existing is None:
        return Plan(document=sent, errors=[messages.CONTACT_UNKNOWN], changed=False)
    if existing is None and not sent.get("Name"):
        return Plan(document=sent, errors=[messages.CONTACT_UNIDENTIFIED], changed=False)
    if existing and existing["ContactStatus"] != "ACTIVE":
        return Plan(document=existing, errors=[messages.CONTACT_FIXED], changed=False)
    before = existing or _new()
    changes = {
        name: value
        for name, value in kept(sent, existing).items()
        if name not in before or before[name] != value
    }
    errors = faults(tenant, before["ContactID"], changes) if changes else []
    if existing is None and "ContactStatus" in changes:
        errors.append(messages.contact_status(changes["ContactStatus"]))
    if existing and changes.get("Name") == "":
        errors.append(messages.CONTACT_NAME)
    return Plan(
        document=before | changes,
        errors=errors,
        changed=existing is None or bool(changes),
    )


def _new() -> Document:
    return {"ContactID": str(uuid.uuid4()), "ContactStatus": "ACTIVE", "IsCustomer": False}


def merge(tenant: Tenant, from_id: str, to_id: str) -> Document:
    """Merge one contact into another, as a person does in Xero; the one that stays.

    The first is archived for good and points to the second, which takes over its documents.
    Raises ValueError where either is unknown, they are the same, or one isn't active.
    """
    merged, stays = tenant.find("xero_contact", from_id), tenant.find("xero_contact", to_id)
    if merged is None or stays is None or merged is stays:
        raise ValueError("Merging takes the ids of two contacts that exist.")
    if {merged["ContactStatus"], stays["ContactStatus"]} != {"ACTIVE"}:
        raise ValueError("Only active contacts can be merged.")
    now = {"UpdatedDateUTC": tenant.now_ms()}
    for kind in KINDS:
        if kind.startswith("xero_contact"):
            continue
        for key, row in list(tenant.store.table(kind).items()):
            if row.get("ContactID") == from_id:
                tenant.store.put(kind, key, row | now | {"ContactID": to_id})
    archived = {"ContactStatus": "ARCHIVED", "MergedToContactID": to_id}
    tenant.save_contact(merged | now | archived)
    roles = {name: merged.get(name) or stays.get(name) for name in ("IsCustomer", "IsSupplier")}
    stays = stays | now | {name: bool(value) for name, value in roles.items()}
    tenant.save_contact(stays)
    return stays


# --------------------------------------------------------------------------- as written


_EMPTY_PHONES = [
    {"PhoneType": kind, "PhoneNumber": "", "PhoneAreaCode": "", "PhoneCountryCode": ""}
    for kind in ("DDI", "DEFAULT", "FAX", "MOBILE")
]
_EMPTY_ADDRESSES = [
    {"AddressType": kind, "City": "", "Region": "", "PostalCode": "", "Country": ""}
    for kind in ("STREET", "POBOX")
]


def shown(document: Document) -> dict[str, Any]:
    """A contact in full: always 4 phones and 2 addresses, empty where nothing is known."""
    get = document.get
    updated = get("UpdatedDateUTC")
    return {
        "ContactID": get("ContactID", NO_ID),
        "ContactNumber": get("ContactNumber"),
        "AccountNumber": get("AccountNumber"),
        "ContactStatus": get("ContactStatus", "ACTIVE"),
        "Name": get("Name", ""),
        "FirstName": get("FirstName", ""),
        "LastName": get("LastName", ""),
        "CompanyNumber": get("CompanyNumber"),
        "EmailAddress": get("EmailAddress", ""),
        "BankAccountDetails": get("BankAccountDetails", ""),
        "TaxNumber": get("TaxNumber"),
        "AccountsReceivableTaxType": get("AccountsReceivableTaxType"),
        "AccountsPayableTaxType": get("AccountsPayableTaxType"),
        "SalesDefaultAccountCode": get("SalesDefaultAccountCode"),
        "PurchasesDefaultAccountCode": get("PurchasesDefaultAccountCode"),
        "Addresses": _filled(get("Addresses"), _EMPTY_ADDRESSES, "AddressType"),
        "Phones": _filled(get("Phones"), _EMPTY_PHONES, "PhoneType"),
        "UpdatedDateUTC": stamp_text(updated) if updated is not None else None,
        "ContactGroups": get("ContactGroups", []),
        "IsSupplier": get("IsSupplier", False),
        "IsCustomer": get("IsCustomer", False),
        "SalesDefaultLineAmountType": get("SalesDefaultLineAmountType"),
        "PurchasesDefaultLineAmountType": get("PurchasesDefaultLineAmountType"),
        "SalesTrackingCategories": get("SalesTrackingCategories"),
        "PurchasesTrackingCategories": get("PurchasesTrackingCategories"),
        "DefaultCurrency": get("DefaultCurrency"),
        "XeroNetworkKey": get("XeroNetworkKey"),
        "Website": get("Website"),
        "BatchPayments": get("BatchPayments"),
        "PaymentTerms": get("PaymentTerms"),
        "ContactPersons": get("ContactPersons", []),
        "HasAttachments": False,
        "HasValidationErrors": False,
        "MergedToContactID": get("MergedToContactID"),
    }


def _filled(given: Any, empty: list[dict[str, str]], key: str) -> list[dict[str, str]]:
    if not given:
        return empty
    by_type = {entry.get(key): entry for entry in given}
    return [blank | by_type.get(blank[key], {}) for blank in empty]


def summary(document: Document) -> dict[str, Any]:
    """A contact as a list of invoices shows it."""
    return {
        "ContactID": document["ContactID"],
        "ContactNumber": document.get("ContactNumber"),
        "Name": document.get("Name", ""),
        "Addresses": [],
        "Phones": [],
        "ContactGroups": [],
        "ContactPersons": [],
        "HasValidationErrors": False,
    }
