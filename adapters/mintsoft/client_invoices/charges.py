"""MintsoftClientInvoices: the confirmed invoices of a fulfilment house to its clients."""

from collections.abc import Iterator
from datetime import datetime

from ....plugin.domain.client_invoices.client_invoice import (
    Breakdown,
    Client,
    ClientInvoice,
    CostCentre,
    OrderCharges,
)
from ....plugin.errors import NeedsPerson
from ....plugin.ports.source import Unreadable
from ..api.calls import (
    INVOICE,
    INVOICE_COLLECTIONS,
    INVOICE_GOODS_IN,
    INVOICE_OF_ORDER,
    INVOICE_ORDERS,
    INVOICE_OTHER,
    INVOICE_RETURNS,
)
from ..api.client import MintsoftClient
from ..api.paging import INVOICES, belongs, read_row, walk
from ..api.zone import account_zone, local_text
from ..choices import MintsoftLists
from .client_invoices import read_client_invoice, read_order_charges, read_other_charges

#: Where what is charged beside orders is listed.
OTHERS = {
    CostCentre.RETURNS: INVOICE_RETURNS,
    CostCentre.GOODS_IN: INVOICE_GOODS_IN,
    CostCentre.COLLECTIONS: INVOICE_COLLECTIONS,
    CostCentre.OTHER: INVOICE_OTHER,
}


class MintsoftClientInvoices:
    """Reads confirmed invoices, of all clients or of one, and what they are made of."""

    def __init__(self, client: MintsoftClient, *, zone: str, client_id: str = "") -> None:
        """Makes no call. Arguments and errors as `MintsoftSource`."""
        self._client = client
        self._client_id = client_id
        self._zone = account_zone(zone)

    def dated_since(self, since: datetime | None) -> Iterator[list[ClientInvoice | Unreadable]]:
        """Pages of all invoices that ``SinceDate`` gives for a moment (UTC); None: all there are.

        Whether that bounds the invoice's date or its confirmation is not known (mintsoft.md 5,
        9.12): begin a month or more before the first date that is wanted. An invoice may come
        twice. Raises as `MintsoftClient.read_list`.
        """
        query: dict[str, str | int] = {}
        if self._client_id:
            query["ClientId"] = self._client_id
        if since is not None:
            query["SinceDate"] = local_text(since, self._zone)
        for rows in walk(self._client, INVOICES, query):
            ours = [row for row in rows if belongs(row, self._client_id)]
            if ours:
                yield [read_client_invoice(row, self._zone) for row in ours]

    def invoice(self, invoice_id: str) -> ClientInvoice | Unreadable | None:
        """One invoice as it is now; None when it is gone, or another client's."""
        row = read_row(self._client, INVOICE, invoice_id)
        if row is None or not belongs(row, self._client_id):
            return None
        return read_client_invoice(row, self._zone)

    def breakdown(self, invoice_id: str) -> Breakdown:
        """All that an invoice is made of; five calls.

        Raises:
            NeedsPerson: the invoice is gone (MX-503), or a row can't be read (MX-501).
            TryLater, Disconnected: as `MintsoftClient.read_list`.
        """
        orders = self._client.read_list(INVOICE_ORDERS, document_id=invoice_id)
        others = [
            charge
            for centre, path in OTHERS.items()
            for charge in read_other_charges(
                centre, self._client.read_list(path, document_id=invoice_id)
            )
        ]
        return Breakdown(orders=read_order_charges(orders), others=tuple(others))

    def clients(self) -> list[Client]:
        """Whose invoices they are; two calls. Raises as `MintsoftLists.clients`."""
        return MintsoftLists(self._client).clients()

    def charges_of(self, order_id: str) -> OrderCharges | None:
        """What one order costs its client; None when nothing was calculated for it yet.

        Raises:
            NeedsPerson: it can't be read (MX-501).
            TryLater, Disconnected: as `MintsoftClient.read_list`.
        """
        row = read_row(self._client, INVOICE_OF_ORDER, order_id)
        if row is None:
            return None
        (charges,) = read_order_charges([row])
        if charges.order_id != order_id:
            raise NeedsPerson(
                "The order's charges can't be read: they are another order's.", code="MX-501"
            )
        return charges
