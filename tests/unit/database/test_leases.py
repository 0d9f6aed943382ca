"""Leases: one holder at a time, over processes; the dead and the slow lose theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection as Transaction

from ....plugin.database.database import Database
from ....plugin.database.leases import SqlLeases
from ....plugin.errors import TryLater
from ....plugin.testing.infrastructure import FakeClock
from .at_once import at_once, other_process


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return a database with its tables."""
    database = Database(database_url)
    database.upgrade()
    yield database
    database.close()


def test_two_holders_never_at_once(database: Database, database_url: str, tmp_path: Path) -> None:
    """Of processes that take one lease again and again, only one holds it at any moment."""
    shared = tmp_path / "count"
    shared.write_text("0")
    words = ("turns", database_url, "sync:1", str(shared), "10")
    with other_process(*words) as one, other_process(*words) as two:
        assert [one.hear(), two.hear()] == ["ready", "ready"]
        one.say()
        two.say()
        assert [one.hear(), two.hear()] == ["done", "done"]
    assert shared.read_text() == "20"


def test_many_that_want_a_free_lease(database: Database) -> None:
    """Of many that want a free lease at once, one gets it and the others are told so."""
    leases = SqlLeases(database, FakeClock())
    holds = [leases.hold("a", seconds=60, wait=0) for _ in range(8)]

    def take(number: int) -> str:
        try:
            holds[number].__enter__()  # held until all have tried
        except TryLater:
            return "told"
        return "held"

    answers = at_once(*(partial(take, x) for x in range(8)))
    assert sorted(answers) == ["held"] + ["told"] * 7
    holds.clear()


class SometimesAway(Database):
    """A database that can't be used while `away`."""

    away = False

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        if self.away:
            raise TryLater(code="MX-105", service="The database", reason="it is full", after=60)
        with super().transaction() as transaction:
            yield transaction


def test_a_lease_that_ends_while_the_database_is_away(
    database: Database, database_url: str
) -> None:
    """What ends while the disk is full is done, and its lease is free before the next is taken."""
    sometimes = SometimesAway(database_url)
    leases, others = SqlLeases(sometimes, FakeClock()), SqlLeases(database, FakeClock())
    with leases.hold("sync:1", seconds=1800, wait=0):
        sometimes.away = True
    sometimes.away = False
    with leases.hold("another", seconds=60, wait=0), others.hold("sync:1", seconds=60, wait=0):
        pass
    sometimes.close()


def test_lease_of_a_killed_process_is_taken_over_at_once(
    database: Database, database_url: str
) -> None:
    """The lease of a killed process is free at once, that of a living one is not."""
    leases = SqlLeases(database, FakeClock())
    with other_process("hold", database_url, "sync:1", "3600") as other:
        assert other.hear() == "held"
        with pytest.raises(TryLater), leases.hold("sync:1", seconds=60, wait=0):
            pass
        with leases.hold("sync:2", seconds=60, wait=0):
            pass
        other.kill()
        with leases.hold("sync:1", seconds=60, wait=0):
            pass


def test_expired_lease_is_taken_over(database: Database) -> None:
    """A lease ends by itself; its late holder takes nothing away from the next one."""
    clock = FakeClock()
    leases = SqlLeases(database, clock)
    slow, quick = (leases.hold("a", seconds=60, wait=0) for _ in range(2))
    with slow:
        clock.advance(seconds=61)
        quick.__enter__()
    with pytest.raises(TryLater), leases.hold("a", seconds=60, wait=0):
        pass
    quick.__exit__(None, None, None)
    with leases.hold("a", seconds=60, wait=0):
        pass


def test_one_of_many_takes_over_an_expired_lease(database: Database) -> None:
    """Of many that see the same lease expire, one takes it over, time and again."""
    clock = FakeClock()
    leases = SqlLeases(database, clock)
    holds = [leases.hold("a", seconds=60, wait=0) for _ in range(50)]

    def take() -> bool:
        try:
            holds[next(numbers)].__enter__()
        except TryLater:
            return False
        return True

    numbers = iter(range(50))
    for _ in range(10):
        assert sorted(at_once(*[take] * 5)) == [False] * 4 + [True]
        clock.advance(seconds=61)
    holds.clear()


def test_waiting_ends_in_words(database: Database) -> None:
    """Who waits in vain is told after that time, and a lease is given back after a failure."""
    clock = FakeClock()
    leases = SqlLeases(database, clock)
    with pytest.raises(ZeroDivisionError), leases.hold("a", seconds=60, wait=0):
        raise ZeroDivisionError
    with leases.hold("a", seconds=60, wait=0):
        with pytest.raises(TryLater), leases.hold("a", seconds=60, wait=5):
            pass
        assert sum(clock.slept) >= 5
