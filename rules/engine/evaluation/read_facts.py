"""Which facts a book reads, and whether a document has them all, each of its type.

Nothing is guessed: the engine takes a missing field for whatever it compared last, and a text
for a number. A document with such a fact is not decided at all.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ....plugin.domain.decisions.facts import Fact, FactType
from ..language.kinds import KINDS
from ..language.messages import LINE, POSITION, names_in
from ..language.values import MAX_LETTERS, is_money
from ..language.words import AllOf, AnyOf, Book, Compare, Condition, LineTest, Not, OtherFact, Sum

_MAX_NUMBER = 2**53

#: Facts by name, each with its type and what tells a value of it.
Checks = tuple[tuple[str, FactType, Callable[[object], bool]], ...]


@dataclass(frozen=True, kw_only=True)
class Reads:
    """The facts that a book reads, in its conditions and in its messages."""

    facts: tuple[Fact, ...]
    line_facts: tuple[Fact, ...]
    #: The same as names, each with what tells a value of its type.
    _checks: Checks = field(init=False, repr=False)
    _line_checks: Checks = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_checks", _checks(self.facts))
        object.__setattr__(self, "_line_checks", _checks(self.line_facts))

    def problem(self, document: Mapping[str, Any]) -> str:
        """The first fact that is missing or not of its type; empty when all is well."""
        found = _first_problem(self._checks, document)
        if found or not self.line_facts:
            return found
        for n, line in enumerate(document["lines"], start=1):
            found = _first_problem(self._line_checks, line)
            if found:
                return f"{found} on line {n}"
        return ""


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


def _checks(facts: tuple[Fact, ...]) -> Checks:
    return tuple((fact.name, fact.type, _IS_OF[fact.type]) for fact in facts)


def _first_problem(checks: Checks, document: Mapping[str, Any]) -> str:
    get = document.get
    for name, fact_type, is_of in checks:
        if not is_of(get(name)):  # None is of no type
            missing = name not in document
            return f"the fact {name} is {'missing' if missing else f'not {fact_type}'}"
    return ""


def _is_number(value: object) -> bool:
    return type(value) is int and abs(value) < _MAX_NUMBER


def _is_text(value: object) -> bool:
    if not isinstance(value, str) or len(value) > MAX_LETTERS:
        return False
    return value.isascii() or not _has_half_pair(value)


def _has_half_pair(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _is_date(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_yes_no(value: object) -> bool:
    return value is True or value is False


def _is_texts(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_text, value))


def _is_lines(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(line, Mapping) for line in value)


_IS_OF: Mapping[FactType, Callable[[object], bool]] = {
    FactType.MONEY: is_money,
    FactType.NUMBER: _is_number,
    FactType.TEXT: _is_text,
    FactType.DATE: _is_date,
    FactType.YES_NO: _is_yes_no,
    FactType.TEXTS: _is_texts,
    FactType.LINES: _is_lines,
}
