"""Payments: what was paid on an invoice, or refunded on a credit note (xero.md 10)."""
# ruff: noqa: SIM905 (long lists of Xero's words read better as text)

from decimal import Decimal
from typing import Any

from ...store import Document
from ..contacts import contact_write
from ..documents import document_lists
from ..documents.arithmetic import ZERO, rounded
from ..documents.documents import status_of
from ..invoices.invoices import INVOICES
from ..protocol import filters, reading
from ..protocol.envelope import (
    NO_ID,
    Answer,
    day_text,
    invalid,
    moment_of,
    not_found,
    stamp_text,
    validation_errors,
)
from ..protocol.reading import Element
from ..protocol.routing import Call, Route
from ..tenant import Tenant
from . import payment_write
from .payment_write import TABLE

# ------------------------------------------------------------------------------------ GET


def _fields(tenant: Tenant) -> filters.Fields:
    """What ``where`` and ``order`` may name."""

    def paid(name: str) -> Any:
        return lambda row: payment_write.paid_by(tenant, row).get(name)

    return {
        "PaymentID": filters.guid("PaymentID"),
        **{
            name: filters.text(lambda row, name=name: row.get(name))  # type: ignore[misc]
            for name in "Status PaymentType Reference".split()
        },
        "Amount": filters.number("Amount"),
        "CurrencyRate": filters.number("CurrencyRate"),
        "Date": filters.day("Date"),
        "UpdatedDateUTC": filters.stamp("UpdatedDateUTC"),
        "IsReconciled": filters.Value("flag", lambda row: row["IsReconciled"]),
        "Invoice.InvoiceID": filters.guid("OwnerID"),
        "Invoice.InvoiceNumber": filters.text(
            lambda row: paid("InvoiceNumber")(row) or paid("CreditNoteNumber")(row)
        ),
        "Invoice.Type": filters.text(paid("Type")),
        "Invoice.Contact.ContactID": filters.Value("guid", paid("ContactID")),
        "Account.AccountID": filters.guid("AccountID"),
        "Account.Code": filters.text(lambda row: row.get("AccountCode")),
    }


def get(call: Call) -> Answer:
    """Payments that match; the deleted ones too, as `Status` says."""
    known = _fields(call.tenant)
    rows = document_lists.filtered(call, call.tenant.rows(TABLE), known)
    rows = filters.ordered(rows, call.args.get("order"), known, "PaymentID")
    pagination = None
    if "page" in call.args:
        rows, pagination = filters.paged(rows, call.args)
    else:
        document_lists.refuse_too_many(rows)
    shown = [_shown(row, _short(call.tenant, row)) for row in rows]
    return Answer(payload={"pagination": pagination, "Payments": shown})


def get_one(call: Call) -> Answer:
    """One payment, with the whole of its invoice."""
    row = call.tenant.find(TABLE, call.ids[0].lower())
    if row is None:
        return not_found()
    return Answer(payload={"Payments": [_shown(row, _full(call.tenant, row))]})


# ----------------------------------------------------------------------------- PUT and POST


def put(call: Call) -> Answer:
    """Pay; the good ones stay when others are refused."""
    return _write(call, _read(call), summarize=call.summarize_errors)


def post(call: Call) -> Answer:
    """Pay; it knows no summarizeErrors (xero.md 2.4)."""
    return _write(call, _read(call), summarize=True)


def post_one(call: Call) -> Answer:
    """Delete one payment: what it paid is due again."""
    row = call.tenant.find(TABLE, call.ids[0].lower())
    if row is None:
        return not_found()
    sent = _read(call)
    row, errors = payment_write.delete(call.tenant, row, sent[0] if sent else {})
    if errors:
        return invalid([_shown(row, _short(call.tenant, row)) | _told(errors)])
    return Answer(payload={"Payments": [_shown(row, _full(call.tenant, row))]})


def _read(call: Call) -> list[Element]:
    return [
        payment_write.SHAPE.read(element, f"Payments[{position}]")
        for position, element in enumerate(reading.elements(call.body, "Payments"))
    ]


def _write(call: Call, sent: list[Element], *, summarize: bool) -> Answer:
    answers, failed = [], []
    for element in sent:
        row, errors = payment_write.make(call.tenant, element)
        answer = _shown(row, _full(call.tenant, row)) if row else _refused(call.tenant, element)
        if errors:
            answer |= _told(errors)
            failed.append(answer)
        if not summarize:
            answer["StatusAttributeString"] = status_of(errors, [])
        answers.append(answer)
    if failed and summarize:
        return invalid(failed)
    return Answer(payload={"Payments": answers})


def _refused(tenant: Tenant, sent: Element) -> Document:
    """What was sent of a payment that was not made."""
    names = ("Reference", "Invoice", "CreditNote", "Account")
    return {
        "PaymentID": NO_ID,
        "Date": day_text(sent.get("Date", tenant.today())),
        "Amount": str(rounded(sent.get("Amount", ZERO))),
    } | {name: sent[name] for name in names if name in sent}


def _told(errors: list[str]) -> Document:
    return {"HasValidationErrors": True, "ValidationErrors": validation_errors(errors)}


# ------------------------------------------------------------------------------- as written


def _short(tenant: Tenant, row: Document) -> Document:
    """The paid document as a list of payments shows it: credit notes too as an Invoice."""
    paid = payment_write.paid_by(tenant, row)
    return {
        "Type": paid["Type"],
        "InvoiceID": row["OwnerID"],
        "InvoiceNumber": paid.get("InvoiceNumber") or paid.get("CreditNoteNumber") or "",
        "Payments": [],
        "CreditNotes": [],
        "Prepayments": [],
        "Overpayments": [],
        "HasErrors": False,
        "IsDiscounted": False,
        "Contact": contact_write.summary(document_lists.contact_of(tenant, paid)),
        "LineItems": [],
        "CurrencyCode": paid["CurrencyCode"],
    }


def _full(tenant: Tenant, row: Document) -> Document:
    """The paid invoice as a single payment shows it."""
    paid = payment_write.paid_by(tenant, row)
    if "InvoiceID" not in paid:
        return _short(tenant, row)
    contact = contact_write.summary(document_lists.contact_of(tenant, paid))
    return INVOICES.shown(paid, contact, 2)


def _shown(row: Document, invoice: Document) -> Document:
    """A payment in Xero's form and order."""
    account = {"AccountID": row["AccountID"], "Code": row["AccountCode"]}
    in_base = Decimal(row["Amount"]) / (Decimal(row["CurrencyRate"]) or 1)
    return {
        "PaymentID": row["PaymentID"],
        "Date": day_text(row["Date"]),
        "BankAmount": rounded(in_base),
        "Amount": row["Amount"],
        "Reference": row["Reference"],
        "CurrencyRate": row["CurrencyRate"],
        "PaymentType": row["PaymentType"],
        "Status": row["Status"],
        "UpdatedDateUTC": stamp_text(row["UpdatedDateUTC"]),
        "UpdatedDateUTCString": f"{moment_of(row['UpdatedDateUTC']):%Y-%m-%dT%H:%M:%S}",
        "HasAccount": True,
        "IsReconciled": row["IsReconciled"],
        "Account": account,
        "Invoice": invoice,
        "HasValidationErrors": False,
    }


_SCOPES = ("accounting.payments",)
ROUTES = [
    Route(template="Payments", scopes=_SCOPES, handlers={"GET": get, "PUT": put, "POST": post}),
    Route(template="Payments/{id}", scopes=_SCOPES, handlers={"GET": get_one, "POST": post_one}),
]
