"""Xero's sales invoices in our words (xero.md 2, 4). Reading tolerates what it does not know."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from ....plugin.domain.imports.sales_invoice import SalesInvoice, SalesInvoiceLine
from ....plugin.ports.source import Unreadable
from ..api.client import XeroClient
from ..api.fields import amount_of, mappings, to_date, to_decimal, to_moment
from ..api.pages import pages
from .unreadable import readable

#: Read again so much before the moment that is asked for: whether Xero's "since" counts that
#: moment itself is not known (xero.md 2.2).
OVERLAP = timedelta(minutes=1)

_SALES = 'Type=="ACCREC"'


class XeroSalesInvoices:
    """The sales invoices of one organisation."""

    def __init__(self, client: XeroClient) -> None:
        """Makes no call."""
        self._client = client

    @property
    def clock_ahead(self) -> timedelta | None:
        """See `ports.clock.Dated`."""
        return self._client.clock_ahead

    def changed_since(self, since: datetime | None) -> Iterator[list[SalesInvoice | Unreadable]]:
        """As `sales_invoices_since`."""
        return sales_invoices_since(self._client, since)

    def document(self, invoice_id: str) -> SalesInvoice | Unreadable | None:
        """One as it is now; None when Xero does not show it. One call, raises as the others."""
        answer = self._client.get_one(f"Invoices/{quote(invoice_id, safe='')}")
        return next(iter(read_invoices(answer.get("Invoices") or [])), None)


def sales_invoices_since(
    client: XeroClient, since: datetime | None
) -> Iterator[list[SalesInvoice | Unreadable]]:
    """Pages of all sales invoices changed at or after a moment, with their lines; None: all.

    One may come twice, the later word counts: take them by id. A change of the due date alone,
    on a document that is part paid, is not seen (xero.md 2.2).

    Raises:
        TryLater: Xero can't be reached, is offline, or a limit is used up.
        Disconnected: access has ended.
    """
    begin = since - OVERLAP if since else None
    for page in pages(client, "Invoices", {"where": _SALES}, begin, summary=False):
        yield read_invoices(page)


def read_invoices(entries: Sequence[Any]) -> list[SalesInvoice | Unreadable]:
    """The sales invoices among the entries of a page; each that can't be read says why."""
    named = {"id_field": "InvoiceID", "number_field": "InvoiceNumber"}
    ours = (entry for entry in mappings(entries) if entry.get("Type", "ACCREC") == "ACCREC")
    return [readable(entry, invoice_of, **named) for entry in ours]


def invoice_of(entry: Mapping[str, Any]) -> SalesInvoice:
    """One invoice of a page.

    Raises:
        KeyError, ValueError: without its id, its total or its time of change it is none.
    """
    contact = entry.get("Contact") or {}
    total = to_decimal(entry["Total"])
    if total is None:
        raise ValueError("Total")
    return SalesInvoice(
        invoice_id=str(entry["InvoiceID"]),
        number=str(entry.get("InvoiceNumber") or ""),
        reference=str(entry.get("Reference") or ""),
        status=str(entry.get("Status") or ""),
        contact_id=str(contact.get("ContactID") or ""),
        contact_name=str(contact.get("Name") or ""),
        currency=str(entry.get("CurrencyCode") or ""),
        date=to_date(entry.get("Date") or entry.get("DateString")),
        due_date=to_date(entry.get("DueDate") or entry.get("DueDateString")),
        prices_with_tax=str(entry.get("LineAmountTypes") or "").lower() == "inclusive",
        lines=tuple(_line(line) for line in mappings(entry.get("LineItems"))),
        subtotal=amount_of(entry, "SubTotal"),
        tax=amount_of(entry, "TotalTax"),
        total=total,
        paid=amount_of(entry, "AmountPaid"),
        credited=amount_of(entry, "AmountCredited"),
        due=amount_of(entry, "AmountDue"),
        changed_at=to_moment(entry["UpdatedDateUTC"]),
    )


def _line(entry: Mapping[str, Any]) -> SalesInvoiceLine:
    return SalesInvoiceLine(
        line_id=str(entry.get("LineItemID") or ""),
        item_code=str(entry.get("ItemCode") or ""),
        description=str(entry.get("Description") or ""),
        quantity=to_decimal(entry.get("Quantity")),
        unit_amount=to_decimal(entry.get("UnitAmount")),
        amount=amount_of(entry, "LineAmount"),
        tax=amount_of(entry, "TaxAmount"),
        account_code=str(entry.get("AccountCode") or ""),
        tax_type=str(entry.get("TaxType") or ""),
    )
