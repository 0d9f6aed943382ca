"""Warehouse: what makes orders and ASNs needs of a warehouse system.

An adapter need not have them; `ports.adapter` says how it is asked. The fakes are in
``plugin/testing/warehouse.py``, held to the contract in ``plugin/testing/contracts/goods_in.py``.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from ..domain.warehouse.delivery import Delivery
from ..domain.warehouse.goods_in import Asn, NewAsn
from ..domain.warehouse.new_order import MadeOrder, NewOrder
from ..domain.warehouse.product import Product
from .choices import Listed
from .source import Unreadable


class GoodsIn(Protocol):
    """The ASNs of an account, or of one client of it.

    Each method raises:
        TryLater: the system can't be reached or is busy; nothing was made or changed.
        Disconnected: the login is refused.
    """

    def asn(self, asn_id: str) -> Asn | Unreadable | None:
        """One ASN as it is now; None when it is gone."""

    def changed_since(self, since: datetime | None) -> Iterator[list[Asn | Unreadable]]:
        """Pages of all ASNs changed at or after a moment (UTC); None: all. One may come twice."""

    def find(self, origin: str, *, number: str, asked_at: datetime) -> Asn | None:
        """The living ASN that was made from a document; of several, the oldest.

        Args:
            origin: what all marks of the document begin with.
            number: of the purchase order, as it was sent.
            asked_at: when the first call for it went out (UTC), or earlier.

        Raises:
            NeedsPerson: one that may be it can't be read.
        """

    def make(self, new: NewAsn) -> str:
        """Make an ASN; its id.

        Raises:
            NeedsPerson: it is refused (MX-502).
            Unknown: the answer was lost: `find` it before it is made again.
        """

    def change(self, asn_id: str, new: NewAsn) -> None:
        """Let an ASN say this from now on; whether its lines do is seen by reading it.

        Raises:
            NeedsPerson: it is refused (MX-502), or the ASN is gone (MX-503).
            Unknown: the answer was lost: read the `asn` before it is changed again.
        """


class GoodsInLists(Protocol):
    """The lists from which a person chooses for ASNs. Raises as `GoodsIn`."""

    def warehouses(self) -> Sequence[Listed]:
        """Where goods are kept."""

    def goods_in_types(self) -> Sequence[Listed]:
        """In what goods arrive, by the account's own names."""


class Products(Protocol):
    """The products of a warehouse system. Raises as `GoodsIn`."""

    def find(self, sku: str) -> Product | Unreadable | None:
        """The product with exactly this SKU, whatever its case; None: there is none."""


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

    def warehouses(self) -> Sequence[Listed]:
        """Where goods are kept."""

    def channels(self) -> Sequence[Listed]:
        """Where orders come from."""

    def countries(self) -> Sequence[Listed]:
        """Where orders go; coded by two letters."""

    def courier_services(self) -> Sequence[Listed]:
        """Who carries orders."""


class Deliveries(Protocol):
    """Where the customers of the accounting side are. Raises as its other reads."""

    def delivery(self, contact_id: str) -> Delivery | Unreadable | None:
        """A contact's address; None when there is no such contact. One call."""
