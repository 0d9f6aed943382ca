"""The pages for people: the list of invoices, and one invoice. No script, everything escaped."""

from typing import Any

from flask import Blueprint, Response, render_template_string, request
from markupsafe import Markup

from ..store import Document
from .envelope import NOT_FOUND
from .tenant import Tenant

_A_PAGE = 200

_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
body { font: 15px/1.4 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }
header { background: #0b6e99; color: #fff; margin: -1rem -1rem 1rem; padding: .7rem 1rem; }
header a { color: #fff; text-decoration: none; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #ddd; padding: .3rem .6rem; text-align: left; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
.VOIDED, .DELETED { color: #888; text-decoration: line-through; }
button { font: inherit; padding: .5rem 1.5rem; }
</style>
</head>
<body>
<header><a href="/"><b>Xero sandbox</b></a></header>
{{ content }}
</body>
</html>
"""

_LIST = """
<h1>Invoices of {{ organisation }}</h1>
<p>{{ count }} invoices, newest first
{%- if pages > 1 %}; page {{ number }} of {{ pages }}{% endif %}.
{% if number > 1 %}<a href="/?page={{ number - 1 }}">Newer</a>{% endif %}
{% if number < pages %}<a href="/?page={{ number + 1 }}">Older</a>{% endif %}</p>
<table>
<tr><th>Number<th>Reference<th>To<th>Date<th>Due<th>Status<th class="n">Total
{% for invoice, contact in rows %}
<tr class="{{ invoice.Status }}">
<td><a href="/invoice/{{ invoice.InvoiceID }}">{{ invoice.InvoiceNumber or "(none)" }}</a>
<td>{{ invoice.Reference or "" }}<td>{{ contact }}<td>{{ invoice.Date }}
<td>{{ invoice.DueDate or "" }}<td>{{ invoice.Status }}
<td class="n">{{ invoice.Total }} {{ invoice.CurrencyCode }}
{% endfor %}
</table>
"""

_INVOICE = """
<h1 class="{{ invoice.Status }}">Invoice {{ invoice.InvoiceNumber }}</h1>
<p>To <b>{{ contact }}</b>. Status <b>{{ invoice.Status }}</b>.
Date {{ invoice.Date }}, due {{ invoice.DueDate or "(no date)" }}.
Reference {{ invoice.Reference or "(none)" }}. Amounts are {{ words }}.</p>
<table>
<tr><th>Item<th>Description<th class="n">Quantity<th class="n">Price<th class="n">Discount
<th>Account<th>Tax<th class="n">Tax amount<th class="n">Amount
{% for line in invoice.LineItems %}
<tr><td>{{ line.ItemCode or "" }}<td>{{ line.Description or "" }}
<td class="n">{{ line.Quantity or "" }}<td class="n">{{ line.UnitAmount or "" }}
<td class="n">{% if line.DiscountRate %}{{ line.DiscountRate }}%{% endif %}
<td>{{ line.AccountCode or "" }}<td>{{ line.TaxType or "" }}
<td class="n">{{ line.TaxAmount }}<td class="n">{{ line.LineAmount }}
{% endfor %}
<tr><td colspan="8" class="n">Subtotal<td class="n">{{ invoice.SubTotal }}
<tr><td colspan="8" class="n">Tax<td class="n">{{ invoice.TotalTax }}
<tr><td colspan="8" class="n"><b>Total {{ invoice.CurrencyCode }}</b>
<td class="n"><b>{{ invoice.Total }}</b>
<tr><td colspan="8" class="n">Due<td class="n">{{ invoice.AmountDue }}
</table>
<h2>History</h2>
<ul>{% for note in notes %}<li>{{ note.Details }}</li>{% else %}<li>No notes.</li>{% endfor %}</ul>
"""

_WORDS = {"Exclusive": "without tax", "Inclusive": "with tax", "NoTax": "free of tax"}


def page(title: str, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page of the sandbox; values are escaped, scripts can't run."""
    content = Markup(render_template_string(template, **values))  # noqa: S704 (already escaped)
    html = render_template_string(_FRAME, title=title, content=content)
    response = Response(html, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def blueprint(tenant: Tenant) -> Blueprint:
    """The routes of the pages."""
    routes = Blueprint("xero_page", __name__)

    def name_of(invoice: Document) -> str:
        contact = tenant.find("xero_contact", invoice["ContactID"]) or {}
        return str(contact.get("Name", ""))

    @routes.get("/")
    def listed() -> Response:
        rows = tenant.rows("xero_invoice")
        rows.reverse()
        pages = max(1, -(-len(rows) // _A_PAGE))
        asked = request.args.get("page", 1, type=int)
        number = min(max(asked, 1), pages)
        shown = rows[(number - 1) * _A_PAGE : number * _A_PAGE]
        return page(
            "Xero sandbox",
            _LIST,
            organisation=tenant.organisation["Name"],
            count=len(rows),
            number=number,
            pages=pages,
            rows=[(row, name_of(row)) for row in shown],
        )

    @routes.get("/invoice/<invoice_id>")
    def one(invoice_id: str) -> Response:
        invoice = tenant.find("xero_invoice", invoice_id.lower())
        if invoice is None:
            return page("Xero sandbox", "<p>{{ text }}</p>", status=404, text=NOT_FOUND)
        notes = tenant.find("xero_history", invoice["InvoiceID"]) or {"records": []}
        return page(
            f"Invoice {invoice['InvoiceNumber']}",
            _INVOICE,
            invoice=invoice,
            contact=name_of(invoice),
            words=_WORDS[invoice["LineAmountTypes"]],
            notes=notes["records"],
        )

    return routes
