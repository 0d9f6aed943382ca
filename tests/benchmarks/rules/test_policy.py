"""The benchmark's policy, in its four languages."""

import json
import re
from typing import Any

from ....rules.engine.books import load_orders_book
from ....rules.engine.evaluation.read_facts import reads
from .ours import POLICY
from .peer import FOLDER

BOOK = load_orders_book(POLICY)
RULES = [rule.id for rule in BOOK.rules]


def test_the_four_forms_name_the_same_twelve_rules() -> None:
    """Every engine has the same rules, in the same order."""
    graph, cel, logic = map(_read, ("policy.jdm.json", "policy.cel.json", "policy.json_logic.json"))
    (table,) = (node for node in graph["nodes"] if node["type"] == "decisionTableNode")
    assert len(set(RULES)) == 12
    assert [row["rule"].strip("'") for row in table["content"]["rules"]] == RULES
    assert list(cel["rules"]) == RULES
    assert list(logic["rules"]) == RULES


def test_the_other_forms_miss_the_facts_that_the_book_reads() -> None:
    """Each of the other forms first asks for every fact without which ours does not decide."""
    graph, cel, logic = map(_read, ("policy.jdm.json", "policy.cel.json", "policy.json_logic.json"))
    (switch,) = (node for node in graph["nodes"] if node["type"] == "switchNode")
    complete = switch["content"]["statements"][0]["condition"]
    read = reads(BOOK)
    wanted = {fact.name for fact in (*read.facts, *read.line_facts)}
    assert set(re.findall(r"(\w+) != null", complete)) == wanted
    assert set(re.findall(r"(\w+) != null", cel["not_decided"])) == wanted
    assert set(_names(logic["not_decided"])) == wanted


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def _names(logic: Any) -> list[str]:
    """What a logic reads."""
    if isinstance(logic, list):
        return [name for part in logic for name in _names(part)]
    if not isinstance(logic, dict):
        return []
    return [logic["var"]] if "var" in logic else _names(list(logic.values()))
