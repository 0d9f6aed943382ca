"""What came of many orders, by way of rounding: shares, and the smallest order of each trouble."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from .shop import ShopOrder
from .ways import WAYS

_HIDDEN = {"ID", "SKU", "Details"}
_SHOWN = (
    "OrderItems",
    *("ShippingNet", "ShippingTax", "ShippingTotalExVat", "ShippingTotalVat"),
    *("DiscountNet", "DiscountTax", "DiscountTotalExVat", "DiscountTotalVat"),
    "TotalOrderGross",
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """An order that went wrong, and how."""

    order: ShopOrder
    said: str

    @property
    def size(self) -> tuple[int, int]:
        """The less, the easier it is to see what is wrong."""
        return len(self.order.raw["OrderItems"]), len(str(self.order.raw))


@dataclass
class Tally:
    """Counts orders; keeps the smallest of each kind of trouble."""

    made: Counter[str] = field(default_factory=Counter)
    exported: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: Counter[tuple[str, str]] = field(default_factory=Counter)
    smallest: dict[tuple[str, str], Case] = field(default_factory=dict)

    def right(self, order: ShopOrder) -> None:
        """An order that came out as it should."""
        self.made[order.way.name] += 1
        if not order.truth.refused:
            self.exported[order.way.name] += 1

    def refusal(self, order: ShopOrder, code: str, said: str) -> None:
        """An order that should have been exported."""
        self.made[order.way.name] += 1
        self.refused[order.way.name, code] += 1
        self._keep(("refused", code), Case(order=order, said=said))

    def distortion(self, order: ShopOrder, kind: str, said: str) -> None:
        """An order with a document that is not true."""
        self.made[order.way.name] += 1
        self.wrong[order.way.name, kind] += 1
        self._keep(("wrong", kind), Case(order=order, said=said))

    def _keep(self, key: tuple[str, str], case: Case) -> None:
        if key not in self.smallest or case.size < self.smallest[key].size:
            self.smallest[key] = case

    def lines(self) -> Iterator[str]:
        """A line for each way, then the smallest order of each trouble."""
        yield f"{'way':<28} {'orders':>7} {'refused':>8}  {'wrong':>6}"
        for way in WAYS:
            refused = sum(n for (name, _), n in self.refused.items() if name == way.name)
            wrong = sum(n for (name, _), n in self.wrong.items() if name == way.name)
            made = self.made[way.name]
            share = f"{refused / made:8.2%}" if made else "       -"
            yield f"{way.name:<28} {made:>7} {share}  {wrong:>6}"
        for (what, kind), case in sorted(self.smallest.items()):
            found = self.refused if what == "refused" else self.wrong
            count = sum(n for (_, name), n in found.items() if name == kind)
            yield f"{what} {kind}, {count} times: {case.said}"
            yield f"  {shown(case.order)}"


def shown(order: ShopOrder) -> str:
    """An order as a person needs it who looks for what is wrong."""
    raw = {name: order.raw[name] for name in _SHOWN if order.raw.get(name)}
    rows = [{x: y for x, y in row.items() if x not in _HIDDEN} for row in raw["OrderItems"]]
    odd = ", ".join(sorted(order.odd))
    head = f"{order.number} {order.regime.name}, {order.way.name}, {order.writing}, {odd}"
    return f"{head}: {raw | {'OrderItems': rows}}"
