"""How fast our decision is beside three other engines, on one policy and the same orders.

    make bench-rules

Each contender decides 2,000 random orders (orders.py) by the same 12 rules, which each has in its
own language, in a process of its own (ours.py, peer.py) that times itself. The rounds are
interleaved, since speed depends on what else the machine does. Every answer, the verdict and all
rules that fired, must be the reference evaluator's: a difference ends the run with exit code 1, and
so does an outcome or a rule that no order shows.

Ours, whole, is what the plugin does: batches of 100, facts checked and lowered, durable_rules in
its own process, the reference beside it, the two compared, a `Decision` with the sentences of all
rules that fired. Its CPU is that of both processes.
"""

# ruff: noqa: T201 (it is there to print)

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ....plugin.domain.decisions.decision import Verdict
from ....rules.engine.books import load_orders_book
from ....rules.engine.read_book import NOT_DECIDED
from .orders import as_given, random_orders
from .ours import OURS, POLICY
from .peer import PEERS

ROUNDS = 7
#: Times that all orders are decided in one round, timed together.
PASSES = 3
WANTED_OF_ZEN = 3.0
LIMIT = 300.0
SAID = {
    "ours": "ours, whole (both evaluators)",
    "reference": "ours, reference alone",
    "zen": "zen-engine 2.1.3, traced",
    "cel": "cel-expr-python 0.1.3",
    "json-logic": "panzi-json-logic 1.0.1",
}

Run = dict[str, Any]


def main(peers_python: Path) -> bool:
    """Run all rounds and print the table; whether all answers agree and ours is fast enough."""
    verdicts = {rule.id: str(rule.verdict) for rule in load_orders_book(POLICY).rules}
    orders = random_orders()
    given = {"raw": orders, "orders": [as_given(x) for x in orders], "verdicts": verdicts}
    runs: dict[str, list[Run]] = {contender: [] for contender in (*OURS, *PEERS)}
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "orders.json"
        file.write_text(json.dumps(given), encoding="utf-8")
        for _ in range(ROUNDS):
            for contender, done in runs.items():
                done.append(_run(contender, file, peers_python))
    right: list[list[str]] = runs["reference"][0]["answers"]
    if not (_all_shown(right, verdicts) and _all_agree(runs, right)):
        return False
    print(f"{os.cpu_count()} cores, load {load:.2f} at the start; {ROUNDS} rounds\n")
    return _print_table(runs, len(orders) * PASSES)


def _run(contender: str, file: Path, peers_python: Path) -> Run:
    if contender in OURS:
        command = [sys.executable, "-m", f"{__spec__.parent}.ours"]
    else:
        command = [str(peers_python), "-I", str(Path(__file__).with_name("peer.py"))]
    command += [contender, str(file), str(PASSES)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=LIMIT)
    run: Run = json.loads(done.stdout)
    return run


def _all_shown(right: Sequence[Sequence[str]], verdicts: Mapping[str, str]) -> bool:
    """Whether every outcome and every rule is among the answers."""
    outcomes = Counter(verdict for verdict, *_ in right)
    rules = Counter(rule for _, *fired in right for rule in fired)
    print(f"{len(right)} orders: " + ", ".join(f"{n} {said}" for said, n in outcomes.most_common()))
    missing = ({*map(str, Verdict), NOT_DECIDED} - set(outcomes)) | (set(verdicts) - set(rules))
    if missing:
        print(f"no order shows {', '.join(sorted(missing))}")
    return not missing


def _all_agree(runs: Mapping[str, Sequence[Run]], right: Sequence[Sequence[str]]) -> bool:
    apart = 0
    for contender, done in runs.items():
        for run in done:
            pairs = list(zip(run["answers"], right, strict=True))
            wrong = [n for n, (answer, wanted) in enumerate(pairs) if answer != wanted]
            apart += len(wrong)
            for n in wrong[:3]:
                print(f"order {n}: {contender} says {pairs[n][0]}, the reference {pairs[n][1]}")
    print(f"{sum(map(len, runs.values()))} runs, {apart} answers differ from the reference's")
    return not apart


def _print_table(runs: Mapping[str, Sequence[Run]], decided: int) -> bool:
    """Decisions a second of CPU and of the clock; whether ours are often enough zen-engine's."""
    rates = {name: [decided / run["cpu"] for run in done] for name, done in runs.items()}
    clock = {name: [decided / run["wall"] for run in done] for name, done in runs.items()}
    zen_best, zen_median = max(rates["zen"]), statistics.median(rates["zen"])
    print(f"{'':31}{'decisions/s of one core':>24}{'by the clock':>18}{'to zen-engine':>18}")
    print(f"{'':31}{'best':>12}{'median':>12}{'best':>9}{'median':>9}{'best':>9}{'median':>9}")
    for name, rate in rates.items():
        best, median = max(rate), statistics.median(rate)
        print(
            f"{SAID[name]:31}{best:12,.0f}{median:12,.0f}"
            f"{max(clock[name]):9,.0f}{statistics.median(clock[name]):9,.0f}"
            f"{best / zen_best:9.1f}{median / zen_median:9.1f}"
        )
    enough: bool = statistics.median(rates["ours"]) / zen_median >= WANTED_OF_ZEN
    print(f"\nat least {WANTED_OF_ZEN:.0f} times zen-engine: {'yes' if enough else 'NO'}")
    return enough


if __name__ == "__main__":
    sys.exit(0 if main(Path(sys.argv[1])) else 1)
