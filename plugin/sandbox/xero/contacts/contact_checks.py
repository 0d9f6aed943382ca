"""What a contact may be: its properties, their lengths and forms, and who else has its name.

Facts: xero.md 7; lengths from Xero's published description.
"""
# ruff: noqa: SIM905 (long lists of Xero's words read better as text)

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from ...store import Document
from ..protocol import messages, reading
from ..protocol.reading import Element
from ..tenant import Tenant

_MOST_PERSONS = 5
_LAST_DAY = 31
#: Characters at most, by property; of the contact, its addresses and its phones.
_LENGTHS = dict.fromkeys(["FirstName", "LastName"], 255) | dict.fromkeys(
    ["ContactNumber", "AccountNumber", "CompanyNumber", "TaxNumber"], 50
)
_PART_LENGTHS = (
    dict.fromkeys("AddressLine1 AddressLine2 AddressLine3 AddressLine4".split(), 500)
    | dict.fromkeys(["City", "Region", "AttentionTo"], 255)
    | dict.fromkeys(["PostalCode", "Country", "PhoneNumber"], 50)
    | {"PhoneAreaCode": 10, "PhoneCountryCode": 20}
)
LONGEST_NAME = 255

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
_TERM = reading.Shape(
    "Bill",
    {
        "Day": "number",
        "Type": (
            "DAYSAFTERBILLDATE", "DAYSAFTERBILLMONTH", "OFCURRENTMONTH", "OFFOLLOWINGMONTH",
        ),
    },
)  # fmt: skip
_TRACKING = reading.Shape(
    "SalesTrackingCategory",
    dict.fromkeys(["TrackingCategoryName", "TrackingOptionName"], "text"),
)
_BATCH_PAYMENTS = reading.Shape(
    "BatchPaymentDetails",
    dict.fromkeys("BankAccountNumber BankAccountName Details Code Reference".split(), "text"),
)
_TEXTS = (
    "ContactNumber AccountNumber Name FirstName LastName CompanyNumber EmailAddress TaxNumber"
    " BankAccountDetails AccountsReceivableTaxType AccountsPayableTaxType DefaultCurrency Website"
    " SalesDefaultAccountCode PurchasesDefaultAccountCode XeroNetworkKey"
).split()
SHAPE = reading.Shape(
    "Contact",
    {"ContactID": "guid", "ContactStatus": ("ACTIVE", "ARCHIVED", "GDPRREQUEST")}
    | dict.fromkeys(_TEXTS, "text")
    | dict.fromkeys(
        ["SalesDefaultLineAmountType", "PurchasesDefaultLineAmountType"],
        ("INCLUSIVE", "EXCLUSIVE", "NONE"),
    )
    | {"Addresses": [_ADDRESS], "Phones": [_PHONE], "ContactPersons": [_PERSON]}
    | {"SalesTrackingCategories": [_TRACKING], "PurchasesTrackingCategories": [_TRACKING]}
    | {"PaymentTerms": reading.Shape("PaymentTerm", {"Bills": _TERM, "Sales": _TERM})}
    | {"BatchPayments": _BATCH_PAYMENTS},
)


def faults(tenant: Tenant, contact_id: str, changes: Element) -> list[str]:
    """What is wrong with the properties that are new or would change."""
    return [
        *_name_faults(tenant, contact_id, changes),
        *_form_faults(changes),
        *_reference_faults(tenant, changes),
    ]


def _name_faults(tenant: Tenant, contact_id: str, changes: Element) -> Iterator[str]:
    """Names are unique among active contacts, numbers among all."""
    if "Name" in changes:
        name = changes["Name"]
        if len(name) > LONGEST_NAME or re.search(r"[<>]|\s\s", name) or name != name.strip():
            yield messages.CONTACT_NAME
        holder = tenant.contact_by("name", name)
        if holder and holder["ContactID"] != contact_id and holder["ContactStatus"] == "ACTIVE":
            yield messages.contact_name_taken(name)
    number = changes.get("ContactNumber")
    holder = tenant.contact_by("number", number) if number else None
    if holder and holder["ContactID"] != contact_id:
        yield messages.CONTACT_NUMBER_TAKEN


def _form_faults(changes: Element) -> Iterator[str]:
    yield from _too_long(changes, _LENGTHS)
    persons = changes.get("ContactPersons", [])
    emails = [changes.get("EmailAddress"), *(person.get("EmailAddress") for person in persons)]
    if any(email and not _is_email(email) for email in emails):
        yield messages.EMAIL
    if len(persons) > _MOST_PERSONS:
        yield messages.CONTACT_PERSONS
    if changes.get("Website") and not is_absolute_url(changes["Website"]):
        yield messages.WEBSITE
    for part in [*changes.get("Addresses", []), *changes.get("Phones", [])]:
        yield from _too_long(part, _PART_LENGTHS)
        # Xero says "[A-Z], [a-z] only"; a space must be meant too, as in United Kingdom.
        if not re.fullmatch("[A-Za-z ]*", part.get("Country", "")):
            yield messages.COUNTRY
    for term in changes.get("PaymentTerms", {}).values():
        if not 0 <= term.get("Day", 0) <= _LAST_DAY:
            yield messages.PAYMENT_TERM_DAY


def _too_long(sent: Element, lengths: dict[str, int]) -> Iterator[str]:
    for name, value in sent.items():
        if name in lengths and len(value) > lengths[name]:
            yield messages.too_long(name, lengths[name])


def _reference_faults(tenant: Tenant, changes: Element) -> Iterator[str]:
    """Currencies, accounts and tax types must be there."""
    currency = changes.get("DefaultCurrency")
    if currency and tenant.find("xero_currency", currency) is None:
        yield messages.currency(currency)
    for name in ("SalesDefaultAccountCode", "PurchasesDefaultAccountCode"):
        code = changes.get(name)
        if code and tenant.find("xero_account", code) is None:
            yield messages.account_not_valid(code)
    for name in ("AccountsReceivableTaxType", "AccountsPayableTaxType"):
        tax_type = changes.get(name)
        if tax_type and tenant.find("xero_tax_rate", tax_type) is None:
            yield messages.tax_type_unknown(tax_type)


def _is_email(text: str) -> bool:
    """Plain ASCII, one @, a dot after it (umlauts are refused)."""
    return len(text) <= LONGEST_NAME and bool(
        re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", text)
    )


def is_absolute_url(text: str) -> bool:
    """Http or https with a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def kept(sent: Element, existing: Document | None) -> dict[str, Any]:
    """What was sent, as it is kept: addresses and phones fill their slots, days are whole."""
    found = {name: value for name, value in sent.items() if name != "ContactID"}
    for plural, key, default in (
        ("Addresses", "AddressType", "POBOX"),
        ("Phones", "PhoneType", "DEFAULT"),
    ):
        if plural in found:
            # [A] A slot that isn't sent stays as it was.
            slots = {slot[key]: slot for slot in (existing or {}).get(plural, [])}
            for slot in found[plural]:
                kind = slot.get(key, default)
                slots[kind] = slot | {key: kind}
            found[plural] = list(slots.values())
    if "PaymentTerms" in found:
        found["PaymentTerms"] = {
            name: term | ({"Day": int(term["Day"])} if "Day" in term else {})
            for name, term in found["PaymentTerms"].items()
        }
    return found
