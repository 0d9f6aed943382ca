"""Memory of the process that reads a backfill: flat, however many orders there are.

    make bench-engine        (or: python -m mintsoft_xero.tests.benchmarks.backfill [ORDERS])

A process of its own reads so many orders from pages of Mintsoft's JSON, decides, builds and checks
them, and hands them to workers' batches as the tick does; its memory is printed every 5,000
orders. It must stay below 300 MB, and not grow by more than 400 bytes an order once the first are
read: what is remembered of each of them is its id and the time of its last change, so that none is
missed where Mintsoft's pages move (see `adapters/mintsoft/paging.py`).
"""

# ruff: noqa: T201 (it is there to print)

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from ...adapters.mintsoft.api.calls import STATUSES
from ...adapters.mintsoft.source import MintsoftSource
from ...plugin.exports.context import ExportContext
from ...plugin.ports.clock import SystemClock
from ..unit.adapters.mintsoft.raw import raw_item, raw_order
from ..unit.world import World

ORDERS = 200_000
STEP = 5_000
PAGE = 100
MOST_MB = 300.0
#: What the memory may grow by once the first `STEP` are read, for each order, in bytes.
MOST_EACH = 400.0
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Backfill:
    """As much of `MintsoftClient` as a source needs: pages made when they are asked for."""

    def __init__(self, orders: int) -> None:
        self._orders = orders

    def read_list(self, path: str, *, document_id: str = "", query: Any = None) -> list[Any]:
        """One page, through JSON as it would come."""
        assert not document_id
        if path == STATUSES:
            return [{"ID": 4, "Name": "DESPATCHED"}]
        start = (int(query["PageNo"]) - 1) * PAGE
        rows = [
            raw_order(
                ID=number,
                OrderNumber=f"BACK-{number}",
                ExternalOrderReference=str(number),
                OrderItems=[raw_item()],
            )
            for number in range(start + 1, min(start + PAGE, self._orders) + 1)
        ]
        return list(json.loads(json.dumps(rows), parse_float=Decimal))


class Counted(MintsoftSource):
    """A source that says how many orders it gave."""

    def watch(self, orders: int) -> None:
        """Begin to print the memory, and to keep it in `sizes`."""
        self.sizes: list[float] = []
        self._orders, self._begun = orders, time.monotonic()

    def changed_since(self, since: Any) -> Iterator[Any]:
        """As `MintsoftSource.changed_since`."""
        given = 0
        for page in super().changed_since(since):
            yield page
            given += len(page)
            if given % STEP == 0 or given == self._orders:
                self.sizes.append(megabytes())
                took = time.monotonic() - self._begun
                print(f"{given:>8,} orders: {self.sizes[-1]:.0f} MB, {took:.0f} s", flush=True)


def megabytes() -> float:
    """What this process holds in memory."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * _PAGE / 2**20


def main(orders: int) -> int:
    """Read the backfill; 1 when the memory grew too much."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(f"sqlite:///{folder}/ledger.db")
        client: Any = Backfill(orders)
        source = Counted(client, zone="Europe/London")
        source.watch(orders)
        world.parts = ExportContext(
            **{**vars(world.parts), "source": source, "clock": SystemClock()}
        )
        world.sync()
        told = world.ledger.dispatch(world.connection, told_before=120, most=250)
        counts = world.ledger.counts(world.connection)
        last = megabytes()
        world.close()
    states = ", ".join(f"{count:,} {state.label}" for state, count in counts.items() if count)
    print(f"{states}; {len(told)} told of at once: {last:.0f} MB")
    first, grown = source.sizes[0], max(*source.sizes, last) - source.sizes[0]
    each = grown * 2**20 / max(1, orders - STEP)
    print(f"beyond the first {STEP:,}: {grown:.0f} MB more, {each:.0f} bytes an order")
    return int(max(*source.sizes, first, last) > MOST_MB or each > MOST_EACH)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else ORDERS))
