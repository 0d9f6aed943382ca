"""The kinds of orders of a day, one function each: its docstring says what should become of it.

The judgement is for a connection with the default settings and rules: it exports what is
DESPATCHED or INVOICED.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from . import reference as ref
from .shape import ZERO, Amount, Customer, Draft, Line, to_pennies
from .shop import Shop, share_by_rate

State = Literal["exported", "waiting", "skipped", "refused"]

DESPATCHED = ref.STATUS_IDS["DESPATCHED"]
INVOICED = ref.STATUS_IDS["INVOICED"]

#: On their way through the warehouse, or held up; the first ones are the usual ones.
IN_PROGRESS = tuple(
    ref.STATUS_IDS[name]
    for name in (
        *("NEW", "PRINTED", "PICKED", "ONBACKORDER", "AWAITINGPAYMENT", "NEW", "PACKED"),
        *("AWAITINGCONFIRMATION", "HOLDING", "NEW", "AWAITINGPICKING", "PICKINGSTARTED"),
        *("QUERYRAISED", "NEW", "FRAUDRISK", "AWAITINGREPLEN", "PACKANDHOLD", "FAILED"),
    )
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An order and what should become of it."""

    draft: Draft
    state: State
    #: The total with VAT of a document that somebody else made in Xero under the order's
    #: number; None if there is none.
    already_in_xero: Decimal | None = None


Case = Callable[[Shop], list[Entry]]


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
    lines = tuple(replace(line, tax=ZERO, rate=ZERO) for line in shop.trade_lines((20, 0)))
    draft = shop.exact_order(
        DESPATCHED,
        channel=ref.SHOPIFY,
        currency=ref.SEK,
        country=ref.SWEDEN,
        lines=lines,
        shipping=Amount(net=Decimal("49.00")),
    )
    return [Entry(draft=draft, state="refused")]


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


def totals_do_not_add_up(shop: Shop) -> list[Entry]:
    """The stated total is some pounds away from the rows: refused."""
    wrong = Decimal(shop.random.choice(("3.00", "-4.50", "12.25")))
    return [Entry(draft=shop.exact_order(DESPATCHED, stated_too_much=wrong), state="refused")]


def a_penny_off(shop: Shop) -> list[Entry]:
    """One to four pennies between the stated total and the rows: exported, rounded to it."""
    off = Decimal(shop.random.choice(("0.01", "-0.01", "0.03", "-0.04")))
    return [Entry(draft=shop.exact_order(DESPATCHED, stated_too_much=off), state="exported")]


def zero_value(shop: Shop) -> list[Entry]:
    """A free replacement has nothing to account for: skipped."""
    free = tuple(replace(line, net=ZERO, tax=ZERO) for line in shop.trade_lines((20, 0)))
    draft = shop.exact_order(DESPATCHED, lines=free, shipping=Amount(), channel=ref.PHONE)
    return [Entry(draft=draft, state="skipped")]


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


#: The ordinary orders in their proportion: of twenty, fourteen are ready to be exported.
PLAIN: tuple[Case, ...] = (
    *(despatched, invoiced, in_progress, despatched, in_progress, despatched, invoiced),
    *(in_progress, cancelled, despatched, invoiced, in_progress, despatched, in_progress),
    *(despatched, despatched, invoiced, despatched, invoiced, despatched),
)

#: Each of these is in every day at least once.
HARD: tuple[Case, ...] = (
    invoice_failed,
    unsubscribed_currency,
    discount_above_line,
    discount_above_order,
    already_in_xero,
    duplicate,
    same_number_at_two_clients,
    split,
    totals_do_not_add_up,
    a_penny_off,
    zero_value,
    merged,
    made_from_a_xero_invoice,
    no_country_no_channel,
    personal_data_removed,
    unicode_everywhere,
    order_discount_over_mixed_vat,
)
