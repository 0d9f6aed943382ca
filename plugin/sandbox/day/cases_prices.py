"""Orders that are long: prices with many places, and hundreds of lines."""

from dataclasses import replace
from decimal import Decimal

from .entry import DESPATCHED, Entry
from .shop import PRODUCTS, Shop, product

#: Units, the price of one, and its VAT: what six places of a price, or a quotient, come to.
LONG_PRICES = (
    (10_000, "0.061171", "0.0122342"),
    (5_000, "0.008333333333333333", "0.0016666666666666668"),
)
MANY_LINES = 600


def long_prices(shop: Shop) -> list[Entry]:
    """Thousands of units at a price of six or more places: exported."""
    entries = []
    for quantity, net, tax in LONG_PRICES:
        line = shop.trade_line(product("CANDLE-3"), quantity)
        priced = replace(line, net=Decimal(net), tax=Decimal(tax))
        draft = shop.exact_order(DESPATCHED, lines=(priced,))
        entries.append(Entry(draft=draft, state="exported"))
    return entries


def many_lines(shop: Shop) -> list[Entry]:
    """An order of 600 lines: exported."""
    lines = tuple(
        shop.trade_line(shop.random.choice(PRODUCTS), shop.random.randint(1, 3))
        for _ in range(MANY_LINES)
    )
    return [Entry(draft=shop.exact_order(DESPATCHED, lines=lines), state="exported")]
