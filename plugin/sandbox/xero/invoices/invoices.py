"""Invoices: GET in its many forms, PUT (create only), POST (create or change) (xero.md 4)."""
# ruff: noqa: SIM905 (long lists of Xero's words read better as text)

from decimal import Decimal

from ...store import Document
from ..contacts import contact_write
from ..documents import attachments, document_lists, documents
from ..documents.documents import Documents
from ..documents.kinds import INVOICE
from ..protocol import filters
from ..protocol.envelope import Answer, day_string, day_text, moment_of, not_found, stamp_text
from ..protocol.filters import Value
from ..protocol.reading import Element
from ..protocol.routing import Call, Route
from ..tenant import Tenant
from . import invoice_write


def fields(tenant: Tenant) -> filters.Fields:
    """What ``where`` and ``order`` may name."""
    return document_lists.fields(
        tenant,
        ids=["InvoiceID", "BrandingThemeID"],
        texts="Type InvoiceNumber Reference Status CurrencyCode LineAmountTypes Url".split(),
        numbers="SubTotal TotalTax Total AmountDue AmountPaid AmountCredited CurrencyRate".split(),
        days="Date DueDate ExpectedPaymentDate PlannedPaymentDate FullyPaidOnDate".split(),
    ) | {
        "SentToContact": Value("flag", lambda row: row.get("SentToContact", False)),
        "IsDiscounted": Value("flag", lambda row: row.get("IsDiscounted", False)),
    }


class Invoices(Documents):
    """The endpoint of sales invoices and bills."""

    kind = INVOICE
    shape = invoice_write.SHAPE
    writer = invoice_write.InvoiceWrite

    def get(self, call: Call) -> Answer:
        """A list: paged with lines; unpaged, or with summaryOnly, without them (xero.md 2.2).

        ``includeArchived`` changes nothing, as no invoice here has the status ARCHIVED.
        """
        rows = _chosen(call)
        paged = "page" in call.args or "statuses" in call.args
        summary = call.args.get("summaryonly", "").lower() == "true"
        pagination = None
        rows = filters.ordered(rows, call.args.get("order"), fields(call.tenant), "InvoiceID")
        if paged or summary:
            rows, pagination = filters.paged(rows, call.args)
        else:
            document_lists.refuse_too_many(rows)
        listed = []
        for row in rows:
            contact = contact_write.summary(document_lists.contact_of(call.tenant, row))
            one = self.shown(row, contact, call.unitdp)
            one["HasAttachments"] = attachments.has(call.tenant, row["InvoiceID"])
            if summary or not paged:
                one["LineItems"] = []
            listed.append(one)
        return Answer(payload={"pagination": pagination, "Invoices": listed})

    def shown(self, row: Document, contact: Document, unitdp: int) -> Document:
        """An invoice in Xero's form and order."""
        return shown(row, contact, unitdp)


def _chosen(call: Call) -> list[Document]:
    """The invoices that the query asks for."""
    args = call.args
    numbers = filters.words(args.get("invoicenumbers"))
    if numbers is not None:
        found = (call.tenant.invoice_by_number(number) for number in sorted(numbers))
        rows = [row for row in found if row is not None]
    else:
        rows = call.tenant.rows("xero_invoice")
    for of, wanted in (
        ("InvoiceID", filters.ids(args.get("ids"))),
        ("ContactID", filters.ids(args.get("contactids"))),
        ("Status", filters.words(args.get("statuses"))),
    ):
        if wanted is not None:
            rows = [row for row in rows if row[of].lower() in wanted]
    if args.get("createdbymyapp", "").lower() == "true":
        rows = [row for row in rows if row["App"] == call.app]
    rows = document_lists.filtered(call, rows, fields(call.tenant))
    term = args.get("searchterm", "").lower()
    if not term:
        return rows
    document_lists.refuse_too_many(rows)
    return [row for row in rows if term in _searched(row)]


def _searched(row: Document) -> str:
    return f"{row['InvoiceNumber']}\n{row.get('Reference') or ''}".lower()


def online(call: Call) -> Answer:
    """The address where the customer sees it; a draft has none."""
    found = call.tenant.invoice(call.ids[0])
    if found is None or found["Status"] in {"DRAFT", "SUBMITTED", "DELETED"}:
        return not_found()
    url = f"https://in.xero.com/{found['InvoiceID'].replace('-', '')}"
    return Answer(payload={"OnlineInvoices": [{"OnlineInvoiceUrl": url}]})


def shown(row: Document, contact: Document, unitdp: int) -> Document:
    """An invoice in Xero's form and order."""
    return {
        "Type": row["Type"],
        "InvoiceID": row["InvoiceID"],
        "InvoiceNumber": row.get("InvoiceNumber", ""),
        "Reference": row.get("Reference", ""),
        "Url": row.get("Url"),
        "Payments": [documents.payment(each) for each in row.get("Payments", ())],
        "CreditNotes": [_credit_note(each) for each in row.get("CreditNotes", ())],
        "Prepayments": [],
        "Overpayments": [],
        "AmountDue": row["AmountDue"],
        "AmountPaid": row["AmountPaid"],
        "AmountCredited": row["AmountCredited"],
        "CurrencyRate": row["CurrencyRate"],
        "SentToContact": row.get("SentToContact"),
        "IsDiscounted": row["IsDiscounted"],
        "HasAttachments": False,
        "HasErrors": False,
        "Attachments": [],
        "InvoiceAddresses": [],
        "Contact": contact,
        "DateString": day_string(row["Date"]),
        "Date": day_text(row["Date"]),
        "DueDateString": day_string(row.get("DueDate")),
        "DueDate": day_text(row.get("DueDate")),
        "ExpectedPaymentDate": day_text(row.get("ExpectedPaymentDate")),
        "PlannedPaymentDate": day_text(row.get("PlannedPaymentDate")),
        "BrandingThemeID": row.get("BrandingThemeID"),
        "Status": row["Status"],
        "LineAmountTypes": row["LineAmountTypes"],
        "LineItems": [documents.line(each, unitdp) for each in row["LineItems"]],
        "SubTotal": row["SubTotal"],
        "TotalTax": row["TotalTax"],
        "Total": row["Total"],
        "TotalDiscount": row.get("TotalDiscount"),
        "UpdatedDateUTC": stamp_text(row["UpdatedDateUTC"]),
        "UpdatedDateUTCString": f"{moment_of(row['UpdatedDateUTC']):%Y-%m-%dT%H:%M:%S}",
        "CurrencyCode": row["CurrencyCode"],
        "FullyPaidOnDate": day_text(row.get("FullyPaidOnDate")),
    }


def _credit_note(entry: Element) -> Document:
    """What was applied of a credit note, as its invoice shows it."""
    return {
        "CreditNoteID": entry["CreditNoteID"],
        "CreditNoteNumber": entry["CreditNoteNumber"],
        "HasErrors": False,
        "AppliedAmount": Decimal(entry["AppliedAmount"]),
        "Date": day_text(entry["Date"]),
        "LineItems": [],
        "Total": entry["Total"],
    }


INVOICES = Invoices()
ROUTES = [
    *INVOICES.routes(),
    Route(
        template="Invoices/{id}/OnlineInvoice", scopes=documents.SCOPES, handlers={"GET": online}
    ),
]
