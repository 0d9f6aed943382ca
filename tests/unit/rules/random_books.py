"""Random books of the whole language and random documents for them, from a seed."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from ....plugin.domain.decisions.facts import Fact, Facts, FactType, FactValue
from ....rules.engine.checks.lint import lint
from ....rules.engine.language.kinds import ORDERS
from ....rules.engine.language.values import show
from ....rules.engine.language.words import COMPARISONS, LIST_OPS, Op
from ....rules.engine.read_book import read_book

#: Few values, so that they meet; among them what engines get wrong.
MONEY = [Decimal(x) for x in ("0.00", "0.01", "-0.01", "5.00", "9.99", "10.00", "999999999999.99")]
NUMBERS = [-1, 0, 1, 2, 9, 10, 999_999_999_999]
TEXTS = [
    "",
    "NEW",
    "new ",
    "10",
    "9",
    "9.0",
    "1e-07",
    "true",
    "null",
    'a "quoted" \\ word',
    "line\nbreak",
    "straße",
    "STRASSE",
    "é",
    unicodedata.normalize("NFD", "é"),
    "日本 🎁",
    "$m",
    "x" * 300,
]
DAYS = [date(2024, 2, 28) + timedelta(days=days) for days in (0, 1, 2, 366)]

Json = dict[str, Any]


def random_value(random: Random, fact_type: FactType) -> FactValue:
    if fact_type is FactType.MONEY:
        return random.choice(MONEY)
    if fact_type is FactType.NUMBER:
        return random.choice(NUMBERS)
    if fact_type is FactType.DATE:
        return random.choice(DAYS)
    if fact_type is FactType.YES_NO:
        return random.random() < 0.5
    if fact_type is FactType.TEXTS:
        return tuple(random.sample(TEXTS, random.randrange(4)))
    return random.choice([*TEXTS, *TEXTS, "bell\x07 nul\x00"])


def random_facts(random: Random) -> Facts:
    """One document; every fact is there."""
    facts = {
        name: random_value(random, fact.type)
        for name, fact in ORDERS.facts.items()
        if fact.type is not FactType.LINES
    }
    count = random.choice([0, 0, 1, 2, 3])
    return {**facts, "lines": tuple(_random_line(random) for _ in range(count))}


def _random_line(random: Random) -> Json:
    return {name: random_value(random, fact.type) for name, fact in ORDERS.line_facts.items()}


def random_book(random: Random) -> Json:
    """A book whose words are right, though it may hold rules that never do anything."""
    return _book(random, ORDERS.facts, random.randrange(1, 9), depth=0)


def small_book(random: Random) -> Json:
    """The same with few facts and short conditions, so that rules have to do with each other."""
    names = random.sample([name for name in ORDERS.facts if name != "lines"], 2)
    facts = {name: ORDERS.facts[name] for name in names}
    return _book(random, facts, random.randrange(2, 6), depth=random.choice([2, 3, 4]))


def _book(random: Random, facts: Mapping[str, Fact], count: int, depth: int) -> Json:
    rules = [
        {
            "id": f"rule_{n}",
            "then": random.choice(["export", "wait", "skip", "refuse"]),
            "when": _condition(random, facts, depth),
            "message": "{number}",
        }
        for n in range(count)
    ]
    return {
        "book": "orders",
        "mode": random.choice(["first", "collect"]),
        "default": "export",
        "lists": {"one": random.sample(TEXTS, 3), "none": [], "export_statuses": TEXTS[:3]},
        "amounts": {"small": "0.01", "large": "10.00", "rounding_limit": "0.05"},
        "rules": rules,
    }


def text_of(book: Json) -> str:
    """A book in the part of YAML that is JSON."""
    return json.dumps(book, ensure_ascii=False)


def valid_book(random: Random) -> str:
    """The text of a random book that passes the check: what it refuses is taken out."""
    while True:
        book = random_book(random)
        while book["rules"]:
            read, faults = read_book(text_of(book), "random.yaml")
            assert read, faults.found[0]
            wrong = {finding.about for finding in lint(read)}
            if not wrong:
                return text_of(book)
            book["rules"] = [rule for rule in book["rules"] if rule["id"] not in wrong]
            for names in (book["lists"], book["amounts"]):
                for name in wrong & set(names):
                    del names[name]


def _condition(random: Random, facts: Mapping[str, Fact], depth: int) -> Json:
    choice = random.random()
    if depth < 4 and choice < 0.35:
        parts = [_condition(random, facts, depth + 1) for _ in range(random.randrange(1, 4))]
        return {random.choice(["all", "any"]): parts}
    if depth < 4 and choice < 0.45:
        return {"not": _condition(random, facts, depth + 1)}
    if facts is not ORDERS.line_facts and choice < 0.55:
        part = _condition(random, ORDERS.line_facts, depth + 2)
        return {random.choice(["any line", "all lines"]): part}
    fact = random.choice([fact for fact in facts.values() if fact.type is not FactType.LINES])
    word, op = random.choice(list(COMPARISONS[fact.type].items()))
    return {fact.name: {word: _right(random, fact, op, facts)}}


def _right(random: Random, fact: Fact, op: Op, facts: Mapping[str, Fact]) -> Any:
    if op in LIST_OPS:
        return random.choice(
            ["$one", "$none", "$export_statuses", random.sample(TEXTS, random.randrange(4))]
        )
    if op is Op.BETWEEN:
        return [_sum(random, fact.type, facts), _sum(random, fact.type, facts)]
    return _sum(random, FactType.TEXT if op is Op.HAS else fact.type, facts)


def _sum(random: Random, fact_type: FactType, facts: Mapping[str, Fact]) -> str:
    terms = [_term(random, fact_type, facts)]
    if fact_type in (FactType.MONEY, FactType.NUMBER, FactType.DATE):
        later = FactType.NUMBER if fact_type is FactType.DATE else fact_type
        for _ in range(random.choice([0, 0, 1, 2])):
            terms += [random.choice("+-"), _term(random, later, facts)]
    return " ".join(terms)


def _term(random: Random, fact_type: FactType, facts: Mapping[str, Fact]) -> str:
    names = [fact.name for fact in facts.values() if fact.type is fact_type]
    if names and random.random() < 0.5:
        return f"${random.choice(names)}"
    if fact_type is FactType.MONEY and random.random() < 0.3:
        return random.choice(["$small", "$large", "$rounding_limit"])
    constants = [text for text in TEXTS if not text.startswith("$")]
    text = fact_type is FactType.TEXT
    return random.choice(constants) if text else show(random_value(random, fact_type))
