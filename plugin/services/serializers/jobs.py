"""Jobs as programs read them."""

from typing import Any

from ..job_list import ConnectionJobs, JobStanding


def job(of: JobStanding) -> dict[str, Any]:
    """One job: how often, the last run, the next one."""
    one = of.job
    return {
        "job": one.name,
        "label": one.name.label,
        "switch": one.switch,
        "every_minutes": of.every_minutes or None,
        "usual": one.minutes is None,
        "nightly": of.nightly,
        "next_run_at": of.next_run_at,
        "asked_at": one.told_at,
        "running_since": one.running_since,
        "last_begun_at": one.begun_at,
        "last_ended_at": one.ended_at,
        "last_result": of.last_result or None,
        "last_code": one.code or None,
        "counts": dict(one.counts),
    }


def connection_jobs(of: ConnectionJobs) -> dict[str, Any]:
    """All jobs of a connection."""
    return {
        "connection": of.connection.name,
        "mode": of.connection.mode,
        "timezone": of.connection.settings.timezone,
        "rests_because": of.rests_because or None,
        "jobs": [job(x) for x in of.jobs],
    }
