"""The jobs of connections as people look at them: how often, the last run, the next one."""

from dataclasses import dataclass
from datetime import datetime

from ..domain.connections.connection import Connection
from ..domain.connections.job import Job, Switch, every, is_nightly, next_run
from ..domain.times import local
from .container import Container

#: What is said of a run whose process was killed.
BROKEN_OFF = "It was broken off; what it did is kept, and the next run goes on."


@dataclass(frozen=True, kw_only=True)
class JobStanding:
    """One job as it stands."""

    job: Job
    #: Minutes between two runs; 0: the clock does not run it.
    every_minutes: int
    nightly: bool
    #: When the clock runs it next (UTC); None: it does not.
    next_run_at: datetime | None
    #: What the last run came to; empty where there was none.
    last_result: str


@dataclass(frozen=True, kw_only=True)
class ConnectionJobs:
    """The jobs of one connection."""

    connection: Connection
    #: Why none of them runs; empty where they do.
    rests_because: str
    jobs: tuple[JobStanding, ...]


def jobs_of(plugin: Container, name: str | None = None) -> list[ConnectionJobs]:
    """The jobs of a connection, or of all. Raises SettingsError: there is no such connection."""
    connections = [plugin.connections.named(name)] if name else plugin.connections.all()
    return [_jobs(plugin, connection) for connection in connections]


def standing_of(
    plugin: Container, connection: Connection, job: Job, *, may_run: bool = True
) -> JobStanding:
    """How a job stands; `may_run`: whether the connection does."""
    return JobStanding(
        job=job,
        every_minutes=every(job.name, job.minutes, connection.settings) or 0,
        nightly=is_nightly(job.name, job.minutes),
        next_run_at=_next(plugin, connection, job) if may_run else None,
        last_result=BROKEN_OFF if _was_broken_off(job) else job.result,
    )


def _jobs(plugin: Container, connection: Connection) -> ConnectionJobs:
    may_run, why = connection.may_run()
    hold = plugin.ledger.held(connection)
    if may_run and hold is not None and plugin.clock.now() < hold.until:
        until = local(hold.until, connection.settings.timezone)
        may_run, why = False, hold.sentence(plugin.clock.now(), until)
    jobs = plugin.jobs.of(connection)
    return ConnectionJobs(
        connection=connection,
        rests_because=why,
        jobs=tuple(standing_of(plugin, connection, job, may_run=may_run) for job in jobs),
    )


def _next(plugin: Container, connection: Connection, job: Job) -> datetime | None:
    """When the clock runs it next; what no tick has planned yet, as the next tick will."""
    if job.next_at is not None or job.switch is not Switch.ON:
        return job.next_at
    return next_run(
        job.name,
        connection_id=connection.connection_id,
        minutes=job.minutes,
        settings=connection.settings,
        now=plugin.clock.now(),
    )


def _was_broken_off(job: Job) -> bool:
    """Whether the last run's process died in it."""
    if job.running_since or job.begun_at is None:
        return False
    return job.ended_at is None or job.ended_at < job.begun_at
