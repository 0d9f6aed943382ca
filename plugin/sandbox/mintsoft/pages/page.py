"""The pages for people: orders, ASNs, products, client invoices. No script, all escaped."""

from typing import Any

from flask import Blueprint, Response, render_template_string, request
from markupsafe import Markup

from ...day.charges import BREAKDOWN
from ...day.lists import ASN_STATUS_NAMES
from ...day.reference import STATUS_NAMES
from ...store import Document
from ..account import Account, this_account
from .templates import ASN, ASNS, FRAME, INVOICE, INVOICES, LIST, ORDER, PRODUCTS

page = Blueprint("mintsoft_sandbox_page", __name__)
A_PAGE = 200


def show(title: str, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page of the sandbox; values are escaped, scripts can't run."""
    content = Markup(render_template_string(template, **values))  # noqa: S704 (already escaped)
    html = render_template_string(FRAME, title=title, content=content)
    response = Response(html, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def show_none(what: str) -> Response:
    """A page that says that there is no such thing."""
    return show("Mintsoft sandbox", "<p>{{ text }}</p>", status=404, text=f"There is no {what}.")


def a_page(rows: list[Document]) -> dict[str, Any]:
    """The rows of the page that is asked for, and where it is."""
    pages = max(1, -(-len(rows) // A_PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), pages)
    return {
        "rows": rows[(number - 1) * A_PAGE : number * A_PAGE],
        "count": len(rows),
        "number": number,
        "pages": pages,
    }


def found(kind: str, number: str) -> Document | None:
    """The record of a kind with the ID in the path."""
    return this_account().store.table(kind).get(number)


@page.get("/")
def orders() -> Response:
    """All orders, newest first."""
    rows = this_account().all_orders()[::-1]
    return show("Mintsoft sandbox", LIST, names=STATUS_NAMES, **a_page(rows))


@page.get("/order/<order_id>")
def order(order_id: str) -> Response:
    """One order: rows, sums, tags, comments, and what it was before."""
    one = found("order", order_id)
    if one is None:
        return show_none("such order")
    account = this_account()
    return show(
        f"Order {one['OrderNumber']}",
        ORDER,
        order=one,
        names=STATUS_NAMES,
        history=history(account, one),
        comments=account.attached("comment", one["ID"]),
        documents=account.attached("document", one["ID"]),
        connect_actions=account.attached("connect_action", one["ID"]),
        splits=account.attached("split", one["ID"]),
    )


def history(account: Account, order: Document) -> list[tuple[str, str, str]]:
    """When an order left which status, and who moved it on; the present one last."""
    names = STATUS_NAMES
    past = [
        (names[row["OrderStatusId"]], f"until {row['LastUpdated'][:19]}", row["LastUpdatedByUser"])
        for row in account.attached("past_status", order["ID"])
    ]
    now = names.get(order["OrderStatusId"], str(order["OrderStatusId"]))
    return [*past, (now, "now", order.get("LastUpdatedByUser") or "")]


@page.get("/asns")
def asns() -> Response:
    """All ASNs, newest first."""
    rows = this_account().records("asn")[::-1]
    return show("ASNs", ASNS, names=ASN_STATUS_NAMES, **a_page(rows))


@page.get("/asn/<asn_id>")
def asn(asn_id: str) -> Response:
    """One ASN."""
    one = found("asn", asn_id)
    if one is None:
        return show_none("such ASN")
    return show(f"ASN {one['ID']}", ASN, asn=one, names=ASN_STATUS_NAMES)


@page.get("/products")
def products() -> Response:
    """All products, and how much of each there is."""
    account = this_account()
    stock: dict[int, int] = {}
    for row in account.records("inventory"):
        stock[row["ProductId"]] = stock.get(row["ProductId"], 0) + row["OnHand"]
    return show("Products", PRODUCTS, stock=stock, **a_page(account.records("product")))


@page.get("/invoices")
def invoices() -> Response:
    """All confirmed invoices to clients, newest first."""
    account = this_account()
    rows = [{**row, "Total": total(row)} for row in account.records("invoice")[::-1]]
    return show("Client invoices", INVOICES, clients=client_names(account), **a_page(rows))


@page.get("/invoice/<invoice_id>")
def invoice(invoice_id: str) -> Response:
    """One confirmed invoice: its costs, and the charges for orders in it."""
    one = found("invoice", invoice_id)
    if one is None:
        return show_none("such invoice")
    account = this_account()
    charges = [row for row in account.records("charge") if row["InvoiceSummaryId"] == one["ID"]]
    return show(
        f"Invoice {one['Name']}",
        INVOICE,
        invoice=one,
        client=client_names(account).get(one["ClientId"], ""),
        costs=[(name, one[name]) for name in cost_names()],
        total=total(one),
        charges=charges,
    )


def client_names(account: Account) -> dict[int, str]:
    """The clients' names by ID."""
    return {client["ID"]: client["Name"] for client in account.records("client")}


def cost_names() -> list[str]:
    """The cost fields of an invoice."""
    return [name for made_of in BREAKDOWN.values() for name in made_of]


def total(invoice: Document) -> float:
    """What a client is to pay, without VAT; the API itself tells no total."""
    return round(sum(float(invoice[name]) for name in cost_names()), 2)
