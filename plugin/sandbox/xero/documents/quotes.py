"""Quotes: the nearest that Xero has to a sales order (xero.md 10)."""
# ruff: noqa: SIM905 (long lists of Xero's words read better as text)

from ...store import Document
from ..contacts import contact_write
from ..invoices import invoice_lines
from ..protocol import filters, messages, reading
from ..protocol.envelope import Answer, day_string, day_text, stamp_text
from ..protocol.reading import Element
from ..protocol.routing import Call
from ..tenant import Tenant
from . import document_lists, documents
from .document_write import DocumentWrite
from .documents import Documents
from .kinds import QUOTE

_STATUSES = ("DRAFT", "SENT", "DECLINED", "ACCEPTED", "INVOICED", "DELETED")
_TYPES = {"EXCLUSIVE": "Exclusive", "INCLUSIVE": "Inclusive", "NOTAX": "NoTax"}
_LONGEST = {"Terms": 4000, "Title": 100, "Summary": 3000}


class QuoteWrite(DocumentWrite):
    """A quote to a customer: no ledger, no lock dates, lines without accounts are fine.

    Xero was seen to refuse DRAFT to DECLINED and ACCEPTED to DECLINED; the other changes of
    status are assumptions.
    """

    kind = QUOTE
    created_as = frozenset({"DRAFT", "SENT"})
    changes = {  # noqa: RUF012 (declared as a class variable by its base)
        "DRAFT": frozenset({"DRAFT", "SENT", "DELETED"}),
        "SENT": frozenset(_STATUSES),
        "ACCEPTED": frozenset(_STATUSES) - {"DECLINED"},
        "DECLINED": frozenset({"DECLINED", "DRAFT", "SENT", "DELETED"}),
        "INVOICED": frozenset({"INVOICED", "DRAFT", "SENT", "DELETED"}),
    }
    not_for_creation = messages.QUOTE_CREATION
    not_for_modification = messages.QUOTE_MODIFICATION
    longest_reference = 4000

    def _discounts(self) -> frozenset[str]:
        """Both, as on sales invoices (xero.md 5.3)."""
        return frozenset({"rate", "amount"})

    def _check_header(self) -> None:
        super()._check_header()
        for name, most in _LONGEST.items():
            if len(self.sent.get(name, "")) > most:
                self.errors.append(messages.too_long(name, most))


class Quotes(Documents):
    """The endpoint of quotes; unit amounts have four decimals."""

    kind = QUOTE
    writer = QuoteWrite
    unitdp = 4
    shape = reading.Shape(
        "Quote",
        {
            "QuoteID": "guid",
            "Contact": contact_write.SHAPE,
            "LineItems": [invoice_lines.SHAPE],
            "LineAmountTypes": tuple(_TYPES),
            "Status": _STATUSES,
            "BrandingThemeID": "guid",
            "CurrencyRate": "number",
        }
        | dict.fromkeys(["Date", "ExpiryDate"], "day")
        | dict.fromkeys("QuoteNumber Reference CurrencyCode Terms Title Summary".split(), "text"),
    )

    def understood(self, sent: Element) -> Element:
        """Quotes write the LineAmountTypes in capitals."""
        if "LineAmountTypes" in sent:
            sent["LineAmountTypes"] = _TYPES[sent["LineAmountTypes"]]
        return sent

    def get(self, call: Call) -> Answer:
        """Quotes by status, contact, number and days; paged where a page is asked for."""
        rows = document_lists.since(call, call.tenant.rows(self.kind.table))
        rows = document_lists.between(call, rows, "Date", "Date")
        rows = document_lists.between(call, rows, "ExpiryDate", "ExpiryDate")
        for argument, name in (
            ("status", "Status"),
            ("contactid", "ContactID"),
            ("quotenumber", "QuoteNumber"),
        ):
            wanted = call.args.get(argument, "").lower()
            if wanted:
                rows = [row for row in rows if row[name].lower() == wanted]
        known = _fields(call.tenant)
        rows = filters.ordered(rows, call.args.get("order"), known, "QuoteID")
        if "page" in call.args:
            rows, _pagination = filters.paged(rows, call.args)
        else:
            document_lists.refuse_too_many(rows)
        listed = [self.shown(row, self.contact(call.tenant, row), 4) for row in rows]
        return Answer(payload={"Quotes": listed})

    def contact(self, tenant: Tenant, row: Document) -> Document:
        """Of its contact a quote shows id, name and address."""
        return _contact(document_lists.contact_of(tenant, row))

    def written_contact(self, contact: Document) -> Document:
        """The same in the answer of a write."""
        return _contact(contact)

    def shown(self, row: Document, contact: Document, unitdp: int) -> Document:
        """A quote in Xero's form and order."""
        return {
            "QuoteID": row["QuoteID"],
            "QuoteNumber": row.get("QuoteNumber", ""),
            "Reference": row.get("Reference"),
            "Terms": row.get("Terms", ""),
            "Contact": contact,
            "LineItems": [documents.line(each, unitdp) for each in row["LineItems"]],
            "Date": day_text(row["Date"]),
            "DateString": day_string(row["Date"]),
            "ExpiryDate": day_text(row.get("ExpiryDate")),
            "ExpiryDateString": day_string(row.get("ExpiryDate")),
            "Status": row["Status"],
            "CurrencyRate": row["CurrencyRate"],
            "CurrencyCode": row["CurrencyCode"],
            "SubTotal": row["SubTotal"],
            "TotalTax": row["TotalTax"],
            "Total": row["Total"],
            "TotalDiscount": row.get("TotalDiscount"),
            "Title": row.get("Title"),
            "Summary": row.get("Summary"),
            "BrandingThemeID": row.get("BrandingThemeID"),
            "UpdatedDateUTC": stamp_text(row["UpdatedDateUTC"]),
            "LineAmountTypes": row["LineAmountTypes"].upper(),
        }


def _contact(row: Document) -> Document:
    return {
        "ContactID": row["ContactID"],
        "Name": row.get("Name", ""),
        "EmailAddress": row.get("EmailAddress", ""),
    }


def _fields(tenant: Tenant) -> filters.Fields:
    """What ``order`` may name."""
    return document_lists.fields(
        tenant,
        ids=["QuoteID", "BrandingThemeID"],
        texts="QuoteNumber Reference Status CurrencyCode Title".split(),
        numbers="SubTotal TotalTax Total CurrencyRate".split(),
        days=["Date", "ExpiryDate"],
    )


QUOTES = Quotes()
ROUTES = QUOTES.routes()
