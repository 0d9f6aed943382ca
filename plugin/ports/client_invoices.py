"""Client invoices: what the export of client invoices needs beside those of orders.

Held to the contract in ``plugin/testing/contracts/invoice_source.py``; the fake is in
``plugin/testing/client_invoices.py``.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from ..domain.client_invoices.client_invoice import Breakdown, Client, ClientInvoice
from .source import Unreadable

#: Lists begin this much before the first date that is wanted: whether they go by an invoice's
#: date or by its confirmation is not known (mintsoft.md 9.12).
EARLIER = timedelta(days=35)


class InvoiceSource(Protocol):
    """Where client invoices come from: a fulfilment house's account, or one client of it.

    Each method raises:
        TryLater: the source can't be reached or is busy.
        Disconnected: the login is refused, or may not see this.
    """

    def dated_since(self, since: datetime | None) -> Iterator[list[ClientInvoice | Unreadable]]:
        """Pages of all confirmed invoices dated at or after a moment (UTC); None: all there are.

        An invoice may come twice, and earlier ones may be among them.
        """

    def invoice(self, invoice_id: str) -> ClientInvoice | Unreadable | None:
        """One invoice as it is now; None when it is gone. One call."""

    def breakdown(self, invoice_id: str) -> Breakdown:
        """All that an invoice is made of; five calls.

        Raises:
            NeedsPerson: it is gone (MX-503), or can't be read (MX-501).
        """

    def clients(self) -> Sequence[Client]:
        """All clients; two calls."""
