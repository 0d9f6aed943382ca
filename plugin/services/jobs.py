"""Jobs: what each job of a connection does, and how one run of it goes.

    tell       a worker is told of a run that is due (the tick, or a person)
    run_job    begin -> the flow -> end        never two runs of one job at a time

What a run came to is kept in the job's row: a sentence, a code, and what it counted.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from celery.exceptions import SoftTimeLimitExceeded

from ..database.jobs import TELL_JOB_AGAIN_AFTER, DueJob
from ..domain.connections.connection import Connection
from ..domain.connections.job import Job, JobName
from ..domain.exports.export import DocumentKind
from ..errors import Disconnected, PluginError, TryLater
from ..exports.items import make_items
from ..exports.pipeline import sync
from .connections.access import keep_alive
from .container import Container
from .context_cache import ContextCache
from .dispatch import dispatch
from .imports import import_now
from .queue import JOB_TASKS, send
from .reconciliation import NIGHTLY_LEASE, hold_and_reconcile

log = logging.getLogger("mintsoft_xero.tasks")

#: The longest that one connection's sync may hold its lease, in seconds.
SYNC_LEASE = 1800.0


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a run came to."""

    #: In a sentence.
    sentence: str
    #: What it counted.
    counts: Mapping[str, int] = field(default_factory=dict)


Work = Callable[[Container, ContextCache, Connection], Result]


def tell(plugin: Container, job: DueJob) -> None:
    """Tell a worker of a run; the message is dropped when the next one about it is due.

    Raises:
        TryLater: the broker can't be reached; a later tick tells it again.
    """
    task, rest = JOB_TASKS[job.name]
    life = TELL_JOB_AGAIN_AFTER.total_seconds()
    send(plugin, task, job.connection_id, *rest, expires=life, seconds=job.seconds)


def run_job(
    plugin: Container,
    kept: ContextCache,
    connection: Connection,
    name: JobName,
    work: Work | None = None,
) -> Job:
    """One run of a job in this process: marked as begun, worked, and its result kept.

    `work`: done instead of what the job does by the clock.

    Raises:
        TryLater: it runs already, or could not do its work now.
        PluginError: it could not do its work; that is its result.
    """
    jobs, connection_id = plugin.jobs, connection.connection_id
    work = work or work_of(name)
    token = jobs.begin(connection_id, name)
    if token is None:
        names = {"job": name.label, "connection": connection.name}
        raise TryLater(code="MX-131", after=60, **names)
    try:
        result = work(plugin, kept, connection)
    except PluginError as error:
        jobs.end(connection_id, name, token, result=error.message, code=error.code)
        if isinstance(error, Disconnected):
            plugin.connections.pause(connection, error.message)
        raise
    except SoftTimeLimitExceeded:
        late = TryLater(code="MX-132", after=60, job=name.label, connection=connection.name)
        jobs.end(connection_id, name, token, result=late.message, code=late.code, out_of_time=True)
        raise late from None
    except BaseException:
        bug = PluginError(code="MX-133", job=name.label, connection=connection.name)
        jobs.end(connection_id, name, token, result=bug.message, code=bug.code)
        raise
    jobs.end(connection_id, name, token, result=result.sentence, counts=result.counts)
    return jobs.one(connection, name)


def sync_now(
    plugin: Container, connection: Connection, *, since: date | None = None, by_person: bool = False
) -> None:
    """One sync of what a connection exports, never two at a time.

    `by_person`: somebody may have changed accounts or lock dates in Xero just before.

    Raises:
        TryLater: another one is under way, or a side can't be reached.
        Disconnected: access has ended; the connection is paused first.
    """
    try:
        with plugin.leases.hold(f"sync:{connection.connection_id}", seconds=SYNC_LEASE, wait=0):
            fresh = plugin.refreshed(connection, now=by_person)
            sync(plugin.parts(fresh), fresh, since=since)
    except Disconnected as error:
        plugin.connections.pause(connection, error.message)
        raise


def _export(plugin: Container, _: ContextCache, connection: Connection) -> Result:
    sync_now(plugin, connection)
    plugin.ledger.go_on(connection)  # both sides have answered
    make_items(plugin.parts(connection), connection)
    dispatch(plugin, connection)
    counts = {state.value: n for state, n in plugin.ledger.counts(connection).items() if n}
    return Result(sentence="Mintsoft's documents were read, and decided.", counts=counts)


def _import(kind: DocumentKind) -> Work:
    def work(plugin: Container, _: ContextCache, connection: Connection) -> Result:
        import_now(plugin, connection, kind)
        counts = plugin.imports.counts(connection, kind)
        return Result(sentence="Xero's documents were read, decided and made.", counts=counts)

    return work


def _reconcile(plugin: Container, kept: ContextCache, connection: Connection) -> Result:
    """The night's reconciliation; what it found is in `connection show`."""
    found = hold_and_reconcile(plugin, kept.of(connection), connection, NIGHTLY_LEASE)
    findings = len(found.findings)
    said = "Everything agrees." if not findings else f"{findings} documents do not agree."
    return Result(sentence=said, counts={"findings": findings})


def _catalogue(plugin: Container, _: ContextCache, connection: Connection) -> Result:
    fresh = plugin.refreshed(connection, now=True).organisation_known
    counts = {"accounts": len(fresh.accounts), "tax_rates": len(fresh.tax_rates)}
    return Result(sentence="The organisation's accounts and tax rates were read.", counts=counts)


def _keep_alive(plugin: Container, _: ContextCache, connection: Connection) -> Result:
    keep_alive(plugin, connection)
    return Result(sentence="The access to Xero was kept alive.")


WORK: dict[JobName, Work] = {
    JobName.EXPORT_ORDERS: _export,
    JobName.EXPORT_CLIENT_INVOICES: _export,
    JobName.IMPORT_SALES_INVOICES: _import(DocumentKind.SALES_INVOICE),
    JobName.IMPORT_PURCHASE_ORDERS: _import(DocumentKind.PURCHASE_ORDER),
    JobName.CATALOGUE: _catalogue,
    JobName.RECONCILE: _reconcile,
    JobName.KEEP_ALIVE: _keep_alive,
}


def work_of(name: JobName) -> Work:
    """What a job does by the clock."""
    return WORK[name]
