"""Prices with tax: orders of sales channels that record them where Mintsoft has prices without.

A marketplace gives one price. Where Mintsoft is not told to break it down it stands, whole, in
the fields for prices without tax (mintsoft.md 2.3); the tax beside it is 0, or what is in the
price. Which channels do so nobody can see in an order: the setting `gross_channels` says it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ...errors import NeedsPerson
from ..money import ZERO
from ..taxes.figures import taken_off
from ..taxes.rounding import is_nominal, likely_rate, tax_at, tax_tolerance
from .order import Charge, Order, OrderLine

HUNDRED = Decimal(100)

_ENTRY = re.compile(r"(?P<id>[0-9]+)(:((?P<country>[A-Z]{2}):)?(?P<rate>[0-9]{1,3}(\.[0-9]+)?))?")


@dataclass(frozen=True, kw_only=True)
class GrossChannel:
    """One entry of `gross_channels`: ID, ID:RATE or ID:COUNTRY:RATE."""

    channel_id: str
    #: Two-letter country of delivery; empty for all others.
    country: str
    #: Per cent, of what states no tax; None: that has no tax in it.
    rate: Decimal | None


def gross_channel(text: str) -> GrossChannel:
    """An entry as people type it. Raises ValueError where it can't be one."""
    found = _ENTRY.fullmatch(text)
    rate = Decimal(found["rate"]) if found and found["rate"] else None
    if found is None or (rate is not None and rate > HUNDRED):
        raise ValueError(text)
    return GrossChannel(channel_id=found["id"], country=found["country"] or "", rate=rate)


def with_prices_understood(order: Order, channels: Sequence[str]) -> Order:
    """The order, its prices without tax also where they were recorded with it.

    Args:
        order: as the source states it.
        channels: entries of `gross_channels`.
    """
    entry = _entry(order, channels)
    if entry is None:
        return order
    rate, order = entry.rate or ZERO, taken_off(order)
    return replace(
        order,
        prices_with_tax=True,
        lines=tuple(_line(line, _rate(line, rate)) for line in order.lines),
        shipping=_charge(order.shipping, rate),
        discount=_charge(order.discount, rate),
    )


def require_rate(order: Order, channels: Sequence[str]) -> None:
    """Refuse an order with prices that hold a tax of an unknown rate.

    Raises:
        NeedsPerson: MX-209, its channel is listed for other countries only, and it states no
            tax. To guess the rate would change what is owed to the tax office.
    """
    listed = any(x.channel_id == order.channel_id for x in _entries(channels))
    if listed and _entry(order, channels) is None:
        raise NeedsPerson(
            code="MX-209", channel=order.channel_id, country=order.country or "no country"
        )


def _entries(channels: Sequence[str]) -> Iterator[GrossChannel]:
    return (gross_channel(text) for text in channels)


def _entry(order: Order, channels: Sequence[str]) -> GrossChannel | None:
    """The entry for an order: that of its country, else the one for all; None when it has none."""
    found = {x.country: x for x in _entries(channels) if x.channel_id == order.channel_id}
    return found.get(order.country) or found.get("")


def at_rate(line: OrderLine, rate: Decimal) -> OrderLine:
    """A line whose tax was taken out, with that of another rate taken out of the same price."""
    times = (HUNDRED + line.tax_rate) / (HUNDRED + rate)
    return replace(
        line,
        unit_net=line.unit_net * times,
        discount_net=line.discount_net * times,
        tax_rate=rate,
        tax=line.net + line.tax - line.net * times,
    )


def _rate(line: OrderLine, rate: Decimal) -> Decimal:
    """The rate in a line's price: as stated, else as its tax shows where that was computed."""
    stated, net = line.tax_rate, line.net - line.tax
    if stated <= 0:
        return rate
    tolerance = tax_tolerance(line, stated)
    if is_nominal(stated) or not line.tax or abs(tax_at(net, stated) - line.tax) <= tolerance:
        return stated
    return likely_rate(net, line.tax, tolerance) or stated


def _line(line: OrderLine, rate: Decimal) -> OrderLine:
    """A line with its tax taken out of price and discount."""
    whole = HUNDRED + rate
    net = line.net * HUNDRED / whole
    return replace(
        line,
        unit_net=line.unit_net * HUNDRED / whole,
        discount_net=line.discount_net * HUNDRED / whole,
        tax_rate=rate,
        tax=line.net - net,
    )


def _charge(charge: Charge, rate: Decimal) -> Charge:
    """An amount with its tax taken out: what it states, else that of a rate."""
    tax = charge.tax or charge.net * rate / (HUNDRED + rate)
    return Charge(net=charge.net - tax, tax=tax)
