"""One run of a job as a person asks for it: here, or by a worker, and waited for."""

from datetime import timedelta

from ..domain.connections.connection import Connection
from ..domain.connections.job import BESIDE, EXPORTS, Job, JobName, Switch
from ..errors import TryLater
from .container import Container
from .context_cache import ContextCache
from .export_run import ExportRequest, ProgressListener, find_a_worker, run
from .export_wait import LOOK_EVERY, refuse_unless_it_may_run
from .jobs import Result, Work, run_job, tell, work_of


def change_job(
    plugin: Container,
    name: str,
    job: JobName,
    *,
    minutes: int | None = None,
    usual: bool = False,
    on: bool | None = None,
) -> tuple[Connection, Job]:
    """Change how often a job runs, or switch it; running processes follow within seconds.

    `minutes` between two runs; `usual`: as often as a new connection's; `on`: by the clock.

    Raises:
        SettingsError: there is no such connection or job, or that can't be.
    """
    connection = plugin.connections.named(name)
    switch = None if on is None else Switch.ON if on else Switch.OFF
    return connection, plugin.jobs.change(
        connection, job, switch=switch, minutes=minutes, usual=usual
    )


def run_now(
    plugin: Container,
    name: str,
    job: JobName,
    watcher: ProgressListener,
    *,
    inline: bool,
    wait: float,
) -> tuple[Connection, Job]:
    """Run a job whatever its schedule, and wait for its end as long as is wanted.

    `inline`: in this process; else by a worker.

    Raises:
        SettingsError: there is no such connection.
        PluginError: the connection may not run, or no worker answers.
        TryLater: the job runs already, or the broker can't be reached.
    """
    connection = plugin.connections.named(name)
    if not (job is JobName.KEEP_ALIVE and connection.has_access):
        refuse_unless_it_may_run(connection, "Nothing was run.")
    work_of(job)
    if plugin.jobs.one(connection, job).running_since:
        raise TryLater(code="MX-131", after=60, job=job.label, connection=name)
    if not inline:
        return connection, _by_worker(plugin, connection, job, wait)
    _start(plugin, connection, job)
    work = _here(job, wait, watcher)
    return connection, run_job(plugin, ContextCache(plugin), connection, job, work)


def _start(plugin: Container, connection: Connection, job: JobName) -> None:
    """A person has had documents exported or imported: from now on the clock may."""
    if job in BESIDE:
        plugin.jobs.start(connection, job)


def _by_worker(plugin: Container, connection: Connection, job: JobName, wait: float) -> Job:
    find_a_worker(plugin)
    _start(plugin, connection, job)
    before = plugin.jobs.one(connection, job).ended_at
    end = plugin.clock.now() + timedelta(seconds=wait)
    tell(plugin, plugin.jobs.tell(connection, job))
    while True:
        now = plugin.jobs.one(connection, job)
        if now.ended_at != before or plugin.clock.now() >= end:
            return now
        plugin.clock.sleep(LOOK_EVERY)


def _here(job: JobName, wait: float, watcher: ProgressListener) -> Work | None:
    """What a job does in this process, where that is more than to tell workers."""
    if job not in EXPORTS:
        return None

    def work(plugin: Container, _: ContextCache, connection: Connection) -> Result:
        report = run(plugin, connection, ExportRequest(inline=True, wait=wait), watcher)
        counts = {state.value: n for state, n in report.counts.items() if n}
        return Result(sentence="Mintsoft's documents were read, and sent.", counts=counts)

    return work
