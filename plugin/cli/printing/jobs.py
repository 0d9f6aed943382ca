"""What `schedule list`, `set` and `run` print."""

import contextlib
from typing import Any

from ...domain.connections.connection import Connection
from ...domain.connections.job import EXPORTS, Job, JobName, Switch
from ...domain.times import local
from ...services.container import Container
from ...services.job_list import jobs_of, standing_of
from ...services.job_run import change_job
from ...services.job_run import run_now as work
from ...services.serializers import jobs as serializers
from ..output import note, print_json, say, table
from .export import use_running_broker
from .progress import Progress

_ON = {Switch.WAITS: "from the first by hand on", Switch.ON: "on", Switch.OFF: "off"}


def list_all(plugin: Container, name: str | None, *, as_json: bool) -> None:
    """The jobs of one connection, or of all."""
    views = [serializers.connection_jobs(x) for x in jobs_of(plugin, name)]
    if as_json:
        print_json(views)
        return
    for view in views:
        say(f"Connection {view['connection']}, times of {view['timezone']}")
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
    connection, changed = change_job(plugin, name, job, minutes=minutes, usual=usual, on=on)
    _tell(plugin, connection, changed, as_json=as_json)


def run_now(
    plugin: Container, name: str, job: JobName, *, inline: bool, wait: float, as_json: bool
) -> bool:
    """Run a job and print what came of it; False when it could not do its work.

    Raises:
        PluginError: the connection may not run, or no worker answers.
        TryLater: the job runs already, or the broker can't be reached.
    """
    if not inline:
        use_running_broker(plugin)
    progress = Progress()
    # What is waited for, and all but exports, has no steps: a bar would stay empty.
    with progress if inline and job in EXPORTS else contextlib.nullcontext():
        connection, ended = work(plugin, name, job, progress, inline=inline, wait=wait)
    _tell(plugin, connection, ended, as_json=as_json)
    if ended.told_at or ended.running_since:
        note(f"It has not ended yet; mintsoft-xero schedule list {name} shows what it comes to.")
    return not ended.code


def _tell(plugin: Container, connection: Connection, job: Job, *, as_json: bool) -> None:
    view = serializers.job(standing_of(plugin, connection, job))
    if as_json:
        print_json({"connection": connection.name, **view})
        return
    zone = connection.settings.timezone
    say(f"{view['label']}: {_every(view)}, {_ON[job.switch]}")
    if view["last_result"]:
        say(f"Last run   {local(view['last_begun_at'], zone)}: {view['last_result']}")
        counted = ", ".join(f"{n} {what}" for what, n in view["counts"].items())
        if counted:
            say(f"Counted    {counted}")


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
