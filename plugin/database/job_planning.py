"""Job planning: what changes of a connection mean for its jobs, within the same transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import and_, insert, select, update

from ..domain.connections.job import BESIDE, EXPORTS, JOBS_OF, USUAL_SECONDS, JobName, Switch
from .tables import connection, job


def new_jobs(transaction: Transaction, connection_id: int, mode: str) -> None:
    """The jobs of a new connection: they wait for a person's first export or import.

    All but one: access that nobody uses for 60 days is lost (xero.md 1.1), exported or not.
    """
    rows: list[dict[str, Any]] = [
        {
            "connection_id": connection_id,
            "job": name,
            "switch": Switch.ON if name is JobName.KEEP_ALIVE else Switch.WAITS,
            "running_by": "",
            "result": "",
            "code": "",
            "counts": {},
            "seconds": USUAL_SECONDS,
        }
        for name in JOBS_OF[mode]
    ]
    transaction.execute(insert(job), rows)


def start_jobs(transaction: Transaction, connection_id: int, name: JobName) -> None:
    """Let the clock run a job, and what belongs to it. An export lets batches be sent too."""
    waits = and_(
        job.c.connection_id == connection_id,
        job.c.job.in_([name, *BESIDE.get(name, ())]),
        job.c.switch == Switch.WAITS,
    )
    values = {"switch": Switch.ON, "planned_at": None}
    transaction.execute(update(job).where(waits).values(values))
    if name in EXPORTS:
        let_send(transaction, connection_id)


def stop_jobs(transaction: Transaction, connection_id: int) -> None:
    """Let the clock run no job until a person has exported or imported by hand again."""
    going = and_(
        job.c.connection_id == connection_id,
        job.c.switch == Switch.ON,
        job.c.job != JobName.KEEP_ALIVE,
    )
    values = {"switch": Switch.WAITS, "planned_at": None, "next_at": None}
    transaction.execute(update(job).where(going).values(values))


def let_send(transaction: Transaction, connection_id: int) -> None:
    """Batches of the connection may be sent by the clock."""
    mine = connection.c.id == connection_id
    transaction.execute(update(connection).where(mine).values(started=True))


def plan_again(transaction: Transaction, connection_id: int) -> None:
    """The connection's settings have changed: its next runs may lie elsewhere."""
    mine = job.c.connection_id == connection_id
    transaction.execute(update(job).where(mine).values(planned_at=None, next_at=None))


def set_intervals(
    transaction: Transaction, connection_id: int, minutes: Mapping[JobName, int | None]
) -> None:
    """Give jobs intervals of their own; None switches one off."""
    for name, interval in minutes.items():
        values = {"switch": Switch.OFF} if interval is None else {"minutes": interval}
        transaction.execute(update(job).where(is_job(connection_id, name)).values(values))


def hasten(transaction: Transaction, organisation_ids: Collection[str], soon: datetime) -> None:
    """Bring near the next runs that look for documents; a nearer one stays."""
    theirs = select(connection.c.id).where(connection.c.organisation_id.in_(organisation_ids))
    change = update(job).where(
        job.c.connection_id.in_(theirs),
        job.c.job.in_([name for name in JobName if name.follows_setting]),
        job.c.next_at > soon,
    )
    transaction.execute(change.values(next_at=soon))


def is_job(connection_id: int, name: JobName) -> Any:
    """The row of one job."""
    return and_(job.c.connection_id == connection_id, job.c.job == name)
