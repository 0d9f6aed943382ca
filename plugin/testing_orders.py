"""FakeOrders: a warehouse's orders in memory, for tests of whatever makes them.

It passes the contract suite of the real one (``tests/contracts/orders.py``).
"""

from collections.abc import Sequence

from .domain.new_order import MadeOrder, NewOrder
from .domain.product import Product
from .errors import NeedsPerson, PluginError, TryLater, Unknown
from .goods_in_ports import Choice
from .mapping_ports import Listed
from .ports import Clock, Unreadable


class FakeOrders:
    """`Orders`, `OrderLists` and `Products` of one account in memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        #: By id.
        self.orders: dict[str, NewOrder] = {}
        #: SKUs that there are products for.
        self.skus: set[str] = set()
        self.all_warehouses = [Listed(id="4", code="MAIN", name="Main")]
        self.all_channels = [Listed(id="7", code="", name="Shop")]
        self.all_couriers = [Listed(id="2", code="", name="Van")]
        self.all_countries = [Listed(id="1", code="GB", name="United Kingdom")]
        #: Every call raises this while it is set.
        self.failure: PluginError | None = None
        #: The next writes: ``lost`` is carried out and not answered, ``dropped`` neither,
        #: ``busy`` is answered with a refusal that time heals.
        self.mishaps: list[str] = []

    def make(self, new: NewOrder) -> MadeOrder:
        """As `Orders.make`."""
        self._call()
        mishap = self.mishaps.pop(0) if self.mishaps else ""
        if mishap == "busy":
            raise TryLater("Mintsoft is busy.", after=60)
        if mishap == "dropped":
            raise Unknown("The answer was lost.")
        if there := self.find_made(new.number, new.external_reference):
            return MadeOrder(order_id=there, found=True)
        if self.holds_number(new.number, new.external_reference):
            raise NeedsPerson("Order number already exists for this Client", code="MX-502")
        order_id = str(len(self.orders) + 1)
        self.orders[order_id] = new
        if mishap == "lost":
            raise Unknown("The answer was lost.")
        return MadeOrder(order_id=order_id)

    def find_made(self, number: str, reference: str) -> str:
        """As `Orders.find_made`."""
        self._call()
        found = (
            order_id
            for order_id, order in self.orders.items()
            if (order.number, order.external_reference) == (number, reference)
        )
        return next(found, "")

    def holds_number(self, number: str, reference: str) -> bool:
        """As `Orders.holds_number`."""
        self._call()
        others = (x for x in self.orders.values() if x.external_reference != reference)
        return any(x.number == number for x in others)

    def warehouses(self) -> Sequence[Choice]:
        """As `OrderLists.warehouses`."""
        self._call()
        return self.all_warehouses

    def channels(self) -> Sequence[Choice]:
        """As `OrderLists.channels`."""
        self._call()
        return self.all_channels

    def countries(self) -> Sequence[Choice]:
        """As `OrderLists.countries`."""
        self._call()
        return self.all_countries

    def courier_services(self) -> Sequence[Choice]:
        """As `OrderLists.courier_services`."""
        self._call()
        return self.all_couriers

    def find(self, sku: str) -> Product | Unreadable | None:
        """As `Products.find`."""
        self._call()
        if sku.strip() not in self.skus:
            return None
        return Product(
            product_id="1",
            client_id="3",
            sku=sku.strip(),
            name=sku,
            price=None,
            cost_price=None,
            discontinued=False,
            bundle=False,
            changed_at=self._clock.now(),
        )

    def _call(self) -> None:
        if self.failure is not None:
            raise self.failure
