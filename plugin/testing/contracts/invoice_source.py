"""The contract of the InvoiceSource port.

class TestMyInvoices(InvoiceSourceContract):
    @pytest.fixture
    def world(self) -> InvoiceSourceWorld: ...
"""

from datetime import datetime, timedelta
from typing import Protocol

import pytest

from ...domain.client_invoices.client_invoice import ClientInvoice
from ...errors import NeedsPerson, TryLater
from ...ports.client_invoices import InvoiceSource


class InvoiceSourceWorld(Protocol):
    """A source of client invoices, and what a test must be able to do behind its back."""

    @property
    def invoices(self) -> InvoiceSource:
        """The source under test."""

    def now(self) -> datetime:
        """The moment by its clock (UTC)."""

    def confirm(self, name: str) -> str:
        """Confirm an invoice of a known client, dated now; return its id."""

    def cut(self) -> None:
        """Make the source unreachable."""


class InvoiceSourceContract:
    """Subclass it with a fixture `world`."""

    def test_a_confirmed_one_is_listed_and_read_alike(self, world: InvoiceSourceWorld) -> None:
        """The list and the single reading give the same invoice, with every cost centre."""
        invoice_id = world.confirm("June")
        since = world.now() - timedelta(days=35)
        listed = {
            x.source_id: x
            for page in world.invoices.dated_since(since)
            for x in page
            if isinstance(x, ClientInvoice)
        }
        assert listed[invoice_id].name == "June"
        assert world.invoices.invoice(invoice_id) == listed[invoice_id]

    def test_a_breakdown_is_what_the_invoice_says(self, world: InvoiceSourceWorld) -> None:
        """What it is made of comes to each of its cost centres."""
        invoice = world.invoices.invoice(world.confirm("June"))
        assert isinstance(invoice, ClientInvoice)
        assert invoice.differences(world.invoices.breakdown(invoice.source_id)) == {}

    def test_its_client_is_known(self, world: InvoiceSourceWorld) -> None:
        """The client of an invoice is among the clients, with a currency."""
        invoice = world.invoices.invoice(world.confirm("June"))
        assert isinstance(invoice, ClientInvoice)
        clients = {client.client_id: client for client in world.invoices.clients()}
        assert len(clients[invoice.client_id].currency) == 3

    def test_what_is_not_there(self, world: InvoiceSourceWorld) -> None:
        """An unknown invoice is None, and has no breakdown."""
        assert world.invoices.invoice("987654") is None
        with pytest.raises(NeedsPerson) as caught:
            world.invoices.breakdown("987654")
        assert caught.value.code == "MX-503"

    def test_an_unreachable_source(self, world: InvoiceSourceWorld) -> None:
        """What can't be reached is tried later."""
        world.cut()
        with pytest.raises(TryLater):
            list(world.invoices.dated_since(None))
        with pytest.raises(TryLater):
            world.invoices.clients()
