"""A setting is declared once; whatever has to know it takes it from there."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import field, make_dataclass
from pathlib import Path
from typing import Any

import pytest

from .....plugin.domain.connections.setting import (
    EXPORTED,
    GROUPS,
    NOTHING,
    declared,
    settings_of,
)
from .....plugin.domain.connections.setting_values import yes_or_no
from .....plugin.domain.connections.settings import Settings
from .....rules.engine.language.documentation import put_in
from ....conftest import ROOT

DOCUMENT = ROOT / "docs" / "settings.md"

#: Put in front of the last declaration in a copy of the tree: that is all.
DECLARATION = """    colour: str = declared(
        "red",
        group="invoice",
        meaning="the colour of the invoice: red or blue",
        value=values.one_of("red", "blue"),
        decides=NOTHING,
        shapes=EXPORTED,
    )
    notify_errors: str = declared("""

#: Runs in the copy, where nothing but the declaration is new.
KNOWN = """
import json

from ....plugin.exports.basis import basis_of
from ....plugin.services.change_preview import preview
from ..orders import an_order
from .installation import Installation


def test_colour(here: Installation, tmp_path) -> None:
    world = here.world
    world.put(an_order("1"))
    world.sync()
    decided_on = basis_of(world.connection, world.parts.decider.digest)
    assert not world.ledger.due_again(world.connection, decided_on, after=0, limit=9)
    told = here.json("connection", "set", "one", "colour=blue", "--dry-run")
    assert told["moved"]["looked_at"] == 1
    assert "must be red or blue" in here.run("connection", "set", "one", "colour=x", code=2).stderr
    assert "colour = blue" in here.run("connection", "set", "one", "colour=blue").stdout
    assert "the colour of the invoice" in here.run("connection", "set", "--help").stdout
    assert "colour" in here.run("connection", "settings", "one").stdout
    assert here.json("connection", "show", "one")["settings"]["colour"]["value"] == "blue"
    file = tmp_path / "settings.yaml"
    here.run("connection", "export-settings", "one", str(file))
    assert "colour: blue" in file.read_text()
    here.run("connection", "set", "one", "colour=red")
    here.run("connection", "import-settings", "one", str(file))
    connection = world.connections.named("one")
    assert connection.settings.colour == "blue"
    basis = basis_of(connection, world.parts.decider.digest)
    assert len(world.ledger.due_again(connection, basis, after=0, limit=9)) == 1
"""


def test_a_setting_is_one_declaration(tmp_path: Path) -> None:
    """Command, help, file, preview and re-decision know a setting that was declared, once."""
    copy = tmp_path / "main"
    keep = ("plugin", "adapters", "rules", "docs", "tests/conftest.py", "tests/unit")
    for part in (*keep, "__init__.py", "tests/__init__.py", "setup.cfg"):
        source, target = ROOT / part, copy / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    settings = copy / "plugin" / "domain" / "connections" / "settings.py"
    before = settings.read_text()
    settings.write_text(before.replace("    notify_errors: str = declared(", DECLARATION, 1))
    (copy / "tests" / "unit" / "cli" / "test_colour.py").write_text(KNOWN)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", "sqlite", "tests/unit/cli/test_colour.py"],
        cwd=copy,
        env={**os.environ, "PYTEST_ADDOPTS": "-p no:cacheprovider"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_left_out_of_a_declaration() -> None:
    """What rests on a setting must be said, and its group must exist: it can't be forgotten."""
    said: dict[str, Any] = {"group": "invoice", "meaning": "x", "value": yes_or_no()}
    with pytest.raises(TypeError, match="decides"):
        declared("yes", **said)
    with pytest.raises(ValueError, match="no group"):
        declared("yes", **{**said, "group": "x"}, decides=EXPORTED, shapes=NOTHING)
    bare = make_dataclass(
        "Bare", [("colour", str, field(default="red"))], bases=(Settings,), frozen=True
    )
    with pytest.raises(TypeError, match="the setting colour has no declaration"):
        settings_of(bare)


def test_commands_that_are_printed_name_settings() -> None:
    """Wherever a document or a fix tells people to set something, there is such a setting."""
    files = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    files += [x for part in ("plugin", "adapters") for x in (ROOT / part).rglob("*.py")]
    named = {
        (name, file.name)
        for file in files
        for words in re.findall(r"connection set \S+((?: \w+=\S*)+)", file.read_text("utf-8"))
        for name in re.findall(r" ([a-z_]+)=", words)
    }
    assert {"README.md", "commands.md", "error_codes.py"} <= {file for _, file in named}
    assert {(x, file) for x, file in named if x not in settings_of(Settings)} == set()


def test_document() -> None:
    """docs/settings.md lists every setting as it is declared.

    When this fails: ``DOCUMENT.write_text(put_in(DOCUMENT.read_text(), {"settings": table()}))``.
    """
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == put_in(text, {"settings": table()})


def table() -> str:
    """Return the tables of all groups."""
    usual = Settings(start_date=None)
    lines = []
    for group, title in GROUPS.items():
        lines += [
            f"### {title}",
            "",
            "| setting | usual | allowed | meaning |",
            "|---|---|---|---|",
        ]
        for name, said in settings_of(Settings).items():
            if said.group == group:
                value = getattr(usual, name)
                text = ",".join(value) if isinstance(value, tuple) else str(value)
                shown = (
                    "the day it was added" if name == "start_date" else f"`{text}`" if text else ""
                )
                cells = (f"`{name}`", shown, said.value.allowed, said.meaning)
                lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)
