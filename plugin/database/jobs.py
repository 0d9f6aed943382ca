"""Jobs: what each connection does by the clock, a row each, moved by compare-and-set.

    due -> told of -> begun -> ended       next_at moves on when a worker is told, never later

Beats of several machines may tick at once, and their clocks differ by seconds: what counts is
the row. A run whose message is lost is told again; one whose process died is taken over; what
was missed in a long stop is made up for once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update

from ..domain.connections.connection import Connection, ConnectionState
from ..domain.connections.job import (
    EXPORTS,
    MOST_SECONDS,
    USUAL_SECONDS,
    Job,
    JobName,
    Switch,
    next_run,
)
from ..errors import SettingsError
from ..ports.clock import Clock
from .database import Database
from .job_planning import is_job, let_send, start_jobs
from .json_columns import settings_from_json
from .process_token import certainly_dead, new_token
from .tables import connection, job

#: A run that was told of and has not begun is told of again after this long.
TELL_JOB_AGAIN_AFTER = timedelta(minutes=10)

#: A run of a process that can't be asked about is believed to live so much longer than it may.
RUN_IS_DEAD_AFTER = timedelta(minutes=2)

#: What was planned so far in the future was planned by a clock that was wrong: plan again.
CLOCKS_DIFFER_BY = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class DueJob:
    """A run that this process has taken, and must tell a worker of."""

    connection_id: int
    name: JobName
    #: How long it may take.
    seconds: int


class Jobs:
    """The jobs of all connections."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def of(self, of: Connection) -> list[Job]:
        """All jobs of a connection, in the order of `JobName`."""
        query = select(job).where(job.c.connection_id == of.connection_id)
        with self._database.transaction() as transaction:
            rows = {row["job"]: row for row in transaction.execute(query).mappings()}
        return [_job(rows[name]) for name in JobName if name in rows]

    def one(self, of: Connection, name: JobName) -> Job:
        """One job of a connection. Raises SettingsError when its mode has no such job."""
        found = [x for x in self.of(of) if x.name is name]
        if not found:
            names = {"connection": of.name, "mode": of.mode, "job": name.value}
            raise SettingsError(code="MX-134", **names)
        return found[0]

    def change(
        self,
        of: Connection,
        name: JobName,
        *,
        switch: Switch | None = None,
        minutes: int | None = None,
        usual: bool = False,
    ) -> Job:
        """Switch a job, or give it an interval of its own (`usual` takes that back).

        The next tick plans it anew, whatever process that is in.
        """
        values: dict[str, Any] = {"planned_at": None, "next_at": None}
        if switch is not None:
            values["switch"] = switch
            values["told_at"] = None
        if minutes is not None or usual:
            values["minutes"] = minutes
        with self._database.transaction() as transaction:
            transaction.execute(update(job).where(is_job(of.connection_id, name)).values(values))
            if switch is Switch.ON and name in EXPORTS:
                let_send(transaction, of.connection_id)
        return self.one(of, name)

    def start(self, of: Connection, name: JobName) -> None:
        """A person has run this job: from now on the clock may, and what belongs to it.

        What somebody has switched off stays off.
        """
        with self._database.transaction() as transaction:
            start_jobs(transaction, of.connection_id, name)

    def take_due(self) -> list[DueJob]:
        """Runs that are due, and that this caller is the one to tell of; one query when none is.

        A connection that may not run, or holds because a side is away, has none: its jobs rest,
        and each runs once when it goes on. The access of a paused one is kept alive all the same.
        """
        now = self._clock.now()
        with self._database.transaction() as transaction:
            rows = transaction.execute(_due(now)).mappings().all()
        return [
            DueJob(
                connection_id=row["connection_id"],
                name=JobName(row["job"]),
                seconds=row["seconds"],
            )
            for row in rows
            # A run that goes on past the next one's time is followed by that, not joined by it.
            if not _runs(row, now) and self._take(row, now)
        ]

    def _take(self, row: Any, now: datetime) -> bool:
        """Plan the next run; whether this one is due, and nobody else was faster."""
        name, slot, told = JobName(row["job"]), row["next_at"], row["told_at"]
        planned = row["planned_at"] is not None and row["planned_at"] <= now + CLOCKS_DIFFER_BY
        reached = slot is not None and slot <= now
        is_due = told is not None or (planned and reached)
        following = slot
        if reached or not planned:
            following = next_run(
                name,
                connection_id=row["connection_id"],
                minutes=row["minutes"],
                settings=settings_from_json(row["settings"]),
                now=now,
            )
        values = {"next_at": following, "planned_at": now, "told_at": now if is_due else told}
        same = and_(
            is_job(row["connection_id"], name),
            *(_same(column, row[column]) for column in ("next_at", "planned_at", "told_at")),
            job.c.switch == Switch.ON,
        )
        with self._database.transaction() as transaction:
            taken = transaction.execute(update(job).where(same).values(values)).rowcount == 1
        return taken and is_due

    def tell(self, of: Connection, name: JobName) -> DueJob:
        """A person wants a run now: note that a worker is told of it, whatever the switch."""
        now = self._clock.now()
        with self._database.transaction() as transaction:
            mine = is_job(of.connection_id, name)
            transaction.execute(update(job).where(mine).values(told_at=now))
            seconds: int | None = transaction.scalar(select(job.c.seconds).where(mine))
        return DueJob(connection_id=of.connection_id, name=name, seconds=seconds or USUAL_SECONDS)

    def begin(self, connection_id: int, name: JobName) -> str | None:
        """Mark that this process runs a job: its token; None while another one does.

        The end of a process frees its mark, be it killed.
        """
        now, token = self._clock.now(), new_token()
        with self._database.transaction() as transaction:
            query = select(job).where(is_job(connection_id, name)).with_for_update()
            row = transaction.execute(query).mappings().one_or_none()
            if row is None:
                return None
            values: dict[str, Any] = {"told_at": None}
            runs = _runs(row, now)
            if not runs:
                values |= {"running_by": token, "running_since": now, "begun_at": now}
            same = and_(is_job(connection_id, name), job.c.running_by == row["running_by"])
            taken = transaction.execute(update(job).where(same).values(values)).rowcount == 1
        return token if taken and not runs else None

    def end(
        self,
        connection_id: int,
        name: JobName,
        token: str,
        *,
        result: str,
        code: str = "",
        counts: Mapping[str, int] | None = None,
        out_of_time: bool = False,
    ) -> None:
        """Keep what a run came to; a run that was taken over keeps nothing.

        One that ran out of time gets twice as much next time.
        """
        mine = and_(is_job(connection_id, name), job.c.running_by == token)
        values: dict[str, Any] = {
            "running_by": "",
            "running_since": None,
            "ended_at": self._clock.now(),
            "result": result,
            "code": code,
            "counts": dict(counts or {}),
        }
        with self._database.transaction() as transaction:
            seconds: int | None = transaction.scalar(select(job.c.seconds).where(mine))
            more = min(2 * (seconds or USUAL_SECONDS), MOST_SECONDS)
            values["seconds"] = more if out_of_time else USUAL_SECONDS
            transaction.execute(update(job).where(mine).values(values))


def _due(now: datetime) -> Any:
    """Everything of all connections that a tick has to look at; most ticks find nothing."""
    away = connection.c.held_until.is_not(None) & (connection.c.held_until > now)
    reached = or_(
        job.c.told_at.is_not(None),
        job.c.planned_at.is_(None),
        job.c.planned_at > now + CLOCKS_DIFFER_BY,
        job.c.next_at <= now,
    )
    told = job.c.told_at.is_not(None) & (job.c.told_at > now - TELL_JOB_AGAIN_AFTER)
    # Access that nobody uses for 60 days ends, so a paused one is kept alive as well.
    keeps_access = and_(
        job.c.job == JobName.KEEP_ALIVE,
        connection.c.state == ConnectionState.PAUSED,
        connection.c.standing.is_(None),
    )
    return (
        select(job, connection.c.settings)
        .join(connection, connection.c.id == job.c.connection_id)
        .where(
            job.c.switch == Switch.ON,
            or_(connection.c.state == ConnectionState.ACTIVE, keeps_access),
            ~away,
            reached,
            ~told,
        )
        .order_by(job.c.connection_id, job.c.job)
    )


def _same(column: str, value: datetime | None) -> Any:
    return job.c[column].is_(None) if value is None else job.c[column] == value


def _runs(row: Any, now: datetime) -> bool:
    """Whether a living process has the job under way."""
    since: datetime | None = row["running_since"]
    if not row["running_by"] or since is None:
        return False
    end = since + timedelta(seconds=row["seconds"]) + RUN_IS_DEAD_AFTER
    return now <= end and not certainly_dead(row["running_by"])


def _job(row: Any) -> Job:
    runs = bool(row["running_by"]) and not certainly_dead(row["running_by"])
    return Job(
        connection_id=row["connection_id"],
        name=JobName(row["job"]),
        switch=Switch(row["switch"]),
        minutes=row["minutes"],
        next_at=row["next_at"] if row["switch"] == Switch.ON else None,
        told_at=row["told_at"],
        running_since=row["running_since"] if runs else None,
        begun_at=row["begun_at"],
        ended_at=row["ended_at"],
        result=row["result"],
        code=row["code"],
        counts=row["counts"],
        seconds=row["seconds"],
    )
