"""How long it takes to try another rule book on 100,000 stored decisions.

    python -m mintsoft_xero.tests.benchmarks.backtest [DATABASE_URL]

Without a URL: an SQLite file of its own. A database that is named must be empty.
"""

# ruff: noqa: T201 (it is there to print)

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from ...plugin.database.json_columns import facts_to_json
from ...plugin.database.stored_facts import StoredFacts
from ...plugin.database.tables import export
from ...plugin.domain.connections.connection import Connection
from ...plugin.domain.orders.order_facts import facts_of_order
from ...plugin.domain.reconciliation.differences import Standing
from ...plugin.exports.order_inputs import overrides
from ...plugin.services.rules.backtest import backtest
from ...rules.engine.books import packaged_rules, read_text
from ...rules.engine.language.kinds import ORDERS
from ...rules.engine.read_book import load_book
from ..unit.orders import DAY, a_line, an_order
from ..unit.world import World

ROWS = 100_000
#: Seconds of one core; by the clock it depends on what else the machine does.
WANTED = 10.0
AT_ONCE = 5_000
STATUSES = ("DESPATCHED", "INVOICED", "NEW", "PICKED", "INVOICEFAILED", "CANCELLED")
STATES = ("exported", "ready", "waiting", "waiting", "waiting", "skipped")

SECOND = """
  - id: samples
    then: skip
    when: {any: [{channel: Samples}, {tags: {has: sample}}]}
    message: "{number} is a sample"
  - id: high_value
    then: refuse
    when: {stated_gross: {more than: 50.00}, any line: {quantity: {at least: 8}}}
    message: "{number} comes to {stated_gross} {currency}; line {line.position} has many"
"""


def main(url: str) -> bool:
    """Make the rows, compare two books, print the time; whether it was short enough."""
    world = World(url)
    began = time.perf_counter()
    for some in _rows(world.connection):
        with world.database.transaction() as transaction:
            transaction.execute(insert(export), some)
    print(f"made {ROWS} decisions with 1 to 4 lines in {time.perf_counter() - began:.1f} s")
    text = read_text(packaged_rules() / "orders.yaml")
    before = load_book(text, "A")
    first, sign, rest = text.partition("\nexamples:")
    after = load_book(first + SECOND + sign + rest, "B")
    wall, cpu = time.perf_counter(), time.process_time()
    found = backtest(
        StoredFacts(world.database),
        world.connection,
        before,
        after,
        overrides=overrides(world.connection),
        since=date(2020, 1, 1),
    )
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    changed = sum(tally.documents for _, tally in found.causes(Standing.OPEN))
    print(f"compared {found.compared}, changed {changed}, {found.in_xero} in Xero")
    print(f"{wall:.2f} s by the clock; {cpu:.2f} s of one core, {ROWS / cpu:,.0f} a second")
    print(f"less than {WANTED:.0f} s of one core: {'yes' if cpu < WANTED else 'NO'}")
    world.close()
    return cpu < WANTED and found.compared == ROWS


def _rows(connection: Connection) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, ROWS, AT_ONCE):
        yield [_row(connection, number) for number in range(start, start + AT_ONCE)]


def _row(connection: Connection, n: int) -> dict[str, Any]:
    counts = [1 + (n + x) % 9 for x in range(1 + n % 4)]
    lines = tuple(a_line(quantity=x, tax=Decimal(2 * x)) for x in counts)
    gross = Decimal(12 * sum(counts))
    order = an_order(
        str(n),
        status=STATUSES[n % 6],
        channel=("Shopify", "Amazon UK", "Samples")[n // 6 % 3],
        tags=("vip", "gift")[: n % 3],
        lines=lines,
        stated_gross=gross,
    )
    around = {name: value for name, value in ORDERS.good.items() if name in _AROUND}
    facts = {**facts_of_order(order, order.ordered_at.date()), **around}
    return {
        "connection_id": connection.connection_id,
        "mintsoft_account": connection.account,
        "organisation_id": connection.organisation_known.organisation_id,
        "kind": "order",
        "source_id": order.source_id,
        "number": order.number,
        "client": order.client,
        "content": "",
        "fingerprint": "",
        "seen": "",
        "split": False,
        "document_at": DAY + timedelta(minutes=n),
        "state": STATES[n % 6],
        "facts": facts_to_json(facts),
        "reasons": [],
        "decided_at": DAY,
        "total": order.stated_gross,
        "currency": ("GBP", "EUR")[n % 2],
        "created_at": DAY,
        "updated_at": DAY,
    }


_AROUND = set(ORDERS.good) - set(facts_of_order(an_order(), DAY.date()))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        file = f"sqlite:///{Path(folder) / 'backtest.sqlite'}"
        sys.exit(0 if main(sys.argv[1] if sys.argv[1:] else file) else 1)
