"""Celery tasks: when the flows run. Each finds its connection, calls one flow, and ends.

Arguments are ids only. A task that is lost, doubled or late changes nothing but the moment:
what is due is written in the ledger, and `tick` finds it again.

What time moves on is found by one tick for all connections, every few seconds:

    jobs whose time has come            one question for all connections (`services/jobs`)
    documents that wait for time        one question for all; then each that has some

A tick that finds nothing has asked these two things, however many connections there are.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from celery import Celery

from .domain.connections.connection import Connection
from .domain.connections.job import JobName
from .errors import Disconnected, PluginError, TryLater
from .exports.pipeline import CLAIM_IS_DEAD_AFTER, export_batch, settle, write_back
from .exports.send import hold_on
from .services.celery_app import EXPORT_BATCH, KEEP_ALIVE, NOTIFY, SETTLE, TICK_TASK, WRITE_BACK
from .services.container import Container
from .services.context_cache import ContextCache
from .services.dispatch import NEAR, ask_for_marks, dispatch, holds
from .services.jobs import run_job, tell
from .services.notifications.notify import notify
from .services.notifications.parts import notify_parts
from .services.queue import JOB_TASKS, send

log = logging.getLogger("mintsoft_xero.tasks")

#: How long one task marks orders in Mintsoft: others want the worker too, in seconds.
MARKS_FOR = 2.5


def define(app: Celery, plugin: Container) -> None:
    """Register the tasks of this plugin on a Celery app."""
    task: Any = app.task
    task(name=EXPORT_BATCH, shared=False)(_on_connection(plugin, _export_batch))
    task(name=SETTLE, shared=False)(_on_connection(plugin, _settle))
    task(name=WRITE_BACK, shared=False)(_on_connection(plugin, _write_back))
    for name in sorted({name for name, _ in JOB_TASKS.values()}):
        allows = _has_access if name == KEEP_ALIVE else _may_run
        task(name=name, shared=False)(_on_connection(plugin, _job_of(name), allows))
    task(name=NOTIFY, shared=False)(_on_all(plugin, _notify))
    task(name=TICK_TASK, shared=False)(_on_all(plugin, tick_all))


def _may_run(connection: Connection) -> bool:
    return connection.may_run()[0]


def _has_access(connection: Connection) -> bool:
    return connection.has_access


def _on_connection(
    plugin: Container,
    work: Callable[..., None],
    allows: Callable[[Connection], bool] = _may_run,
) -> Callable[..., None]:
    """Run a piece of work for a connection that allows it; log what can't be done now."""
    kept = ContextCache(plugin)

    def run(connection_id: int, *rest: Any) -> None:
        connection = plugin.connections.with_id(connection_id)
        if connection is None or not allows(connection):
            return
        try:
            work(plugin, kept, connection, *rest)
        except PluginError as error:
            if isinstance(error, Disconnected):
                plugin.connections.pause(connection, error.message)
            words = (connection_id, error.code, error.message, error.detail)
            log.warning("connection %s: %s %s %s", *words)

    return run


def _on_all(plugin: Container, work: Callable[[Container], None]) -> Callable[[], None]:
    """A piece of work for all connections as a plain function, which is what Celery takes."""

    def run() -> None:
        try:
            work(plugin)
        except PluginError as error:
            words = (work.__name__, error.code, error.message, error.detail)
            log.warning("no %s: %s %s %s", *words)

    return run


def _notify(plugin: Container) -> None:
    """Tell people what is new; many that do so at once tell it once."""
    notify(notify_parts(plugin), plugin.connections.all(), plugin.clock.now())


def _job_of(task: str) -> Callable[..., None]:
    """What a task does that runs jobs: which of them, its arguments say."""
    jobs: dict[tuple[str, ...], JobName] = {
        rest: name for name, (of, rest) in JOB_TASKS.items() if of == task
    }

    def work(plugin: Container, kept: ContextCache, connection: Connection, *rest: str) -> None:
        run_job(plugin, kept, connection, jobs[rest])

    return work


def _export_batch(
    plugin: Container, kept: ContextCache, connection: Connection, export_ids: Sequence[int]
) -> None:
    if plugin.left(connection).turn > NEAR or holds(plugin, connection):
        plugin.ledger.untell(export_ids)  # and told again for when the turn is near
    else:
        export_batch(kept.of(connection), connection, export_ids)
    if not dispatch(plugin, connection):
        ask_for_marks(plugin, connection)


def _settle(plugin: Container, kept: ContextCache, connection: Connection) -> None:
    parts = kept.of(connection)
    try:
        settle(parts, connection)
    except TryLater as error:
        if error.service:
            hold_on(parts, connection, error)
        raise
    dispatch(plugin, connection)


def _write_back(plugin: Container, kept: ContextCache, connection: Connection) -> None:
    until, done = plugin.clock.now() + timedelta(seconds=MARKS_FOR), 1
    name = f"marks:{connection.connection_id}"
    try:
        with plugin.leases.hold(name, seconds=600, wait=0):
            while done and plugin.clock.now() < until:
                done = write_back(kept.of(connection), connection, limit=1)
    except TryLater as error:  # somebody else is at it, or Mintsoft is away
        if error.service:
            plugin.leases.rest(name, seconds=error.after)
        return
    if done:
        ask_for_marks(plugin, connection)


def tick_all(plugin: Container) -> None:
    """One tick for every connection that may run; what one of them can't do costs no other."""
    for job in plugin.jobs.take_due():
        try:
            tell(plugin, job)
        except TryLater as error:
            _log_no_tick(job.connection_id, error)
    for connection_id in plugin.ledger.stirring():
        connection = plugin.connections.with_id(connection_id)
        if connection is not None:
            try:
                tick(plugin, connection)
            except TryLater as error:
                _log_no_tick(connection_id, error)


def tick(plugin: Container, connection: Connection) -> None:
    """What moves a connection's documents on: lost messages, lost answers, marks."""
    ledger = plugin.ledger
    if connection.started:
        dispatch(plugin, connection)
    again_at = ledger.decides_again_at(connection)
    its_time = again_at is not None and again_at <= plugin.clock.now()
    ask_for_marks(plugin, connection)
    if holds(plugin, connection):
        return  # what has to be asked or read is left until one call may find out
    if (
        its_time
        or ledger.abandoned(connection, older_than=CLAIM_IS_DEAD_AFTER)
        or ledger.doubtful(connection)
    ):
        send(plugin, SETTLE, connection.connection_id)


def _log_no_tick(connection_id: int, error: TryLater) -> None:
    words = (connection_id, error.code, error.message, error.detail)
    log.warning("no tick for connection %s: %s %s %s", *words)
