"""Orders that nobody can make a document of as they are, each with the reason why."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from .exact import PENNY, ZERO, double, exact, rounded
from .regimes import Regime
from .shop import Shop, ShopOrder

TOTAL, FEE, SHIPPING_TAX, RATE, CREDIT = (
    "a total that is wrong by pounds",
    "a fee that is on no row",
    "shipping without the tax that was charged on it",
    "a rate that is not mapped",
    "more vouchers than goods",
)
#: Rates that a country of the regimes has not mapped, some of them mapped for another country.
_UNMAPPED = {
    "GB": ("12.5", "23", "19"),
    "XI": ("13.5",),
    "IE": ("20", "21"),
    "DE": ("20", "16", "5.5"),
    "FR": ("19", "2.1"),
    "AU": ("15", "12.5"),
    "NZ": ("10", "12.5"),
    "US": ("6", "20"),
}
_DISCOUNT = ("DiscountNet", "DiscountTax", "DiscountTotalExVat", "DiscountTotalVat")
_SHIPPING_TAX = ("ShippingTax", "ShippingTotalVat")

Raw = dict[str, Any]


def unmapped_rates(regime: Regime) -> tuple[Fraction, ...]:
    """Rates that goods may be said to bear in a country where nothing is mapped for them."""
    return tuple(Fraction(text) for text in _UNMAPPED.get(regime.name, ()))


def spoil(random: Random, order: ShopOrder) -> ShopOrder:
    """The order with something wrong that no rounding explains."""
    how: list[Callable[[Random, ShopOrder], ShopOrder]] = [_total, _fee, _credit]
    if _shipping_tax(order) > 2 * order.hidden + 5 * PENNY:
        how.append(_untaxed_shipping)
    return random.choice(how)(random, order)


def unmapped(shop: Shop, number: int) -> ShopOrder | None:
    """An order whose goods all bear a rate that is not mapped; None where they can't."""
    rates = unmapped_rates(shop.regime)
    if not rates:
        return None
    rate = shop.random.choice(rates)
    made = replace(shop, regime=replace(shop.regime, rates=(rate,)), mapped=shop.regime.rates)
    order = replace(made.order(number, clear=True), regime=shop.regime)
    return _refused(order, dict(order.raw), RATE, says=shop.regime.country)


def _total(random: Random, order: ShopOrder) -> ShopOrder:
    off = _pounds(random, order)
    total = order.truth.total
    return _stating(order, TOTAL, total - off if total > 2 * off else total + off)


def _fee(random: Random, order: ShopOrder) -> ShopOrder:
    return _stating(order, FEE, order.truth.total + _pounds(random, order))


def _stating(order: ShopOrder, why: str, total: Fraction) -> ShopOrder:
    stated = double(rounded(total))
    raw = {**order.raw, "TotalOrderGross": stated}
    # Where the total is wrong nobody knows whether a discount with a minus was one.
    signed = any((order.raw.get(name) or 0) < 0 for name in _DISCOUNT)
    return _refused(order, raw, why, says="" if signed else f"{stated:.2f}")


def _pounds(random: Random, order: ShopOrder) -> Fraction:
    """More than rounding could hide, and not what a discount taken for a surcharge would be."""
    hidden = order.truth.parts.width + order.hidden
    off = 5 + hidden + random.randint(0, 5000) * PENNY
    flipped = 2 * abs(sum((exact(order.raw.get(x) or 0) for x in _DISCOUNT), ZERO))
    return off + flipped if abs(off - flipped) <= hidden else off


def _shipping_tax(order: ShopOrder) -> Fraction:
    return sum((exact(order.raw.get(x) or 0) for x in _SHIPPING_TAX), ZERO)


def _untaxed_shipping(random: Random, order: ShopOrder) -> ShopOrder:
    without = {x: random.choice((0.0, None)) for x in _SHIPPING_TAX if x in order.raw}
    stated = f"{double(order.truth.total):.2f}"
    return _refused(order, {**order.raw, **without}, SHIPPING_TAX, says=stated)


def _credit(random: Random, order: ShopOrder) -> ShopOrder:
    worth = rounded(order.truth.total * 2 + order.hidden + 5)
    voucher = {
        "ID": order.raw["ID"] * 1000 + 999,
        "SKU": "VOUCHER",
        "Details": "Voucher",
        "Quantity": 1,
        "PriceNet": double(-worth),
        "Tax": 0.0,
        "TaxRate": 0.0,
    }
    rows = [*order.raw["OrderItems"], voucher]
    total = double(order.truth.total - worth)
    raw = {**order.raw, "OrderItems": rows, "TotalOrderGross": total}
    return _refused(order, raw, CREDIT, says="credit")


def _refused(order: ShopOrder, raw: Raw, why: str, *, says: str) -> ShopOrder:
    """Refused as it is; what is true of it once it is mended, or its rate is mapped, stays."""
    truth = replace(order.truth, refused=why, says=says)
    return replace(order, raw=raw, mended=order.raw, truth=truth, odd=order.odd | {why})
