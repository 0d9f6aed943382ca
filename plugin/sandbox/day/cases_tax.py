"""Orders whose VAT was worked out in the shop's own way, or is another country's."""

from dataclasses import replace
from decimal import Decimal

from . import reference as ref
from .entry import DESPATCHED, INVOICED, Entry
from .shape import ZERO, Amount, to_pennies
from .shop import Shop, product, share_by_rate

FULL_RATE = Decimal(20)
#: Price, VAT, and the rate that a shop made of the two.
FROM_PENNIES = (
    ("3.33", "0.67", 20.1),
    ("5.82", "1.17", 20.103092783505154),
    ("10.00", "2.00", 20.000000000000004),
    ("8.33", "1.67", None),
)
#: 10.00 with 20 % VAT, taken apart for one unit.
UNIT = Amount(net=Decimal("8.33"), tax=Decimal("1.67"))


def rates_from_pennies(shop: Shop) -> list[Entry]:
    """The rate of 20 % was computed backwards from pennies, or is missing: exported."""
    entries = []
    for net, tax, stated in FROM_PENNIES:
        (line,) = shop.trade_lines((20,))
        priced = replace(line, quantity=1, net=Decimal(net), tax=Decimal(tax), stated_rate=stated)
        draft = shop.exact_order(DESPATCHED, lines=(priced,))
        entries.append(Entry(draft=draft, state="exported"))
    return entries


def tax_of_each_unit(shop: Shop) -> list[Entry]:
    """VAT was rounded for one unit, so that pennies gather over many: exported."""
    (line,) = shop.trade_lines((20,))
    units = replace(line, quantity=shop.random.randint(13, 24), net=UNIT.net, tax=UNIT.tax)
    draft = shop.exact_order(DESPATCHED, lines=(units,), shipping=Amount())
    return [Entry(draft=draft, state="exported")]


def shipping_tax_in_proportion(shop: Shop) -> list[Entry]:
    """Shipping bears VAT in proportion to the goods, which bear 20 and 0 percent: exported."""
    lines, net = shop.trade_lines((20, 0)), Decimal("6.00")
    tax = to_pennies(share_by_rate(lines, net)[FULL_RATE] * FULL_RATE / 100)
    draft = shop.exact_order(INVOICED, lines=lines, shipping=Amount(net=net, tax=tax))
    return [Entry(draft=draft, state="exported")]


def no_tax_abroad(shop: Shop) -> list[Entry]:
    """Sent to the US without VAT, though rows state their product's 20 %: exported at 0 %."""
    lines = tuple(replace(line, tax=ZERO, rate=ZERO) for line in shop.trade_lines((20, 20)))
    draft = shop.exact_order(
        DESPATCHED,
        channel=ref.SHOPIFY,
        currency=ref.USD,
        country=ref.UNITED_STATES,
        courier=ref.COURIER_SERVICES[3],
        lines=lines,
        shipping=Amount(net=Decimal("14.00")),
    )
    return [Entry(draft=draft, state="exported")]


def foreign_tax(shop: Shop) -> list[Entry]:
    """Sent to Germany with German VAT of 19 %, for which nothing is mapped: refused.

    The price is large, so that no other rate comes near.
    """
    net, rate = Decimal(shop.random.randrange(100, 200)), Decimal(19)
    goods = replace(
        shop.trade_line(product("THROW-L"), 1),
        net=net,
        tax=net * rate / 100,
        rate=rate,
        stated_rate=19.0,
    )
    draft = shop.exact_order(
        DESPATCHED,
        channel=ref.SHOPIFY,
        currency=ref.EUR,
        country=ref.GERMANY,
        courier=ref.COURIER_SERVICES[3],
        lines=(goods,),
        shipping=Amount(net=Decimal("10.00"), tax=Decimal("1.90")),
    )
    return [Entry(draft=draft, state="refused")]
