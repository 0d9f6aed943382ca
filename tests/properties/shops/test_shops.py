"""The shops themselves: what they write can be read, and what is said to be true adds up."""

from collections import Counter
from fractions import Fraction
from random import Random
from zoneinfo import ZoneInfo

from ....adapters.mintsoft.orders.orders import read_order
from ....adapters.mintsoft.orders.statuses import STATUS_NAMES
from ....plugin.domain.orders.order import Order
from .exact import exact
from .making import COUNT, SEED, orders
from .regimes import REGIMES
from .shop import ShopOrder
from .ways import WAYS

_LONDON = ZoneInfo("Europe/London")


def _read(order: ShopOrder) -> Order:
    found = read_order(order.raw, statuses=STATUS_NAMES, zone=_LONDON)
    assert isinstance(found, Order), found
    return found


def test_every_order_can_be_read() -> None:
    """What a shop writes is an order that can be read, with all rows and the stated total."""
    for order in orders(Random(SEED), COUNT // 4):
        found = _read(order)
        assert len(found.lines) == len(order.raw["OrderItems"])
        assert found.stated_gross == order.raw["TotalOrderGross"] or order.raw["TotalOrderGross"]


def test_the_truth_adds_up() -> None:
    """What is true of the parts of an order comes to what the customer was charged."""
    for order in orders(Random(SEED), COUNT // 4):
        if order.truth.refused:
            assert exact(order.raw["TotalOrderGross"]) != order.truth.total or not order.truth.tax
        else:
            assert order.truth.total == exact(order.raw["TotalOrderGross"]), order.raw
            assert order.truth.total in order.truth.parts, order.raw
            assert all(x.width >= 0 for x in order.truth.tax.values())


def test_all_kinds_are_made() -> None:
    """Every regime meets every way of rounding, and everything odd is there."""
    seen = Counter((x.regime.name, x.way.name) for x in orders(Random(SEED), 4000))
    assert len(seen) == len(REGIMES) * len(WAYS)
    odd = Counter(name for x in orders(Random(SEED), 4000) for name in x.odd)
    assert min(odd.values()) > 5, odd
    assert Fraction(0) not in seen
