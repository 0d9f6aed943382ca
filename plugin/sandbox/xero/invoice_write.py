"""Creating and changing an invoice: what is checked, computed and kept (xero.md 4).

Nothing is stored before every check has passed; then contact and invoice are stored together.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ..store import Document
from . import arithmetic, contact_write, invoice_lines, messages, reading
from .currencies import day_rate
from .envelope import NO_ID, moment_of
from .invoice_lines import Line
from .reading import Element
from .tenant import Tenant

STATUSES = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")
SHAPE = reading.Shape(
    "Invoice",
    {
        "InvoiceID": "guid",
        "Type": ("ACCREC", "ACCPAY"),
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
_CHANGES = {
    "DRAFT": {"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"},
    "SUBMITTED": {"SUBMITTED", "AUTHORISED", "DRAFT", "DELETED"},
    "AUTHORISED": {"AUTHORISED", "VOIDED"},
    # Of a paid one the few properties of _EDITABLE_WHEN_PAID may still change.
    "PAID": {"PAID"},
}
_EDITABLE_WHEN_PAID = {
    "InvoiceID", "Type", "Status", "Reference", "DueDate", "InvoiceNumber", "BrandingThemeID",
    "Contact", "Url", "SentToContact",
}  # fmt: skip
_LONGEST = 255
_ENDED = {"VOIDED", "DELETED"}


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of one element: the invoice as kept, or as far as it got, with its errors."""

    document: Document
    contact: Document
    errors: list[str]
    created: bool


def write(
    tenant: Tenant, sent: Element, existing: Document | None, *, app: str | None, unitdp: int
) -> Written:
    """Create an invoice, or change `existing`; with errors nothing is stored."""
    return _Write(tenant, sent, existing, app, unitdp).run()


class _Write:
    """The steps of one write; each adds to `errors` what it finds wrong."""

    def __init__(
        self,
        tenant: Tenant,
        sent: Element,
        existing: Document | None,
        app: str | None,
        unitdp: int,
    ) -> None:
        self.tenant = tenant
        self.sent = sent
        self.existing = existing
        self.app = app
        self.unitdp = unitdp
        self.errors: list[str] = []
        self.document = self._document()
        self.plan: contact_write.Plan | None = None

    def run(self) -> Written:
        ending = self.existing is not None and self.document["Status"] in _ENDED
        self._check_status()
        self._check_lock_dates()
        self._check_header()
        self._plan_contact()
        if not ending:
            self._write_lines()
            self._check_for_approval()
        self._put_totals()
        errors = list(dict.fromkeys(self.errors))
        contact = self.plan.document if self.plan else self._known_contact()
        if not errors:
            contact = self._store(contact)
        elif self.tenant.find("xero_contact", contact.get("ContactID", NO_ID)) is None:
            contact = contact | {"ContactID": NO_ID}
        return Written(
            document=self.document,
            contact=contact,
            errors=errors,
            created=self.existing is None,
        )

    # -------------------------------------------------------------------------- document

    def _document(self) -> Document:
        """The invoice as it would be, before lines and totals."""
        now = self.tenant.now_ms()
        base = self.organisation["BaseCurrency"]
        document: Document = dict(self.existing) if self.existing else {
            "InvoiceID": str(uuid.uuid4()),
            "Type": "ACCREC",
            "Status": "DRAFT",
            "LineAmountTypes": "Exclusive",
            "Date": self.tenant.today(),
            "CurrencyCode": base,
            "AmountPaid": "0.00",
            "AmountCredited": "0.00",
            "LineItems": [],
            "Created": now,
            "App": self.app,
        }  # fmt: skip
        for name, value in self.sent.items():
            if name not in {"InvoiceID", "Contact", "LineItems", "SubTotal", "TotalTax", "Total"}:
                document[name] = value
        if self.existing:
            document["Type"] = self.existing["Type"]
        rate = self.sent.get("CurrencyRate")
        if rate is not None:
            document["CurrencyRate"] = str(arithmetic.rounded(rate, 6))
        elif "CurrencyCode" in self.sent or not self.existing:
            document["CurrencyRate"] = day_rate(base, document["CurrencyCode"])
        document["UpdatedDateUTC"] = now
        return document

    @property
    def organisation(self) -> Document:
        return self.tenant.organisation

    @property
    def sale(self) -> bool:
        return bool(self.document["Type"] == "ACCREC")

    @property
    def approved(self) -> bool:
        return self.document["Status"] in {"SUBMITTED", "AUTHORISED", "PAID"}

    # ---------------------------------------------------------------------------- checks

    def _check_status(self) -> None:
        status = self.document["Status"]
        if self.existing is None:
            if self.sent.get("InvoiceID", NO_ID) != NO_ID:
                self.errors.append(messages.INVOICE_UNKNOWN)
            if status not in {"DRAFT", "SUBMITTED", "AUTHORISED"}:
                self.errors.append(messages.STATUS_FOR_CREATION)
            return
        paid = Decimal(self.existing["AmountPaid"]) + Decimal(self.existing["AmountCredited"])
        if status == "VOIDED" and paid:
            self.errors.append(messages.VOIDED_WITH_PAYMENTS)
        elif status not in _CHANGES.get(self.existing["Status"], set()):
            self.errors.append(messages.STATUS_FOR_MODIFICATION)
        if paid and set(self.sent) - _EDITABLE_WHEN_PAID:
            if self.existing["Status"] == "PAID":
                self.errors.append(messages.STATUS_FOR_MODIFICATION)
            self.errors.append(messages.PAID_FIXED)

    def _check_lock_dates(self) -> None:
        """A document on or before a lock date is refused; so is changing one that was there."""
        days = {self.document["Date"], (self.existing or self.document)["Date"]}
        for name, which in (("EndOfYearLockDate", "end of year"), ("PeriodLockDate", "period")):
            lock = self.organisation[name]
            if lock and min(days) <= lock:
                self.errors.append(messages.locked(which, date.fromisoformat(lock)))
                return

    def _check_header(self) -> None:
        document = self.document
        number = self.sent.get("InvoiceNumber")
        if number:
            if len(number) > _LONGEST or not (number.isascii() and number.isprintable()):
                self.errors.append(messages.INVOICE_NUMBER)
            holder = self.tenant.number_holder(number) if self.sale else None
            if holder and holder["InvoiceID"] != document["InvoiceID"]:
                self.errors.append(messages.NUMBER_TAKEN)
        if len(document.get("Reference", "")) > _LONGEST:
            self.errors.append(messages.REFERENCE_LENGTH)
        url = self.sent.get("Url")
        if url and (not contact_write.is_absolute_url(url) or "xero" in url.lower()):
            self.errors.append(messages.URL)
        code = document["CurrencyCode"]
        if self.tenant.find("xero_currency", code) is None:
            self.errors.append(messages.currency(code))

    def _plan_contact(self) -> None:
        sent = self.sent.get("Contact")
        if sent is None:
            if self.existing is None:
                self.errors.append(messages.CONTACT_MISSING)
            return
        if not any(sent.get(name) for name in ("ContactID", "ContactNumber", "Name")):
            self.errors.append(messages.CONTACT_UNIDENTIFIED)
            return
        found = contact_write.matched(self.tenant, sent)
        if found and found["ContactStatus"] != "ACTIVE":
            self.errors.append(messages.CONTACT_ARCHIVED)
            return
        self.plan = contact_write.plan(self.tenant, sent, found)
        self.errors.extend(self.plan.errors)

    def _known_contact(self) -> Document:
        """The contact to show where none was sent or it is refused."""
        if "ContactID" in self.document:
            known = self.tenant.find("xero_contact", self.document["ContactID"])
            if known is not None:
                return known
        return dict(self.sent.get("Contact", {}))

    # ----------------------------------------------------------------------------- lines

    def _write_lines(self) -> None:
        kept = {line["LineItemID"]: line for line in (self.existing or {}).get("LineItems", ())}
        if "LineItems" in self.sent:
            wanted = [self._merged(kept, line) for line in self.sent["LineItems"]]
        elif "LineAmountTypes" in self.sent:
            # Prices now mean something else: taxes are computed anew.
            wanted = [invoice_lines.merged(line, {"LineItemID": key}) for key, line in kept.items()]
        elif self.approved and self.document["Status"] != (self.existing or {}).get("Status"):
            wanted = [invoice_lines.as_sent(line) for line in kept.values()]
        else:
            return
        # Lines that are only carried over keep the decimals that they have.
        unitdp = self.unitdp if "LineItems" in self.sent else 4
        self.document["LineItems"] = [self._written(line, unitdp) for line in wanted]
        if not wanted:
            self.errors.append(messages.LINES_MISSING)

    def _merged(self, kept: dict[str, Document], line: Element) -> Element:
        line_id = line.get("LineItemID")
        if line_id is None or line_id in kept:
            return dict(line) if line_id is None else invoice_lines.merged(kept[line_id], line)
        if self.existing is not None:
            self.errors.append(messages.LINE_UNKNOWN)
        return dict(line)

    def _written(self, sent: Element, unitdp: int) -> Document:
        line = Line(
            tenant=self.tenant,
            sent=sent,
            line_amount_types=self.document["LineAmountTypes"],
            approved=self.approved,
            sale=self.sale,
            unitdp=unitdp,
        )
        written = line.written()
        self.errors.extend(line.faults)
        return written

    def _check_for_approval(self) -> None:
        if self.existing is None and "LineItems" not in self.sent:
            self.errors.append(messages.LINES_MISSING)
        if not self.approved:
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

    # ---------------------------------------------------------------------------- totals

    def _put_totals(self) -> None:
        document = self.document
        amounts = [
            (Decimal(line["LineAmount"]), Decimal(line["TaxAmount"]))
            for line in document["LineItems"]
        ]
        totals = arithmetic.totals(amounts, document["LineAmountTypes"])
        sent = {name: self.sent.get(name) for name in ("SubTotal", "TotalTax", "Total")}
        due = totals.total - Decimal(document["AmountPaid"]) - Decimal(document["AmountCredited"])
        ended = document["Status"] in _ENDED
        discounts = [Decimal(line.get("DiscountRate") or 0) for line in document["LineItems"]]
        document |= {
            "SubTotal": str(totals.sub_total),
            "TotalTax": str(totals.total_tax),
            "Total": str(totals.total),
            "TotalDiscount": self._total_discount() if any(discounts) else None,
            "IsDiscounted": any(discounts),
            "AmountDue": "0.00" if ended else str(arithmetic.rounded(due)),
        }
        if any(value is not None and value != Decimal(document[name])
               for name, value in sent.items()):  # fmt: skip
            self.errors.append(messages.TOTAL_DIFFERS)
        if self.sale and totals.total < 0:
            self.errors.append(messages.NEGATIVE_TOTAL)

    def _total_discount(self) -> str:
        """What all lines' discounts take off."""
        discount = arithmetic.ZERO
        for line in self.document["LineItems"]:
            if line.get("DiscountRate"):
                gross = Decimal(line["Quantity"]) * Decimal(line["UnitAmount"])
                discount += arithmetic.rounded(gross) - Decimal(line["LineAmount"])
        return str(arithmetic.rounded(discount))

    # ----------------------------------------------------------------------------- store

    def _store(self, contact: Document) -> Document:
        document = self.document
        if self.plan:
            contact = self.plan.commit(self.tenant)
            document["ContactID"] = contact["ContactID"]
        if self.sale and not contact.get("IsCustomer"):
            contact = contact | {"IsCustomer": True}
            self.tenant.save_contact(contact)
        if not document.get("InvoiceNumber"):
            document["InvoiceNumber"] = self.tenant.next_number() if self.sale else ""
        if document["Status"] == "AUTHORISED" and "Approved" not in document:
            document["Approved"] = document["UpdatedDateUTC"]
        if (
            document["Status"] == "AUTHORISED"
            and Decimal(document["Total"]) == 0
            and self.tenant.settings["zero_total_is_paid"]
        ):
            document["Status"] = "PAID"
            document["FullyPaidOnDate"] = document["Date"]
        self.tenant.save_invoice(document)
        return contact


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
