"""The table of docs/guide.md: it names each walk, and commands that there are."""

import ast
import re
from pathlib import Path
from typing import NoReturn

import click

from ...plugin.cli.main import commands

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "guide.md"
ROW = re.compile(r"^\| [^|]+ \| `mintsoft-xero ([a-z -]+)` \| `(test_\w+)` \|$", re.MULTILINE)


def test_document_names_every_walk_and_command() -> None:
    """Each sentence has its test here, each test its sentence, and each command exists."""
    rows = ROW.findall(DOCUMENT.read_text(encoding="utf-8"))
    lines = [x for x in DOCUMENT.read_text(encoding="utf-8").splitlines() if x.startswith("| ")]
    assert len(rows) == len(lines) - 1  # but for the heading
    walks = {
        node.name
        for path in HERE.glob("test_*.py")
        if path != Path(__file__)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert {test for _, test in rows} == walks
    for words, _ in rows:
        command: click.Command | None = commands(_none, _none)
        for word in words.split():
            assert isinstance(command, click.Group)
            command = command.get_command(click.Context(command), word)
        assert command is not None, words


def _none() -> NoReturn:
    """No plugin is needed to know the commands."""
    raise AssertionError
