"""CreditNotes: what is credited to a customer, or by a supplier (xero.md 10)."""
# ruff: noqa: SIM905 (long lists of Xero's words read better as text)

from decimal import Decimal

from ...store import Document
from ..contacts import contact_write
from ..documents import arithmetic, attachments, document_lists, documents
from ..documents.documents import Documents
from ..documents.kinds import CREDIT_NOTE
from ..invoices import invoice_lines
from ..invoices.invoice_write import STATUSES, LedgerWrite
from ..protocol import filters, messages, reading
from ..protocol.envelope import Answer, day_string, day_text, moment_of, stamp_text
from ..protocol.routing import Call
from ..tenant import Tenant

_TYPES = ("ACCRECCREDIT", "ACCPAYCREDIT")


class CreditNoteWrite(LedgerWrite):
    """A credit note to a customer (ACCRECCREDIT) or of a supplier (ACCPAYCREDIT)."""

    kind = CREDIT_NOTE
    types = _TYPES
    not_of_type = messages.CREDIT_NOTE_TYPE
    not_for_creation = messages.CREDIT_NOTE_CREATION
    not_for_modification = messages.CREDIT_NOTE_MODIFICATION
    not_voided = messages.CREDIT_NOTE_VOIDED

    def _defaults(self) -> Document:
        return {"Type": None, "RemainingCredit": "0.00"}

    @property
    def sale(self) -> bool:
        """ACCRECCREDIT: it goes to a customer."""
        return bool(self.document["Type"] == "ACCRECCREDIT")

    def _put_balance(self, total: Decimal) -> None:
        left = arithmetic.ZERO if self._ended() else total - self._settled()
        self.document["RemainingCredit"] = str(arithmetic.rounded(left))
        self._check_total(total)


def fields(tenant: Tenant) -> filters.Fields:
    """What ``where`` and ``order`` may name."""
    return document_lists.fields(
        tenant,
        ids=["CreditNoteID", "BrandingThemeID"],
        texts="Type CreditNoteNumber Reference Status CurrencyCode LineAmountTypes".split(),
        numbers="SubTotal TotalTax Total RemainingCredit CurrencyRate".split(),
        days="Date DueDate FullyPaidOnDate".split(),
    )


class CreditNotes(Documents):
    """The endpoint of credit notes."""

    kind = CREDIT_NOTE
    writer = CreditNoteWrite
    shape = reading.Shape(
        "CreditNote",
        {
            "CreditNoteID": "guid",
            "Type": _TYPES,
            "Contact": contact_write.SHAPE,
            "LineItems": [invoice_lines.SHAPE],
            "LineAmountTypes": ("Exclusive", "Inclusive", "NoTax"),
            "Status": STATUSES,
            "SentToContact": "flag",
            "BrandingThemeID": "guid",
        }
        | dict.fromkeys(["Date", "DueDate"], "day")
        | dict.fromkeys(["CreditNoteNumber", "Reference", "CurrencyCode"], "text")
        | dict.fromkeys(["CurrencyRate", "SubTotal", "TotalTax", "Total"], "number"),
    )

    def get(self, call: Call) -> Answer:
        """A list: paged with lines, unpaged without them."""
        known = fields(call.tenant)
        rows = document_lists.filtered(call, call.tenant.rows(self.kind.table), known)
        rows = filters.ordered(rows, call.args.get("order"), known, "CreditNoteID")
        paged = "page" in call.args
        pagination = None
        if paged:
            rows, pagination = filters.paged(rows, call.args)
        else:
            document_lists.refuse_too_many(rows)
        listed = []
        for row in rows:
            contact = contact_write.summary(document_lists.contact_of(call.tenant, row))
            one = self.shown(row, contact, call.unitdp)
            one["HasAttachments"] = attachments.has(call.tenant, row["CreditNoteID"])
            if not paged:
                one["LineItems"] = []
            listed.append(one)
        return Answer(payload={"pagination": pagination, "CreditNotes": listed})

    def shown(self, row: Document, contact: Document, unitdp: int) -> Document:
        """A credit note in Xero's form and order."""
        return {
            "CreditNoteID": row["CreditNoteID"],
            "CreditNoteNumber": row.get("CreditNoteNumber", ""),
            "Payments": [documents.payment(each) for each in row.get("Payments", ())],
            "CurrencyRate": row["CurrencyRate"],
            "Type": row["Type"],
            "Reference": row.get("Reference", ""),
            "SentToContact": row.get("SentToContact"),
            "RemainingCredit": Decimal(row["RemainingCredit"]),
            "Allocations": [_allocation(each) for each in row.get("Allocations", ())],
            "HasAttachments": False,
            "HasErrors": False,
            "InvoiceAddresses": [],
            "Contact": contact,
            "DateString": day_string(row["Date"]),
            "Date": day_text(row["Date"]),
            "DueDateString": day_string(row.get("DueDate")),
            "DueDate": day_text(row.get("DueDate")),
            "BrandingThemeID": row.get("BrandingThemeID"),
            "Status": row["Status"],
            "LineAmountTypes": row["LineAmountTypes"],
            "LineItems": [documents.line(each, unitdp) for each in row["LineItems"]],
            "SubTotal": row["SubTotal"],
            "TotalTax": row["TotalTax"],
            "Total": row["Total"],
            "UpdatedDateUTC": stamp_text(row["UpdatedDateUTC"]),
            "UpdatedDateUTCString": f"{moment_of(row['UpdatedDateUTC']):%Y-%m-%dT%H:%M:%S}",
            "CurrencyCode": row["CurrencyCode"],
            "FullyPaidOnDate": day_text(row.get("FullyPaidOnDate")),
        }


def _allocation(entry: Document) -> Document:
    """An allocation as its credit note shows it."""
    return {
        "AllocationID": entry["AllocationID"],
        "Amount": entry["Amount"],
        "Date": day_text(entry["Date"]),
        "Invoice": {
            "InvoiceID": entry["InvoiceID"],
            "InvoiceNumber": entry["InvoiceNumber"],
            "LineItems": [],
        },
    }


CREDIT_NOTES = CreditNotes()
ROUTES = CREDIT_NOTES.routes()
