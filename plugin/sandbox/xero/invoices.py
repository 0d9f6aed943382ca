"""Invoices: GET in its many forms, PUT (create only), POST (create or change) (xero.md 4)."""
# ruff: noqa: SIM905 (long lists of Xero's words read better as text)

from decimal import Decimal
from typing import Any

from ..store import Document
from . import arithmetic, contact_write, filters, invoice_write, reading
from .envelope import (
    NO_ID,
    Answer,
    day_string,
    day_text,
    invalid,
    moment_of,
    not_found,
    stamp_text,
    validation_errors,
)
from .filters import Value
from .invoice_write import Written
from .reading import Element
from .routing import Call, Route
from .tenant import Tenant


def fields(tenant: Tenant) -> filters.Fields:
    """What ``where`` and ``order`` may name."""

    def contact(name: str) -> Any:
        def get(row: Document) -> Any:
            return (tenant.find("xero_contact", row["ContactID"]) or {}).get(name)

        return get

    texts = "Type InvoiceNumber Reference Status CurrencyCode LineAmountTypes Url".split()
    numbers = "SubTotal TotalTax Total AmountDue AmountPaid AmountCredited CurrencyRate".split()
    days = "Date DueDate ExpectedPaymentDate PlannedPaymentDate FullyPaidOnDate".split()
    return {
        "InvoiceID": filters.guid("InvoiceID"),
        **{name: filters.text(lambda row, name=name: row.get(name)) for name in texts},  # type: ignore[misc]
        **{name: filters.number(name) for name in numbers},
        **{name: filters.day(name) for name in days},
        "UpdatedDateUTC": filters.stamp("UpdatedDateUTC"),
        "SentToContact": Value("flag", lambda row: row.get("SentToContact", False)),
        "IsDiscounted": Value("flag", lambda row: row.get("IsDiscounted", False)),
        "Contact.ContactID": filters.guid("ContactID"),
        "Contact.Name": filters.text(contact("Name")),
        "Contact.ContactNumber": filters.text(contact("ContactNumber")),
    }


# ----------------------------------------------------------------------------------- GET


def get(call: Call) -> Answer:
    """A list: paged with lines; unpaged, or with summaryOnly, without them (xero.md 2.2)."""
    rows = filters.ordered(_chosen(call), call.args.get("order"), fields(call.tenant), "InvoiceID")
    summary = call.args.get("summaryonly", "").lower() == "true"
    if not (summary or "page" in call.args or "statuses" in call.args):
        return Answer(payload={"Invoices": [_listed(call, row) for row in rows]})
    rows, pagination = filters.paged(rows, call.args)
    if summary:
        listed = [_listed(call, row) for row in rows]
    else:
        listed = [
            shown(row, contact_write.summary(_contact(call, row)), call.unitdp) for row in rows
        ]
    return Answer(payload={"pagination": pagination, "Invoices": listed})


def _chosen(call: Call) -> list[Document]:
    """The invoices that the query asks for."""
    args = call.args
    numbers = filters.words(args.get("invoicenumbers"))
    if numbers is not None:
        found = (call.tenant.invoice_by_number(number) for number in sorted(numbers))
        rows = [row for row in found if row is not None]
    else:
        rows = call.tenant.rows("xero_invoice")
    for name, of in (
        ("ids", "InvoiceID"),
        ("contactids", "ContactID"),
        ("statuses", "Status"),
    ):
        wanted = filters.words(args.get(name))
        if wanted is not None:
            rows = [row for row in rows if row[of].lower() in wanted]
    since = filters.modified_since(call.headers.get("If-Modified-Since"))
    if since is not None:
        rows = [row for row in rows if row["UpdatedDateUTC"] >= since]
    if args.get("createdbymyapp", "").lower() == "true":
        rows = [row for row in rows if row["App"] == call.app]
    term = args.get("searchterm", "").lower()
    if term:
        rows = [
            row
            for row in rows
            if term in f"{row['InvoiceNumber']}\n{row.get('Reference') or ''}".lower()
        ]
    if "where" in args:
        test = filters.where(args["where"], fields(call.tenant))
        rows = [row for row in rows if test(row)]
    return rows


def get_one(call: Call) -> Answer:
    """One invoice in full, by id or number."""
    found = call.tenant.invoice(call.ids[0])
    if found is None:
        return not_found()
    contact = contact_write.shown(_contact(call, found))
    return Answer(payload={"Invoices": [shown(found, contact, call.unitdp)]})


def online(call: Call) -> Answer:
    """The address where the customer sees it; a draft has none."""
    found = call.tenant.invoice(call.ids[0])
    if found is None or found["Status"] in {"DRAFT", "SUBMITTED", "DELETED"}:
        return not_found()
    url = f"https://in.xero.com/{found['InvoiceID'].replace('-', '')}"
    return Answer(payload={"OnlineInvoices": [{"OnlineInvoiceUrl": url}]})


# ---------------------------------------------------------------------------- PUT and POST


def put(call: Call) -> Answer:
    """Create only: a used number is an error, and nothing changes."""
    return _write(call, _read(call), lambda _sent: None)


def post(call: Call) -> Answer:
    """Create or change: a known id or sales number means that invoice, whosever it is."""

    def meant(sent: Element) -> Document | None:
        if "InvoiceID" in sent:
            return call.tenant.find("xero_invoice", sent["InvoiceID"])
        number = sent.get("InvoiceNumber")
        return call.tenant.number_holder(number) if number and _is_sale(sent) else None

    return _write(call, _read(call), meant)


def post_one(call: Call) -> Answer:
    """Change one invoice by its id or number; it knows no summarizeErrors (xero.md 2.4)."""
    existing = call.tenant.invoice(call.ids[0])
    if existing is None:
        return not_found()
    return _write(call, _read(call)[:1], lambda _sent: existing, summarize=True, tell=False)


def _is_sale(sent: Element) -> bool:
    return bool(sent.get("Type", "ACCREC") == "ACCREC")


def _read(call: Call) -> list[Element]:
    return [
        invoice_write.SHAPE.read(element, f"Invoices[{position}]")
        for position, element in enumerate(reading.elements(call.body, "Invoices"))
    ]


def _write(
    call: Call,
    sent: list[Element],
    existing: Any,
    *,
    summarize: bool | None = None,
    tell: bool | None = None,
) -> Answer:
    """Write each element by itself: good ones stay written when others are refused."""
    summarize = call.summarize_errors if summarize is None else summarize
    tell = not summarize if tell is None else tell
    answers, failed = [], []
    for element in sent:
        written = invoice_write.write(
            call.tenant, element, existing(element), app=call.app, unitdp=call.unitdp
        )
        answer = _answered(written, call.unitdp)
        if tell:
            answer["StatusAttributeString"] = "ERROR" if written.errors else "OK"
        if written.errors:
            failed.append(answer)
        answers.append(answer)
    if failed and summarize:
        return invalid(failed)
    return Answer(payload={"Invoices": answers})


def _answered(written: Written, unitdp: int) -> Document:
    """The element of a write's answer: as GET shows it, with what went wrong."""
    contact = contact_write.shown(written.contact)
    contact["ValidationErrors"] = []
    answer = shown(written.document, contact, unitdp)
    for line in answer["LineItems"]:
        line["ValidationErrors"] = []
    if written.errors:
        if written.created:
            answer["InvoiceID"] = NO_ID
        answer["HasErrors"] = True
        answer["ValidationErrors"] = validation_errors(written.errors)
    return answer


# ------------------------------------------------------------------------------- as written


def _contact(call: Call, row: Document) -> Document:
    return call.tenant.find("xero_contact", row["ContactID"]) or {"ContactID": row["ContactID"]}


def _listed(call: Call, row: Document) -> Document:
    """As an unpaged list shows it: a short contact and no lines."""
    answer = shown(row, contact_write.summary(_contact(call, row)), call.unitdp)
    answer["LineItems"] = []
    return answer


def shown(row: Document, contact: Document, unitdp: int) -> Document:
    """An invoice in Xero's form and order."""
    return {
        "Type": row["Type"],
        "InvoiceID": row["InvoiceID"],
        "InvoiceNumber": row.get("InvoiceNumber", ""),
        "Reference": row.get("Reference", ""),
        "Url": row.get("Url"),
        "Payments": row.get("Payments", []),
        "CreditNotes": [],
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
        "BrandingThemeID": row.get("BrandingThemeID"),
        "Status": row["Status"],
        "LineAmountTypes": row["LineAmountTypes"],
        "LineItems": [_line(line, unitdp) for line in row["LineItems"]],
        "SubTotal": row["SubTotal"],
        "TotalTax": row["TotalTax"],
        "Total": row["Total"],
        "TotalDiscount": row.get("TotalDiscount"),
        "UpdatedDateUTC": stamp_text(row["UpdatedDateUTC"]),
        "UpdatedDateUTCString": f"{moment_of(row['UpdatedDateUTC']):%Y-%m-%dT%H:%M:%S}",
        "CurrencyCode": row["CurrencyCode"],
        "FullyPaidOnDate": day_text(row.get("FullyPaidOnDate")),
    }


def _line(line: Document, unitdp: int) -> Document:
    price = line["UnitAmount"]
    return {
        "ItemCode": line["ItemCode"],
        "Description": line["Description"],
        "UnitAmount": price and str(arithmetic.unit_price(Decimal(price), unitdp)),
        "TaxType": line["TaxType"],
        "TaxAmount": line["TaxAmount"],
        "LineAmount": line["LineAmount"],
        "AccountCode": line["AccountCode"],
        "AccountID": line["AccountID"],
        "Tracking": line["Tracking"],
        "Quantity": line["Quantity"],
        "DiscountRate": line.get("DiscountRate"),
        "DiscountAmount": line.get("DiscountAmount"),
        "LineItemID": line["LineItemID"],
    }


_SCOPES = ("accounting.invoices",)
ROUTES = [
    Route(template="Invoices", scopes=_SCOPES, handlers={"GET": get, "PUT": put, "POST": post}),
    Route(template="Invoices/{id}", scopes=_SCOPES, handlers={"GET": get_one, "POST": post_one}),
    Route(template="Invoices/{id}/OnlineInvoice", scopes=_SCOPES, handlers={"GET": online}),
]
