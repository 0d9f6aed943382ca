"""Explaining one document: every rule with its values, and what would change its answer."""

from collections.abc import Iterator

from ....plugin.domain.decisions.decision import RuleTrace
from ....plugin.domain.decisions.facts import Facts, LineFacts
from ..language.describe import describe, named_in, shown
from ..language.words import Book, Condition
from .read_facts import names_of
from .reference import judge
from .would_change import WouldChange

__all__ = ["describe", "explain", "explain_unreadable"]

#: Lines whose values are shown; the rest are named by their count.
MAX_LINES = 10


def explain(book: Book, facts: Facts) -> list[RuleTrace]:
    """Hold every rule of a settled book against one document, and tell what was seen."""
    judgement = judge(book, facts)
    fired = {rule.id for rule in judgement.fired}
    would_change = WouldChange(book, facts)
    return [
        RuleTrace(
            rule=rule.id,
            verdict=rule.verdict,
            fired=rule.id in fired,
            deciding=rule.id == judgement.rule,
            condition=describe(rule.condition),
            values=tuple(dict(_values(rule.condition, facts, book)).items()),
            would_change=would_change.by(rule),
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


def _values(condition: Condition, facts: Facts, book: Book) -> Iterator[tuple[str, str]]:
    """What the condition reads, in its order, with values as text."""
    names = dict.fromkeys(names_of(condition))
    for name, of_line in names:
        if not of_line and name != "lines":
            yield name, shown(facts[name])
    line_names = [name for name, of_line in names if of_line]
    lines: tuple[LineFacts, ...] = facts["lines"] if line_names else ()  # type: ignore[assignment]
    for position, line in enumerate(lines[:MAX_LINES], start=1):
        for name in line_names:
            yield f"line {position} {name}", shown(line[name])
    if len(lines) > MAX_LINES:
        yield "more lines", str(len(lines) - MAX_LINES)
    for name in dict.fromkeys(named_in(condition)):
        value = book.lists[name] if name in book.lists else book.amounts[name]
        yield name, shown(value)
