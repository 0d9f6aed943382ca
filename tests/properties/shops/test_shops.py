"""The shops themselves: what they write can be read, and what is said to be true adds up."""

from collections import Counter
from random import Random
from zoneinfo import ZoneInfo

from ....adapters.mintsoft.orders.orders import read_order
from ....adapters.mintsoft.orders.statuses import STATUS_NAMES
from ....plugin.domain.orders.order import Order
from .baskets import FREE, GIFT_CARD, NO_UNITS, PERCENT_OFF, RETURN, VOUCHER
from .exact import exact
from .making import COUNT, SEED, orders
from .regimes import REGIMES
from .shop import ShopOrder
from .spoilt import CREDIT, FEE, RATE, SHIPPING_TAX, TOTAL
from .ways import WAYS

ODD = (
    FREE,
    GIFT_CARD,
    NO_UNITS,
    PERCENT_OFF,
    RETURN,
    VOUCHER,
    CREDIT,
    FEE,
    RATE,
    SHIPPING_TAX,
    TOTAL,
)
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
        assert exact(found.stated_gross) == exact(order.raw["TotalOrderGross"])


def test_the_truth_adds_up() -> None:
    """What is true of the parts of an order comes to what the customer was charged."""
    for order in orders(Random(SEED), COUNT // 4):
        assert order.truth.total == exact(order.mended["TotalOrderGross"]), order.mended
        assert order.truth.total in order.truth.parts, order.mended
        assert all(x.width >= 0 for x in order.truth.tax.values())


def test_all_kinds_are_made() -> None:
    """Every regime meets every way of rounding, and everything odd is there."""
    made = list(orders(Random(SEED), 1500))
    assert len({(x.regime.name, x.way.name) for x in made}) == len(REGIMES) * len(WAYS)
    odd = Counter(name for x in made for name in x.odd)
    assert all(odd[name] for name in ODD), odd
