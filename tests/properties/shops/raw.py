"""The JSON of an order around its rows, as ``Order/List`` gives it."""

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

from .charging import SHIPPING, Extra
from .exact import double
from .regimes import Regime
from .rows import Row

_DAY = "2026-11-02T09:00:00"
DESPATCHED = 4


def raw_order(
    random: Random,
    number: int,
    regime: Regime,
    rows: Sequence[Row],
    extras: Sequence[Extra],
    total: Fraction,
) -> dict[str, Any]:
    """An order that left the warehouse."""
    items = [{**row, "ID": number * 1000 + place} for place, row in enumerate(rows, 1)]
    return {
        "ID": number,
        "OrderNumber": f"SHOP-{number}",
        "ExternalOrderReference": None,
        "ClientId": 3,
        "CLIENT_CODE": "ACME",
        "OrderStatusId": DESPATCHED,
        "ChannelId": 7,
        "Channel": {"ID": 7, "Name": "Shop"},
        "WarehouseId": 3,
        "WAREHOUSE_CODE": "MAIN",
        "Country": {"Code": regime.country},
        "Currency": {"Code": regime.currency},
        "PostCode": regime.postcode,
        "FirstName": "Ada",
        "LastName": "Example",
        "OrderDate": _DAY,
        "DespatchDate": _DAY,
        "LastUpdated": _DAY,
        "Part": 1,
        "NumberOfParts": 1,
        "OrderItems": items,
        **_members(random, extras),
        "TotalOrderGross": double(total),
    }


def _members(random: Random, extras: Sequence[Extra]) -> dict[str, float]:
    """Charges by their newer names or, as some orders have them, by the older alone."""
    net, tax = random.choice((("Net", "Tax"), ("Net", "Tax"), ("TotalExVat", "TotalVat")))
    found: dict[str, float] = {}
    for extra in extras:
        name = "Shipping" if extra.what == SHIPPING else "Discount"
        found[name + net] = double(extra.charge.net * extra.written)
        found[name + tax] = double(extra.charge.tax * extra.written)
    return found
