"""Orders with sound figures: what becomes of them is a matter of status, currency and person."""

from dataclasses import replace
from decimal import Decimal

from . import reference as ref
from .entry import DESPATCHED, INVOICED, Entry
from .shape import Amount, Customer, untaxed
from .shop import Shop

#: On their way through the warehouse, or held up; the first ones are the usual ones.
IN_PROGRESS = tuple(
    ref.STATUS_IDS[name]
    for name in (
        *("NEW", "PRINTED", "PICKED", "ONBACKORDER", "AWAITINGPAYMENT", "NEW", "PACKED"),
        *("AWAITINGCONFIRMATION", "HOLDING", "NEW", "AWAITINGPICKING", "PICKINGSTARTED"),
        *("QUERYRAISED", "NEW", "FRAUDRISK", "AWAITINGREPLEN", "PACKANDHOLD", "FAILED"),
    )
)


def despatched(shop: Shop) -> list[Entry]:
    """It left the warehouse: exported."""
    return [Entry(draft=shop.order(DESPATCHED), state="exported")]


def invoiced(shop: Shop) -> list[Entry]:
    """The warehouse has charged its client for it: exported."""
    return [Entry(draft=shop.order(INVOICED), state="exported")]


def in_progress(shop: Shop) -> list[Entry]:
    """NEW, PICKED, ONBACKORDER and so on: waits."""
    status = IN_PROGRESS[shop.turn("in_progress") % len(IN_PROGRESS)]
    return [Entry(draft=shop.order(status), state="waiting")]


def cancelled(shop: Shop) -> list[Entry]:
    """CANCELLED: never exported."""
    return [Entry(draft=shop.order(ref.STATUS_IDS["CANCELLED"]), state="skipped")]


def invoice_failed(shop: Shop) -> list[Entry]:
    """Despatched, but no courier price was found: waits, since it isn't in the list."""
    return [Entry(draft=shop.order(ref.STATUS_IDS["INVOICEFAILED"]), state="waiting")]


def unsubscribed_currency(shop: Shop) -> list[Entry]:
    """In a currency that the Xero organisation doesn't have: refused."""
    lines = tuple(untaxed(line) for line in shop.trade_lines((20, 0)))
    draft = shop.exact_order(
        DESPATCHED,
        channel=ref.SHOPIFY,
        currency=ref.SEK,
        country=ref.SWEDEN,
        lines=lines,
        shipping=Amount(net=Decimal("49.00")),
    )
    return [Entry(draft=draft, state="refused")]


def no_country_no_channel(shop: Shop) -> list[Entry]:
    """Typed in by hand, without country and channel: exported."""
    number = shop.order_number()
    draft = shop.exact_order(DESPATCHED, number=number)
    return [Entry(draft=replace(draft, channel=None, country=None), state="exported")]


def personal_data_removed(shop: Shop) -> list[Entry]:
    """The customer's data has been scrubbed: exported all the same."""
    draft = shop.order(INVOICED, customer=Customer(), pii_removed=True)
    return [Entry(draft=draft, state="exported")]


def unicode_everywhere(shop: Shop) -> list[Entry]:
    """Names from several alphabets, emoji, right to left: exported."""
    customer = replace(
        shop.customer(), first_name="Zoë 🌷", last_name="בן־דוגמה", company="株式会社みほん"
    )
    draft = shop.exact_order(DESPATCHED, customer=customer, comments="Merci 🙏 \u200fשלם\u200f")
    named = replace(draft.lines[0], details="Teekanne „Größe L“ 茶壺 🫖 إبريق")
    return [Entry(draft=replace(draft, lines=(named, *draft.lines[1:])), state="exported")]
