"""Discount repair: what becomes of a discount that is larger than what it is taken off.

Such an order can't become an invoice as it stands. Its connection chooses what happens
(`discount_repair`): refuse it; spread what is too much over the other lines; or cap it, so that
the line or the order is free. What was done is said in a note, never silently.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from ...errors import NeedsPerson
from ..money import ZERO, share, to_penny
from ..orders.order import NO_CHARGE, Charge, Order, OrderLine
from ..taxes.figures import unexplained

#: What `discount_repair` may be.
REPAIRS = ("refuse", "spread", "cap")


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """An order whose discounts fit."""

    order: Order
    #: With tax, what its invoice must come to: what the order states, unless it was capped.
    total: Decimal
    #: What was done, in a sentence with the figures; empty when nothing was.
    note: str


def repaired(order: Order, way: str) -> Repaired:
    """The order as its discounts allow an invoice to be made.

    Raises:
        NeedsPerson: nothing is to be repaired (MX-201, MX-202), or the other lines are too
            small to take it (MX-208).
    """
    at_lines = any(line_excess(line) > 0 for line in order.lines)
    if not at_lines and order_excess(order) <= 0:
        return Repaired(order=order, total=to_penny(order.stated_gross), note="")
    if way == "cap":
        return _capped(order)
    if way == "spread":
        return _spread(order)
    raise NeedsPerson(code="MX-201" if at_lines else "MX-202")


def _spread(order: Order) -> Repaired:
    """What is too much on a line is taken off the others, first off those that bear its rate.

    So the tax stays what it was, and the total as stated, as long as they have room for it.
    """
    lines = [_within(line) for line in order.lines]
    excess = sum((line_excess(line) for line in order.lines), ZERO)
    left = sum((_room(line) for line in lines), ZERO)
    too_much = excess - left if excess > left else order_excess(order)
    if too_much > 0:
        raise NeedsPerson(code="MX-208", excess=f"{too_much} {order.currency}")
    over = ZERO
    for rate in dict.fromkeys(line.tax_rate for line in order.lines):
        own = [x for x, line in enumerate(lines) if line.tax_rate == rate]
        over += _take_off(lines, own, sum((line_excess(order.lines[x]) for x in own), ZERO))
    _take_off(lines, list(range(len(lines))), over)
    return Repaired(
        order=replace(order, lines=tuple(lines)),
        total=to_penny(order.stated_gross),
        note=f"Discount larger than its line: {excess} {order.currency} of it, without tax, "
        "was spread over the other lines.",
    )


def _take_off(lines: list[OrderLine], which: list[int], amount: Decimal) -> Decimal:
    """Take an amount off some lines, in proportion to what they are; what they have no room for."""
    room = [_room(lines[x]) for x in which]
    taken = min(amount, sum(room, ZERO))
    for x, part in zip(which, share(taken, room), strict=True):
        lines[x] = replace(lines[x], discount_net=lines[x].discount_net + part)
    return amount - taken


def _room(line: OrderLine) -> Decimal:
    return max(to_penny(line.net), ZERO)


def _capped(order: Order) -> Repaired:
    """What is too much is not taken off; the total rises by as much, with its tax.

    Raises:
        NeedsPerson: MX-304, the total would fall.
    """
    lines = tuple(
        replace(_within(line), tax=ZERO) if line_excess(line) > 0 else line for line in order.lines
    )
    capped = replace(order, lines=lines)
    if order_excess(capped) > 0:
        capped = replace(capped, discount=_before_discount(capped))
    stated = to_penny(order.stated_gross)
    rise = capped.gross_of_lines - order.gross_of_lines
    total = max(to_penny(ZERO), to_penny(order.stated_gross + rise))
    if total < stated:
        # The tax that it states does not belong to its discounts: less would be owed, not more.
        currency = order.currency
        raise NeedsPerson(code="MX-304", built=f"{total} {currency}", stated=f"{stated} {currency}")
    return Repaired(
        order=capped,
        total=total,
        note=f"Discount larger than what it is taken off: it was capped. The order says {stated} "
        f"{order.currency}, the invoice is {total} {order.currency}.",
    )


def line_excess(line: OrderLine) -> Decimal:
    """By how much, to the penny, a line's discount is too large; zero when it is not."""
    if line.discount_net <= 0:
        return ZERO
    return max(to_penny(line.discount_net) - to_penny(max(line.before_discount, ZERO)), ZERO)


def _within(line: OrderLine) -> OrderLine:
    """The line, with no more discount than it has room for."""
    if line_excess(line) == 0:
        return line
    return replace(line, discount_net=max(line.before_discount, ZERO))


def order_excess(order: Order) -> Decimal:
    """By how much, with tax, the order's discount is too large; zero or less: it is not."""
    if order.discount.gross <= 0:
        return ZERO
    if order.stated_gross >= 0 and unexplained(order) == 0:
        # What the total says goes before what was rounded.
        return ZERO
    # With tax: a gift card that is used as a discount pays for the tax, too.
    return to_penny(order.discount.gross) - max(to_penny(_before_discount(order).gross), ZERO)


def _before_discount(order: Order) -> Charge:
    """What an order's own discount is taken off: its lines and shipping; nothing if negative."""
    net = sum((line.net for line in order.lines), order.shipping.net)
    tax = sum((line.tax for line in order.lines), order.shipping.tax)
    return Charge(net=net, tax=tax) if net + tax > 0 else NO_CHARGE
