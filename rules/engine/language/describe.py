"""Conditions as one reads them aloud."""

from collections.abc import Iterator

from ....plugin.domain.decisions.facts import FactValue
from .values import show
from .words import (
    AllOf,
    Amount,
    AnyOf,
    Compare,
    Condition,
    Constant,
    LineTest,
    NamedList,
    Not,
    Sum,
    Term,
    Texts,
)


def describe(condition: Condition) -> str:
    """A condition as one reads it aloud: ``discount more than before_discount``."""
    match condition:
        case Compare():
            return f"{condition.fact} {condition.word} {right_side(condition)}"
        case AllOf():
            return " and ".join(describe_part(part) for part in condition.parts)
        case AnyOf():
            return " or ".join(describe_part(part) for part in condition.parts)
        case Not():
            return f"not {describe_part(condition.part)}"
        case LineTest():
            return f"{'all lines' if condition.every else 'any line'}: " + describe_part(
                condition.part
            )


def describe_part(part: Condition) -> str:
    """The same within another condition: in parentheses where that is needed."""
    return f"({describe(part)})" if isinstance(part, AllOf | AnyOf) else describe(part)


def right_side(condition: Compare) -> str:
    """What a fact is compared with, in the words of the book."""
    match condition.right:
        case NamedList():
            return condition.right.name
        case Texts():
            return f"[{', '.join(condition.right.values)}]"
        case Sum():
            first, *others = condition.right.terms
            rest = (f" {'+' if term.sign > 0 else '-'} {_term(term)}" for term in others)
            return _term(first) + "".join(rest)


def shown(value: FactValue) -> str:
    """A value as a person reads it; an empty text as two quotation marks."""
    return show(value) or '""'


def named_in(condition: Condition) -> Iterator[str]:
    """The lists and amounts that a condition names."""
    match condition:
        case Compare(right=NamedList(name=name)):
            yield name
        case Compare(right=Sum(terms=terms)):
            yield from (term.operand.name for term in terms if isinstance(term.operand, Amount))
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from named_in(part)
        case Not() | LineTest():
            yield from named_in(condition.part)


def _term(term: Term) -> str:
    operand = term.operand
    return shown(operand.value) if isinstance(operand, Constant) else operand.name
