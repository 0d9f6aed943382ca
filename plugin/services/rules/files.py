"""Rule files as their authors ask for them: checked, and tried on their own examples.

Neither needs a database; files that are named need no installation either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ....rules.engine.books import look_into
from ....rules.engine.checks.coverage import uncovered
from ....rules.engine.evaluation.reference import judge
from ....rules.engine.language.words import Book
from ...domain.decisions.decision import Verdict
from ...errors import RuleFault
from ..container import Container


@dataclass(frozen=True, kw_only=True)
class TriedExample:
    """One example of a book, and what the book says of it."""

    name: str
    expected: Verdict
    #: The rule that is to decide it; empty where its author does not say.
    expected_by: str
    verdict: Verdict
    rule: str
    #: Whether that is what its author expects.
    passed: bool


@dataclass(frozen=True, kw_only=True)
class TriedFile:
    """A rule file after a look."""

    path: Path
    faults: tuple[RuleFault, ...]
    #: Whether it could be read at all.
    readable: bool
    examples: tuple[TriedExample, ...]
    #: Rules that no example covers.
    uncovered: tuple[str, ...]


def try_files(files: Sequence[Path]) -> list[TriedFile]:
    """Look into files: all their faults, and each example. They alone are read."""
    return [_tried(path) for path in files]


def try_files_in_use(plugin: Container) -> list[TriedFile]:
    """The same of the files in HOME, which are put there on the first run."""
    return try_files(plugin.rulebooks.files())


def _tried(path: Path) -> TriedFile:
    book, faults = look_into(path)
    return TriedFile(
        path=path,
        faults=tuple(faults),
        readable=book is not None,
        examples=_examples(book) if book else (),
        uncovered=tuple(uncovered(book).rules) if book else (),
    )


def _examples(book: Book) -> tuple[TriedExample, ...]:
    found = []
    for example in book.examples:
        said = judge(book, example.facts)
        agrees = said.verdict is example.expect and example.by in ("", said.rule)
        found.append(
            TriedExample(
                name=example.name,
                expected=example.expect,
                expected_by=example.by,
                verdict=said.verdict,
                rule=said.rule,
                passed=agrees,
            )
        )
    return tuple(found)
