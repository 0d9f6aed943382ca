"""The other engines, each in a process of its own, in the environment that `engines.txt` makes.

    python peer.py CONTENDER INPUT PASSES

A plain script: it imports nothing of this package. What each is given, and how:

- The order is a dict of JSON values: whole pennies, yyyymmdd, texts already in the form in which
  ours compares them, so that none of them spends time on that.
- A missing fact is absent or null. Each policy first asks whether one is missing; if so, its rules
  are not asked. Left to themselves, they would not stop: json-logic holds null for 0, CEL and
  zen-engine give an error in place of the decision, or nothing.
- zen-engine: a graph in its own JDM, a switch and a decision table that collects, with its trace.
  CEL: one expression for each rule, compiled once, with one activation for each order. json-logic:
  one logic for each rule.
- The verdict, from the rules that fired, is worked out here for all three. None makes sentences.
"""

# ruff: noqa: T201 (it is there to print; a script of another environment)

import json
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

Json = dict[str, Any]
#: The rules that fire for an order; None when a fact is missing.
Fired = Callable[[Json], Iterable[str] | None]

FOLDER = Path(__file__).parent
STRENGTH = ("export", "wait", "skip", "refuse")


def zen_engine() -> Fired:
    """GoRules' engine, in Rust."""
    graph = (FOLDER / "policy.jdm.json").read_text(encoding="utf-8")
    decision = import_module("zen").ZenEngine().create_decision(graph)

    def fired(order: Json) -> Iterable[str] | None:
        answer = decision.evaluate(order, {"trace": True})
        assert answer["trace"]
        rows = answer["result"]
        return [row["rule"] for row in rows] if isinstance(rows, list) else None

    return fired


def cel() -> Fired:
    """Google's Common Expression Language, in C++."""
    module = import_module("cel_expr_python.cel")
    env = module.NewEnv(variables={"order": module.Type.Map(module.Type.STRING, module.Type.DYN)})
    policy = _policy("policy.cel.json")
    not_decided = env.compile(policy["not_decided"])
    rules = [(name, env.compile(text)) for name, text in policy["rules"].items()]

    def fired(order: Json) -> Iterable[str] | None:
        given = env.Activation({"order": order})
        if not_decided.eval(given).value():
            return None
        return [name for name, rule in rules if _true(rule.eval(given).value())]

    return fired


def json_logic() -> Fired:
    """JsonLogic, in Python."""
    apply = import_module("json_logic.apply").apply
    policy = _policy("policy.json_logic.json")
    not_decided, rules = policy["not_decided"], policy["rules"].items()

    def fired(order: Json) -> Iterable[str] | None:
        if apply(not_decided, order):
            return None
        return [name for name, rule in rules if apply(rule, order)]

    return fired


PEERS: dict[str, Callable[[], Fired]] = {"zen": zen_engine, "cel": cel, "json-logic": json_logic}


def _policy(name: str) -> Json:
    policy: Json = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return policy


def _true(value: object) -> bool:
    """CEL returns its errors: one must not pass for an answer."""
    assert isinstance(value, bool), value
    return value


def decide(fired: Fired, verdicts: dict[str, str], order: Json) -> list[str]:
    """The verdict, and the rules that fired."""
    rules = fired(order)
    if rules is None:
        return ["not_decided"]
    strongest = max((STRENGTH.index(verdicts[rule]) for rule in rules), default=0)
    return [STRENGTH[strongest], *sorted(rules)]


def main(contender: str, file: Path, passes: int) -> None:
    """Decide the orders of the file, so many times, and print how long it took."""
    given = json.loads(file.read_text(encoding="utf-8"))
    fired, verdicts, orders = PEERS[contender](), given["verdicts"], given["orders"]
    answers = [decide(fired, verdicts, order) for order in orders]
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(passes):
        answers = [decide(fired, verdicts, order) for order in orders]
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(json.dumps({"cpu": cpu, "wall": wall, "answers": answers}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
