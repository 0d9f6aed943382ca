"""The reference evaluator: the meaning of a book in plain Python.

The engine must agree with it on every document. It works on facts that `read_facts` has found
complete and of their types.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ...plugin.domain.decision import Verdict
from ...plugin.domain.facts import Facts, FactType, LineFacts, Scalar
from .language import (
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
    Rule,
    Sum,
    Term,
)
from .values import fold

DEFAULT = "default"


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
    if book.mode is Mode.COLLECT:
        fired = sorted(fired, key=lambda rule: STRENGTH.index(rule.verdict))
    return Judgement(verdict=fired[0].verdict, rule=fired[0].id, fired=tuple(fired))


def holds(condition: Condition, facts: Mapping[str, Any], book: Book) -> bool:
    """True when a condition is true of a document, or of a line inside `any line`."""
    match condition:
        case Compare():
            return _compare(condition, facts, book)
        case AllOf():
            return all(holds(part, facts, book) for part in condition.parts)
        case AnyOf():
            return any(holds(part, facts, book) for part in condition.parts)
        case Not():
            return not holds(condition.part, facts, book)
        case LineTest():
            tests = (holds(condition.part, line, book) for line in facts["lines"])
            return all(tests) if condition.every else any(tests)


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
        return value + sign * change
    try:
        return value + timedelta(days=sign * change)
    except OverflowError:
        return date.max if sign * change > 0 else date.min


def _compare(condition: Compare, facts: Mapping[str, Any], book: Book) -> bool:
    if condition.type is FactType.TEXTS:
        return _compare_texts(condition, frozenset(map(fold, facts[condition.fact])), book, facts)
    left = facts[condition.fact]
    if condition.op in (Op.IN, Op.NOT_IN):
        return (fold(left) in members(condition, book)) is (condition.op is Op.IN)
    right: Any = value_of(condition.right, facts, book)  # type: ignore[arg-type]
    if condition.type is FactType.TEXT:
        return _compare_text(condition.op, fold(left), fold(right))
    return _compare_ordered(condition.op, left, right)


def _compare_text(op: Op, left: str, right: str) -> bool:
    match op:
        case Op.IS:
            return left == right
        case Op.IS_NOT:
            return left != right
        case Op.STARTS:
            return left.startswith(right)
        case Op.ENDS:
            return left.endswith(right)
        case _:
            return right in left


def _compare_ordered(op: Op, left: Decimal, right: Decimal) -> bool:
    match op:
        case Op.IS:
            return left == right
        case Op.IS_NOT:
            return left != right
        case Op.MORE:
            return left > right
        case Op.AT_LEAST:
            return left >= right
        case Op.LESS:
            return left < right
        case _:
            return left <= right


def _compare_texts(condition: Compare, left: frozenset[str], book: Book, facts: Any) -> bool:
    match condition.op:
        case Op.HAS:
            return fold(value_of(condition.right, facts, book)) in left  # type: ignore[arg-type]
        case Op.HAS_ANY:
            return not left.isdisjoint(members(condition, book))
        case Op.HAS_ALL:
            return left >= members(condition, book)
        case _:
            return left.isdisjoint(members(condition, book))


def members(condition: Compare, book: Book) -> frozenset[str]:
    """The folded texts of the list on the right side."""
    right = condition.right
    if isinstance(right, NamedList):
        return book.folded[right.name]
    assert not isinstance(right, Sum)
    return right.folded
