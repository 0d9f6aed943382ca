"""Rule books: every process decides by the text that was activated last, and by nothing else."""

import itertools
import logging
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .....plugin.config import read_environment
from .....plugin.database.database import Database
from .....plugin.database.rulebooks import SqlBooks
from .....plugin.errors import PluginError, RuleFileError, SettingsError
from .....plugin.processes.launch import module_command
from .....plugin.services.container import Container
from .....plugin.services.rules.rulebooks import FIRST_NOTE, LOOK_EVERY, RuleBooks
from .....plugin.testing.infrastructure import FakeClock
from .....rules.engine.books import digest_of, packaged_rules
from .....rules.engine.decider import BookDecider
from .....rules.engine.language.kinds import ORDERS
from .....rules.engine.language.words import Book
from .....rules.engine.process.durable import Engine
from ...database.at_once import Other, at_once

STRANGE_CHILD = Path(__file__).parents[2] / "rules" / "strange_child.py"
DEFAULT = (packaged_rules() / "orders.yaml").read_text(encoding="utf-8")


def a_book(verdict: str, *, examples: str = "") -> str:
    """A book that says the same of every order, on every channel."""
    rule = f'- {{id: all, then: {verdict}, when: {{status: {{is not: "-"}}}}, message: so}}'
    return f"book: orders\nmode: first\ndefault: refuse\nrules:\n  {rule}\n{examples}"


EXPORT, WAIT, SKIP = map(a_book, ("export", "wait", "skip"))


class Closing(BookDecider):
    """A decider without the engine that notes when it is closed."""

    def __init__(self, book: Book) -> None:
        super().__init__(book, engine=False)
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


class Machine:
    """An installation with files of its own over a ledger that others share."""

    def __init__(self, home: Path, url: str, text: str, **how: Any) -> None:
        self.file = home / "rules" / "orders.yaml"
        self.file.parent.mkdir(parents=True)
        self.file.write_text(text, encoding="utf-8")
        self.seconds = 0.0
        self.plugin = Container(
            read_environment({"MINTSOFT_XERO_HOME": str(home), "MINTSOFT_XERO_DATABASE_URL": url}),
            clock=FakeClock(),
        )
        self.books = SqlBooks(self.plugin.database, self.plugin.clock)
        self.plugin.rulebooks = RuleBooks(
            self.books,
            self.file.parent,
            who=home.name,
            **{"monotonic": lambda: self.seconds, "make_decider": Closing, **how},
        )

    def activate(self, text: str) -> bool:
        """Save the file and activate it; whether it changed anything."""
        self.file.write_text(text, encoding="utf-8")
        return self.plugin.rulebooks.activate(self.file, by="ada", note="why")[1]

    def verdict(self) -> str:
        """What is said of a good order."""
        (decision,) = self.plugin.decider.decide([ORDERS.good], {})
        assert decision.book == self.plugin.decider.digest
        return str(decision.verdict)


@pytest.fixture
def url(database_url: str) -> str:
    """Return the URL of a database that has its tables."""
    database = Database(database_url)
    database.upgrade()
    database.close()
    return database_url


@pytest.fixture
def machines(url: str, tmp_path: Path) -> Iterator[tuple[Machine, Machine]]:
    """Return two machines with different files over one ledger."""
    made = Machine(tmp_path / "one", url, EXPORT), Machine(tmp_path / "two", url, WAIT)
    yield made
    for machine in made:
        machine.plugin.rulebooks.close()
        machine.plugin.database.close()


def test_first_file_is_activated(machines: tuple[Machine, Machine]) -> None:
    """The file of whoever starts first decides on both machines, and the history says so."""
    one, two = machines
    assert [one.verdict(), two.verdict()] == ["export", "export"]
    assert two.plugin.decider_of("orders") is two.plugin.decider
    (version,) = two.books.history()
    assert (version.version, version.activated_by, version.note) == (1, "one", FIRST_NOTE)
    assert two.books.text(version.digest) == EXPORT


def test_saved_file_decides_nothing(machines: tuple[Machine, Machine]) -> None:
    """A file that was only saved leaves the active book, and a note says what to do."""
    one, _ = machines
    assert one.verdict() == "export"
    assert one.plugin.rulebooks.notes() == []
    one.file.write_text(SKIP, encoding="utf-8")
    one.seconds += LOOK_EVERY
    assert one.verdict() == "export"
    (said,) = one.plugin.rulebooks.notes()
    assert said == "orders.yaml differs from the active book: run mintsoft-xero rules activate."
    one.file.unlink()
    assert one.plugin.rulebooks.notes() == []


def test_activation_reaches_a_running_process(machines: tuple[Machine, Machine]) -> None:
    """Another process decides by the new book after a few seconds, and closes the old decider."""
    one, two = machines
    one.verdict()
    old = two.plugin.decider
    assert isinstance(old, Closing)
    assert one.activate(SKIP)
    two.seconds += LOOK_EVERY - 0.1
    assert two.plugin.decider is old
    two.seconds += 0.1
    assert two.verdict() == "skip"
    assert old.closed == 1
    # Who took it before keeps to it: one flow decides by one book.
    assert old.decide([ORDERS.good], {})[0].verdict == "export"
    two.seconds += LOOK_EVERY
    assert two.plugin.decider is two.plugin.decider
    assert not one.activate(SKIP)
    assert [x.version for x in one.books.history()] == [2, 1]


def test_wrong_file_changes_nothing(
    machines: tuple[Machine, Machine], caplog: pytest.LogCaptureFixture
) -> None:
    """The active book stays when a wrong one is to replace it; notes and log say so, once."""
    one, _ = machines
    one.verdict()
    failing = a_book("skip", examples="examples: [{name: x, order: {}, expect: export}]\n")
    for text, place in ((failing, ":6:"), ("book: [", ":1:"), ("book: orders\n", ":1:")):
        with pytest.raises(RuleFileError) as caught:
            one.activate(text)
        assert place in caught.value.message
        one.seconds += LOOK_EVERY
        with caplog.at_level(logging.WARNING, "mintsoft_xero.rules"):
            assert [one.verdict(), one.verdict()] == ["export", "export"]
            one.seconds += LOOK_EVERY
            one.verdict()
        (said,) = one.plugin.rulebooks.notes()
        assert said.startswith("orders.yaml has ")
        assert "the active book stays. See mintsoft-xero rules check." in said
        warned = [x.getMessage() for x in caplog.records if x.levelno >= logging.WARNING]
        assert warned == [said]
        caplog.clear()
    assert len(one.books.history()) == 1


def test_evaluators_that_differ(url: str, tmp_path: Path) -> None:
    """A book on which durable_rules fails is not activated, though its file is right."""

    def strange(book: Book) -> BookDecider:
        return BookDecider(book, engine=Engine(script=STRANGE_CHILD, limit=2))

    machine = Machine(tmp_path / "one", url, EXPORT)
    machine.verdict()
    machine.plugin.rulebooks = RuleBooks(
        machine.books, machine.file.parent, who="", make_decider=strange
    )
    failing = "examples: [{name: odd, order: {status: fails}, expect: skip}]\n"
    with pytest.raises(PluginError, match="do not agree on the example 'odd'"):
        machine.activate(a_book("skip", examples=failing))
    assert len(machine.books.history()) == 1
    machine.plugin.database.close()


def test_roll_back(machines: tuple[Machine, Machine]) -> None:
    """An earlier version decides again as a new version; the file is said to be another one."""
    one, two = machines
    one.verdict()
    one.activate(SKIP)
    name = digest_of(EXPORT)[:12]
    assert two.plugin.rulebooks.roll_back(name, by="ada", note="oops")[1]
    one.seconds += LOOK_EVERY
    assert one.verdict() == "export"
    newest = one.books.history()[0]
    assert (newest.version, newest.digest, newest.note) == (3, digest_of(EXPORT), "oops")
    (said,) = one.plugin.rulebooks.notes()
    assert said.startswith("orders.yaml is version 2 of the rules, but version 3 decides")
    assert one.plugin.rulebooks.text_of(name) == EXPORT
    for wrong in ("", "0", digest_of("never"), "../orders.yaml"):
        with pytest.raises(SettingsError, match="No book was ever active"):
            one.plugin.rulebooks.roll_back(wrong, by="ada", note="")


def test_active_book_that_cannot_be_read(machines: tuple[Machine, Machine]) -> None:
    """A process that can't read the active book decides nothing, rather than by another one."""
    one, two = machines
    assert [one.verdict(), two.verdict()] == ["export", "export"]
    newer = "book: orders\nmode: oracle\n"
    one.books.activate("orders", newer, instead_of=one.books.active("orders"), by="", note="")
    two.seconds += LOOK_EVERY
    for _ in range(2):
        with pytest.raises(RuleFileError) as caught:
            two.verdict()
        assert caught.value.faults[0].path.startswith("version 2 for orders")
    assert two.activate(SKIP)
    assert two.verdict() == "skip"


def test_wrong_first_file(url: str, tmp_path: Path) -> None:
    """While no book was ever active a wrong file decides nothing; mended, it does."""
    machine = Machine(tmp_path / "one", url, "book: [")
    with pytest.raises(RuleFileError):
        machine.verdict()
    assert machine.books.history() == []
    machine.file.write_text(WAIT, encoding="utf-8")
    assert machine.verdict() == "wait"
    machine.plugin.database.close()


def test_threads_never_see_half(url: str, tmp_path: Path) -> None:
    """While books are swapped, each batch is decided whole by one book, by both evaluators."""
    machine = Machine(
        tmp_path / "one",
        url,
        EXPORT,
        make_decider=BookDecider,
        monotonic=itertools.count(0.0, LOOK_EVERY).__next__,  # looks every time
    )
    machine.verdict()
    wanted = {digest_of(EXPORT): "export", digest_of(SKIP): "skip", digest_of(WAIT): "wait"}
    done: list[bool] = []

    def decide() -> int:
        batches = 0
        while not done or batches < 5:
            decisions = machine.plugin.decider.decide([ORDERS.good] * 20, {})
            assert len({x.book for x in decisions}) == 1
            assert {str(x.verdict) for x in decisions} == {wanted[decisions[0].book]}
            batches += 1
        return batches

    def swap() -> int:
        try:
            for text in (SKIP, WAIT, EXPORT, SKIP, WAIT):
                machine.activate(text)
        finally:
            done.append(True)
        return 5

    assert min(at_once(decide, decide, swap)) >= 5
    assert machine.plugin.decider.digest == digest_of(WAIT)
    machine.plugin.rulebooks.close()
    machine.plugin.database.close()


def test_first_start_of_another_at_the_same_moment(machines: tuple[Machine, Machine]) -> None:
    """Whose file comes second, however closely, decides by the first one's and adds no version."""
    one, two = machines
    look = one.books.active

    def look_too_early(kind: str) -> Any:
        one.books.active = look  # type: ignore[method-assign]
        found = look(kind)
        assert two.verdict() == "wait"
        return found

    one.books.active = look_too_early  # type: ignore[method-assign]
    assert one.verdict() == "wait"
    assert len(one.books.history()) == 1


def test_two_processes(url: str, tmp_path: Path) -> None:
    """Processes that start at once with different files decide by one book, then by the next."""
    homes = {tmp_path / "one": EXPORT, tmp_path / "two": WAIT}
    processes: list[subprocess.Popen[str]] = []
    for home, text in homes.items():
        (home / "rules").mkdir(parents=True)
        (home / "rules" / "orders.yaml").write_text(text, encoding="utf-8")
        processes.append(
            subprocess.Popen(
                module_command("tests.unit.services.rules.deciding_process", str(home), url),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
    with processes[0], processes[1]:
        try:
            _decide_by_one_book([Other(x) for x in processes], url, tmp_path)
        finally:
            for process in processes:
                process.kill()


def _decide_by_one_book(others: list[Other], url: str, folder: Path) -> None:
    assert [x.hear() for x in others] == ["ready", "ready"]
    for other in others:
        other.say()
    first, second = (other.hear() for other in others)
    assert first == second
    assert first in {f"{digest_of(EXPORT)} export", f"{digest_of(WAIT)} wait"}
    machine = Machine(folder / "three", url, SKIP)
    machine.activate(SKIP)
    assert {other.hear() for other in others} == {f"{digest_of(SKIP)} skip"}
    machine.plugin.database.close()
