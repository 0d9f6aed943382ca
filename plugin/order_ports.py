"""Order ports: what makes an order of a sales invoice needs from both sides.

The fakes are in ``plugin/testing_orders.py``.
"""

from collections.abc import Sequence
from typing import Protocol

from .domain.delivery import Delivery
from .domain.new_order import MadeOrder, NewOrder
from .goods_in_ports import Choice
from .ports import Unreadable


class Orders(Protocol):
    """The orders of a warehouse account, as far as they are made and looked up.

    Each method raises:
        TryLater: the system can't be reached or is busy; nothing was made.
        Disconnected: the login is refused.
    """

    def make(self, new: NewOrder) -> MadeOrder:
        """Make an order; the one that is there under our reference counts as made.

        Raises:
            NeedsPerson: it is refused (MX-502).
            Unknown: the answer was lost: `find_made` it before it is made again.
        """

    def find_made(self, number: str, reference: str) -> str:
        """Id of the order that carries our reference; empty: there is none."""

    def holds_number(self, number: str, reference: str) -> bool:
        """Whether an order that is not of this reference has the number."""


class OrderLists(Protocol):
    """The lists from which a person chooses for orders. Raises as `Orders`."""

    def warehouses(self) -> Sequence[Choice]:
        """Where goods are kept."""

    def channels(self) -> Sequence[Choice]:
        """Where orders come from."""

    def countries(self) -> Sequence[Choice]:
        """Where orders go; coded by two letters."""

    def courier_services(self) -> Sequence[Choice]:
        """Who carries orders."""


class Deliveries(Protocol):
    """Where the customers of the accounting side are. Raises as its other reads."""

    def delivery(self, contact_id: str) -> Delivery | Unreadable | None:
        """A contact's address; None when there is no such contact. One call."""
