"""Orders whose discounts and totals are the matter."""

from dataclasses import replace
from decimal import Decimal

from . import reference as ref
from .entry import DESPATCHED, INVOICED, Entry
from .shape import ZERO, Amount, Line, to_pennies
from .shop import Shop, share_by_rate


def discount_above_line(shop: Shop) -> list[Entry]:
    """A row of 100.00 with 114.00 off comes to -14.00: refused, though the order is positive."""
    lines = shop.trade_lines((20, 20))
    price = Decimal("100.00")
    over = replace(
        lines[0],
        quantity=1,
        net=price,
        tax=price / 5,
        discount=Amount(net=Decimal("114.00"), tax=Decimal("22.80")),
    )
    whole = replace(lines[1], quantity=2, net=Decimal("40.00"), tax=Decimal("8.00"))
    return [Entry(draft=shop.exact_order(DESPATCHED, lines=(over, whole)), state="refused")]


def discount_above_order(shop: Shop) -> list[Entry]:
    """A discount on the whole order that is 14.00 more than the order: refused."""
    lines = shop.trade_lines((20,))
    net = lines[0].net_paid + 14
    draft = shop.exact_order(
        INVOICED,
        lines=lines,
        shipping=Amount(),
        discount=Amount(net=net, tax=to_pennies(net / 5)),
    )
    return [Entry(draft=draft, state="refused")]


def totals_do_not_add_up(shop: Shop) -> list[Entry]:
    """The stated total is some pounds away from the rows: refused."""
    wrong = Decimal(shop.random.choice(("3.00", "-4.50", "12.25")))
    return [Entry(draft=shop.exact_order(DESPATCHED, stated_too_much=wrong), state="refused")]


def a_penny_off(shop: Shop) -> list[Entry]:
    """VAT was rounded once for the order, a penny off what its rows come to: exported."""
    less, end = Decimal("-0.01"), Decimal("0.03")
    if shop.turn("a_penny_off") % 2:
        less, end = -less, Decimal("0.02")
    # The VAT of such a price ends in 0.6 or 0.4 pennies, which two rows round in one direction.
    lines = tuple(
        _priced(line, shop.random.randrange(40, 400) * Decimal("0.25") + end)
        for line in shop.trade_lines((20, 20))
    )
    draft = shop.exact_order(DESPATCHED, lines=lines, stated_too_much=less)
    return [Entry(draft=draft, state="exported")]


def pennies_off(shop: Shop) -> list[Entry]:
    """Three or four pennies off, which no rounding of so few rows can explain: refused."""
    off = Decimal(shop.random.choice(("0.03", "-0.03", "0.04", "-0.04")))
    rates = shop.random.choice(((20,), (20, 0)))
    lines = tuple(replace(line, quantity=1) for line in shop.trade_lines(rates))
    draft = shop.exact_order(DESPATCHED, lines=lines, stated_too_much=off)
    return [Entry(draft=draft, state="refused")]


def _priced(line: Line, net: Decimal) -> Line:
    """One unit at another price."""
    return replace(line, quantity=1, net=net, tax=net * line.rate / 100)


def zero_value(shop: Shop) -> list[Entry]:
    """A free replacement has nothing to account for: skipped."""
    free = tuple(replace(line, net=ZERO, tax=ZERO) for line in shop.trade_lines((20, 0)))
    draft = shop.exact_order(DESPATCHED, lines=free, shipping=Amount(), channel=ref.PHONE)
    return [Entry(draft=draft, state="skipped")]


def order_discount_over_mixed_vat(shop: Shop) -> list[Entry]:
    """Ten percent off a basket of 20, 5 and 0 percent: exported."""
    lines = shop.trade_lines((20, 5, 0))
    draft = shop.exact_order(DESPATCHED, lines=lines, discount=ten_percent(lines))
    return [Entry(draft=draft, state="exported")]


def ten_percent(lines: tuple[Line, ...]) -> Amount:
    """A tenth of the rows, its VAT spread over their rates."""
    net = to_pennies(sum((line.net_paid for line in lines), ZERO) / 10)
    shares = share_by_rate(lines, net)
    tax = sum((to_pennies(part * rate / 100) for rate, part in shares.items()), ZERO)
    return Amount(net=net, tax=tax)
