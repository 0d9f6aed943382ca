"""Xero's purchase orders in our words (xero.md 9). They have no webhook: they are polled."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from ....plugin.domain.imports.purchase_order import PurchaseOrder, PurchaseOrderLine
from ....plugin.ports.source import Unreadable
from ..api.client import XeroClient
from ..api.fields import mappings, to_date, to_decimal, to_moment
from ..api.pages import pages
from .sales_invoices import OVERLAP
from .unreadable import readable


class XeroPurchaseOrders:
    """The purchase orders of one organisation."""

    def __init__(self, client: XeroClient) -> None:
        """Makes no call."""
        self._client = client

    @property
    def clock_ahead(self) -> timedelta | None:
        """See `ports.clock.Dated`."""
        return self._client.clock_ahead

    def changed_since(self, since: datetime | None) -> Iterator[list[PurchaseOrder | Unreadable]]:
        """As `purchase_orders_since`, in every status."""
        return purchase_orders_since(self._client, since)

    def document(self, purchase_order_id: str) -> PurchaseOrder | Unreadable | None:
        """One as it is now; None when Xero does not show it. One call, raises as the others."""
        answer = self._client.get_one(f"PurchaseOrders/{quote(purchase_order_id, safe='')}")
        return next(iter(read_purchase_orders(answer.get("PurchaseOrders") or [])), None)


def purchase_orders_since(
    client: XeroClient, since: datetime | None, status: str = ""
) -> Iterator[list[PurchaseOrder | Unreadable]]:
    """Pages of all purchase orders changed at or after a moment, with their lines; None: all.

    `status`: only those in it, by Xero's word. Without one, those that were billed or deleted
    meanwhile are seen too. One may come twice: take them by id.

    Raises:
        TryLater: Xero can't be reached, is offline, or a limit is used up.
        Disconnected: access has ended.
    """
    begin = since - OVERLAP if since else None
    params = {"Status": status} if status else {}
    for page in pages(client, "PurchaseOrders", params, begin, summary=False):
        yield read_purchase_orders(page)


def read_purchase_orders(entries: Sequence[Any]) -> list[PurchaseOrder | Unreadable]:
    """The purchase orders of a page; each that can't be read says why."""
    named = {"id_field": "PurchaseOrderID", "number_field": "PurchaseOrderNumber"}
    return [readable(entry, purchase_order_of, **named) for entry in mappings(entries)]


def purchase_order_of(entry: Mapping[str, Any]) -> PurchaseOrder:
    """One purchase order of a page.

    Raises:
        KeyError, ValueError: without its id or its time of change it is none.
    """
    contact = entry.get("Contact") or {}
    return PurchaseOrder(
        purchase_order_id=str(entry["PurchaseOrderID"]),
        number=str(entry.get("PurchaseOrderNumber") or ""),
        reference=str(entry.get("Reference") or ""),
        status=str(entry.get("Status") or ""),
        contact_id=str(contact.get("ContactID") or ""),
        supplier=str(contact.get("Name") or ""),
        currency=str(entry.get("CurrencyCode") or ""),
        date=to_date(entry.get("Date") or entry.get("DateString")),
        delivery_date=to_date(entry.get("DeliveryDate") or entry.get("DeliveryDateString")),
        expected_date=to_date(
            entry.get("ExpectedArrivalDate") or entry.get("ExpectedArrivalDateString")
        ),
        delivery_address=str(entry.get("DeliveryAddress") or ""),
        delivery_instructions=str(entry.get("DeliveryInstructions") or ""),
        lines=tuple(_line(line) for line in mappings(entry.get("LineItems"))),
        changed_at=to_moment(entry["UpdatedDateUTC"]),
    )


def _line(entry: Mapping[str, Any]) -> PurchaseOrderLine:
    return PurchaseOrderLine(
        line_id=str(entry.get("LineItemID") or ""),
        item_code=str(entry.get("ItemCode") or ""),
        description=str(entry.get("Description") or ""),
        quantity=to_decimal(entry.get("Quantity")),
        unit_amount=to_decimal(entry.get("UnitAmount")),
    )
