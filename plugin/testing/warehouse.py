"""FakeGoodsIn: a warehouse's ASNs in memory, for tests of whatever makes them.

It passes the contract suite of the real one (``plugin/testing/contracts/goods_in.py``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..domain.warehouse.goods_in import Asn, AsnLine, NewAsn
from ..domain.warehouse.new_order import MadeOrder, NewOrder
from ..domain.warehouse.product import Product
from ..errors import NeedsPerson, PluginError, TryLater, Unknown
from ..ports.choices import Listed
from ..ports.clock import Clock
from ..ports.source import Unreadable

#: How much earlier than asked ASNs are looked through: clocks differ.
_OVERLAP = timedelta(hours=3)


class FakeGoodsIn:
    """One account in memory; what a test may set or look at is a plain public attribute."""

    def __init__(self, clock: Clock, *, client_id: str = "3") -> None:
        self._clock = clock
        self._client_id = client_id
        #: By id.
        self.asns: dict[str, Asn | Unreadable] = {}
        #: SKUs that there are products for.
        self.skus: set[str] = set()
        self.all_warehouses = [Listed(id="4", code="MAIN", name="Main")]
        self.all_types = [Listed(id="1", code="", name="Pallet")]
        #: Every call raises this while it is set.
        self.failure: PluginError | None = None
        #: The next writes: ``lost`` is carried out and not answered, ``dropped`` neither,
        #: ``ignored`` is answered but changes no lines.
        self.mishaps: list[str] = []
        #: Calls so far, by method.
        self.calls: dict[str, int] = {}

    def asn(self, asn_id: str) -> Asn | Unreadable | None:
        """As `GoodsIn.asn`."""
        self._call("asn")
        return self.asns.get(asn_id)

    def changed_since(self, since: datetime | None) -> Iterator[list[Asn | Unreadable]]:
        """As `GoodsIn.changed_since`: one page."""
        self._call("changed_since")
        yield [
            x
            for x in self.asns.values()
            if since is None or isinstance(x, Unreadable) or x.changed_at >= since
        ]

    def find(self, origin: str, *, number: str, asked_at: datetime) -> Asn | None:
        """As `GoodsIn.find`."""
        self._call("find")
        found = []
        for one in self.asns.values():
            if isinstance(one, Unreadable):
                if one.number == number:
                    raise one.error
            elif one.made_from(origin) and one.changed_at >= asked_at - _OVERLAP:
                found.append(one)
        return min(found, key=lambda one: int(one.asn_id), default=None)

    def make(self, new: NewAsn) -> str:
        """As `GoodsIn.make`."""
        mishap = self._write("make", new)
        asn_id = str(len(self.asns) + 100)
        if mishap != "dropped":
            self.asns[asn_id] = self._asn(asn_id, new, "NEW")
        if mishap in {"lost", "dropped"}:
            raise Unknown("the ASN may have been written")
        return asn_id

    def change(self, asn_id: str, new: NewAsn) -> None:
        """As `GoodsIn.change`."""
        now = self.asns.get(asn_id)
        mishap = self._write("change", new)
        if not isinstance(now, Asn):
            raise NeedsPerson("The ASN is gone from Mintsoft.", code="MX-503")
        changed = self._asn(asn_id, new, now.status)
        if mishap == "ignored":
            changed = replace(changed, lines=now.lines)
        if mishap != "dropped":
            self.asns[asn_id] = changed
        if mishap in {"lost", "dropped"}:
            raise Unknown("the ASN may have been written")

    def warehouses(self) -> Sequence[Listed]:
        """As `GoodsInLists.warehouses`."""
        self._call("warehouses")
        return self.all_warehouses

    def goods_in_types(self) -> Sequence[Listed]:
        """As `GoodsInLists.goods_in_types`."""
        self._call("goods_in_types")
        return self.all_types

    def edit(self, asn_id: str, *, arrived: int = 0, **changes: object) -> None:
        """Edit an ASN as somebody at the warehouse; `arrived`: so many units of each line."""
        asn = self.asns[asn_id]
        assert isinstance(asn, Asn)
        lines = tuple(replace(line, received=line.received + arrived) for line in asn.lines)
        changed = replace(asn, lines=lines, changed_at=self._clock.now())
        self.asns[asn_id] = replace(changed, **changes)  # type: ignore[arg-type]

    def _asn(self, asn_id: str, new: NewAsn, status: str) -> Asn:
        lines = [
            AsnLine(
                line_id=f"{asn_id}{position}",
                product_id=line.sku,
                sku=line.sku,
                expected=line.quantity,
                received=0,
                booked=0,
                source_line_id=line.source_line_id,
            )
            for position, line in enumerate(new.lines)
        ]
        return Asn(
            asn_id=asn_id,
            client_id=new.client_id or self._client_id,
            warehouse_id=new.warehouse_id,
            po_reference=new.po_reference,
            supplier=new.supplier,
            status=status,
            expected_on=new.expected_on,
            goods_in_type=new.goods_in_type,
            packages=new.packages,
            changed_at=self._clock.now(),
            lines=tuple(lines),
        )

    def _write(self, method: str, new: NewAsn) -> str:
        self._call(method)
        known = {sku.casefold() for sku in self.skus}
        if unknown := [line.sku for line in new.lines if line.sku.casefold() not in known]:
            raise NeedsPerson(code="MX-502", answer=f"Product {unknown[0]} not found")
        return self.mishaps.pop(0) if self.mishaps else ""

    def _call(self, method: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.calls[method] = self.calls.get(method, 0) + 1


class FakeProducts:
    """The products of a `FakeGoodsIn`."""

    def __init__(self, goods_in: FakeGoodsIn, clock: Clock) -> None:
        self._goods_in, self._clock = goods_in, clock
        #: How many SKUs were looked for.
        self.looked_for: list[str] = []

    def find(self, sku: str) -> Product | None:
        """As `Products.find`."""
        self.looked_for.append(sku)
        if self._goods_in.failure is not None:
            raise self._goods_in.failure
        found = [x for x in self._goods_in.skus if x.casefold() == sku.strip().casefold()]
        if not found:
            return None
        return Product(
            product_id=found[0],
            client_id="3",
            sku=found[0],
            name=found[0],
            price=None,
            cost_price=None,
            discontinued=False,
            bundle=False,
            changed_at=self._clock.now(),
        )


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

    def warehouses(self) -> Sequence[Listed]:
        """As `OrderLists.warehouses`."""
        self._call()
        return self.all_warehouses

    def channels(self) -> Sequence[Listed]:
        """As `OrderLists.channels`."""
        self._call()
        return self.all_channels

    def countries(self) -> Sequence[Listed]:
        """As `OrderLists.countries`."""
        self._call()
        return self.all_countries

    def courier_services(self) -> Sequence[Listed]:
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


class FakeLists:
    """All lists of a fake account: those of its orders, and in what goods arrive."""

    def __init__(self, orders: FakeOrders, goods_in: FakeGoodsIn) -> None:
        self.warehouses = orders.warehouses
        self.channels = orders.channels
        self.countries = orders.countries
        self.courier_services = orders.courier_services
        self.goods_in_types = goods_in.goods_in_types
