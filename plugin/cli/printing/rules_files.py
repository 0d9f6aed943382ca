"""What `rules check` and `rules test` print: they look at files, and need no database."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from ...errors import PluginError
from ...services.rules.files import TriedFile, try_files, try_files_in_use
from ...services.serializers.rules import checked_file, tried_file
from ..group import Installation
from ..output import note, print_json, say, table


def check(installation: Installation, files: Sequence[Path], *, as_json: bool) -> bool:
    """Check rule files with their own examples and print all faults; whether there were any."""
    checked = _look_into(installation, files)
    if as_json:
        print_json([checked_file(x) for x in checked])
    for file in checked:
        for fault in file.faults:
            note(f"Error: {fault}")
        if not file.faults and not as_json:
            say(f"{file.path} is right.")
    if not files:
        note_what_differs(installation)
    return any(file.faults for file in checked)


def try_examples(installation: Installation, files: Sequence[Path], *, as_json: bool) -> bool:
    """Try rule files on their examples and print what came out; whether anything was wrong."""
    tried = _look_into(installation, files)
    if as_json:
        print_json([tried_file(x) for x in tried])
    for file in tried:
        if file.readable and not as_json:
            _print(file)
        for fault in file.faults:
            note(f"Error: {fault}")
    return any(file.faults for file in tried)


def note_what_differs(installation: Installation) -> None:
    """Say on standard error which files are not what decides, as far as the database answers."""
    with contextlib.suppress(PluginError):
        for said in installation.ready().rulebooks.notes():
            note(said)


def _look_into(installation: Installation, files: Sequence[Path]) -> list[TriedFile]:
    """The files that are named, which need no installation, or those in use."""
    return try_files(files) if files else try_files_in_use(installation.plugin())


def _print(file: TriedFile) -> None:
    good = sum(x.passed for x in file.examples)
    say(f"{file.path}: {good} of {len(file.examples)} examples come out as expected.")
    rows = [
        ("ok" if x.passed else "WRONG", x.name, x.expected, x.verdict, x.rule)
        for x in file.examples
    ]
    if rows:
        table(("", "Example", "Expected", "Says", "By"), rows)
    if file.uncovered:
        say(f"No example covers: {', '.join(file.uncovered)}.")
    say()
