"""Orders in which something is given back or added: vouchers, returns, gift cards, surcharges."""

from dataclasses import replace
from decimal import Decimal

from .entry import DESPATCHED, INVOICED, Entry
from .shape import ZERO, Amount, Line, to_pennies
from .shop import Shop, product


def voucher_line(shop: Shop) -> list[Entry]:
    """A voucher is a line with a negative price, after the goods or before them: exported."""
    off = Decimal("-5.00")
    untaxed = _words("VOUCHER-5", "Voucher", net=off)
    taxed = replace(untaxed, tax=off / 5, rate=Decimal(20), stated_rate=20.0)
    baskets = (
        (*shop.trade_lines((20, 0)), untaxed),
        (taxed, *shop.trade_lines((20, 20))),
    )
    drafts = [shop.exact_order(DESPATCHED, lines=lines) for lines in baskets]
    return [Entry(draft=draft, state="exported") for draft in drafts]


def exchange(shop: Shop) -> list[Entry]:
    """What came back is a line with a negative price beside what went out instead: exported."""
    bought = shop.trade_line(product("THROW-L"), shop.random.randint(1, 3))
    draft = shop.exact_order(INVOICED, lines=(bought, _returned(shop, "LAMP-01", 1)))
    return [Entry(draft=draft, state="exported")]


def more_returned_than_bought(shop: Shop) -> list[Entry]:
    """The total is below zero: refused, since it is a credit and no invoice."""
    bought = shop.trade_line(product("CANDLE-3"), 1)
    returned = _returned(shop, "LAMP-01", shop.random.randint(1, 3))
    draft = shop.exact_order(DESPATCHED, lines=(bought, returned), shipping=Amount())
    return [Entry(draft=draft, state="refused")]


def gift_card_pays_for_all(shop: Shop) -> list[Entry]:
    """A card, as a line or an untaxed discount, makes the total 0.00: exported, with its VAT.

    Each row was rounded up, so that the card is worth a little more than what was not rounded.
    """
    lamp, more = product("LAMP-01"), shop.random.choice((1, 3))
    lines = tuple(shop.trade_line(lamp, quantity) for quantity in (1, more))
    line = shop.exact_order(DESPATCHED, lines=lines)
    discount = shop.exact_order(INVOICED, lines=lines)
    card = _words("GIFT-CARD", "Gift card", net=-line.gross)
    drafts = (
        replace(line, lines=(*line.lines, card)),
        replace(discount, discount=Amount(net=discount.gross)),
    )
    return [Entry(draft=draft, state="exported") for draft in drafts]


def gift_card_above_net(shop: Shop) -> list[Entry]:
    """An untaxed discount above the order without VAT, but below it with VAT: exported."""
    whole = shop.exact_order(DESPATCHED)
    card = to_pennies((whole.net + whole.gross) / 2)
    return [Entry(draft=replace(whole, discount=Amount(net=card)), state="exported")]


def surcharge_as_negative_discount(shop: Shop) -> list[Entry]:
    """A fee is written as a discount below zero, and the total has it: exported."""
    fee = Amount(net=Decimal("-5.00"), tax=Decimal("-1.00"))
    return [Entry(draft=shop.exact_order(DESPATCHED, discount=fee), state="exported")]


def discount_with_a_minus(shop: Shop) -> list[Entry]:
    """A discount is written with a minus, though the total says it was taken off: exported."""
    off = Amount(net=Decimal("2.50"), tax=Decimal("0.50"))
    draft = shop.exact_order(INVOICED, discount=off, minus_before_discount=True)
    return [Entry(draft=draft, state="exported")]


def _returned(shop: Shop, sku: str, quantity: int) -> Line:
    sold = shop.trade_line(product(sku), quantity)
    return replace(sold, net=-sold.net, tax=-sold.tax, details=f"Returned: {sold.details}")


def _words(sku: str, details: str, *, net: Decimal) -> Line:
    """An untaxed row that is no product."""
    return Line(
        sku=sku,
        product_id=0,
        details=details,
        quantity=1,
        net=net,
        tax=ZERO,
        rate=ZERO,
        stated_rate=0.0,
    )
