"""Creating and changing contacts, with Xero's uniqueness rules (xero.md 7)."""
# ruff: noqa: SIM905 (long lists of Xero's words read better as text)

import re
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..store import Document
from . import messages, reading
from .envelope import NO_ID, stamp_text
from .reading import Element
from .tenant import Tenant

_LONGEST_NAME = 255
_TEXTS = (
    "ContactNumber AccountNumber Name FirstName LastName CompanyNumber EmailAddress TaxNumber"
    " BankAccountDetails AccountsReceivableTaxType AccountsPayableTaxType DefaultCurrency Website"
    " SalesDefaultAccountCode PurchasesDefaultAccountCode"
).split()

_ADDRESS = reading.Shape(
    "Address",
    {"AddressType": ("STREET", "POBOX")}
    | dict.fromkeys(
        "AddressLine1 AddressLine2 AddressLine3 AddressLine4 City Region PostalCode Country"
        " AttentionTo".split(),
        "text",
    ),
)
_PHONE = reading.Shape(
    "Phone",
    {"PhoneType": ("DEFAULT", "DDI", "MOBILE", "FAX", "OFFICE")}
    | dict.fromkeys(["PhoneNumber", "PhoneAreaCode", "PhoneCountryCode"], "text"),
)
_PERSON = reading.Shape(
    "ContactPerson",
    {"FirstName": "text", "LastName": "text", "EmailAddress": "text", "IncludeInEmails": "flag"},
)
SHAPE = reading.Shape(
    "Contact",
    {"ContactID": "guid", "ContactStatus": ("ACTIVE", "ARCHIVED", "GDPRREQUEST")}
    | dict.fromkeys(_TEXTS, "text")
    | {"Addresses": [_ADDRESS], "Phones": [_PHONE], "ContactPersons": [_PERSON]},
)
_IDENTITY = {"ContactID"}


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
    """The contact that a POST or a document means: by id, then number, then name."""
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
    document = (existing or _new()) | {
        name: value for name, value in sent.items() if name not in _IDENTITY
    }
    return Plan(
        document=document,
        errors=_faults(tenant, document, sent, existing),
        changed=document != existing,
    )


def _new() -> Document:
    return {"ContactID": str(uuid.uuid4()), "ContactStatus": "ACTIVE", "IsCustomer": False}


def _faults(
    tenant: Tenant, document: Document, sent: Element, existing: Document | None
) -> list[str]:
    faults = []
    own = document["ContactID"]
    name = document["Name"]
    if len(name) > _LONGEST_NAME or re.search("[<>]", name) or not name.strip():
        faults.append(messages.CONTACT_NAME)
    holder = tenant.contact_by("name", name)
    if holder and holder["ContactID"] != own and holder["ContactStatus"] == "ACTIVE":
        faults.append(messages.contact_name_taken(name))
    number = document.get("ContactNumber")
    holder = tenant.contact_by("number", number) if number else None
    if holder and holder["ContactID"] != own:
        faults.append(messages.CONTACT_NUMBER_TAKEN)
    if sent.get("EmailAddress") and not _is_email(sent["EmailAddress"]):
        faults.append(messages.EMAIL)
    if sent.get("Website") and not is_absolute_url(sent["Website"]):
        faults.append(messages.WEBSITE)
    if existing is None and sent.get("ContactStatus", "ACTIVE") != "ACTIVE":
        faults.append(f"The status '{sent['ContactStatus']}' is not valid for contacts")
    return faults


def _is_email(text: str) -> bool:
    """Plain ASCII, one @, a dot after it (umlauts are refused)."""
    return len(text) <= _LONGEST_NAME and bool(
        re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", text)
    )


def is_absolute_url(text: str) -> bool:
    """Http or https with a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


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
    updated = document.get("UpdatedDateUTC")
    return {
        "ContactID": document.get("ContactID", NO_ID),
        "ContactNumber": document.get("ContactNumber"),
        "AccountNumber": document.get("AccountNumber"),
        "ContactStatus": document.get("ContactStatus", "ACTIVE"),
        "Name": document.get("Name", ""),
        "FirstName": document.get("FirstName", ""),
        "LastName": document.get("LastName", ""),
        "CompanyNumber": document.get("CompanyNumber"),
        "EmailAddress": document.get("EmailAddress", ""),
        "BankAccountDetails": document.get("BankAccountDetails", ""),
        "TaxNumber": document.get("TaxNumber"),
        "AccountsReceivableTaxType": document.get("AccountsReceivableTaxType"),
        "AccountsPayableTaxType": document.get("AccountsPayableTaxType"),
        "SalesDefaultAccountCode": document.get("SalesDefaultAccountCode"),
        "PurchasesDefaultAccountCode": document.get("PurchasesDefaultAccountCode"),
        "Addresses": _filled(document.get("Addresses"), _EMPTY_ADDRESSES, "AddressType"),
        "Phones": _filled(document.get("Phones"), _EMPTY_PHONES, "PhoneType"),
        "UpdatedDateUTC": stamp_text(updated) if updated is not None else None,
        "ContactGroups": [],
        "IsSupplier": document.get("IsSupplier", False),
        "IsCustomer": document.get("IsCustomer", False),
        "DefaultCurrency": document.get("DefaultCurrency"),
        "Website": document.get("Website"),
        "ContactPersons": document.get("ContactPersons", []),
        "HasAttachments": False,
        "HasValidationErrors": False,
        "MergedToContactID": document.get("MergedToContactID"),
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
