"""Celery tasks: when the flows run. Each finds its connection, calls one flow, and ends.

Arguments are ids only. A task that is lost, doubled or late changes nothing but the moment:
what is due is written in the ledger, and `tick` finds it again.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

from .domain.connection import Connection
from .errors import Disconnected, PluginError, TryLater
from .exporting import export_batch, settle, sync, write_back
from .joined import Plugin

log = logging.getLogger("mintsoft_xero.tasks")

#: Seconds between two ticks of the beat, and after which a told batch is told again.
TICK = 5.0
TELL_AGAIN_AFTER = 120.0

#: Documents marked in Mintsoft by one task: short enough to leave the worker to others.
MARKS_AT_ONCE = 20

#: The longest that one connection's sync may hold its lease, in seconds.
SYNC_LEASE = 1800.0

EXPORT_BATCH = "mintsoft_xero.export_batch"
SYNC = "mintsoft_xero.sync"
SETTLE = "mintsoft_xero.settle"
WRITE_BACK = "mintsoft_xero.write_back"
TICK_TASK = "mintsoft_xero.tick"

QUEUES = {
    EXPORT_BATCH: "mintsoft_xero.export",
    SYNC: "mintsoft_xero.sync",
    WRITE_BACK: "mintsoft_xero.sync",
    SETTLE: "mintsoft_xero.settle",
    TICK_TASK: "mintsoft_xero.settle",
}


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
        task_soft_time_limit=540,
        task_time_limit=600,
        # Longer than the longest task, or a running one would be given out again.
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
        beat_schedule={"tick": {"task": TICK_TASK, "schedule": TICK, "options": {"expires": TICK}}},
    )
    return app


def define(app: Celery, plugin: Plugin) -> None:
    """Register the tasks of this plugin on a Celery app."""
    task: Any = app.task
    task(name=EXPORT_BATCH, shared=False)(_on_connection(plugin, _export_batch))
    task(name=SYNC, shared=False)(_on_connection(plugin, _sync))
    task(name=SETTLE, shared=False)(_on_connection(plugin, _settle))
    task(name=WRITE_BACK, shared=False)(_on_connection(plugin, _write_back))
    task(name=TICK_TASK, shared=False)(_on_all(plugin))


def _on_connection(plugin: Plugin, work: Callable[..., None]) -> Callable[..., None]:
    """Run a piece of work for a connection that may run; log what can't be done now."""

    def run(connection_id: int, *rest: Any) -> None:
        connection = plugin.connections.with_id(connection_id)
        if connection is None or not connection.may_run()[0]:
            return
        try:
            work(plugin, connection, *rest)
        except PluginError as error:
            if isinstance(error, Disconnected):
                plugin.connections.pause(connection, error.message)
            words = (connection_id, error.code, error.message, error.detail)
            log.warning("connection %s: %s %s %s", *words)

    return run


def _on_all(plugin: Plugin) -> Callable[[], None]:
    """One tick as a plain function, which is what Celery takes."""

    def run() -> None:
        tick_all(plugin)

    return run


def _export_batch(plugin: Plugin, connection: Connection, export_ids: Sequence[int]) -> None:
    export_batch(plugin.parts(connection), connection, export_ids)
    send(plugin, WRITE_BACK, connection.connection_id)


def _sync(plugin: Plugin, connection: Connection) -> None:
    sync_now(plugin, connection)
    dispatch(plugin, connection)


def _settle(plugin: Plugin, connection: Connection) -> None:
    settle(plugin.parts(connection), connection)
    dispatch(plugin, connection)


def _write_back(plugin: Plugin, connection: Connection) -> None:
    try:
        with plugin.leases.hold(f"marks:{connection.connection_id}", seconds=600, wait=0):
            done = write_back(plugin.parts(connection), connection, limit=MARKS_AT_ONCE)
    except TryLater:
        return  # somebody else is at it, or Mintsoft is away: the tick asks again
    if done == MARKS_AT_ONCE:
        send(plugin, WRITE_BACK, connection.connection_id)


def tick_all(plugin: Plugin) -> None:
    """One tick for every connection that may run."""
    for connection in plugin.connections.all():
        if connection.may_run()[0]:
            tick(plugin, connection)


def sync_now(
    plugin: Plugin, connection: Connection, *, since: date | None = None, by_person: bool = False
) -> None:
    """One sync of a connection, never two at a time.

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


def dispatch(
    plugin: Plugin, connection: Connection, *, told_before: float = TELL_AGAIN_AFTER
) -> int:
    """Tell workers of what is due, a batch a message; how many documents.

    What a worker was told of within `told_before` seconds is left: its message is on the way.

    Raises:
        TryLater: the broker can't be reached; what is due is told by a later tick.
    """
    ids = plugin.ledger.dispatch(connection, told_before=told_before)
    size = connection.settings.batch_size
    for start in range(0, len(ids), size):
        send(plugin, EXPORT_BATCH, connection.connection_id, ids[start : start + size])
    return len(ids)


def tick(plugin: Plugin, connection: Connection) -> None:
    """What a connection's clock moves on: lost messages, lost answers, due syncs, marks."""
    ledger, connection_id = plugin.ledger, connection.connection_id
    if connection.started:
        dispatch(plugin, connection)
    again_at = ledger.decides_again_at(connection)
    its_time = again_at is not None and again_at <= plugin.clock.now()
    if its_time or ledger.abandoned(connection, older_than=300) or ledger.doubtful(connection):
        send(plugin, SETTLE, connection_id)
    if ledger.owed(connection, 1):
        send(plugin, WRITE_BACK, connection_id)
    if plugin.connections.take_slot(connection):
        send(plugin, SYNC, connection_id)


def send(plugin: Plugin, name: str, *arguments: object) -> None:
    """Send one task message.

    Raises:
        TryLater: the broker can't be reached.
    """
    try:
        plugin.celery.send_task(name, list(arguments), retry=False)
    except (OperationalError, OSError) as error:
        raise TryLater(
            code="MX-105",
            after=TICK,
            service="The broker",
            reason="no Redis answers at MINTSOFT_XERO_REDIS_URL",
            detail=type(error).__name__,
        ) from None


def workers(plugin: Plugin, seconds: float) -> int:
    """How many workers answer within so many seconds."""
    try:
        answers = plugin.celery.control.ping(timeout=seconds)
    except (OperationalError, OSError):
        return 0
    return len(answers)
