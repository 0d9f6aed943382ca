"""FakeGoodsIn: a warehouse's ASNs in memory, for tests of whatever makes them.

It passes the contract suite of the real one (``tests/contracts/goods_in.py``).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from .domain.goods_in import Asn, AsnLine, NewAsn
from .domain.product import Product
from .errors import NeedsPerson, PluginError, Unknown
from .goods_in_ports import Choice
from .mapping_ports import Listed
from .ports import Clock, Unreadable

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

    def warehouses(self) -> Sequence[Choice]:
        """As `GoodsInLists.warehouses`."""
        self._call("warehouses")
        return self.all_warehouses

    def goods_in_types(self) -> Sequence[Choice]:
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
