"""What `rules check` and `rules test` do: they look at files, and need no database."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ....rules.engine.books import look_into
from ....rules.engine.checks.coverage import uncovered
from ....rules.engine.evaluation.reference import Judgement, judge
from ....rules.engine.language.words import Book, Example
from ...errors import PluginError, RuleFault
from ..group import Installation
from ..output import note, print_json, say, table


def check(installation: Installation, files: Sequence[Path], *, as_json: bool) -> bool:
    """Check rule files with their own examples and print all faults; whether there were any."""
    checked = [(path, look_into(path)[1]) for path in files or in_use(installation)]
    if as_json:
        print_json([{"path": str(x), "faults": _faults(faults)} for x, faults in checked])
    for path, faults in checked:
        for fault in faults:
            note(f"Error: {fault}")
        if not faults and not as_json:
            say(f"{path} is right.")
    if not files:
        note_what_differs(installation)
    return any(faults for _, faults in checked)


def try_examples(installation: Installation, files: Sequence[Path], *, as_json: bool) -> bool:
    """Try rule files on their examples and print what came out; whether anything was wrong."""
    tried = [(path, *look_into(path)) for path in files or in_use(installation)]
    if as_json:
        print_json([_view(path, book, faults) for path, book, faults in tried])
    for path, book, faults in tried:
        if book and not as_json:
            _print(path, book)
        for fault in faults:
            note(f"Error: {fault}")
    return any(faults for _, _, faults in tried)


def in_use(installation: Installation) -> list[Path]:
    """The files in HOME, which are put there on the first run."""
    return installation.plugin().rulebooks.files()


def note_what_differs(installation: Installation) -> None:
    """Say on standard error which files are not what decides, as far as the database answers."""
    with contextlib.suppress(PluginError):
        for said in installation.ready().rulebooks.notes():
            note(said)


def _tried(book: Book) -> list[tuple[Example, Judgement, bool]]:
    """Each example, what the book says of it, and whether that is what its author expects."""
    found = []
    for example in book.examples:
        said = judge(book, example.facts)
        agrees = said.verdict is example.expect and example.by in ("", said.rule)
        found.append((example, said, agrees))
    return found


def _faults(faults: Sequence[RuleFault]) -> list[dict[str, Any]]:
    return [vars(fault) for fault in faults]


def _view(path: Path, book: Book | None, faults: Sequence[RuleFault]) -> dict[str, Any]:
    return {
        "path": str(path),
        "faults": _faults(faults),
        "examples": [
            {
                "name": example.name,
                "passed": passed,
                "expected": example.expect,
                "expected_by": example.by or None,
                "verdict": said.verdict,
                "rule": said.rule,
            }
            for example, said, passed in (_tried(book) if book else ())
        ],
        "uncovered": list(uncovered(book).rules) if book else [],
    }


def _print(path: Path, book: Book) -> None:
    tried = _tried(book)
    say(f"{path}: {sum(x[2] for x in tried)} of {len(tried)} examples come out as expected.")
    rows = [
        ("ok" if passed else "WRONG", example.name, example.expect, said.verdict, said.rule)
        for example, said, passed in tried
    ]
    if rows:
        table(("", "Example", "Expected", "Says", "By"), rows)
    if without := uncovered(book).rules:
        say(f"No example covers: {', '.join(without)}.")
    say()
