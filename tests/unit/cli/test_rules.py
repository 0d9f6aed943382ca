"""The commands about rules: what they say, change, and exit with."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from ....plugin.cli.main import commands
from ....plugin.database.tables import job
from ....plugin.services.container import Container
from ....rules.engine.books import digest_of, packaged_rules
from .installation import Installation

DEFAULT = (packaged_rules() / "orders.yaml").read_text(encoding="utf-8")
EDITED = f"{DEFAULT}# edited: \u2713\n"
DIFFERS = "orders.yaml differs from the active book: run mintsoft-xero rules activate."


@pytest.fixture
def file(here: Installation) -> Iterator[Path]:
    """Return the file in use, whose text is active."""
    assert here.plugin.rulebooks.decider().digest == digest_of(DEFAULT)
    yield here.plugin.environment.rules_dir / "orders.yaml"
    here.plugin.rulebooks.close()


def test_check(here: Installation, tmp_path: Path) -> None:
    """All faults of a file are named with their places; the files in use are right."""
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("book: orders\nmode: fist\n")
    (checked,) = here.json("rules", "check", str(wrong), code=1)
    assert checked["faults"][0]["line"] >= 1
    assert f"Error: {wrong}:" in here.run("rules", "check", str(wrong), code=1).stderr
    here.run("rules", "check", str(tmp_path / "absent.yaml"), code=1)
    assert "orders.yaml is right." in here.run("rules", "check").stdout


def test_check_without_a_database(here: Installation, tmp_path: Path) -> None:
    """Files are checked and tried while the database is away."""
    here.plugin.failure = ZeroDivisionError("the database was asked")
    right = tmp_path / "mine.yaml"
    right.write_text(DEFAULT, encoding="utf-8")
    assert here.json("rules", "check", str(right)) == [{"path": str(right), "faults": []}]
    assert here.json("rules", "test", str(right))[0]["faults"] == []


def test_check_without_an_installation(tmp_path: Path) -> None:
    """Files that are named are checked and tried where nothing is installed, and nothing is then.

    Else looking at a rule file would make a folder and a secret key, or fail where it can't.
    """
    right = tmp_path / "mine.yaml"
    right.write_text(DEFAULT, encoding="utf-8")
    group = commands(_no_installation, _no_app)
    for command in ("check", "test"):
        result = CliRunner().invoke(group, ["rules", command, str(right)])
        assert (result.exit_code, result.exception) == (0, None)


def _no_installation() -> Container:
    raise ZeroDivisionError("an installation was made")


def _no_app() -> Flask:
    raise ZeroDivisionError("an app was made")


def test_examples_one_by_one(here: Installation, tmp_path: Path) -> None:
    """Each example is shown with what came out, and each rule that none covers is named."""
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "book: orders\nmode: first\ndefault: export\nrules:\n"
        "  - {id: vip, then: skip, when: {tags: {has: vip}}, message: a friend}\n"
        "  - {id: gift, then: skip, when: {tags: {has: gift}}, message: a gift}\n"
        "examples:\n"
        "  - {name: a friend, order: {tags: [vip]}, expect: skip, by: vip}\n"
        "  - {name: nobody, order: {}, expect: wait}\n",
        encoding="utf-8",
    )
    (tried,) = here.json("rules", "test", str(mine), code=1)
    assert [(x["name"], x["passed"], x["verdict"], x["rule"]) for x in tried["examples"]] == [
        ("a friend", True, "skip", "vip"),
        ("nobody", False, "export", "default"),
    ]
    assert (tried["uncovered"], len(tried["faults"])) == (["gift"], 1)
    said = here.run("rules", "test", str(mine), code=1)
    assert "1 of 2 examples come out as expected." in said.stdout
    assert "No example covers: gift." in said.stdout
    assert f"Error: {mine}:9:" in said.stderr
    assert here.json("rules", "test")[0]["uncovered"] == []


def test_activate(here: Installation, file: Path) -> None:
    """An edited file decides once it is activated, and the connections sync soon after."""
    with here.world.database.transaction() as transaction:
        now = here.plugin.clock.now()
        planned = {"planned_at": now, "next_at": now.replace(year=2030), "switch": "on"}
        transaction.execute(job.update().values(planned))
    file.write_text(EDITED, encoding="utf-8")
    assert DIFFERS in here.run("rules", "check").stderr
    assert DIFFERS in here.run("export", "one", "--dry-run").stderr
    said = here.run("rules", "activate", "--note", "ticked").stdout
    assert said.startswith(f"orders: version 2 ({digest_of(EDITED)[:12]}) is active now")
    assert "export_orders" in [x.name for x in here.plugin.jobs.take_due()]
    newest = here.json("rules", "history", "--kind", "orders")[0]
    assert (newest["version"], newest["note"], newest["active"]) == (2, "ticked", True)
    assert " at " in newest["activated_by"]
    (again,) = here.json("rules", "activate", str(file))
    assert (again["version"], again["changed"]) == (2, False)
    assert DIFFERS not in here.run("rules", "check").stderr


def test_activate_what_is_wrong(here: Installation, file: Path, tmp_path: Path) -> None:
    """A wrong file is not activated: all its faults are named, and the active book stays."""
    file.write_text("book: orders\nmode: fist\n", encoding="utf-8")
    result = here.run("rules", "activate", code=1)
    assert f"Error: {file}:2:" in result.stderr
    assert "the active book stays" in result.stderr
    here.run("rules", "activate", str(tmp_path / "absent.yaml"), code=1)
    assert here.run("rules", "show").stdout == DEFAULT
    assert [x["version"] for x in here.json("rules", "history", "--kind", "orders")] == [1]


def test_show_and_roll_back(here: Installation, file: Path) -> None:
    """Each version is printed to the letter, and an earlier one decides again when told to."""
    file.write_text(EDITED, encoding="utf-8")
    here.run("rules", "activate", str(file))
    name = digest_of(DEFAULT)[:8]
    assert here.run("rules", "show").stdout == EDITED
    assert here.run("rules", "show", name).stdout == DEFAULT
    shown = here.json("rules", "show", name)
    assert (shown["text"], shown["active"], shown["version"]) == (DEFAULT, False, 1)
    (back,) = here.json("rules", "rollback", name, "--note", "oops")
    assert (back["version"], back["digest"], back["changed"]) == (3, digest_of(DEFAULT), True)
    listed = here.run("rules", "history")
    assert [x.split()[1] for x in listed.stdout.splitlines()[1:]] == ["3", "2", "1"]
    assert "orders.yaml is version 2 of the rules, but version 3 decides" in listed.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("rollback", "0" * 64),
        ("rollback", "x"),
        ("show", "nothing"),
        ("show", "--kind", "nothing"),
        ("history", "--kind", "nothing"),
    ],
)
def test_unknown_names(here: Installation, words: tuple[str, ...]) -> None:
    """A digest or kind that nobody knows is wrong usage."""
    here.run("rules", *words, code=2)


def test_show_before_the_first(here: Installation) -> None:
    """Before anything was active there is nothing to show, and an empty history."""
    assert "No book for orders was ever active" in here.run("rules", "show", code=2).stderr
    assert here.json("rules", "history") == []
    assert json.loads(here.run("rules", "activate", "--json").stdout)[0]["version"] == 1
