"""Retail prices: what a customer saw in the shop, told from prices that were taken apart.

A shop asks 19.35 with tax. Mintsoft has 16.13 and its tax, which may also have been 19.36. Each
price with tax, to the penny, that gives what is stated is possible; together they must come to
what the customer paid. Where they do, that is the proof, and the invoice has these prices.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from ..money import PENNY, ZERO, to_penny
from ..orders.order import Order, OrderLine
from .rounding import HUNDRED, TAIL, half_step

#: No amount was rounded by more. What seems to be is damage: a rate of millions per cent.
_MOST_OFF = Decimal(1)
#: So many sums are held at once while prices are sought that come to the total.
_MOST_SUMS = 20_000


@dataclass(frozen=True, kw_only=True)
class RetailPrice:
    """A line with its tax, as it may have stood in the shop."""

    #: Of one unit; None where only the line as a whole is known.
    unit: Decimal | None
    #: Off the line; negative for a surcharge.
    discount: Decimal
    #: What the line comes to.
    amount: Decimal


def retail_prices(order: Order, rates: Sequence[Decimal]) -> list[RetailPrice] | None:
    """Prices with tax that come to what the order states; None where none do.

    Args:
        order: its figures understood.
        rates: of each of its lines, in per cent.
    """
    # One price in the shop is one price on all lines that have it.
    alike: dict[object, list[int]] = {}
    for position, (line, rate) in enumerate(zip(order.lines, rates, strict=True)):
        key = position if line.discount_net else (line.unit_net, rate, line.quantity == 0)
        alike.setdefault(key, []).append(position)
    possible = [_possible(line, rate) for line, rate in zip(order.lines, rates, strict=True)]
    amounts = [
        [
            sum((possible[x][at].amount for x in some), ZERO)
            for at in range(_choices(possible, some))
        ]
        for some in alike.values()
    ]
    charged = to_penny(order.stated_gross - order.shipping.gross + order.discount.gross)
    chosen = _choice(amounts, charged)
    if chosen is None:
        return None
    of = {x: at for some, at in zip(alike.values(), chosen, strict=True) for x in some}
    return [each[of[position]] for position, each in enumerate(possible)]


def _choices(possible: list[list[RetailPrice]], some: list[int]) -> int:
    """How many prices lines of one price may have had; a line of no units has but one."""
    return min(len(possible[x]) for x in some)


def _possible(line: OrderLine, rate: Decimal) -> list[RetailPrice]:
    """What a line may have been, the nearest to its figures first."""
    times = 1 + rate / HUNDRED
    units = (
        _pennies(line.unit_net, times)
        or [row / line.quantity for row in _pennies(line.before_discount, times)]
        if line.quantity
        else []
    )
    discounts = _pennies(line.discount_net, times)
    if not units:
        return [RetailPrice(unit=None, discount=ZERO, amount=to_penny(line.net + line.tax))]
    prices = [
        RetailPrice(unit=unit, discount=off, amount=to_penny(unit * line.quantity) - off)
        for unit in units
        for off in dict.fromkeys([*discounts, _in_per_cent(line, unit)])
    ]
    if line.discount_net:
        prices.sort(key=lambda price: not _in_whole_per_cent(price))
    return prices


def _in_whole_per_cent(price: RetailPrice) -> bool:
    """Whether its discount is one that shops give: 5 %, not 5.01 %; it tells 4.78 from 4.79."""
    before = price.amount + price.discount
    return not before or to_penny(before * round(price.discount / before, 2)) == price.discount


def _in_per_cent(line: OrderLine, unit: Decimal) -> Decimal:
    """A discount as the part of the customer's price that it is of the price without tax."""
    part = line.discount_net / line.before_discount if line.before_discount else ZERO
    return to_penny(part * unit * line.quantity)


def _pennies(net: Decimal, times: Decimal) -> list[Decimal]:
    """Amounts with tax, of whole pennies, that give one without tax as it was rounded."""
    if net == 0:
        return [ZERO]
    step = half_step(net)
    around, off = net * times, min(step * abs(times), _MOST_OFF)
    low = (around - off).quantize(PENNY, rounding=ROUND_CEILING)
    high = (around + off).quantize(PENNY, rounding=ROUND_FLOOR)
    found = [low + n * PENNY for n in range(int((high - low) / PENNY) + 1)]
    if not found and step == 0:
        # A double's tail is never quite what it was.
        near = to_penny(around)
        return [near] if abs(near - around) < TAIL else []
    return sorted(found, key=lambda gross: abs(gross - around))


def _choice(amounts: list[list[Decimal]], total: Decimal) -> list[int] | None:
    """Which amount of each line, so that together they come to the total; the nearest first."""
    first = [each[0] for each in amounts]
    lacks = total - sum(first, ZERO)
    if lacks == 0:
        return [0] * len(amounts)
    least = sum((min(each) for each in amounts), ZERO)
    most = sum((max(each) for each in amounts), ZERO)
    if not least <= total <= most:
        return None
    # First without going back and forth: so the prices stay as near as can be.
    return _steps_to(amounts, lacks, onwards=True) or _steps_to(amounts, lacks, onwards=False)


def _steps_to(amounts: list[list[Decimal]], lacks: Decimal, *, onwards: bool) -> list[int] | None:
    """Choices that make up for what is lacking; `onwards`: none away from it, or past it."""
    first = [each[0] for each in amounts]
    # What is lacking, by the steps that were taken to it: line and choice, and what was before.
    reached: dict[Decimal, tuple[int, int, Decimal] | None] = {ZERO: None}
    for line, each in enumerate(amounts):
        for at, amount in enumerate(each[1:], start=1):
            more = amount - first[line]
            if onwards and not 0 < more / lacks <= 1:
                continue
            for sum_before in list(reached):
                before = reached[sum_before]
                used = before is not None and before[0] == line
                if not used and sum_before + more not in reached and len(reached) < _MOST_SUMS:
                    reached[sum_before + more] = (line, at, sum_before)
        if lacks in reached:
            return _steps(reached, lacks, len(amounts))
    return None


def _steps(
    reached: dict[Decimal, tuple[int, int, Decimal] | None], lacks: Decimal, lines: int
) -> list[int]:
    chosen, at = [0] * lines, reached[lacks]
    while at is not None:
        line, choice, lacks = at
        chosen[line] = choice
        at = reached[lacks]
    return chosen
