"""What a person changes at Xero itself, past the rules of its API."""

from datetime import date
from decimal import Decimal
from typing import Any

from ...store import Document
from ..documents.arithmetic import rounded
from ..invoices import invoice_write
from ..organisation.chart import ACTIONS
from ..tenant import SETTINGS, Tenant

_LOCKS = {"PeriodLockDate", "EndOfYearLockDate"}
#: Xero's Starter plan approves so many invoices a month (xero.md 3.1).
_STARTER = 20
_ACCOUNT = {
    "Name": None,
    "TaxType": None,
    "Status": ("ACTIVE", "ARCHIVED", "DELETED"),
}
_CONTACT = {
    "Name": None,
    "ContactNumber": None,
    "EmailAddress": None,
    "ContactStatus": ("ACTIVE", "ARCHIVED", "GDPRREQUEST"),
}
_INVOICE = {
    "Reference": None,
    "InvoiceNumber": None,
    "Date": None,
    "DueDate": None,
    "Status": invoice_write.STATUSES,
}


class ControlError(ValueError):
    """What was asked of the sandbox makes no sense; the text says why."""


def edit(tenant: Tenant, asked: dict[str, Any]) -> dict[str, Any]:
    """Change the account, contact or invoice that is named; answers it. Raises ControlError."""
    changes = asked.get("set")
    named = [name for name in ("account", "contact", "invoice") if isinstance(asked.get(name), str)]
    if not isinstance(changes, dict) or len(named) != 1:
        raise ControlError('Send {"invoice" | "contact" | "account": "...", "set": {...}}.')
    change = {"account": _account, "contact": _contact, "invoice": _invoice}[named[0]]
    return change(tenant, str(asked[named[0]]), changes)


def _checked(changes: dict[str, Any], may: dict[str, Any]) -> dict[str, Any]:
    unknown = set(changes) - set(may)
    if unknown:
        raise ControlError(f"{', '.join(may)} can be set, not {', '.join(sorted(unknown))}.")
    for name, value in changes.items():
        if may[name] and value not in may[name]:
            raise ControlError(f"{name} is one of {', '.join(may[name])}, not {value!r}.")
        if not isinstance(value, str):
            raise ControlError(f"{name} is a text, not {value!r}.")
        if name in {"Date", "DueDate"}:
            _day(name, value)
    return changes


def _day(name: str, value: Any) -> None:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        raise ControlError(f"{name} is a date, YYYY-MM-DD, not {value!r}.") from None


def plain(tenant: Tenant, invoice: Document) -> dict[str, Any]:
    """An invoice as Xero would write it."""
    contact = tenant.find("xero_contact", invoice["ContactID"]) or {}
    return invoice_write.plain(invoice, contact)


def _account(tenant: Tenant, code: str, changes: dict[str, Any]) -> Document:
    """By code."""
    account = tenant.find("xero_account", code)
    if account is None:
        raise ControlError(f"There is no account {code!r}.")
    edited = account | _checked(changes, _ACCOUNT) | {"UpdatedDateUTC": tenant.now_ms()}
    tenant.store.put("xero_account", code, edited)
    return edited


def _contact(tenant: Tenant, named: str, changes: dict[str, Any]) -> Document:
    """By id, number or name."""
    contact = tenant.contact(named) or tenant.contact_by("name", named)
    if contact is None:
        raise ControlError(f"There is no contact {named!r}.")
    edited = contact | _checked(changes, _CONTACT) | {"UpdatedDateUTC": tenant.now_ms()}
    tenant.save_contact(edited)
    return edited


def _invoice(tenant: Tenant, named: str, changes: dict[str, Any]) -> dict[str, Any]:
    """By id or number."""
    invoice = tenant.invoice(named)
    if invoice is None:
        raise ControlError(f"There is no invoice {named!r}.")
    edited = _with_amounts(tenant, invoice, _checked(changes, _INVOICE))
    tenant.save_invoice(edited)
    return plain(tenant, edited)


def _with_amounts(tenant: Tenant, invoice: Document, changes: dict[str, Any]) -> Document:
    """The invoice with the changes, and the amounts that follow from its status."""
    edited = invoice | changes | {"UpdatedDateUTC": tenant.now_ms()}
    paid = Decimal(invoice["AmountPaid"])
    total = Decimal(invoice["Total"])
    if edited["Status"] == "PAID":
        paid = total
        edited["FullyPaidOnDate"] = tenant.today()
    ended = edited["Status"] in {"VOIDED", "DELETED"}
    edited["AmountPaid"] = str(rounded(paid))
    edited["AmountDue"] = "0.00" if ended else str(rounded(total - paid))
    return edited


def organisation(tenant: Tenant, asked: dict[str, Any]) -> Document:
    """Change properties of the organisation; answers it. Raises ControlError."""
    known = tenant.organisation | {"RefusedActions": []}
    for name, value in asked.items():
        if name not in known:
            raise ControlError(f"An organisation has no {name}.")
        if name in _LOCKS:
            if value is not None:
                _day(name, value)
        elif not (value is None or known[name] is None or type(value) is type(known[name])):
            raise ControlError(f"{name} is not of the kind of {known[name]!r}: {value!r}.")
    if set(asked.get("RefusedActions", ())) - set(ACTIONS):
        raise ControlError(f"RefusedActions are some of {', '.join(ACTIONS)}.")
    if "Class" in asked:
        limit = _STARTER if asked["Class"] == "STARTER" else None
        settings(tenant, {"approved_invoices_a_month": limit})
    changed = tenant.organisation | asked
    tenant.store.put("xero_setting", "organisation", changed)
    return changed


def settings(tenant: Tenant, asked: dict[str, Any]) -> Document:
    """Switch some of SETTINGS; answers them all. Raises ControlError."""
    for name, value in asked.items():
        if name not in SETTINGS:
            raise ControlError(f"Settings are {', '.join(SETTINGS)}; not {name}.")
        if isinstance(SETTINGS[name], bool) and not isinstance(value, bool):
            raise ControlError(f"{name} is true or false, not {value!r}.")
        if SETTINGS[name] is None and not (value is None or type(value) is int):
            raise ControlError(f"{name} is a whole number or null, not {value!r}.")
    changed = tenant.settings | asked
    tenant.store.put("xero_setting", "settings", changed)
    return changed
