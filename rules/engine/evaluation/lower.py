"""Lowering: a book as durable_rules takes it, in the narrow corridor where it is exact.

The engine gets flat facts: whole pennies, days as yyyymmdd, folded texts, yes/no; every field
present, none of them a float. It gets `$and`, `$or`, comparisons, and sums of whole numbers.
What it can't do exactly (lines, lists of texts, parts of texts, days counted from a day, very
long lists, very deep conditions) is worked out here, as a yes/no field of the lowered fact, so
that one language serves. Conditions are negated by hand: the engine's own `not` is unsafe.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ....plugin.domain.decisions.facts import Facts, FactType
from ..language.values import fold
from ..language.words import (
    OPPOSITE,
    AllOf,
    Amount,
    AnyOf,
    Book,
    Compare,
    Condition,
    Constant,
    LineTest,
    Not,
    Op,
    OtherFact,
    Rule,
    Sum,
)
from .reference import Test, members, test_of

#: At most 64 rules may match one fact in a ruleset, and a fact may have about 250 fields.
RULES_PER_RULESET = 60
FIELDS_PER_RULESET = 150
#: At most 511 parts may stand side by side, and 15 levels below each other.
MAX_PARTS = 500
MAX_LEVELS = 12

Json = dict[str, Any]
_FIRST: Json = {"kind": "order"}

_SPELLING = {
    Op.IS_NOT: "$neq",
    Op.MORE: "$gt",
    Op.AT_LEAST: "$gte",
    Op.LESS: "$lt",
    Op.AT_MOST: "$lte",
}
#: Types whose values can stand in a lowered fact as they are compared.
_PLAIN = (FactType.MONEY, FactType.NUMBER, FactType.DATE, FactType.TEXT, FactType.YES_NO)


@dataclass(frozen=True, kw_only=True)
class Ruleset:
    """Some rules of a book, as one ruleset of the engine."""

    #: Digest of `rules`.
    key: str
    #: What the engine is given: JSON text, each rule named by its position in the book.
    rules: str
    #: Facts that are sent: field, name, and what makes the engine's value of theirs.
    plain: tuple[tuple[str, str, Callable[[Any], int | str | bool]], ...]
    #: Conditions that are worked out here and sent as yes/no, by field.
    computed: tuple[tuple[str, Test], ...]

    def fact(self, facts: Facts) -> Json:
        """One document as the engine gets it; its `id` is given by the child."""
        fields: Json = {"kind": "order", "sid": "s"}
        for field, name, lowered_value in self.plain:
            fields[field] = lowered_value(facts[name])
        for field, test in self.computed:
            fields[field] = test(facts)
        return fields


def lower(book: Book) -> tuple[Ruleset, ...]:
    """The rulesets of a settled book."""
    rulesets: list[Ruleset] = []
    lowering = _Lowering(book)
    for position, rule in enumerate(book.rules):
        if lowering.full:
            rulesets.append(lowering.ruleset())
            lowering = _Lowering(book)
        lowering.add(position, rule)
    return (*rulesets, lowering.ruleset())


def lowered(value: Any, fact_type: FactType) -> int | str | bool:
    """One value of a plain type, exactly, as the engine compares it."""
    return _LOWERED[fact_type](value)


def _pennies(value: Decimal) -> int:
    return int(value.scaleb(2))


def _day(value: date) -> int:
    return value.year * 10_000 + value.month * 100 + value.day


def _whole(value: int) -> int:
    assert isinstance(value, int)
    return value


_LOWERED: Mapping[FactType, Callable[[Any], int | str | bool]] = {
    FactType.MONEY: _pennies,
    FactType.DATE: _day,
    FactType.TEXT: fold,
    FactType.NUMBER: _whole,
    FactType.YES_NO: _whole,
}


def _field(name: str) -> str:
    return f"f_{name}"  # so that no fact is ever called id, sid or $s


class _Lowering:
    """Gathers the rules of one ruleset, and the fields that they need."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._rules: Json = {}
        self._plain: dict[str, FactType] = {}
        self._computed: dict[Condition, str] = {}

    @property
    def full(self) -> bool:
        fields = len(self._plain) + len(self._computed)
        return len(self._rules) >= RULES_PER_RULESET or fields >= FIELDS_PER_RULESET // 2

    def ruleset(self) -> Ruleset:
        rules = json.dumps(self._rules, ensure_ascii=False)
        return Ruleset(
            key=hashlib.sha256(rules.encode()).hexdigest(),
            rules=rules,
            plain=tuple((_field(name), name, _LOWERED[x]) for name, x in self._plain.items()),
            computed=tuple((field, test_of(x, self._book)) for x, field in self._computed.items()),
        )

    def add(self, position: int, rule: Rule) -> None:
        before = (dict(self._plain), dict(self._computed))
        test = self._lower(rule.condition, positive=True)
        if len(self._plain) + len(self._computed) > FIELDS_PER_RULESET or not _fits(test):
            self._plain, self._computed = before
            test = self._compute(rule.condition, positive=True)
        whole = {"$and": [_FIRST, *_parts(test, "$and")]}
        self._rules[f"r{position}"] = {"all": [{"m": whole}]}

    def _lower(self, condition: Condition, *, positive: bool) -> Json:
        """The condition, or its opposite."""
        match condition:
            case Not():
                return self._lower(condition.part, positive=not positive)
            case AllOf() | AnyOf():
                together = isinstance(condition, AllOf) is positive
                parts = [self._lower(part, positive=positive) for part in condition.parts]
                return _joined("$and" if together else "$or", parts)
            case LineTest():
                return self._compute(condition, positive=positive)
            case Compare():
                test = self._compare(condition, positive=positive)
                return test or self._compute(condition, positive=positive)

    def _compute(self, condition: Condition, *, positive: bool) -> Json:
        field = self._computed.setdefault(condition, f"p{len(self._computed)}")
        return {field: positive}

    def _compare(self, condition: Compare, *, positive: bool) -> Json | None:
        """None for what the engine can't do exactly."""
        if condition.type not in _PLAIN:
            return None
        if condition.op in (Op.IN, Op.NOT_IN):
            return self._member(condition, inside=(condition.op is Op.IN) is positive)
        if condition.op not in OPPOSITE:
            return None
        assert isinstance(condition.right, Sum)
        right = self._sum(condition.right, condition.type)
        if right is None:
            return None
        op = condition.op if positive else OPPOSITE[condition.op]
        test = {self._use(condition.fact, condition.type): right}
        return test if op is Op.IS else {_SPELLING[op]: test}

    def _member(self, condition: Compare, *, inside: bool) -> Json | None:
        texts = sorted(members(condition, self._book))
        if not 0 < len(texts) <= MAX_PARTS:
            return None
        field = self._use(condition.fact, condition.type)
        if inside:
            return _joined("$or", [{field: text} for text in texts])
        return _joined("$and", [{"$neq": {field: text}} for text in texts])

    def _use(self, name: str, fact_type: FactType) -> str:
        self._plain[name] = fact_type
        return _field(name)

    def _sum(self, right: Sum, fact_type: FactType) -> Json | int | str | None:
        """The right side: a constant, a fact, or a sum that begins with a fact."""
        if fact_type is FactType.DATE and len(right.terms) > 1:
            return None
        if len(right.terms) == 1 and isinstance(right.terms[0].operand, Constant):
            return lowered(right.terms[0].operand.value, fact_type)
        constant = 0
        facts: list[tuple[int, str]] = []
        for term in right.terms:
            if isinstance(term.operand, OtherFact):
                facts.append((term.sign, term.operand.name))
            else:
                constant += term.sign * self._constant(term.operand, fact_type)
        facts.sort(reverse=True)  # one that is added comes first
        if not facts:
            return constant
        if facts[0][0] < 0:
            return None
        return self._added(facts, constant, fact_type)

    def _constant(self, operand: Constant | Amount, fact_type: FactType) -> int:
        if isinstance(operand, Amount):
            return int(lowered(self._book.amounts[operand.name], fact_type))
        return int(lowered(operand.value, fact_type))

    def _added(self, facts: list[tuple[int, str]], constant: int, fact_type: FactType) -> Json:
        whole: Json = {"$m": self._use(facts[0][1], fact_type)}
        for sign, name in facts[1:]:
            part = {"$m": self._use(name, fact_type)}
            whole = {"$add" if sign > 0 else "$sub": {"$l": whole, "$r": part}}
        if constant:
            return {"$add": {"$l": whole, "$r": constant}}
        return whole


def _joined(word: str, parts: list[Json]) -> Json:
    """Parts side by side, those of the same word taken up into one level."""
    flat = [inner for part in parts for inner in _parts(part, word)]
    return flat[0] if len(flat) == 1 else {word: flat}


def _parts(test: Json, word: str) -> list[Json]:
    parts: list[Json] = test.get(word, [test])
    return parts


def _fits(test: Json) -> bool:
    """Whether a condition keeps within the engine's limits of width and depth."""
    width, depth = _size(test)
    return width <= MAX_PARTS and depth <= MAX_LEVELS


def _size(test: Json) -> tuple[int, int]:
    parts = test.get("$and") or test.get("$or") or []
    sizes = [_size(part) for part in parts]
    width = max([len(parts), *(width for width, _ in sizes)])
    return width, 1 + max([0, *(depth for _, depth in sizes)])
