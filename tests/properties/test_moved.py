"""What a change is said to move, on random orders and settings, is what the next sync moves."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ...plugin.domain.money import ZERO, to_penny
from ...plugin.domain.orders.order import NO_CHARGE, Charge, Order, OrderLine
from ...plugin.domain.reconciliation.differences import Change, Standing
from ...plugin.exports.impact import moved
from ..unit.orders import DAY, a_line, an_order
from ..unit.world import World

STATES = {
    Change.EXPORTED: "ready",
    Change.WAITING: "waiting",
    Change.SKIPPED: "skipped",
    Change.REFUSED: "refused",
}
STATUSES = ("DESPATCHED", "INVOICED", "INVOICEFAILED", "PICKED", "NEW", "CANCELLED")


def a_random_line(random: Random) -> OrderLine:
    """A line with a price of up to four places, some of them with too large a discount."""
    unit = Decimal(random.randrange(5000)) / random.choice([100, 1000, 10000])
    quantity = random.choice([1, 2, 3, 7])
    discount = random.choice([ZERO, ZERO, Decimal(1), Decimal(50)])
    rate = random.choice([Decimal(20), Decimal(5), ZERO, Decimal("17.5")])
    tax = ((unit * quantity - discount) * rate / 100).quantize(Decimal("0.0001"))
    return a_line(quantity=quantity, unit_net=unit, discount_net=discount, tax_rate=rate, tax=tax)


def a_random_order(random: Random, source_id: str) -> Order:
    """An order that may be refused, skipped or entered twice."""
    lines = tuple(a_random_line(random) for _ in range(random.randint(1, 3)))
    shipping = random.choice([NO_CHARGE, Charge(net=Decimal("4.99"), tax=Decimal("1.00"))])
    gross = to_penny(sum((x.net + x.tax for x in lines), shipping.gross))
    ordered = DAY - timedelta(days=random.randrange(40))
    return an_order(
        source_id,
        number=f"W{random.randrange(40)}",
        status=random.choice(STATUSES),
        channel_id=random.choice(["7", "9", ""]),
        channel=random.choice(["Shopify", "eBay", ""]),
        warehouse=random.choice(["MAIN", "NORTH"]),
        warehouse_id=random.choice("34"),
        currency=random.choice(["GBP", "GBP", "EUR", "SEK"]),
        lines=lines,
        shipping=shipping,
        stated_gross=gross + random.choice([ZERO, ZERO, Decimal("0.03"), Decimal("0.30")]),
        ordered_at=ordered,
        despatched_at=random.choice([ordered + timedelta(days=2), None]),
        customer=random.choice(["Ada", ""]),
        parts=random.choice([1, 1, 2]),
    )


def a_random_change(random: Random) -> dict[str, Any]:
    """One to three settings."""
    possible: dict[str, Any] = {
        "export_statuses": tuple(random.sample(STATUSES[:4], random.randint(1, 4))),
        "channels": tuple(random.sample(["7", "ebay", "x"], random.randint(0, 2))),
        "warehouses": random.choice([(), ("main",), ("4",)]),
        "contact_policy": random.choice(["channel", "customer", "fixed"]),
        "discount_repair": random.choice(["refuse", "cap", "spread"]),
        "rounding_limit": random.choice([ZERO, Decimal("0.05"), Decimal("0.50")]),
        "number_prefix": random.choice(["", "X-"]),
        "line_detail": random.choice(["lines", "summary"]),
        "invoice_date": random.choice(["despatched", "ordered", "exported"]),
        "start_date": random.choice([date(2026, 6, 1), date(2026, 5, 20)]),
        "timezone": random.choice(["Europe/London", "Pacific/Auckland"]),
    }
    return dict(random.sample(sorted(possible.items()), random.randint(1, 3)))


@pytest.mark.parametrize("seed", range(4))
def test_as_the_next_sync(tmp_path: Path, seed: int) -> None:
    """After each change as many orders stand elsewhere as was said, and what is in Xero stays."""
    random, world = Random(seed), World(f"sqlite:///{tmp_path / 'ledger.db'}")
    locked = replace(world.target.here, locked_until=date(2026, 5, 25))
    world.connections.keep_organisation(world.connection, locked)
    world.change(start_date=date(2026, 5, 1))
    world.put(*(a_random_order(random, str(n)) for n in range(1, 61)))
    for _ in range(4):
        world.sync()
        if random.random() < 0.4:
            world.send()
            world.sync()
        settings, was = a_random_change(random), world.rows()
        after = replace(world.connection, settings=replace(world.connection.settings, **settings))
        found = moved(world.parts, world.connection, after)
        world.change(**settings)
        world.sync()
        now = world.rows()
        told: Counter[Change] = Counter()
        for cause, tally in found.differences.causes(Standing.OPEN):
            told[cause.change] += tally.documents
        for change, state in STATES.items():
            there = [x for x in now if now[x].state == state != was[x].state]
            assert told[change] == len(there), (settings, change, there)
    world.close()
