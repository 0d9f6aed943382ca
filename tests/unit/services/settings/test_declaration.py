"""A setting is declared once; whatever has to know it takes it from there."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from .....plugin.domain.connections.setting import (
    EXPORTED,
    GROUPS,
    NOTHING,
    declared,
    resting,
    settings_of,
)
from .....plugin.domain.connections.setting_values import yes_or_no
from .....plugin.domain.connections.settings import Settings
from .....plugin.domain.exports.export import DocumentKind
from .....plugin.exports.impact import moved
from .....plugin.exports.pipeline import sync
from .....rules.engine.language.documentation import put_in
from ....conftest import ROOT
from ...orders import a_line, an_order
from ...world import World

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

from ....plugin.exports.order_inputs import basis_of
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


#: Those that read all settings there are.
_OF_DIGEST = {"<genexpr>", "<dictcomp>", "resting", "same_shape"}


class Watched(Settings):
    """Settings that note which of them are read, but for the digest."""

    read: ClassVar[set[str]] = set()

    def __getattribute__(self, name: str) -> Any:
        """Note it."""
        caller = sys._getframe(1).f_code
        ours = caller.co_filename.startswith(str(ROOT / "plugin"))
        if ours and not name.startswith("_") and caller.co_name not in _OF_DIGEST:
            Watched.read.add(name)
        return super().__getattribute__(name)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Return the URL of an empty database; SQLite is enough for this."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.mark.parametrize("policy", ["channel", "customer"])
@pytest.mark.parametrize("dated", ["despatched", "exported"])
def test_what_decisions_read_is_in_their_digest(world: World, policy: str, dated: str) -> None:
    """Each setting that is read while orders are decided, built and tried is said to be rested on.

    One that is read and not in the digest could change without stored orders being decided again.
    """
    settings = Watched(
        start_date=datetime(2020, 1, 1, tzinfo=UTC).date(),
        quiet_seconds=0,
        contact_policy=policy,
        invoice_date=dated,
        due="organisation",
    )
    world.change(**vars(settings))
    object.__setattr__(world.connection, "settings", settings)
    world.put(
        an_order("1", customer_email="ada@example.com"),
        an_order("2", status="NEW"),
        an_order("3", lines=(a_line(), a_line(line_id="2", sku="X"))),
    )
    Watched.read = set()
    sync(world.parts, world.connection)
    moved(world.parts, world.connection, world.connection)
    read = Watched.read & set(settings_of(Settings))
    assert {"timezone", "invoice_date", "reference", "contact_policy", "due"} <= read
    assert read <= set(resting(settings, DocumentKind.ORDER))


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
