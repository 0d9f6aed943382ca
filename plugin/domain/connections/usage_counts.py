"""Usage counts: which channels, rates, currencies and products stored orders have, how often."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from ..exports.export import ExportState
from ..taxes.rounding import evident_rate
from .mapping import rate_text

Key = TypeVar("Key")

#: The facts that are looked at: of the order, and of its lines.
FACTS = ("channel_id", "channel", "warehouse", "client", "country", "currency", "lines")
LINE_FACTS = ("sku", "description", "quantity", "net", "tax", "tax_rate")

#: States of orders that will be exported, or would be but for something to mend.
_DUE = {ExportState.WAITING, ExportState.REFUSED, ExportState.READY, ExportState.LATER}

#: How many products are told apart; those of further orders are not counted.
MOST_PRODUCTS = 20_000


@dataclass(kw_only=True)
class UsageCount:
    """How many orders have one thing in common."""

    #: What people call it; empty where nothing more than its key is known.
    name: str = ""
    orders: int = 0
    #: Those of them that are not in the target yet, nor skipped or cleared.
    due: int = 0


@dataclass(kw_only=True)
class UsageCounts:
    """What the stored orders of a connection have, by what it is counted as."""

    orders: UsageCount = field(default_factory=UsageCount)
    #: By id of the channel.
    channels: dict[str, UsageCount] = field(default_factory=dict)
    #: By code.
    warehouses: dict[str, UsageCount] = field(default_factory=dict)
    #: By code.
    clients: dict[str, UsageCount] = field(default_factory=dict)
    #: By country and rate in per cent: ``("GB", "20")``.
    rates: dict[tuple[str, str], UsageCount] = field(default_factory=dict)
    #: By code.
    currencies: dict[str, UsageCount] = field(default_factory=dict)
    #: By SKU.
    products: dict[str, UsageCount] = field(default_factory=dict)

    def add(self, facts: Mapping[str, Any], state: ExportState) -> None:
        """Count one order by its facts; those that are missing are not counted."""
        due = state in _DUE
        _count(self.orders, "", due=due)
        named = (
            (self.channels, "channel_id", "channel"),
            (self.warehouses, "warehouse", ""),
            (self.clients, "client", ""),
            (self.currencies, "currency", ""),
        )
        for tallies, key, name in named:
            if facts.get(key):
                _count(_at(tallies, facts[key]), facts.get(name, ""), due=due)
        lines = facts.get("lines", ())
        country = facts.get("country", "")
        for rate in {rate_text(_rate(x)) for x in lines if Decimal(x.get("net", 1))}:
            _count(_at(self.rates, (country, rate)), "", due=due)
        for sku, said in {line["sku"]: line["description"] for line in lines}.items():
            if sku and (sku in self.products or len(self.products) < MOST_PRODUCTS):
                _count(_at(self.products, sku), said, due=due)


def _rate(line: Mapping[str, Any]) -> Decimal:
    """In per cent, as price and tax show it: what is stated may be computed, or the product's."""
    stated = Decimal(line["tax_rate"])
    if not line.keys() >= {"net", "tax", "quantity"}:
        return stated
    net, tax = Decimal(line["net"]), Decimal(line["tax"])
    return evident_rate(net=net, tax=tax, stated=stated, units=line["quantity"])


def _at(tallies: dict[Key, UsageCount], key: Key) -> UsageCount:
    return tallies.setdefault(key, UsageCount())


def _count(tally: UsageCount, name: str, *, due: bool) -> None:
    tally.name = name or tally.name
    tally.orders += 1
    tally.due += due
