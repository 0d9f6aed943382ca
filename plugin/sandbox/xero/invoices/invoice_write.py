"""Creating and changing an invoice: what is checked, computed and kept (xero.md 4)."""

from decimal import Decimal
from typing import Any

from ...store import Document
from ..contacts import contact_write
from ..documents import arithmetic, document_lines
from ..documents.document_checks import unchanged
from ..documents.document_write import DocumentWrite, Written
from ..documents.kinds import INVOICE
from ..payments import balances
from ..protocol import messages, reading
from ..protocol.envelope import moment_of
from ..protocol.reading import Element
from ..tenant import Tenant
from . import invoice_lines

STATUSES = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")
TYPES = (
    "ACCREC", "ACCPAY", "ACCRECCREDIT", "ACCPAYCREDIT", "AROVERPAYMENT", "APOVERPAYMENT",
    "ARPREPAYMENT", "APPREPAYMENT",
)  # fmt: skip
SHAPE = reading.Shape(
    "Invoice",
    {
        "InvoiceID": "guid",
        "Type": TYPES,
        "Contact": contact_write.SHAPE,
        "LineItems": [invoice_lines.SHAPE],
        "LineAmountTypes": ("Exclusive", "Inclusive", "NoTax"),
        "Status": STATUSES,
        "SentToContact": "flag",
    }
    | dict.fromkeys(["Date", "DueDate", "ExpectedPaymentDate", "PlannedPaymentDate"], "day")
    | dict.fromkeys(["InvoiceNumber", "Reference", "Url", "CurrencyCode"], "text")
    | dict.fromkeys(["BrandingThemeID"], "guid")
    | dict.fromkeys(["CurrencyRate", "SubTotal", "TotalTax", "Total"], "number"),
)
#: Of a paid or part-paid document only these may change, and its lines' labels (xero.md 4).
_EDITABLE_WHEN_PAID = {
    "InvoiceID", "CreditNoteID", "Type", "Status", "Reference", "DueDate", "InvoiceNumber",
    "CreditNoteNumber", "BrandingThemeID", "Contact", "Url", "SentToContact",
    "ExpectedPaymentDate", "PlannedPaymentDate",
}  # fmt: skip


def write(
    tenant: Tenant, sent: Element, existing: Document | None, *, app: str | None, unitdp: int
) -> Written:
    """Create an invoice, or change `existing`; with errors nothing is stored."""
    return InvoiceWrite(tenant, sent, existing, app, unitdp).run()


class LedgerWrite(DocumentWrite):
    """An invoice or a credit note: in the ledger, and fixed once money has moved on it."""

    created_as = frozenset({"DRAFT", "SUBMITTED", "AUTHORISED"})
    changes = {  # noqa: RUF012 (declared as a class variable by its base)
        "DRAFT": frozenset({"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"}),
        "SUBMITTED": frozenset({"SUBMITTED", "AUTHORISED", "DRAFT", "DELETED"}),
        "AUTHORISED": frozenset({"AUTHORISED", "VOIDED"}),
        # Of a paid one the few properties of _EDITABLE_WHEN_PAID may still change.
        "PAID": frozenset({"PAID"}),
    }
    approved_as = frozenset({"SUBMITTED", "AUTHORISED", "PAID"})
    sent_as = frozenset({"AUTHORISED", "PAID"})
    not_sent = messages.SALE_NOT_SENT
    in_ledger = True
    #: The types that it may have, what is said of others, and of voiding it once it has moved.
    types: tuple[str, ...]
    not_of_type: str
    not_voided: str

    def _settled(self) -> Decimal:
        return balances.settled(self.existing) if self.existing else arithmetic.ZERO

    def _check_status(self) -> None:
        if self.existing is None:
            if self.document.get("Type") not in self.types:
                self.errors.append(self.not_of_type)
            super()._check_status()
            return
        settled = self._settled()
        if settled and self.document["Status"] == "VOIDED":
            self.errors.append(self.not_voided)
        else:
            super()._check_status()
        if settled and self._edits_what_is_fixed(self.existing):
            if self.existing["Status"] == "PAID":
                self.errors.append(self.not_for_modification)
            self.errors.append(messages.PAID_FIXED)

    def _edits_what_is_fixed(self, existing: Document) -> bool:
        names = set(self.sent) - _EDITABLE_WHEN_PAID - {"LineItems"}
        if names - unchanged(existing, self.sent, names):
            return True
        kept = {line["LineItemID"]: line for line in existing["LineItems"]}
        return "LineItems" in self.sent and not document_lines.same_money(
            kept, self.sent["LineItems"], self.unitdp
        )

    def _check_total(self, total: Decimal) -> None:
        if total < 0:
            self.errors.append(messages.NEGATIVE_TOTAL)


class InvoiceWrite(LedgerWrite):
    """A sales invoice (ACCREC) or a bill (ACCPAY)."""

    kind = INVOICE
    types = ("ACCREC", "ACCPAY")
    not_of_type = messages.INVOICE_TYPE
    not_for_creation = messages.STATUS_FOR_CREATION
    not_for_modification = messages.STATUS_FOR_MODIFICATION
    not_voided = messages.VOIDED_WITH_PAYMENTS

    def _defaults(self) -> Document:
        return {"Type": None, "AmountPaid": "0.00", "AmountCredited": "0.00"}

    @property
    def sale(self) -> bool:
        """ACCREC, as opposed to a bill."""
        return bool(self.document["Type"] == "ACCREC")

    def _discounts(self) -> frozenset[str]:
        """Bills have none (xero.md 5.3)."""
        return frozenset({"rate", "amount"}) if self.sale else frozenset()

    def _check_for_approval(self) -> None:
        super()._check_for_approval()
        if not self._approved():
            return
        if self.sale and not self.document.get("DueDate"):
            self.errors.append(messages.DUE_DATE_MISSING)
        limit = self.tenant.settings["approved_invoices_a_month"]
        before = (self.existing or {}).get("Status")
        if limit is None or self.document["Status"] != "AUTHORISED" or before == "AUTHORISED":
            return
        if self.sale and self._approved_this_month() >= limit:
            self.errors.append(messages.PLAN_LIMIT)

    def _approved_this_month(self) -> int:
        now = self.tenant.clock()
        months = [
            moment_of(row["Approved"])
            for row in self.tenant.rows("xero_invoice")
            if row.get("Approved") and row["Type"] == "ACCREC"
        ]
        return sum(month.year == now.year and month.month == now.month for month in months)

    def _put_balance(self, total: Decimal) -> None:
        settled = Decimal(self.document["AmountPaid"]) + Decimal(self.document["AmountCredited"])
        due = arithmetic.ZERO if self._ended() else total - settled
        self.document["AmountDue"] = str(arithmetic.rounded(due))
        self._check_total(total)

    def _store(self, contact: Document) -> Document:
        document = self.document
        if document["Status"] == "AUTHORISED":
            document.setdefault("Approved", document["UpdatedDateUTC"])
            if Decimal(document["Total"]) == 0 and self.tenant.settings["zero_total_is_paid"]:
                document |= {"Status": "PAID", "FullyPaidOnDate": document["Date"]}
        return super()._store(contact)


def plain(document: Document, contact: Document) -> dict[str, Any]:
    """An invoice in few words, amounts as text: for judging tests, not Xero's form."""
    names = "ItemCode Description Quantity UnitAmount AccountCode TaxType TaxAmount LineAmount"
    return {
        "id": document["InvoiceID"],
        "number": document["InvoiceNumber"],
        "type": document["Type"],
        "reference": document.get("Reference", ""),
        "contact": contact.get("Name", ""),
        "status": document["Status"],
        "currency": document["CurrencyCode"],
        "date": document["Date"],
        "due_date": document.get("DueDate"),
        "line_amount_types": document["LineAmountTypes"],
        "subtotal": document["SubTotal"],
        "tax": document["TotalTax"],
        "total": document["Total"],
        "lines": [
            {name: line.get(name) for name in [*names.split(), "DiscountRate", "DiscountAmount"]}
            for line in document["LineItems"]
        ],
    }
