"""Decider: one checked rule book."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from ..domain.decisions.decision import Decision, RuleTrace
from ..domain.decisions.facts import Facts
from ..domain.decisions.redecision import asked_again_soon

#: What a connection puts in place of a book's own lists and amounts, by their names.
Overrides = Mapping[str, tuple[str, ...] | Decimal]


class Decider(Protocol):
    """One checked rule book, the same for good. Safe to use from several threads."""

    @property
    def digest(self) -> str:
        """SHA-256 of the book's text."""

    @property
    def note(self) -> str:
        """A sentence for people when it works in a reduced way; else empty."""

    def decide(self, documents: Sequence[Facts], overrides: Overrides) -> list[Decision]:
        """One decision for each document, in their order. Never raises for a document."""

    def explain(self, document: Facts, overrides: Overrides) -> list[RuleTrace]:
        """Every rule held against one document, in the book's order."""

    def close(self) -> None:
        """Give back what it holds (a child process); it may be used again afterwards."""


def decisions(
    decider: Decider, documents: Sequence[Facts], overrides: Overrides, now: datetime
) -> list[Decision]:
    """One decision for each document; those that could not be made are asked for again soon."""
    return [asked_again_soon(x, now) for x in decider.decide(documents, overrides)]
