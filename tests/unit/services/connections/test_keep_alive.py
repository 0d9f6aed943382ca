"""Keep-alive: access that nobody uses for 60 days ends, so it is used; by a set clock."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from .....plugin.domain.connections.job import JobName
from .....plugin.errors import Disconnected
from .....plugin.services.celery_app import KEEP_ALIVE
from .....plugin.testing.infrastructure import FakeClock
from ....guide.walk import walking
from ...test_worker import Registry
from .consenting import Person


class Sleeper(Person):
    """Somebody who goes away for months, while the clock ticks."""

    clock: FakeClock

    def pass_days(self, days: int) -> int:
        """Let so many days go by, telling a worker each run that is due; how many there were."""
        plugin, runs = self.walk.plugin, 0
        task = Registry(plugin).tasks[KEEP_ALIVE]
        for _ in range(days):
            self.clock.advance(days=1)
            now = self.clock.now().isoformat()
            self.walk.tell(f"{self.walk.xero_url}/_sandbox/clock", {"now": now})
            due = [x for x in plugin.jobs.take_due() if x.name is JobName.KEEP_ALIVE]
            for job in due:
                task(job.connection_id)
            runs += len(due)
        return runs

    def refreshes(self) -> int:
        """How often Xero was asked for tokens."""
        calls = self.walk.ask(f"{self.walk.xero_url}/_sandbox/state")["calls"]
        return sum(int(n) for call, n in calls.items() if "/connect/token" in call)


@pytest.fixture
def sleeper(home: Path) -> Iterator[Sleeper]:
    """Yield somebody whose connection runs by the clock, which is set by hand."""
    clock = FakeClock(datetime.now(UTC))
    with walking(home, clock) as walk:
        found = Sleeper(walk)
        found.clock = clock
        address = found.add("shop")
        walk.plugin.connections.start(found.named())
        found.allow(address, found.organisations()[0])
        yield found


def test_paused_for_months(sleeper: Sleeper) -> None:
    """Paused for 150 days its access still works, for a refresh a week and not one a day."""
    sleeper.walk.run("connection", "pause", "shop")
    before = sleeper.refreshes()
    assert sleeper.pass_days(150) >= 140
    assert 15 <= sleeper.refreshes() - before <= 25
    sleeper.walk.run("connection", "resume", "shop")
    fresh = sleeper.walk.plugin.refreshed(sleeper.named(), now=True)
    assert fresh.organisation_known.name
    assert sleeper.walk.json("schedule", "run", "shop", "keep_alive", "--inline")


def test_without_it_access_ends(sleeper: Sleeper) -> None:
    """Switched off, access has ended after 61 days: the simulator is as strict as Xero is."""
    sleeper.walk.run("schedule", "set", "shop", "keep_alive", "--off")
    assert sleeper.pass_days(61) == 0
    with pytest.raises(Disconnected):
        sleeper.walk.plugin.refreshed(sleeper.named(), now=True)


def test_not_once_disconnected(sleeper: Sleeper) -> None:
    """A disconnected connection is left alone."""
    sleeper.walk.run("connection", "disconnect", "shop")
    before = sleeper.refreshes()
    assert sleeper.pass_days(30) == 0
    Registry(sleeper.walk.plugin).tasks[KEEP_ALIVE](sleeper.named().connection_id)
    assert sleeper.refreshes() == before
