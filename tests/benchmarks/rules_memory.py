"""Memory of a process that decides orders, and of its engine's child, over a million decisions.

    python -m mintsoft_xero.tests.benchmarks.rules_memory [DECISIONS]

Prints both sizes every 100,000 decisions. They must not grow once the first are made.
"""

# ruff: noqa: T201 (it is there to print)

import os
import sys
import time
from pathlib import Path
from random import Random

from ...rules.engine.books import load_orders_book, packaged_rules
from ...rules.engine.decider import BookDecider
from ..unit.rules.random_books import random_facts

DECISIONS = 1_000_000
STEP = 100_000
#: Orders that are made anew for each step, and decided together as often as it takes.
AT_ONCE = 1_000
#: Megabytes by which either process may grow after the first step.
MOST_GROWTH = 4.0

_PAGE = os.sysconf("SC_PAGE_SIZE")


def main(decisions: int) -> int:
    """Decide so many random orders by the package's book; 1 when a process grew."""
    decider = BookDecider(load_orders_book(packaged_rules()))
    sizes = []
    for step in range(1, decisions // STEP + 1):
        random = Random(step)
        begun = time.perf_counter()
        for _ in range(STEP // AT_ONCE):
            documents = [random_facts(random) for _ in range(AT_ONCE // 10)] * 10
            decided = decider.decide(documents, {})
            assert not [x for x in decided if x.rule == "not_decided"]
        rate = STEP / (time.perf_counter() - begun)
        assert decider.engine
        assert decider.engine.pid
        sizes.append((_megabytes(os.getpid()), _megabytes(decider.engine.pid)))
        parent, child = sizes[-1]
        print(
            f"{step * STEP:>9,} decisions: parent {parent:5.1f} MB, child {child:5.1f} MB,"
            f" {rate:,.0f} a second with making the orders"
        )
    decider.close()
    growth = max(last - first for first, last in zip(sizes[0], sizes[-1], strict=True))
    print(f"Grown by {growth:.1f} MB since the first {STEP:,}.")
    return int(growth > MOST_GROWTH)


def _megabytes(pid: int) -> float:
    """What a process holds in memory."""
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * _PAGE / 2**20


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else DECISIONS))
