"""Allocations: how much of a credit note pays which invoice (xero.md 10)."""

import uuid
from decimal import Decimal
from typing import Any

from ...store import Document
from ..documents.arithmetic import ZERO, rounded
from ..documents.document_checks import locked
from ..documents.documents import SCOPES, status_of
from ..documents.kinds import CREDIT_NOTE, INVOICE
from ..protocol import messages, reading
from ..protocol.envelope import Answer, day_text, invalid, not_found, to_json, validation_errors
from ..protocol.reading import Element
from ..protocol.routing import Call, Route
from ..tenant import Tenant
from . import balances

_INVOICE = reading.Shape("Invoice", {"InvoiceID": "guid", "InvoiceNumber": "text"})
#: AppliedAmount is what Xero's older description calls the amount; pyxero still sends it.
_SHAPE = reading.Shape(
    "Allocation",
    {"Invoice": _INVOICE, "Amount": "number", "AppliedAmount": "number", "Date": "day"},
)
_PAIRS = {"ACCRECCREDIT": "ACCREC", "ACCPAYCREDIT": "ACCPAY"}


def put(call: Call) -> Answer:
    """Use a credit note to pay invoices; the good ones stay when others are refused."""
    note = CREDIT_NOTE.find(call.tenant, call.ids[0])
    if note is None:
        return not_found()
    sent = [
        _SHAPE.read(element, f"Allocations[{position}]")
        for position, element in enumerate(reading.elements(call.body, "Allocations"))
    ]
    answers, failed = [], []
    for element in sent:
        if "AppliedAmount" in element:
            element.setdefault("Amount", element.pop("AppliedAmount"))
        # An earlier element may have used some of the credit.
        note = call.tenant.store.table(CREDIT_NOTE.table)[note["CreditNoteID"]]
        invoice = _invoice(call.tenant, element)
        errors = list(_faults(call.tenant, element, note, invoice))
        entry = element
        if invoice is not None and not errors:
            entry = _stored(call.tenant, element, note, invoice)
        answer = _shown(entry, note, invoice, errors)
        if not call.summarize_errors:
            answer["StatusAttributeString"] = status_of(errors, [])
        answers.append(answer)
        if errors:
            failed.append(answer)
    if failed and call.summarize_errors:
        return invalid(failed)
    return Answer(payload={"Allocations": answers})


def _invoice(tenant: Tenant, sent: Element) -> Document | None:
    named = sent.get("Invoice", {})
    wanted = named.get("InvoiceID") or named.get("InvoiceNumber")
    return INVOICE.find(tenant, wanted) if wanted else None


def _faults(tenant: Tenant, sent: Element, note: Document, invoice: Document | None) -> list[str]:
    if invoice is None:
        return [messages.INVOICE_UNKNOWN]
    amount = rounded(sent.get("Amount", ZERO))
    faults = []
    if amount <= 0:
        faults.append(messages.ALLOCATION_NOT_POSITIVE)
    if invoice["Status"] == "PAID":
        faults.append(messages.ALLOCATION_PAID_OFF)
    elif {note["Status"], invoice["Status"]} != {"AUTHORISED"}:
        faults.append(messages.ALLOCATION_STATUS)
    if amount > min(balances.left(note), balances.left(invoice)):
        faults.append(messages.ALLOCATION_TOO_HIGH)
    if _PAIRS[note["Type"]] != invoice["Type"]:
        faults.append(messages.ALLOCATION_TYPE)
    if note["ContactID"] != invoice["ContactID"]:
        faults.append(messages.ALLOCATION_CONTACT)
    if note["CurrencyCode"] != invoice["CurrencyCode"]:
        faults.append(messages.ALLOCATION_CURRENCY)
    refusal = locked(tenant.organisation, sent.get("Date", tenant.today()))
    return [*faults, refusal] if refusal else faults


def _stored(tenant: Tenant, sent: Element, note: Document, invoice: Document) -> Document:
    amount = rounded(sent["Amount"])
    entry = {
        "AllocationID": str(uuid.uuid4()),
        "Amount": str(amount),
        "Date": sent.get("Date", tenant.today()),
        "InvoiceID": invoice["InvoiceID"],
        "InvoiceNumber": invoice["InvoiceNumber"],
    }
    applied = {
        "AllocationID": entry["AllocationID"],
        "CreditNoteID": note["CreditNoteID"],
        "CreditNoteNumber": note["CreditNoteNumber"],
        "AppliedAmount": entry["Amount"],
        "Date": entry["Date"],
        "Total": note["Total"],
    }
    _move(
        tenant,
        note,
        invoice,
        amount,
        allocations=[*note.get("Allocations", ()), entry],
        credit_notes=[*invoice.get("CreditNotes", ()), applied],
    )
    return entry


def _move(
    tenant: Tenant,
    note: Document,
    invoice: Document,
    amount: Decimal,
    *,
    allocations: list[Any],
    credit_notes: list[Any],
) -> None:
    """Take `amount` from the credit note to the invoice; the other way where it is negative."""
    now = tenant.now_ms()
    used = balances.moved(note, {"Allocations": allocations}, now, paid=ZERO, credited=amount)
    credited = balances.moved(
        invoice, {"CreditNotes": credit_notes}, now, paid=ZERO, credited=amount
    )
    CREDIT_NOTE.save(tenant, used)
    INVOICE.save(tenant, credited)


def delete(call: Call) -> Answer:
    """Take an allocation back; the answer is the allocation alone, as the specification says."""
    note = CREDIT_NOTE.find(call.tenant, call.ids[0])
    wanted = call.ids[1].lower()
    entries = note.get("Allocations", []) if note else []
    entry = next((each for each in entries if each["AllocationID"] == wanted), None)
    if note is None or entry is None:
        return not_found()
    refusal = locked(call.tenant.organisation, entry["Date"])
    if refusal:
        return invalid([_shown(entry, note, None, [refusal])])
    invoice = call.tenant.store.table(INVOICE.table)[entry["InvoiceID"]]
    _move(
        call.tenant,
        note,
        invoice,
        -Decimal(entry["Amount"]),
        allocations=[each for each in entries if each["AllocationID"] != wanted],
        credit_notes=[each for each in invoice["CreditNotes"] if each["AllocationID"] != wanted],
    )
    return Answer(text=to_json(_shown(entry, note, invoice, []) | {"IsDeleted": True}))


def _shown(
    entry: Document, note: Document, invoice: Document | None, errors: list[str]
) -> dict[str, Any]:
    """An allocation in Xero's form and order."""
    shown: dict[str, Any] = {
        "AllocationID": entry.get("AllocationID"),
        "Amount": str(rounded(Decimal(entry.get("Amount", ZERO)))),
        "Date": day_text(entry.get("Date")),
    }
    if invoice is not None:
        names = ("InvoiceID", "InvoiceNumber")
        shown["Invoice"] = {name: invoice[name] for name in names} | {"LineItems": []}
    elif "Invoice" in entry:
        shown["Invoice"] = entry["Invoice"]
    shown["CreditNote"] = {"CreditNoteID": note["CreditNoteID"], "LineItems": []}
    shown["ValidationErrors"] = validation_errors(errors)
    return shown


ROUTES = [
    Route(template="CreditNotes/{id}/Allocations", scopes=SCOPES, handlers={"PUT": put}),
    Route(template="CreditNotes/{id}/Allocations/{id}", scopes=SCOPES, handlers={"DELETE": delete}),
]
