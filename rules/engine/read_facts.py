"""Which facts a book reads, and whether a document has them all, each of its type.

Nothing is guessed: the engine takes a missing field for whatever it compared last, and a text
for a number. A document with such a fact is not decided at all.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ...plugin.domain.facts import Fact, FactType
from .kinds import KINDS
from .language import (
    AllOf,
    AnyOf,
    Book,
    Compare,
    Condition,
    LineTest,
    Not,
    OtherFact,
    Sum,
)
from .messages import LINE, POSITION, names_in
from .values import MAX_LETTERS, is_money

_MAX_NUMBER = 2**53


@dataclass(frozen=True, kw_only=True)
class Reads:
    """The facts that a book reads, in its conditions and in its messages."""

    facts: tuple[Fact, ...]
    line_facts: tuple[Fact, ...]

    def problem(self, document: Mapping[str, Any]) -> str:
        """The first fact that is missing or not of its type; empty when all is well."""
        found = _first_problem(self.facts, document)
        if found or not self.line_facts:
            return found
        numbered = enumerate(document["lines"], start=1)
        problems = ((n, _first_problem(self.line_facts, line)) for n, line in numbered)
        return next((f"{problem} on line {n}" for n, problem in problems if problem), "")


def reads(book: Book) -> Reads:
    """The facts that a book reads."""
    kind = KINDS[book.kind]
    of_line: set[str] = set()
    of_document: set[str] = set()
    for rule in book.rules:
        for name, line in names_of(rule.condition):
            (of_line if line else of_document).add(name)
        for name in (*names_in(rule.message), *names_in(rule.fix)):
            if name.startswith(LINE) and name != POSITION:
                of_line.add(name.removeprefix(LINE))
            elif name in kind.facts:
                of_document.add(name)
    return Reads(
        facts=tuple(fact for name, fact in kind.facts.items() if name in of_document),
        line_facts=tuple(fact for name, fact in kind.line_facts.items() if name in of_line),
    )


def names_of(condition: Condition, *, line: bool = False) -> Iterator[tuple[str, bool]]:
    """Name of each fact that a condition reads, and whether it is a line's."""
    match condition:
        case Compare():
            yield condition.fact, line
            terms = condition.right.terms if isinstance(condition.right, Sum) else ()
            yield from (
                (term.operand.name, line) for term in terms if isinstance(term.operand, OtherFact)
            )
        case AllOf() | AnyOf():
            for part in condition.parts:
                yield from names_of(part, line=line)
        case Not():
            yield from names_of(condition.part, line=line)
        case LineTest():
            yield "lines", False
            yield from names_of(condition.part, line=True)


def _first_problem(facts: tuple[Fact, ...], document: Mapping[str, Any]) -> str:
    for fact in facts:
        if fact.name not in document:
            return f"the fact {fact.name} is missing"
        if not _IS_OF[fact.type](document[fact.name]):
            return f"the fact {fact.name} is not {fact.type}"
    return ""


def _is_money(value: object) -> bool:
    return isinstance(value, Decimal) and is_money(value)


def _is_number(value: object) -> bool:
    return type(value) is int and abs(value) < _MAX_NUMBER


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_LETTERS and not _has_half_pair(value)


def _has_half_pair(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text)


def _is_date(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_yes_no(value: object) -> bool:
    return isinstance(value, bool)


def _is_texts(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_text, value))


def _is_lines(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(line, Mapping) for line in value)


_IS_OF: Mapping[FactType, Callable[[object], bool]] = {
    FactType.MONEY: _is_money,
    FactType.NUMBER: _is_number,
    FactType.TEXT: _is_text,
    FactType.DATE: _is_date,
    FactType.YES_NO: _is_yes_no,
    FactType.TEXTS: _is_texts,
    FactType.LINES: _is_lines,
}
