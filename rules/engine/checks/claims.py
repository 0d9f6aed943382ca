"""The forms in which conditions can be held together: what `prove` works with."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..language.words import Op
from .sums import AtMost, at_most


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A question that may be answered either way, and its answer."""

    about: tuple[str, ...]
    yes: bool


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text is one of some texts (`Op.IN`), or begins with, ends with or contains one of them."""

    fact: str
    op: Op
    texts: frozenset[str]
    yes: bool


@dataclass(frozen=True, kw_only=True)
class Same:
    """Two texts are the same."""

    facts: frozenset[str]
    yes: bool


@dataclass(frozen=True, kw_only=True)
class Lines:
    """The claim is true of some line, or of every line."""

    every: bool
    claim: "Claim"


@dataclass(frozen=True, kw_only=True)
class Both:
    """All of these; of none, it is simply true."""

    parts: tuple["Claim", ...]


@dataclass(frozen=True, kw_only=True)
class Either:
    """One of these at least; of none, it is simply false."""

    parts: tuple["Claim", ...]


Literal = Answer | AtMost | Text | Same | Lines
Claim = Literal | Both | Either

TRUE = Both(parts=())
FALSE = Either(parts=())


def names_in(claim: Claim) -> frozenset[str]:
    """What a claim is about: two that share no name have nothing to do with each other."""
    match claim:
        case Both() | Either():
            return frozenset().union(*(names_in(part) for part in claim.parts))
        case AtMost():
            return frozenset(name.partition(" ")[0] for name, _ in claim.terms)
        case Text():
            return frozenset([claim.fact])
        case Same():
            return claim.facts
        case Lines():
            return frozenset(["lines"])
        case Answer():
            return frozenset([" ".join(claim.about)])


def in_order(rows: Iterable[AtMost]) -> list[AtMost]:
    """Rows that say: ``today -90`` is no later than ``today -30``, nor that than ``today``."""
    by_fact: dict[str, dict[int, str]] = {}
    for row in rows:
        for name, _ in row.terms:
            fact, _, away = name.partition(" ")
            if not away or away.lstrip("+-").isdigit():
                by_fact.setdefault(fact, {})[int(away or 0)] = name
    return [
        at_most({names[earlier]: 1, names[later]: -1}, 0)
        for names in by_fact.values()
        for earlier, later in zip(sorted(names), sorted(names)[1:], strict=False)
    ]
