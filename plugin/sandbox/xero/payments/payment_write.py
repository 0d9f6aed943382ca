"""Making and deleting a payment: what is checked, and what it does to what it pays (xero.md 3.1).

A payment has no key of its own: the same one sent twice pays twice, as far as there is
something due.
"""

import uuid
from decimal import Decimal
from typing import Any

from ...store import Document
from ..documents.arithmetic import ZERO, rounded
from ..documents.document_checks import locked
from ..documents.kinds import CREDIT_NOTE, INVOICE, Kind
from ..protocol import messages, reading
from ..protocol.reading import Element
from ..tenant import Tenant
from . import balances

TABLE = "xero_payment"
SHAPE = reading.Shape(
    "Payment",
    {
        "PaymentID": "guid",
        "Invoice": reading.Shape("Invoice", {"InvoiceID": "guid", "InvoiceNumber": "text"}),
        "CreditNote": reading.Shape(
            "CreditNote", {"CreditNoteID": "guid", "CreditNoteNumber": "text"}
        ),
        "Account": reading.Shape("Account", {"AccountID": "guid", "Code": "text"}),
        "Date": "day",
        "IsReconciled": "flag",
        "Status": ("AUTHORISED", "DELETED"),
    }
    | dict.fromkeys(["InvoiceNumber", "CreditNoteNumber", "Code", "Reference"], "text")
    | dict.fromkeys(["Amount", "CurrencyRate"], "number"),
)
_TYPES = {
    "ACCREC": "ACCRECPAYMENT",
    "ACCPAY": "ACCPAYPAYMENT",
    "ACCRECCREDIT": "ARCREDITPAYMENT",
    "ACCPAYCREDIT": "APCREDITPAYMENT",
}


def make(tenant: Tenant, sent: Element) -> tuple[Document | None, list[str]]:
    """Make a payment: its row, or what is wrong with it."""
    kind, paid = _meant(tenant, sent)
    account = _account(tenant, sent)
    errors = _faults(tenant, sent, paid, account)
    if errors or paid is None or account is None:
        return None, errors
    now = tenant.now_ms()
    amount = rounded(sent["Amount"])
    rate = sent.get("CurrencyRate") or Decimal(paid["CurrencyRate"])
    entry = {
        "PaymentID": str(uuid.uuid4()),
        "Date": sent.get("Date", tenant.today()),
        "Amount": str(amount),
        "Reference": sent.get("Reference"),
        "CurrencyRate": str(rounded(rate, 6)),
    }
    row = entry | {
        "Endpoint": kind.plural,
        "OwnerID": paid[kind.id_name],
        "PaymentType": _TYPES[paid["Type"]],
        "Status": "AUTHORISED",
        "IsReconciled": sent.get("IsReconciled", False),
        "AccountID": account["AccountID"],
        "AccountCode": account.get("Code"),
        "Created": now,
        "UpdatedDateUTC": now,
    }
    _store(tenant, row, paid, [*paid.get("Payments", ()), entry], amount)
    return row, []


def delete(tenant: Tenant, row: Document, sent: Element) -> tuple[Document, list[str]]:
    """Delete a payment, so that what it paid is due again: its row, and what is wrong."""
    if sent.get("Status") != "DELETED":
        return row, [messages.PAYMENT_STATUS]
    if row["Status"] == "DELETED":
        return row, [messages.PAYMENT_DELETED]
    refusal = locked(tenant.organisation, row["Date"])
    if refusal:
        return row, [refusal]
    deleted = row | {"Status": "DELETED", "UpdatedDateUTC": tenant.now_ms()}
    paid = paid_by(tenant, row)
    left = [each for each in paid["Payments"] if each["PaymentID"] != row["PaymentID"]]
    _store(tenant, deleted, paid, left, -Decimal(row["Amount"]))
    return deleted, []


def paid_by(tenant: Tenant, row: Document) -> Document:
    """The invoice or credit note that a payment was made on."""
    return tenant.store.table(_kind_of(row).table)[row["OwnerID"]]


def _kind_of(row: Document) -> Kind:
    return INVOICE if row["Endpoint"] == INVOICE.plural else CREDIT_NOTE


def _meant(tenant: Tenant, sent: Element) -> tuple[Kind, Document | None]:
    """The invoice or credit note that is to be paid."""
    for kind in (INVOICE, CREDIT_NOTE):
        named = sent.get(kind.name, {})
        wanted = (
            named.get(kind.id_name) or named.get(kind.number_name) or sent.get(kind.number_name)
        )
        if wanted:
            return kind, kind.find(tenant, wanted)
    return INVOICE, None


def _account(tenant: Tenant, sent: Element) -> Document | None:
    named = sent.get("Account", {})
    code = named.get("Code") or sent.get("Code")
    for account in tenant.rows("xero_account"):
        if account["AccountID"] == named.get("AccountID") or (code and account["Code"] == code):
            return account
    return None


def _faults(
    tenant: Tenant, sent: Element, paid: Document | None, account: Document | None
) -> list[str]:
    faults = []
    if account is None or account["Status"] != "ACTIVE":
        faults.append(messages.ACCOUNT_UNKNOWN)
    elif account["Type"] != "BANK" and not account["EnablePaymentsToAccount"]:
        faults.append(messages.PAYMENT_ACCOUNT)
    amount = rounded(sent.get("Amount", ZERO))
    if amount <= 0:
        faults.append(messages.PAYMENT_NOT_POSITIVE)
    if paid is None:
        faults.append(messages.INVOICE_UNKNOWN)
    else:
        if paid["Status"] != "AUTHORISED":
            faults.append(messages.PAYMENT_NOT_AUTHORISED)
        if amount > balances.left(paid):
            faults.append(messages.PAYMENT_TOO_HIGH)
    refusal = locked(tenant.organisation, sent.get("Date", tenant.today()))
    return [*faults, refusal] if refusal else faults


def _store(
    tenant: Tenant, row: Document, paid: Document, entries: list[Any], amount: Decimal
) -> None:
    """Keep the payment, and what is left of the document that it pays."""
    tenant.store.put(TABLE, row["PaymentID"], row)
    moved = balances.moved(paid, {"Payments": entries}, row["UpdatedDateUTC"], paid=amount)
    _kind_of(row).save(tenant, moved)
