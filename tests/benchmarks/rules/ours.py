"""Our contenders, each in a process of its own: the whole decision, and the reference alone.

    python -m mintsoft_xero.tests.benchmarks.rules.ours CONTENDER INPUT PASSES

`INPUT` is the file that `compare` writes; what is printed, `compare` reads. Making `Facts` of the
file's JSON is not timed (the plugin has them already), nor is the first pass, in which the engine's
child starts.
"""

# ruff: noqa: T201 (it is there to print)

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ....plugin.domain.decisions.decision import Decision
from ....plugin.domain.decisions.facts import Facts
from ....rules.engine.books import load_orders_book
from ....rules.engine.decider import BOTH, REFERENCE, BookDecider
from ....rules.engine.read_book import NOT_DECIDED
from .orders import as_facts

POLICY = Path(__file__).with_name("policy.yaml")
#: Contenders, and whether durable_rules takes part.
OURS = {"ours": True, "reference": False}
AT_ONCE = 100


def main(contender: str, file: Path, passes: int) -> None:
    """Decide the orders of the file, so many times, and print how long it took."""
    decider = BookDecider(load_orders_book(POLICY), engine=OURS[contender])
    orders = [as_facts(order) for order in json.loads(file.read_text(encoding="utf-8"))["raw"]]
    decided = _decide(decider, orders)
    assert {one.decided_by for one in decided} == {BOTH if OURS[contender] else REFERENCE}
    cpu, wall = _cpu(decider), time.perf_counter()
    for _ in range(passes):
        decided = _decide(decider, orders)
    cpu, wall = _cpu(decider) - cpu, time.perf_counter() - wall
    decider.close()
    print(json.dumps({"cpu": cpu, "wall": wall, "answers": [_answer(one) for one in decided]}))


def _decide(decider: BookDecider, orders: Sequence[Facts]) -> list[Decision]:
    batches = (orders[n : n + AT_ONCE] for n in range(0, len(orders), AT_ONCE))
    return [one for batch in batches for one in decider.decide(batch, {})]


def _cpu(decider: BookDecider) -> float:
    """Seconds of this process and of the engine's child, which `RUSAGE_CHILDREN` has not yet."""
    pid = decider.engine.pid if decider.engine else None
    return time.process_time() + (_cpu_of(pid) if pid else 0.0)


def _cpu_of(pid: int) -> float:
    """Seconds that another process has been on a core (POSIX has a clock for each)."""
    clock: Callable[[int], float] = time.clock_gettime
    return clock((~pid << 3) | 2)


def _answer(decision: Decision) -> list[str]:
    """The verdict, and the rules that fired."""
    held = decision.rule == NOT_DECIDED
    fired = [] if held else sorted(reason.rule for reason in decision.reasons)
    return [NOT_DECIDED if held else decision.verdict, *fired]


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
