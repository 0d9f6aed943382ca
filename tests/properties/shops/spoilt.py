"""Orders that nobody can make a document of, each with the reason why."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random

from .exact import PENNY, ZERO, double, exact, rounded
from .regimes import Regime
from .shop import Shop, ShopOrder
from .truth import Truth

TOTAL, FEE, RATE, CREDIT = (
    "a total that is wrong by pounds",
    "a fee that is on no row",
    "a rate that is not mapped",
    "more vouchers than goods",
)
#: Rates that no country of the regimes has mapped, some of them mapped for another country.
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


def unmapped_rates(regime: Regime) -> tuple[Fraction, ...]:
    """Rates that goods may be said to bear in a country where nothing is mapped for them."""
    return tuple(Fraction(text) for text in _UNMAPPED.get(regime.name, ()))


def spoil(random: Random, order: ShopOrder) -> ShopOrder:
    """The order with something wrong that no rounding explains."""
    how: Callable[[Random, ShopOrder], ShopOrder] = random.choice((_total, _fee, _credit))
    return how(random, order)


def unmapped(shop: Shop, number: int) -> ShopOrder | None:
    """An order whose goods all bear a rate that is not mapped; None where they can't."""
    rates = unmapped_rates(shop.regime)
    if not rates:
        return None
    rate = shop.random.choice(rates)
    made = replace(shop, regime=replace(shop.regime, rates=(rate,)), mapped=shop.regime.rates)
    order = made.order(number, clear=True)
    return _refused(
        replace(order, regime=shop.regime), RATE, order.truth.total, shop.regime.country
    )


def _total(random: Random, order: ShopOrder) -> ShopOrder:
    off = _pounds(random, order)
    total = order.truth.total
    return _refused(order, TOTAL, total - off if total > 2 * off else total + off)


def _fee(random: Random, order: ShopOrder) -> ShopOrder:
    return _refused(order, FEE, order.truth.total + _pounds(random, order))


def _pounds(random: Random, order: ShopOrder) -> Fraction:
    """More than rounding could hide, and not what a discount taken for a surcharge would be."""
    hidden = order.truth.parts.width + order.hidden
    off = 5 + hidden + random.randint(0, 5000) * PENNY
    flipped = 2 * abs(sum((exact(order.raw.get(x) or 0) for x in _DISCOUNT), ZERO))
    return off + flipped if abs(off - flipped) <= hidden else off


_DISCOUNT = ("DiscountNet", "DiscountTax", "DiscountTotalExVat", "DiscountTotalVat")


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
    raw = {**order.raw, "OrderItems": rows}
    return _refused(replace(order, raw=raw), CREDIT, order.truth.total - worth, "credit")


def _refused(order: ShopOrder, why: str, total: Fraction, says: str = "") -> ShopOrder:
    total = rounded(total)
    raw = {**order.raw, "TotalOrderGross": double(total)}
    stated = f"{double(total):.2f}"
    truth = Truth(total=order.truth.total, net={}, tax={}, refused=why, says=says or stated)
    return replace(order, raw=raw, truth=truth, odd=order.odd | {why})
