"""Explaining one document: every rule with its values, and what would change its answer."""

from collections.abc import Iterator, Mapping
from typing import Any

from ...plugin.domain.decision import RuleTrace
from ...plugin.domain.facts import Facts, FactType, LineFacts
from .language import (
    COMPARISONS,
    AllOf,
    Amount,
    AnyOf,
    Book,
    Compare,
    Condition,
    Constant,
    LineTest,
    NamedList,
    Not,
    Op,
    Sum,
    Term,
    Texts,
)
from .read_facts import names_of
from .reference import holds, judge, value_of
from .values import show

#: More changes than this at once help nobody.
MAX_CHANGES = 3
#: Lines whose values are shown; the rest are named by their count.
MAX_LINES = 10

_OPPOSITE = {
    Op.IS: Op.IS_NOT,
    Op.IS_NOT: Op.IS,
    Op.MORE: Op.AT_MOST,
    Op.AT_MOST: Op.MORE,
    Op.LESS: Op.AT_LEAST,
    Op.AT_LEAST: Op.LESS,
}
#: How one says that it were so, and that it were not so.
_SAID = {
    Op.STARTS: ("began with", "did not begin with"),
    Op.ENDS: ("ended with", "did not end with"),
    Op.CONTAINS: ("contained", "did not contain"),
    Op.HAS: ("had", "did not have"),
    Op.HAS_ANY: ("had any of", "had none of"),
    Op.HAS_ALL: ("had all of", "did not have all of"),
    Op.HAS_NONE: ("had none of", "had any of"),
}


def explain(book: Book, facts: Facts) -> list[RuleTrace]:
    """Hold every rule of a settled book against one document, and tell what was seen."""
    judgement = judge(book, facts)
    fired = {rule.id for rule in judgement.fired}
    return [
        RuleTrace(
            rule=rule.id,
            verdict=rule.verdict,
            fired=rule.id in fired,
            deciding=rule.id == judgement.rule,
            condition=describe(rule.condition),
            values=tuple(dict(_values(rule.condition, facts, book)).items()),
            would_change=_would_change(rule.condition, facts, book),
        )
        for rule in book.rules
    ]


def explain_unreadable(book: Book, problem: str) -> list[RuleTrace]:
    """The rules of a book, none of which can be held against a document with this problem."""
    return [
        RuleTrace(
            rule=rule.id,
            verdict=rule.verdict,
            fired=False,
            deciding=False,
            condition=describe(rule.condition),
            values=(),
            would_change=f"can't be applied: {problem}",
        )
        for rule in book.rules
    ]


def describe(condition: Condition) -> str:
    """A condition as one reads it aloud: ``discount more than before_discount``."""
    match condition:
        case Compare():
            return f"{condition.fact} {condition.word} {_right(condition)}"
        case AllOf():
            return " and ".join(_inner(part) for part in condition.parts)
        case AnyOf():
            return " or ".join(_inner(part) for part in condition.parts)
        case Not():
            return f"not {_inner(condition.part)}"
        case LineTest():
            return f"{'all lines' if condition.every else 'any line'}: {_inner(condition.part)}"


def _inner(part: Condition) -> str:
    return f"({describe(part)})" if isinstance(part, AllOf | AnyOf) else describe(part)


def _right(condition: Compare) -> str:
    match condition.right:
        case NamedList():
            return condition.right.name
        case Texts():
            return f"[{', '.join(condition.right.values)}]"
        case Sum():
            first, *others = condition.right.terms
            rest = (f" {'+' if term.sign > 0 else '-'} {_term(term)}" for term in others)
            return _term(first) + "".join(rest)


def _term(term: Term) -> str:
    operand = term.operand
    return _shown(operand.value) if isinstance(operand, Constant) else operand.name


def _shown(value: Any) -> str:
    return show(value) or '""'


def _values(condition: Condition, facts: Facts, book: Book) -> Iterator[tuple[str, str]]:
    """What the condition reads, in its order, with values as text."""
    names = dict.fromkeys(names_of(condition))
    for name, of_line in names:
        if not of_line and name != "lines":
            yield name, _shown(facts[name])
    line_names = [name for name, of_line in names if of_line]
    lines: tuple[LineFacts, ...] = facts["lines"] if line_names else ()  # type: ignore[assignment]
    for position, line in enumerate(lines[:MAX_LINES], start=1):
        for name in line_names:
            yield f"line {position} {name}", _shown(line[name])
    if len(lines) > MAX_LINES:
        yield "more lines", str(len(lines) - MAX_LINES)
    for name in dict.fromkeys(_named(condition)):
        value = book.lists[name] if name in book.lists else book.amounts[name]
        yield name, _shown(value)


def _named(condition: Condition) -> Iterator[str]:
    """The lists and amounts that a condition names."""
    match condition:
        case Compare(right=NamedList(name=name)):
            yield name
        case Compare(right=Sum(terms=terms)):
            yield from (term.operand.name for term in terms if isinstance(term.operand, Amount))
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from _named(part)
        case Not() | LineTest():
            yield from _named(condition.part)


def _would_change(condition: Condition, facts: Facts, book: Book) -> str:
    fires = holds(condition, facts, book)
    changes = _changes(condition, facts, book, wanted=not fires, where="")
    if len(changes) > MAX_CHANGES:
        return ""
    return f"would {'not ' if fires else ''}fire if {' and '.join(changes)}"


def _changes(
    condition: Condition, facts: Mapping[str, Any], book: Book, *, wanted: bool, where: str
) -> list[str]:
    """The fewest changes after which the condition is as wanted; none when it is so already."""
    if holds(condition, facts, book) is wanted:
        return []
    match condition:
        case Compare():
            return [_change(condition, facts, book, wanted=wanted, where=where)]
        case Not():
            return _changes(condition.part, facts, book, wanted=not wanted, where=where)
        case LineTest():
            return _line_changes(condition, facts, book, wanted=wanted)
    options = [_changes(part, facts, book, wanted=wanted, where=where) for part in condition.parts]
    if isinstance(condition, AllOf) is wanted:  # every part must be as wanted
        return [change for option in options for change in option]
    return min(options, key=len)


def _line_changes(
    condition: LineTest, facts: Mapping[str, Any], book: Book, *, wanted: bool
) -> list[str]:
    said = _inner(condition.part)
    if condition.every is not wanted:  # `any line` to become true, or `all lines` false
        return [f"a line had {said}" if wanted else f"a line did not have {said}"]
    numbered = enumerate(facts["lines"], start=1)
    others = [(n, line) for n, line in numbered if holds(condition.part, line, book) is not wanted]
    if len(others) == 1:
        position, line = others[0]
        where = f" of line {position}"
        return _changes(condition.part, line, book, wanted=wanted, where=where)
    return [f"all lines had {said}" if wanted else f"no line had {said}"]


def _change(
    condition: Compare, facts: Mapping[str, Any], book: Book, *, wanted: bool, where: str
) -> str:
    fact, op = f"{condition.fact}{where}", condition.op
    value = _shown(facts[condition.fact])
    if op in (Op.IN, Op.NOT_IN):
        inside = (op is Op.IN) is wanted
        if isinstance(condition.right, NamedList):
            return f"{value} were {'' if inside else 'not '}in {condition.right.name}"
        return f"{fact} were {'one' if inside else 'none'} of {_right(condition)}"
    if op in _SAID:
        right = condition.right
        known = value_of(right, facts, book) if isinstance(right, Sum) else None
        said = _right(condition) if known is None else _shown(known)
        return f"{fact} {_SAID[op][0 if wanted else 1]} {said}"
    assert isinstance(condition.right, Sum)
    goal = _shown(value_of(condition.right, facts, book))
    return f"{fact} {_were(condition, op if wanted else _OPPOSITE[op], goal)}"


def _were(condition: Compare, op: Op, goal: str) -> str:
    if condition.type is FactType.YES_NO and op is Op.IS_NOT:
        return f"were {'no' if goal == 'yes' else 'yes'}"
    if op in (Op.IS, Op.IS_NOT):
        return f"were {goal}" if op is Op.IS else f"were not {goal}"
    words = {op: word for word, op in COMPARISONS[condition.type].items()}
    return f"were {words[op]} {goal}"
