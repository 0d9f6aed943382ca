"""Jobs: each due run is told once, whoever ticks; nothing is lost, nothing piles up."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import Connection as Transaction
from sqlalchemy import bindparam, insert, select, text

from ....plugin.database.column_types import UtcMoment
from ....plugin.database.database import VERSION_TABLE, Database, _scripts
from ....plugin.database.jobs import TELL_JOB_AGAIN_AFTER, Jobs
from ....plugin.database.tables import access_grant
from ....plugin.database.tables import connection as connection_table
from ....plugin.database.tables import job as job_table
from ....plugin.domain.connections.connection import Connection
from ....plugin.domain.connections.job import JOBS_OF, JobName, Switch
from ..world import World
from .at_once import at_once, other_process

EXPORT = JobName.EXPORT_ORDERS


class Clockwork:
    """One beat over a world, and a worker that runs what it is told of."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.jobs = Jobs(world.database, world.clock)

    def taken(self) -> list[JobName]:
        """What a tick finds due."""
        return [job.name for job in self.jobs.take_due()]

    def tick(self) -> list[JobName]:
        """What a tick finds due, each of which is run at once."""
        due = self.jobs.take_due()
        for job in due:
            self.run(job.name, job.connection_id)
        return [job.name for job in due]

    def run(self, name: JobName, connection_id: int = 1) -> None:
        token = self.jobs.begin(connection_id, name)
        assert token
        self.jobs.end(connection_id, name, token, result="done", counts={"ready": 2})

    def export(self) -> Connection:
        """A person has exported, and a tick has seen it."""
        self.world.connections.start(self.world.connection)
        assert self.taken() == []
        return self.world.connections.named("one")


@pytest.fixture
def work(world: World) -> Clockwork:
    return Clockwork(world)


def test_nothing_before_the_first_export(work: Clockwork) -> None:
    """All jobs wait for an export, which starts what it needs; access alone is kept before."""
    jobs = work.jobs.of(work.world.connection)
    assert [x.name for x in jobs if x.switch is not Switch.WAITS] == ["keep_alive"]
    taken = set[JobName]()
    for _ in range(30):
        work.world.clock.advance(hours=1)
        taken |= set(work.taken())
    assert taken == {JobName.KEEP_ALIVE}
    connection = work.export()
    assert connection.started
    on = [x.name for x in work.jobs.of(connection) if x.switch is Switch.ON]
    assert on == ["export_orders", "catalogue", "reconcile", "keep_alive"]


def test_first_import_sends_nothing(work: Clockwork) -> None:
    """An import by hand starts that import alone: no export, and no batch is sent by it."""
    work.jobs.start(work.world.connection, JobName.IMPORT_PURCHASE_ORDERS)
    connection = work.world.connections.named("one")
    on = [x.name for x in work.jobs.of(connection) if x.switch is Switch.ON]
    assert on == ["import_purchase_orders", "catalogue", "keep_alive"]
    assert not connection.started


def test_switched_off_stays_off(work: Clockwork) -> None:
    """What a person has switched off is not switched on by an export."""
    work.jobs.change(work.world.connection, JobName.RECONCILE, switch=Switch.OFF)
    connection = work.export()
    assert work.jobs.one(connection, JobName.RECONCILE).switch is Switch.OFF


def test_every_interval_once(work: Clockwork) -> None:
    """In a day of ticks each job runs as often as its interval says, and never twice a slot."""
    work.export()
    told: list[JobName] = []
    for _ in range(24 * 60):
        work.world.clock.advance(minutes=1)
        told += work.tick()
        assert work.taken() == []
    assert {name: told.count(name) for name in set(told)} == {
        "export_orders": 96,
        "catalogue": 24,
        "reconcile": 1,
        "keep_alive": 1,
    }


def test_one_of_many_beats(work: Clockwork) -> None:
    """Of many beats that tick at once, one tells of each run."""
    work.export()
    for _ in range(3):
        work.world.clock.advance(minutes=15)
        told = [x.name for some in at_once(*[partial(work.jobs.take_due)] * 6) for x in some]
        assert told.count(EXPORT) == 1
        work.run(EXPORT)


def test_clocks_that_differ(work: Clockwork) -> None:
    """A beat whose clock is seconds behind takes no slot again that another has taken."""
    work.export()
    work.world.clock.advance(minutes=20)
    assert EXPORT in work.tick()
    work.world.clock.advance(seconds=-40)
    assert work.taken() == []


def test_clock_that_was_wrong(work: Clockwork) -> None:
    """What a clock planned that was a year ahead is planned anew."""
    connection = work.export()
    work.world.clock.advance(days=365)
    work.tick()
    work.world.clock.advance(days=-365)
    work.taken()
    slot = work.jobs.one(connection, EXPORT).next_at
    assert slot is not None
    assert slot - work.world.clock.now() <= timedelta(minutes=15)


def test_long_stop(work: Clockwork) -> None:
    """After a week without a tick, a pause or a hold, each job runs once, and goes on.

    Paused, the access alone is kept alive: unused it would end (xero.md 1.2).
    """
    connection = work.export()
    work.world.clock.advance(days=7)
    assert sorted(work.tick()) == ["catalogue", "export_orders", "keep_alive", "reconcile"]
    work.world.connections.pause(connection, "a person said so")
    work.world.clock.advance(days=7)
    assert work.tick() == ["keep_alive"]
    work.world.connections.resume(connection)
    assert work.tick().count(EXPORT) == 1
    with work.world.database.transaction() as transaction:
        until = work.world.clock.now() + timedelta(days=2)
        transaction.execute(connection_table.update().values(held_until=until))
    work.world.clock.advance(days=1)
    assert work.tick() == []
    work.world.clock.advance(days=1)
    assert work.tick().count(EXPORT) == 1
    assert work.tick() == []


def test_lost_message(work: Clockwork) -> None:
    """A run that was told of and never began is told of again; one that has begun is not."""
    connection = work.export()
    work.jobs.change(connection, EXPORT, minutes=240)
    work.taken()
    work.world.clock.advance(minutes=240)
    assert EXPORT in work.taken()
    work.world.clock.advance(minutes=1)
    assert EXPORT not in work.taken()
    work.world.clock.advance(seconds=TELL_JOB_AGAIN_AFTER.total_seconds())
    assert EXPORT in work.tick()
    work.world.clock.advance(minutes=1)
    assert EXPORT not in work.taken()


def test_change_is_followed_at_once(work: Clockwork) -> None:
    """A shorter interval does not wait for the end of a longer one; off and on work at once."""
    connection = work.export()
    work.jobs.change(connection, EXPORT, minutes=1440)
    work.taken()
    work.jobs.change(connection, EXPORT, minutes=2)
    assert work.taken() == []
    work.world.clock.advance(minutes=2)
    assert EXPORT in work.tick()
    work.jobs.change(connection, EXPORT, switch=Switch.OFF)
    work.world.clock.advance(minutes=10)
    assert EXPORT not in work.tick()
    assert work.jobs.one(connection, EXPORT).next_at is None
    work.jobs.change(connection, EXPORT, switch=Switch.ON, usual=True)
    work.taken()
    assert work.jobs.one(connection, EXPORT).minutes is None
    world = work.world
    world.change(sync_minutes=1)
    work.taken()
    world.clock.advance(minutes=1)
    assert EXPORT in work.tick()
    world.change(sync_minutes=0)
    world.clock.advance(days=1)
    assert EXPORT not in work.tick()


def test_never_two_runs(work: Clockwork) -> None:
    """While a run goes on no other begins; one whose turn came meanwhile follows, once."""
    connection = work.export()
    work.jobs.change(connection, EXPORT, minutes=1)
    assert work.taken() == []
    token = work.jobs.begin(1, EXPORT)
    assert token
    work.world.clock.advance(minutes=5)
    assert work.jobs.one(connection, EXPORT).running_since is not None
    assert at_once(*[partial(work.jobs.begin, 1, EXPORT)] * 3) == [None] * 3
    assert EXPORT not in work.taken()
    work.jobs.end(1, EXPORT, token, result="done", counts={"ready": 2})
    job = work.jobs.one(connection, EXPORT)
    assert (job.running_since, job.result, job.counts) == (None, "done", {"ready": 2})
    assert job.begun_at is not None
    assert job.ended_at == job.begun_at + timedelta(minutes=5)
    assert [EXPORT in work.tick() for _ in range(2)] == [True, False]


def test_dead_process_runs_nothing(work: Clockwork, database_url: str) -> None:
    """The mark of a killed process is no mark; that of another machine ends with its time."""
    work.export()
    with other_process("job", database_url) as other:
        assert other.hear() == "begun"
        assert work.jobs.begin(1, EXPORT) is None
        other.kill()
    assert work.jobs.one(work.world.connection, EXPORT).running_since is None
    assert work.jobs.begin(1, EXPORT)
    with work.world.database.transaction() as transaction:
        transaction.execute(job_table.update().values(running_by="elsewhere/1/1/x"))
    assert work.jobs.begin(1, EXPORT) is None
    work.world.clock.advance(seconds=540 + 121)
    assert work.jobs.begin(1, EXPORT)


def test_more_time(work: Clockwork) -> None:
    """A run that ran out of time gets twice as much, up to an hour, until one gets through."""
    work.export()
    given = []
    for out_of_time in (True, True, True, True, False):
        token = work.jobs.begin(1, EXPORT)
        assert token
        work.jobs.end(1, EXPORT, token, result="", out_of_time=out_of_time)
        given.append(work.jobs.one(work.world.connection, EXPORT).seconds)
    assert given == [1080, 2160, 3600, 3600, 540]


def test_older_installations_go_on(database_url: str) -> None:
    """What was planned and started before there were jobs stays so, also on the way back."""
    database = Database(database_url)
    slot, night = datetime(2026, 6, 15, 12, 7, tzinfo=UTC), datetime(2026, 6, 16, 1, 2, tzinfo=UTC)
    with database.transaction() as transaction:
        _move(transaction, "0007")
        grant = {"id": "g", "kind": "custom", "client_id": "app", "created_at": slot}
        transaction.execute(insert(access_grant).values(grant))
        for number, started in ((1, True), (2, False)):
            transaction.execute(
                text(
                    "INSERT INTO mintsoft_xero_connection (id, name, mode, state, paused_because,"
                    " mintsoft_username, mintsoft_client, grant_id, settings, started,"
                    " next_sync_at, next_reconcile_at, created_at)"
                    " VALUES (:id, :name, 'accounting',"
                    " 'active', '', 'u', '', 'g', '{}', :started, :sync, :night, :made)"
                ).bindparams(
                    bindparam("sync", type_=UtcMoment),
                    bindparam("night", type_=UtcMoment),
                    bindparam("made", type_=UtcMoment),
                ),
                {
                    "id": number,
                    "name": f"c{number}",
                    "started": started,
                    "sync": slot if started else None,
                    "night": night if started else None,
                    "made": slot,
                },
            )
        _move(transaction, "0008")
        rows = transaction.execute(select(job_table)).mappings().all()
    kept = {(row["connection_id"], row["job"]): row for row in rows}
    assert len(kept) == 2 * len(JOBS_OF["accounting"])
    assert {row["switch"] for (number, _), row in kept.items() if number == 2} == {"waits"}
    on = [name for (number, name), row in kept.items() if number == 1 and row["switch"] == "on"]
    assert sorted(on) == ["catalogue", "export_orders", "keep_alive", "reconcile"]
    assert (kept[1, EXPORT]["next_at"], kept[1, "reconcile"]["next_at"]) == (slot, night)
    assert kept[1, EXPORT]["planned_at"] == slot
    assert kept[1, EXPORT]["counts"] == {}
    with database.transaction() as transaction:
        _move(transaction, "0007")
        query = text("SELECT next_sync_at FROM mintsoft_xero_connection WHERE id = 1")
        moved = transaction.scalar(query.columns(next_sync_at=UtcMoment()))
    assert moved == slot
    database.close()


def _move(transaction: Transaction, revision: str) -> None:
    """Bring the tables to a version, up or down."""
    config, scripts = _scripts()

    def steps(known: Any, _context: Any) -> Any:
        forth = not known or max(known) < revision
        move = scripts._upgrade_revs if forth else scripts._downgrade_revs
        return move(revision, known)

    with EnvironmentContext(config, scripts, fn=steps, destination_rev=revision) as environment:
        environment.configure(connection=transaction, version_table=VERSION_TABLE)
        environment.run_migrations()
