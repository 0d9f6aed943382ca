"""docs/mintsoft.md answers every open question about Mintsoft, each with a test that exists."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in (ROOT / "docs" / "mintsoft.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d", line)
]


@pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row[0]}-{row[-1].rpartition(':')[2]}" for row in ROWS]
)
def test_each_answer_has_a_test(row: list[str]) -> None:
    """Each row is whole, and the test that it names exists and says which rule it proves."""
    _where, mark, question, answer, change, named = row
    assert mark in {"CONFLICT", "ASSUMED", "UNKNOWN"}
    assert question.endswith("?")
    assert answer.endswith(".")
    assert change
    path, _, name = named.strip("`").partition("::")
    tree = ast.parse((ROOT / "tests" / "unit" / path).read_text(encoding="utf-8"))
    tests = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert name in tests, f"{path} has no {name}"
    assert ast.get_docstring(tests[name])


def test_what_is_to_be_changed_exists() -> None:
    """Each constant and setting that a row names is there."""
    for row in ROWS:
        for module, constant in re.findall(r"`([a-z_]+)\.([A-Z_]+)`", row[4]):
            (path,) = (ROOT / "adapters" / "mintsoft").rglob(f"{module}.py")
            source = path.read_text(encoding="utf-8")
            assert re.search(rf"^{constant} = ", source, re.MULTILINE), row[4]
        settings = (ROOT / "plugin/domain/connections/settings.py").read_text(encoding="utf-8")
        for setting in re.findall(r"setting `(\w+)`", row[4]):
            assert f"    {setting}: " in settings


def test_every_conflict_is_answered(reference: Path) -> None:
    """The page has as many conflicts of each section as the collection of facts."""
    section = ""
    conflicts: Counter[str] = Counter()
    for line in (reference / "mintsoft.md").read_text(encoding="utf-8").splitlines():
        heading = re.match(r"#{2,3} (\d+(?:\.\d+)?)", line)
        section = heading.group(1) if heading else section
        if "CONFLICT" in line and section != "0":
            conflicts[section] += 1
    assert conflicts
    assert Counter(row[0] for row in ROWS if row[1] == "CONFLICT") == conflicts


def test_every_section_named_exists(reference: Path) -> None:
    """No row points at a section, or a point of the last one, that isn't there."""
    text = (reference / "mintsoft.md").read_text(encoding="utf-8")
    for where in {row[0] for row in ROWS}:
        assert re.search(rf"^#{{2,3}} {re.escape(where)}\.? ", text, re.MULTILINE) or (
            where.startswith("9.") and re.search(rf"^{where[2:]}\. ", text, re.MULTILINE)
        ), where
