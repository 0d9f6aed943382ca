"""What `schedule list`, `set` and `run` do and print."""

from datetime import datetime, timedelta
from typing import Any

from ...domain.connections.connection import Connection
from ...domain.connections.job import (
    BESIDE,
    EXPORTS,
    Job,
    JobName,
    Switch,
    every,
    is_nightly,
    next_run,
)
from ...domain.times import local
from ...errors import TryLater
from ...services.container import Container
from ...services.context_cache import ContextCache
from ...services.export_run import ExportRequest, find_a_worker, run
from ...services.export_wait import LOOK_EVERY, refuse_unless_it_may_run
from ...services.jobs import Result, Work, run_job, tell, work_of
from ..output import note, print_json, say, table
from .export import use_running_broker
from .progress import Progress


def list_all(plugin: Container, name: str | None, *, as_json: bool) -> None:
    """The jobs of one connection, or of all."""
    connections = [plugin.connections.named(name)] if name else plugin.connections.all()
    if as_json:
        print_json([_view(plugin, connection) for connection in connections])
        return
    for connection in connections:
        view = _view(plugin, connection)
        say(f"Connection {connection.name}, times of {view['timezone']}")
        if view["rests_because"]:
            say(f"Its jobs rest: {view['rests_because']}")
        headings = ("Job", "Every", "On", "Last run", "Result", "Next run")
        table(headings, [_row(x, view["timezone"]) for x in view["jobs"]])
        say()


def change(
    plugin: Container,
    name: str,
    job: JobName,
    *,
    minutes: int | None,
    usual: bool,
    on: bool | None,
    as_json: bool,
) -> None:
    """Change one job, and print it as it is now."""
    connection = plugin.connections.named(name)
    switch = None if on is None else Switch.ON if on else Switch.OFF
    changed = plugin.jobs.change(connection, job, switch=switch, minutes=minutes, usual=usual)
    _tell(plugin, connection, changed, as_json=as_json)


def run_now(
    plugin: Container, name: str, job: JobName, *, inline: bool, wait: float, as_json: bool
) -> bool:
    """Run a job and print what came of it; False when it could not do its work.

    Raises:
        PluginError: the connection may not run, or no worker answers.
        TryLater: the job runs already, or the broker can't be reached.
    """
    connection = plugin.connections.named(name)
    if not (job is JobName.KEEP_ALIVE and connection.has_access):
        refuse_unless_it_may_run(connection, "Nothing was run.")
    work_of(job)
    if plugin.jobs.one(connection, job).running_since:
        raise TryLater(code="MX-131", after=60, job=job.label, connection=name)
    if inline:
        _start(plugin, connection, job)
        ended = run_job(plugin, ContextCache(plugin), connection, job, _here(job, wait))
    else:
        ended = _by_worker(plugin, connection, job, wait)
    _tell(plugin, connection, ended, as_json=as_json)
    if ended.told_at or ended.running_since:
        note(f"It has not ended yet; mintsoft-xero schedule list {name} shows what it comes to.")
    return not ended.code


def _start(plugin: Container, connection: Connection, job: JobName) -> None:
    """A person has had documents exported or imported: from now on the clock may."""
    if job in BESIDE:
        plugin.jobs.start(connection, job)


def _by_worker(plugin: Container, connection: Connection, job: JobName, wait: float) -> Job:
    """Have a worker run it, and wait for its end as long as is wanted."""
    use_running_broker(plugin)
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


def _here(job: JobName, wait: float) -> Work | None:
    """What a job does in this process, where that is more than to tell workers."""
    if job not in EXPORTS:
        return None

    def work(plugin: Container, _: ContextCache, connection: Connection) -> Result:
        with Progress() as progress:
            report = run(plugin, connection, ExportRequest(inline=True, wait=wait), progress)
        counts = {state.value: n for state, n in report.counts.items() if n}
        return Result(sentence="Mintsoft's documents were read, and sent.", counts=counts)

    return work


def _tell(plugin: Container, connection: Connection, job: Job, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {"connection": connection.name, **_job_view(plugin, connection, job, may_run=True)}
        )
        return
    view = _job_view(plugin, connection, job, may_run=True)
    zone = connection.settings.timezone
    say(f"{view['label']}: {_every(view)}, {_ON[job.switch]}")
    if view["last_result"]:
        say(f"Last run   {local(view['last_begun_at'], zone)}: {view['last_result']}")
        counted = ", ".join(f"{n} {what}" for what, n in view["counts"].items())
        if counted:
            say(f"Counted    {counted}")


#: What is said of a run whose process was killed.
BROKEN_OFF = "It was broken off; what it did is kept, and the next run goes on."

_ON = {Switch.WAITS: "from the first by hand on", Switch.ON: "on", Switch.OFF: "off"}


def _view(plugin: Container, connection: Connection) -> dict[str, Any]:
    may_run, why = connection.may_run()
    hold = plugin.ledger.held(connection)
    zone = connection.settings.timezone
    if may_run and hold is not None and plugin.clock.now() < hold.until:
        may_run, why = False, hold.sentence(plugin.clock.now(), local(hold.until, zone))
    jobs = plugin.jobs.of(connection)
    return {
        "connection": connection.name,
        "mode": connection.mode,
        "timezone": zone,
        "rests_because": why or None,
        "jobs": [_job_view(plugin, connection, job, may_run=may_run) for job in jobs],
    }


def _job_view(
    plugin: Container, connection: Connection, job: Job, *, may_run: bool
) -> dict[str, Any]:
    return {
        "job": job.name,
        "label": job.name.label,
        "switch": job.switch,
        "every_minutes": every(job.name, job.minutes, connection.settings) or None,
        "usual": job.minutes is None,
        "nightly": is_nightly(job.name, job.minutes),
        "next_run_at": _next(plugin, connection, job) if may_run else None,
        "asked_at": job.told_at,
        "running_since": job.running_since,
        "last_begun_at": job.begun_at,
        "last_ended_at": job.ended_at,
        "last_result": (BROKEN_OFF if _was_broken_off(job) else job.result) or None,
        "last_code": job.code or None,
        "counts": dict(job.counts),
    }


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


def _every(view: dict[str, Any]) -> str:
    if view["nightly"]:
        return "every night"
    minutes = view["every_minutes"]
    if not minutes:
        return "never (sync_minutes is 0)"
    unit, count = ("minute", minutes) if minutes % 60 else ("hour", minutes // 60)
    return f"every {unit}" if count == 1 else f"every {count} {unit}s"


def _row(view: dict[str, Any], zone: str) -> tuple[str, ...]:
    running = view["running_since"]
    result = f"runs since {local(running, zone)}" if running else view["last_result"] or "-"
    code = f" ({view['last_code']})" if view["last_code"] and not running else ""
    return (
        view["job"],
        _every(view).removeprefix("every "),
        _ON[view["switch"]],
        local(view["last_begun_at"], zone),
        result + code,
        local(view["next_run_at"], zone),
    )
