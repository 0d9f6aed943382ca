"""The pages for people: lists, and each document as printed. No script, everything escaped."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template_string, request
from markupsafe import Markup
from werkzeug.datastructures import Headers

from ...store import Document
from ..documents import history
from ..payments import payment_write
from ..protocol.envelope import NOT_FOUND
from ..protocol.routing import Call
from ..tenant import Tenant
from ..tenants import Tenants
from .page_sections import CONTACTS, PAYMENTS, PRINTED, SECTIONS, Section, day
from .page_sheet import sheet
from .page_templates import CARD, FRAME, LIST, SHEET

_A_PAGE = 200
_Nav = Sequence[tuple[str, str, bool]]
#: Name, text, and where a click on it leads.
_Fact = tuple[str, str, str | None]
_PAID = {"Invoices": "invoice", "CreditNotes": "credit-note"}
#: What a card tells of a row, by its property.
_FACTS = {
    "Date": "Date",
    "Amount": "Amount",
    "Reference": "Reference",
    "AccountCode": "Account",
    "PaymentType": "Type",
    "Code": "Code",
    "Description": "Description",
    "ContactNumber": "Number",
    "FirstName": "First name",
    "LastName": "Last name",
    "EmailAddress": "Email",
    "TaxNumber": "Tax number",
    "DefaultCurrency": "Currency",
}


def page(
    title: str, template: str, *, status: int = 200, nav: _Nav = (), **values: Any
) -> Response:
    """A page of the sandbox; values are escaped, scripts can't run."""
    content = Markup(render_template_string(template, **values))  # noqa: S704 (already escaped)
    html = render_template_string(FRAME, title=title, content=content, nav=nav)
    response = Response(html, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def blueprint(tenants: Tenants) -> Blueprint:
    """The routes of the pages."""
    routes = Blueprint("xero_page", __name__)
    for section in SECTIONS:
        listing = _listing(tenants, section)
        routes.add_url_rule(section.path, f"list {section.one}", listing)
        one = f"/{section.one}/<document_id>"
        routes.add_url_rule(one, section.one, _showing(tenants, section))
    return routes


def link_to(section: Section, tenant: Tenant, term: str = "", number: int = 1) -> str:
    """The address of a list."""
    asked = {"organisation": tenant.id, "number": term, "page": number if number > 1 else ""}
    return f"{section.path}?{urlencode({name: text for name, text in asked.items() if text})}"


def _nav(tenant: Tenant, here: Section) -> _Nav:
    return [(each.title, link_to(each, tenant), each is here) for each in SECTIONS]


# ------------------------------------------------------------------------------ the lists


def _listing(tenants: Tenants, section: Section) -> Callable[[], Response]:
    def listed() -> Response:
        named = request.args.get("organisation", "").lower()
        tenant = tenants.get(named) or tenants.first
        term = request.args.get("number", "").strip()
        rows = _found(section, tenant, term)
        pages = max(1, -(-len(rows) // _A_PAGE))
        number = min(max(request.args.get("page", 1, type=int), 1), pages)
        return page(
            f"{section.title}, Xero sandbox",
            LIST,
            nav=_nav(tenant, section),
            link_to=link_to,
            section=section,
            tenant=tenant,
            organisations=tenants.all(),
            term=term,
            count=len(rows),
            number=number,
            pages=pages,
            rows=rows[(number - 1) * _A_PAGE : number * _A_PAGE],
        )

    return listed


def _found(section: Section, tenant: Tenant, term: str) -> list[Document]:
    """The rows whose number, name or reference has the term in it, newest first."""
    rows = tenant.rows(section.owner.kind)[::-1]
    if not term:
        return rows
    term = term.lower()
    names = section.searched
    return [row for row in rows if any(term in str(row.get(n) or "").lower() for n in names)]


# --------------------------------------------------------------------------- one document


def _showing(tenants: Tenants, section: Section) -> Callable[[str], Response]:
    def shown(document_id: str) -> Response:
        for tenant in tenants.all():
            row = section.owner.find(_call(tenant, document_id))
            if row is not None:
                show = _printed if section in PRINTED else _card
                return show(section, tenant, row)
        return page("Xero sandbox", "<p>{{ text }}</p>", status=404, text=NOT_FOUND)

    return shown


def _call(tenant: Tenant, document_id: str) -> Call:
    """A call that reads a document, as an app would make it."""
    return Call(
        method="GET",
        ids=(document_id,),
        args={},
        headers=Headers(),
        body=b"",
        tenant=tenant,
        app="",
    )


def _history(section: Section, tenant: Tenant, row: Document) -> list[Document]:
    """The notes of a document as the API tells them."""
    answer = history.get(_call(tenant, row[section.id_name]), section.owner)
    notes: list[Document] = (answer.payload or {}).get("HistoryRecords", [])
    return notes


def _printed(section: Section, tenant: Tenant, row: Document) -> Response:
    printed = sheet(section, tenant, row)
    return page(
        f"{printed.title} {printed.number}",
        SHEET,
        nav=_nav(tenant, section),
        sheet=printed,
        row=row,
        history=_history(section, tenant, row),
    )


def _card(section: Section, tenant: Tenant, row: Document) -> Response:
    heading = f"{section.title.removesuffix('s')} {section.columns[0].of(tenant, row)}"
    return page(
        heading,
        CARD,
        nav=_nav(tenant, section),
        heading=heading,
        stamp=row.get(section.status),
        facts=[*_facts(row), *_links(section, tenant, row), ("Id", row[section.id_name], None)],
        history=_history(section, tenant, row),
    )


def _facts(row: Document) -> list[_Fact]:
    known = {**row, "Date": day(row.get("Date"))}
    facts: list[_Fact] = [
        (name, str(known[key]), None) for key, name in _FACTS.items() if known.get(key)
    ]
    for key, name in (("SalesDetails", "Sold"), ("PurchaseDetails", "Bought")):
        details = ", ".join(f"{part} {value}" for part, value in (row.get(key) or {}).items())
        if details:
            facts.append((name, details, None))
    return facts


def _links(section: Section, tenant: Tenant, row: Document) -> list[_Fact]:
    """What a payment is for; the documents of a contact."""
    links: list[_Fact] = []
    if section is PAYMENTS:
        paid = payment_write.paid_by(tenant, row)
        number = paid.get("InvoiceNumber") or paid.get("CreditNoteNumber") or "(no number)"
        links.append(("For", str(number), f"/{_PAID[row['Endpoint']]}/{row['OwnerID']}"))
    if section is CONTACTS:
        for each in PRINTED:
            name, number_of = each.title.removesuffix("s"), each.columns[0].of
            links.extend(
                (name, number_of(tenant, one), f"/{each.one}/{one[each.id_name]}")
                for one in tenant.rows(each.owner.kind)
                if one["ContactID"] == row["ContactID"]
            )
    return links[:_A_PAGE]
