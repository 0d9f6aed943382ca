"""The group as a whole: exit codes of failures, what is published, what is imported."""

import json
import re
import subprocess
import sys

import click
import pytest
from sqlalchemy.exc import OperationalError

from ....plugin.domain.reconciliation.reconciliation import FindingClass
from ....plugin.errors import SettingsError, TryLater
from ....plugin.processes import launch
from ....plugin.processes.errors import PortInUse
from .installation import SCHEMAS, Installation

DOCS = SCHEMAS.parent


def walk(group: click.Group, prefix: str = "") -> dict[str, click.Command]:
    """Return every command by its words."""
    context = click.Context(group)
    found: dict[str, click.Command] = {}
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found |= walk(command, f"{prefix}{name} ")
        elif command is not None:
            found[f"{prefix}{name}"] = command
    return found


@pytest.mark.parametrize(
    ("failure", "code", "words"),
    [
        (TryLater(code="MX-105", after=1, service="Xero", reason="no answer"), 1, "Xero can't"),
        (SettingsError("HOME is wrong", fix="Mend it."), 2, "Error: HOME is wrong\nMend it.\n"),
        (PortInUse(1, "web", "--port", PermissionError()), 1, "Error: port 1 for web may not be"),
        (
            OperationalError("SELECT 'Ada'", {}, Exception("unable to open database file")),
            1,
            "Error: The database can't be reached: unable to open database file.",
        ),
        (PermissionError(13, "Permission denied", "/home/x"), 1, "/home/x can't be used"),
        (KeyboardInterrupt(), 130, "Interrupted."),
    ],
)
def test_failures(here: Installation, failure: Exception, code: int, words: str) -> None:
    """A failure is one sentence and its exit code, without a traceback or a customer's data."""
    here.plugin.failure = failure
    result = here.run("connection", "list", code=code)
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert "Ada" not in result.stderr


def test_bugs(here: Installation) -> None:
    """A bug of ours keeps its traceback."""
    here.plugin.failure = ZeroDivisionError("ours")
    with pytest.raises(ZeroDivisionError):
        here.run("connection", "list")


def test_db_upgrade(here: Installation) -> None:
    """The database is brought up to date, also when a command would refuse it as it is."""
    here.plugin.failure = SettingsError("The tables are old")
    assert here.json("db", "upgrade")["version"] == here.plugin.database.newest_version()


def test_schemas(here: Installation) -> None:
    """Each command that prints JSON has a schema, and each schema a command."""
    ours = [
        name
        for name, command in walk(here.group).items()
        if any(parameter.name == "as_json" for parameter in command.params)
    ]
    published = {path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.json")}
    assert published == {name.replace(" ", "-") for name in ours}
    for path in SCHEMAS.glob("*.json"):
        assert json.loads(path.read_text())["$schema"].endswith("2020-12/schema")


def test_documented(here: Installation) -> None:
    """docs/commands.md names every command with the first sentence of its help."""
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z -]+)`.*? \| (.+) \|$", text, re.MULTILINE))
    helps = {name: command.help or "" for name, command in walk(here.group).items()}
    assert rows == {name: " ".join(said.split("\n\n")[0].split()) for name, said in helps.items()}


def test_findings_are_documented() -> None:
    """docs/commands.md has a row for every class of finding."""
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    table = text.split("| class | means |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| ([a-z_, ]+) \|", table, re.MULTILINE)
    assert {name for row in rows for name in row.split(", ")} == set(FindingClass)


@pytest.mark.parametrize("words", [(), ("export",), ("demo",), ("rules", "diff")])
def test_help_is_light(words: tuple[str, ...]) -> None:
    """A command's help imports neither the database nor Celery, and needs no settings."""
    script = (
        "import runpy, sys\n"
        f"sys.argv = ['launch', 'plugin', *{words!r}, '--help']\n"
        f"try: runpy.run_path({launch.__file__!r}, run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print(sorted({'sqlalchemy', 'celery', 'flask'} & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120
    )
    assert result.stdout.splitlines()[-1] == "[]"
