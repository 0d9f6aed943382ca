"""FakeInvoiceSource: a fulfilment house's invoices in memory, for tests of whatever needs them.

It passes the contract suite of the real one (``plugin/testing/contracts/invoice_source.py``).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from ..domain.client_invoices.client_invoice import Breakdown, Client, ClientInvoice
from ..errors import NeedsPerson, PluginError
from ..ports.source import Unreadable

_PAGE = 100


class FakeInvoiceSource:
    """One account in memory; what a test may set or look at is a plain public attribute."""

    def __init__(self) -> None:
        #: Confirmed invoices by id.
        self.invoices: dict[str, ClientInvoice | Unreadable] = {}
        #: What invoices are made of, by id; an invoice without has an empty one.
        self.breakdowns: dict[str, Breakdown] = {}
        #: Clients by id.
        self.all_clients: dict[str, Client] = {}
        #: Every call raises this while it is set.
        self.failure: PluginError | None = None
        #: How many calls a real one would have made, by method.
        self.calls: dict[str, int] = {}

    def dated_since(self, since: datetime | None) -> Iterator[list[ClientInvoice | Unreadable]]:
        """As `InvoiceSource.dated_since`."""
        self._call("dated_since", 1)
        first = since.date() if since else None
        found = [
            x
            for x in self.invoices.values()
            if isinstance(x, Unreadable) or first is None or x.dated_on >= first
        ]
        for start in range(0, len(found), _PAGE):
            yield found[start : start + _PAGE]

    def invoice(self, invoice_id: str) -> ClientInvoice | Unreadable | None:
        """As `InvoiceSource.invoice`."""
        self._call("invoice", 1)
        return self.invoices.get(invoice_id)

    def breakdown(self, invoice_id: str) -> Breakdown:
        """As `InvoiceSource.breakdown`."""
        self._call("breakdown", 5)
        if invoice_id not in self.invoices:
            raise NeedsPerson(code="MX-503")
        return self.breakdowns.get(invoice_id, Breakdown(orders=(), others=()))

    def clients(self) -> Sequence[Client]:
        """As `InvoiceSource.clients`."""
        self._call("clients", 2)
        return list(self.all_clients.values())

    def put(self, invoice: ClientInvoice, breakdown: Breakdown | None = None) -> None:
        """Confirm an invoice, or change it."""
        self.invoices[invoice.source_id] = invoice
        if breakdown is not None:
            self.breakdowns[invoice.source_id] = breakdown

    def _call(self, name: str, calls: int) -> None:
        self.calls[name] = self.calls.get(name, 0) + calls
        if self.failure is not None:
            raise self.failure
