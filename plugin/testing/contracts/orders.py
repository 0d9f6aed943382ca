"""The contract of the Orders port.

class TestMyOrders(OrdersContract):
    @pytest.fixture
    def world(self) -> OrdersWorld: ...
"""

from dataclasses import replace
from typing import Protocol

import pytest

from ...domain.warehouse.new_order import NewOrder
from ...errors import NeedsPerson, TryLater, Unknown
from ...ports.warehouse import Orders


class OrdersWorld(Protocol):
    """A warehouse system, and what a test must be able to do behind its back."""

    @property
    def orders(self) -> Orders:
        """The system under test."""

    def new_order(self) -> NewOrder:
        """One that would be taken."""

    def lose_answer(self) -> None:
        """Let the next write be carried out, and its answer be lost."""

    def cut(self) -> None:
        """Make the system unreachable."""


class OrdersContract:
    """Subclass it with a fixture `world`."""

    def test_what_was_made_is_found_by_its_reference(self, world: OrdersWorld) -> None:
        """An order is found under its number by our reference, and by no other."""
        new = world.new_order()
        assert world.orders.find_made(new.number, new.external_reference) == ""
        made = world.orders.make(new)
        assert world.orders.find_made(new.number, new.external_reference) == made.order_id
        assert world.orders.find_made(new.number, "xero:another") == ""

    def test_made_twice_is_one(self, world: OrdersWorld) -> None:
        """Asked for again under the same reference, the order that is there counts as made."""
        new = world.new_order()
        assert world.orders.make(new).order_id == world.orders.make(new).order_id

    def test_a_lost_answer_is_found(self, world: OrdersWorld) -> None:
        """What was made though its answer was lost is found, and only once there."""
        new = world.new_order()
        world.lose_answer()
        with pytest.raises(Unknown):
            world.orders.make(new)
        assert world.orders.find_made(new.number, new.external_reference)

    def test_a_number_that_somebody_else_has(self, world: OrdersWorld) -> None:
        """Another order under the number is told apart from ours, and stands in its way."""
        new = world.new_order()
        assert not world.orders.holds_number(new.number, new.external_reference)
        world.orders.make(new)
        assert not world.orders.holds_number(new.number, new.external_reference)
        assert world.orders.holds_number(new.number, "xero:another")
        with pytest.raises(NeedsPerson):
            world.orders.make(replace(new, external_reference="xero:another"))

    def test_an_outage(self, world: OrdersWorld) -> None:
        """While the system is away, nothing is said to be absent."""
        new = world.new_order()
        world.cut()
        with pytest.raises(TryLater):
            world.orders.find_made(new.number, new.external_reference)
        with pytest.raises(TryLater):
            world.orders.holds_number(new.number, new.external_reference)
