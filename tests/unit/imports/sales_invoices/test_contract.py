"""The orders of the fake, and those of Mintsoft's sandbox, keep the contract of their port."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from .....adapters.mintsoft.orders.writer import MintsoftOrders
from .....plugin.domain.warehouse.new_order import NewOrder
from .....plugin.errors import TryLater
from .....plugin.ports.warehouse import Orders
from .....plugin.sandbox.mintsoft.control.settings import Settings
from .....plugin.testing.contracts.orders import OrdersContract, OrdersWorld
from .....plugin.testing.infrastructure import FakeClock
from .....plugin.testing.warehouse import FakeOrders
from ...adapters.mintsoft.samples import NEW_ORDER
from ...adapters.mintsoft.test_sandbox import Sandbox


class FakeWorld:
    """The fake, and what happens behind its back."""

    def __init__(self) -> None:
        self.orders = FakeOrders(FakeClock())

    def new_order(self) -> NewOrder:
        """See `OrdersWorld`."""
        return NEW_ORDER

    def lose_answer(self) -> None:
        """See `OrdersWorld`."""
        self.orders.mishaps.append("lost")

    def cut(self) -> None:
        """See `OrdersWorld`."""
        self.orders.failure = TryLater(code="MX-602", service="Mintsoft", after=30)


class SandboxWorld:
    """Mintsoft's sandbox, and what happens behind its back."""

    def __init__(self, doing: ExitStack) -> None:
        self._sandbox = Sandbox(doing, Settings())
        self.orders: Orders = MintsoftOrders(
            self._sandbox.client, client_id=self._sandbox.client_id
        )

    def new_order(self) -> NewOrder:
        """See `OrdersWorld`."""
        return self._sandbox.new_order()

    def lose_answer(self) -> None:
        """See `OrdersWorld`."""
        self._sandbox.fault("drop")

    def cut(self) -> None:
        """See `OrdersWorld`."""
        rows = [{"kind": "drop_before", "method": "GET", "times": 100}]
        self._sandbox.do("faults", faults=rows)


class TestFakeOrders(OrdersContract):
    """The fake."""

    @pytest.fixture
    def world(self) -> OrdersWorld:
        return FakeWorld()


class TestSandboxOrders(OrdersContract):
    """The adapter, over the sandbox."""

    @pytest.fixture
    def world(self) -> Iterator[OrdersWorld]:
        with ExitStack() as doing:
            yield SandboxWorld(doing)
