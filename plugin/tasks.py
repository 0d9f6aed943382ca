"""Celery tasks: when the flows run. Each finds its connection, calls one flow, and ends.

Arguments are ids only. A task that is lost, doubled or late changes nothing but the moment:
what is due is written in the ledger, and `tick` finds it again.

    messages       what tasks are called, and how one is sent
    dispatching    batches that are due
    schedules      jobs: what runs by the clock
    ticking        what a tick finds
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from celery import Celery

from .dispatching import NEAR, TELL_AGAIN_AFTER, ask_for_marks, dispatch, holds
from .domain.connection import Connection
from .domain.job import USUAL_SECONDS, JobName
from .errors import Disconnected, PluginError, TryLater
from .exporting import export_batch, settle, write_back
from .joined import Plugin
from .kept_parts import KeptParts
from .messages import (
    EXPORT_BATCH,
    JOB_TASKS,
    KEEP_ALIVE,
    NOTIFY,
    NOTIFY_EVERY,
    QUEUES,
    RECONCILE,
    SETTLE,
    SYNC,
    TICK,
    TICK_TASK,
    WRITE_BACK,
    send,
    workers,
)
from .notifying import notify
from .schedules import run_job, sync_now
from .sending import hold_on
from .ticking import tick, tick_all

__all__ = [
    "EXPORT_BATCH",
    "QUEUES",
    "RECONCILE",
    "SETTLE",
    "SYNC",
    "TELL_AGAIN_AFTER",
    "TICK_TASK",
    "WRITE_BACK",
    "KeptParts",
    "define",
    "dispatch",
    "holds",
    "make_celery",
    "send",
    "sync_now",
    "tick",
    "tick_all",
    "workers",
]

log = logging.getLogger("mintsoft_xero.tasks")

#: How long one task marks orders in Mintsoft: others want the worker too, in seconds.
MARKS_FOR = 2.5


def make_celery(broker: str) -> Celery:
    """The Celery app: acknowledged late, one task at a time per process, no results kept."""
    app = Celery("mintsoft_xero", broker=broker, set_as_current=False)
    app.conf.update(
        task_routes={name: {"queue": queue} for name, queue in QUEUES.items()},
        task_default_queue="mintsoft_xero.settle",
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        task_soft_time_limit=USUAL_SECONDS,
        task_time_limit=USUAL_SECONDS + 60,
        # Longer than a task, or a running one would be given out again. A job that was given
        # more time may be: it is marked as running, and the second message changes nothing.
        broker_transport_options={
            "visibility_timeout": 900,
            "unacked_restore_interval": 15,
            "unacked_restore_throttle": 1,
            "socket_timeout": 30,
            "socket_keepalive": True,
        },
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=5,
        worker_send_task_events=True,
        task_send_sent_event=True,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        # The host's logging is the host's.
        worker_hijack_root_logger=False,
        beat_schedule={
            "tick": {"task": TICK_TASK, "schedule": TICK, "options": {"expires": TICK}},
            "notify": {
                "task": NOTIFY,
                "schedule": NOTIFY_EVERY,
                "options": {"expires": NOTIFY_EVERY},
            },
        },
    )
    return app


def define(app: Celery, plugin: Plugin) -> None:
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
    plugin: Plugin,
    work: Callable[..., None],
    allows: Callable[[Connection], bool] = _may_run,
) -> Callable[..., None]:
    """Run a piece of work for a connection that allows it; log what can't be done now."""
    kept = KeptParts(plugin)

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


def _on_all(plugin: Plugin, work: Callable[[Plugin], None]) -> Callable[[], None]:
    """A piece of work for all connections as a plain function, which is what Celery takes."""

    def run() -> None:
        try:
            work(plugin)
        except PluginError as error:
            words = (work.__name__, error.code, error.message, error.detail)
            log.warning("no %s: %s %s %s", *words)

    return run


def _notify(plugin: Plugin) -> None:
    """Tell people what is new; many that do so at once tell it once."""
    notify(plugin.notify_parts(), plugin.connections.all(), plugin.clock.now())


def _job_of(task: str) -> Callable[..., None]:
    """What a task does that runs jobs: which of them, its arguments say."""
    jobs: dict[tuple[str, ...], JobName] = {
        rest: name for name, (of, rest) in JOB_TASKS.items() if of == task
    }

    def work(plugin: Plugin, kept: KeptParts, connection: Connection, *rest: str) -> None:
        run_job(plugin, kept, connection, jobs[rest])

    return work


def _export_batch(
    plugin: Plugin, kept: KeptParts, connection: Connection, export_ids: Sequence[int]
) -> None:
    if plugin.left(connection).turn > NEAR or holds(plugin, connection):
        plugin.ledger.untell(export_ids)  # and told again for when the turn is near
    else:
        export_batch(kept.of(connection), connection, export_ids)
    if not dispatch(plugin, connection):
        ask_for_marks(plugin, connection)


def _settle(plugin: Plugin, kept: KeptParts, connection: Connection) -> None:
    parts = kept.of(connection)
    try:
        settle(parts, connection)
    except TryLater as error:
        if error.service:
            hold_on(parts, connection, error)
        raise
    dispatch(plugin, connection)


def _write_back(plugin: Plugin, kept: KeptParts, connection: Connection) -> None:
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
