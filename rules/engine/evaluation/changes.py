"""Changes: what could be otherwise about one document, in words and in deed.

Each is a part of a sentence (``discount were at most 100.00``) and an edit of a copy of the
document, or of a list of the book, so that whoever tells it can try first whether it is so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ....plugin.domain.decisions.facts import Facts
from ..language.words import Book


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One value in place of another."""

    #: Of a fact, or of a list.
    name: str
    value: Any
    #: Position of the line (from 0); None for a fact of the document, or a list.
    line: int | None = None
    #: True for a list of the book.
    of_book: bool = False


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change, in words and in deed."""

    words: str
    edits: tuple[Edit, ...]


#: Changes that are needed together.
Way = tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A document, and the settled book that it is held against."""

    book: Book
    facts: Facts

    def at(self, line: int | None) -> Mapping[str, Any]:
        """The facts of one line (from 0), or of the document."""
        lines: Any = self.facts["lines"] if line is not None else ()
        return self.facts if line is None else lines[line]

    def after(self, way: Way) -> "Case":
        """The same with the changes made."""
        book, facts = self.book, dict(self.facts)
        for edit in (edit for change in way for edit in change.edits):
            if edit.of_book:
                book = replace(book, lists={**book.lists, edit.name: edit.value})
            elif edit.line is None:
                facts[edit.name] = edit.value
            else:
                lines: Any = facts["lines"]
                line = {**lines[edit.line], edit.name: edit.value}
                facts["lines"] = (*lines[: edit.line], line, *lines[edit.line + 1 :])
        return Case(book=book, facts=facts)
