"""The reference evaluator: the meaning of a book in plain Python.

The engine must agree with it on every document. It works on facts that `read_facts` has found
complete and of their types.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from ....plugin.domain.decisions.decision import Verdict
from ....plugin.domain.decisions.facts import Facts, FactType, LineFacts, Scalar
from ..language.values import fold
from ..language.words import (
    STRENGTH,
    AllOf,
    Amount,
    AnyOf,
    Book,
    Compare,
    Condition,
    Constant,
    LineTest,
    Mode,
    NamedList,
    Not,
    Op,
    OtherFact,
    Rule,
    Sum,
    Term,
)

DEFAULT = "default"

#: A condition, made ready: whether it is true of a document or a line.
Test = Callable[[Mapping[str, Any]], bool]

#: Conditions that are kept ready; all are made anew when there are more.
MAX_READY = 4_096
#: By the identity of condition and book, which an entry keeps alive so that it stays theirs.
_READY: dict[tuple[int, int], tuple[Test, Condition, Book]] = {}

_ORDERED: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.IS: operator.eq,
    Op.IS_NOT: operator.ne,
    Op.MORE: operator.gt,
    Op.AT_LEAST: operator.ge,
    Op.LESS: operator.lt,
    Op.AT_MOST: operator.le,
}
_TEXT: Mapping[Op, Callable[[str, str], bool]] = {
    Op.IS: operator.eq,
    Op.IS_NOT: operator.ne,
    Op.STARTS: str.startswith,
    Op.ENDS: str.endswith,
    Op.CONTAINS: operator.contains,
}


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a book says of one document."""

    verdict: Verdict
    #: Id of the deciding rule, or ``default``.
    rule: str
    #: All rules that fired, the deciding one first.
    fired: tuple[Rule, ...]


def judge(book: Book, facts: Facts) -> Judgement:
    """Hold every rule of a settled book against one document."""
    return conclude(book, [rule for rule in book.rules if holds(rule.condition, facts, book)])


def conclude(book: Book, fired: list[Rule]) -> Judgement:
    """The verdict, from the rules that fired in the order of the book."""
    if not fired:
        return Judgement(verdict=book.default, rule=DEFAULT, fired=())
    if book.mode is Mode.COLLECT and len(fired) > 1:
        fired = sorted(fired, key=lambda rule: STRENGTH.index(rule.verdict))
    return Judgement(verdict=fired[0].verdict, rule=fired[0].id, fired=tuple(fired))


def holds(condition: Condition, facts: Mapping[str, Any], book: Book) -> bool:
    """True when a condition is true of a document, or of a line inside `any line`."""
    return test_of(condition, book)(facts)


def test_of(condition: Condition, book: Book) -> Test:
    """A condition of a settled book, made ready once for many documents."""
    key = (id(condition), id(book))
    ready = _READY.get(key)
    if ready is None:
        if len(_READY) >= MAX_READY:
            _READY.clear()
        ready = _READY[key] = (_test(condition, book), condition, book)
    return ready[0]


def _test(condition: Condition, book: Book) -> Test:
    match condition:
        case Compare():
            return _compare(condition, book)
        case AllOf() | AnyOf():
            parts = tuple(_test(part, book) for part in condition.parts)
            return _both(parts, stop_at=isinstance(condition, AnyOf))
        case Not():
            part = _test(condition.part, book)
            return lambda facts: not part(facts)
        case LineTest():
            return _lines(_test(condition.part, book), stop_at=not condition.every)


def _both(parts: tuple[Test, ...], *, stop_at: bool) -> Test:
    """All of the parts, or any: the first that comes out as `stop_at` settles it."""

    def test(facts: Mapping[str, Any]) -> bool:
        for part in parts:
            if part(facts) is stop_at:
                return stop_at
        return not stop_at

    return test


def _lines(part: Test, *, stop_at: bool) -> Test:
    """All lines, or any: the first that comes out as `stop_at` settles it."""

    def test(facts: Mapping[str, Any]) -> bool:
        for line in facts["lines"]:
            if part(line) is stop_at:
                return stop_at
        return not stop_at

    return test


def found_line(condition: Condition, facts: Facts, book: Book) -> tuple[int, LineFacts] | None:
    """Position (from 1) and facts of the first line that an `any line` of the condition found."""
    if isinstance(condition, LineTest) and not condition.every:
        lines: tuple[LineFacts, ...] = facts["lines"]  # type: ignore[assignment]
        numbered = enumerate(lines, start=1)
        return next(((n, line) for n, line in numbered if holds(condition.part, line, book)), None)
    parts = condition.parts if isinstance(condition, AllOf | AnyOf) else ()
    found = (found_line(part, facts, book) for part in parts)
    return next((line for line in found if line), None)


def value_of(right: Sum, facts: Mapping[str, Any], book: Book) -> Scalar:
    """What the right side of a comparison comes to, for one document or line."""
    first, *others = right.terms
    value: Scalar = _operand(first, facts, book)
    for term in others:
        value = _added(value, term.sign, _operand(term, facts, book))
    return value


def _operand(term: Term, facts: Mapping[str, Any], book: Book) -> Any:
    operand = term.operand
    if isinstance(operand, Constant):
        return operand.value
    return book.amounts[operand.name] if isinstance(operand, Amount) else facts[operand.name]


def _added(value: Any, sign: int, change: Any) -> Any:
    if not isinstance(value, date):
        return value + change if sign > 0 else value - change
    try:
        return value + timedelta(days=sign * change)
    except OverflowError:
        return date.max if sign * change > 0 else date.min


def _compare(condition: Compare, book: Book) -> Test:
    name = condition.fact
    if condition.type is FactType.TEXTS:
        return _compare_texts(condition, book)
    if condition.op in (Op.IN, Op.NOT_IN):
        texts, inside = members(condition, book), condition.op is Op.IN
        return lambda facts: (fold(facts[name]) in texts) is inside
    assert isinstance(condition.right, Sum)
    right = _right(condition.right, book)
    if condition.type is FactType.TEXT:
        compare = _TEXT[condition.op]
        return lambda facts: compare(fold(facts[name]), fold(right(facts)))
    ordered = _ORDERED[condition.op]
    if _is_constant(condition.right):
        constant = right({})
        return lambda facts: ordered(facts[name], constant)
    return lambda facts: ordered(facts[name], right(facts))


def _is_constant(right: Sum) -> bool:
    return not any(isinstance(term.operand, OtherFact) for term in right.terms)


def _right(right: Sum, book: Book) -> Callable[[Mapping[str, Any]], Any]:
    """`value_of`, made ready: mostly a constant or one other fact."""
    if _is_constant(right):
        constant = value_of(right, {}, book)
        return lambda _: constant
    if len(right.terms) == 1:
        return itemgetter(right.terms[0].operand.name)  # type: ignore[union-attr]
    first, *others = ((term.sign, _operand_of(term, book)) for term in right.terms)

    def value(facts: Mapping[str, Any]) -> Any:
        value = first[1](facts)
        for sign, operand in others:
            value = _added(value, sign, operand(facts))
        return value

    return value


def _operand_of(term: Term, book: Book) -> Callable[[Mapping[str, Any]], Any]:
    if isinstance(term.operand, OtherFact):
        return itemgetter(term.operand.name)
    constant = _operand(term, {}, book)
    return lambda _: constant


def _compare_texts(condition: Compare, book: Book) -> Test:
    name = condition.fact
    if condition.op is Op.HAS:
        assert isinstance(condition.right, Sum)
        text = _right(condition.right, book)
        return lambda facts: fold(text(facts)) in set(map(fold, facts[name]))
    texts = members(condition, book)
    if condition.op is Op.HAS_ALL:
        return lambda facts: texts.issubset(map(fold, facts[name]))
    none = condition.op is Op.HAS_NONE
    return lambda facts: texts.isdisjoint(map(fold, facts[name])) is none


def members(condition: Compare, book: Book) -> frozenset[str]:
    """The folded texts of the list on the right side."""
    right = condition.right
    if isinstance(right, NamedList):
        return book.folded[right.name]
    assert not isinstance(right, Sum)
    return right.folded
