"""The invoices of the fake, and those of Mintsoft's sandbox, keep the contract of their port."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime

import pytest

from .....plugin.errors import TryLater
from .....plugin.sandbox.mintsoft.control.settings import Settings
from .....plugin.testing.client_invoices import FakeInvoiceSource
from .....plugin.testing.contracts.invoice_source import InvoiceSourceContract, InvoiceSourceWorld
from .....plugin.testing.infrastructure import FakeClock
from ...adapters.mintsoft.test_sandbox import Sandbox
from .samples import a_client, an_invoice, made_of


class FakeWorld:
    """The fake, and what happens behind its back."""

    def __init__(self) -> None:
        self.invoices = FakeInvoiceSource()
        self.invoices.all_clients["3"] = a_client()
        self._clock = FakeClock()

    def now(self) -> datetime:
        """See `InvoiceSourceWorld`."""
        return self._clock.now()

    def confirm(self, name: str) -> str:
        """See `InvoiceSourceWorld`."""
        invoice = an_invoice("55", name=name, dated_on=self.now().date())
        self.invoices.put(invoice, made_of(invoice))
        return "55"

    def cut(self) -> None:
        """See `InvoiceSourceWorld`."""
        self.invoices.failure = TryLater(code="MX-602", service="Mintsoft", after=30)


class SandboxWorld:
    """Mintsoft's sandbox, and what happens behind its back."""

    def __init__(self, doing: ExitStack) -> None:
        self._sandbox = Sandbox(doing, Settings())
        self.invoices = self._sandbox.invoices

    def now(self) -> datetime:
        """See `InvoiceSourceWorld`."""
        return self._sandbox.clock.now()

    def confirm(self, name: str) -> str:
        """See `InvoiceSourceWorld`."""
        self._sandbox.do("invoice")
        client = int(self._sandbox.client_id)
        return str(self._sandbox.do("confirm-invoice", client=client, name=name)["ID"])

    def cut(self) -> None:
        """See `InvoiceSourceWorld`."""
        rows = [{"kind": "drop_before", "method": "GET", "times": 100}]
        self._sandbox.do("faults", faults=rows)


class TestFakeInvoices(InvoiceSourceContract):
    """The fake."""

    @pytest.fixture
    def world(self) -> InvoiceSourceWorld:
        return FakeWorld()


class TestSandboxInvoices(InvoiceSourceContract):
    """The adapter, over the sandbox."""

    @pytest.fixture
    def world(self) -> Iterator[InvoiceSourceWorld]:
        with ExitStack() as doing:
            yield SandboxWorld(doing)
