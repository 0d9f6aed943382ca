"""Orders whose number is not theirs alone: duplicates, parts, merged ones, other documents."""

from dataclasses import replace
from decimal import Decimal

from . import reference as ref
from .entry import DESPATCHED, INVOICED, Entry
from .shape import ZERO, Amount
from .shop import Shop


def already_in_xero(shop: Shop) -> list[Entry]:
    """Somebody typed it into Xero under its number, now and then with another total: refused."""
    draft = shop.exact_order(DESPATCHED)
    other = Decimal("2.50") if shop.turn("already_in_xero") % 2 else ZERO
    return [Entry(draft=draft, state="refused", already_in_xero=draft.gross + other)]


def duplicate(shop: Shop) -> list[Entry]:
    """The same number, client and content twice: the first is exported, the second refused."""
    draft = shop.exact_order(DESPATCHED)
    return [Entry(draft=draft, state="exported"), Entry(draft=draft, state="refused")]


def same_number_at_two_clients(shop: Shop) -> list[Entry]:
    """Two clients that both use a number: both exported."""
    first = shop.exact_order(DESPATCHED, client=ref.CLIENTS[0])
    second = shop.exact_order(INVOICED, client=ref.CLIENTS[1], number=first.number)
    return [Entry(draft=first, state="exported"), Entry(draft=second, state="exported")]


def split(shop: Shop) -> list[Entry]:
    """An order that left in two parts under one number: both exported."""
    whole = shop.exact_order(DESPATCHED, lines=shop.trade_lines((20, 0)), parts=2)
    first = replace(whole, lines=whole.lines[:1])
    second = replace(whole, lines=whole.lines[1:], part=2, shipping=Amount())
    return [Entry(draft=first, state="exported"), Entry(draft=second, state="exported")]


def merged(shop: Shop) -> list[Entry]:
    """Two orders that were packed as one carry both numbers: exported."""
    first, second = shop.order_number(ref.SHOPIFY), shop.order_number(ref.SHOPIFY)
    draft = shop.order(
        DESPATCHED, number=f"{first}+{second}", name_values=(("MergedOrder", "True"),)
    )
    return [Entry(draft=draft, state="exported")]


def made_from_a_xero_invoice(shop: Shop) -> list[Entry]:
    """It came out of Xero, so it never goes back: skipped."""
    draft = shop.exact_order(DESPATCHED, external_reference=f"xero:{shop.guid()}")
    return [Entry(draft=draft, state="skipped")]
