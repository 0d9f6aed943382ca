"""docs/architecture.md tells the truth: its names are in the tree, its walk is a real one."""

import re
from pathlib import Path

import pytest

from ...rules.engine.language.documentation import put_in
from ..conftest import ROOT
from ..guide.walk import walking
from .way_of_an_order import way, written

DOCUMENT = ROOT / "docs" / "architecture.md"


def test_names_are_in_the_tree() -> None:
    """Each file and folder that the page names exists, and it has a line for each room."""
    text = DOCUMENT.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:plugin|adapters|rules|tests)/[\w/.]+)`", text))
    assert sorted(name for name in named if not (ROOT / name).exists()) == []
    left_out = {"__init__.py", "__main__.py", "__pycache__"}
    rooms = {f"plugin/{path.name}" for path in (ROOT / "plugin").iterdir()}
    assert {room for room in rooms if room.partition("/")[2] not in left_out} <= named


def test_the_way_is_short() -> None:
    """The way of an order is told in at most twelve files."""
    text = DOCUMENT.read_text(encoding="utf-8")
    part = text.partition("in twelve files")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\| .* \| `[^`]+` \|$", part, re.MULTILINE)) == 12


@pytest.mark.integration
def test_the_walk_is_a_real_one(home: Path) -> None:
    """A worker's way for one order is what the page shows, and climbs to no way in.

    When this fails: ``python -m mintsoft_xero.tests.integration.way_of_an_order`` prints it anew.
    """
    with walking(home) as walk:
        found = way(walk)
    entered = {name for files in found.values() for name in files}
    assert not [x for x in entered if x.startswith(("plugin/cli/", "plugin/web/"))]
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == put_in(text, {"walk": written(found)})
