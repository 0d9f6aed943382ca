"""Celery tasks: when the flows run. Each finds its connection, calls one flow, and ends.

Arguments are ids only. A task that is lost, doubled or late changes nothing but the moment:
what is due is written in the ledger, and `tick` finds it again.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

from .domain.connection import Connection
from .errors import Disconnected, PluginError, TryLater
from .exporting import export_batch, settle, sync, write_back
from .items import make_items
from .joined import Plugin
from .parts import Parts
from .reconciling import reconcile
from .sending import hold_on

log = logging.getLogger("mintsoft_xero.tasks")

#: Seconds between two ticks of the beat, and after which a told batch is told again.
TICK = 5.0
TELL_AGAIN_AFTER = 120.0

#: Batches of one connection that workers are told of at once: as many calls as Xero takes at
#: once (xero.md 2.3). What is due beyond them stays in the ledger, so that another
#: connection's batch never waits behind more than these.
BATCHES_AT_ONCE = 5

#: A turn of the limits that is further away is not waited for by a worker, in seconds.
NEAR = 2.0

#: The furthest turn that a message is kept for; a longer wait is the tick's, in seconds.
FAR = 60.0

#: How long one task marks orders in Mintsoft: others want the worker too, in seconds.
MARKS_FOR = 2.5

#: The longest that one connection's sync may hold its lease, in seconds.
SYNC_LEASE = 1800.0

#: The longest that one connection's nightly reconciliation may hold its lease, in seconds.
RECONCILE_LEASE = 900.0

EXPORT_BATCH = "mintsoft_xero.export_batch"
SYNC = "mintsoft_xero.sync"
SETTLE = "mintsoft_xero.settle"
WRITE_BACK = "mintsoft_xero.write_back"
RECONCILE = "mintsoft_xero.reconcile"
TICK_TASK = "mintsoft_xero.tick"

QUEUES = {
    EXPORT_BATCH: "mintsoft_xero.export",
    SYNC: "mintsoft_xero.sync",
    WRITE_BACK: "mintsoft_xero.sync",
    RECONCILE: "mintsoft_xero.sync",
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
    task(name=RECONCILE, shared=False)(_on_connection(plugin, _reconcile))
    task(name=TICK_TASK, shared=False)(_on_all(plugin))


def _on_connection(plugin: Plugin, work: Callable[..., None]) -> Callable[..., None]:
    """Run a piece of work for a connection that may run; log what can't be done now."""
    kept = KeptParts(plugin)

    def run(connection_id: int, *rest: Any) -> None:
        connection = plugin.connections.with_id(connection_id)
        if connection is None or not connection.may_run()[0]:
            return
        try:
            work(plugin, kept, connection, *rest)
        except PluginError as error:
            if isinstance(error, Disconnected):
                plugin.connections.pause(connection, error.message)
            words = (connection_id, error.code, error.message, error.detail)
            log.warning("connection %s: %s %s %s", *words)

    return run


def _on_all(plugin: Plugin) -> Callable[[], None]:
    """One tick as a plain function, which is what Celery takes."""

    def run() -> None:
        try:
            tick_all(plugin)
        except TryLater as error:
            log.warning("no tick: %s %s %s", error.code, error.message, error.detail)

    return run


class KeptParts(threading.local):
    """Parts that a process (and thread) keeps while it uses them: their sockets stay open."""

    #: Longer than this unused, the other side may have forgotten the socket.
    life = timedelta(seconds=30)

    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin
        self._kept: dict[int, tuple[Connection, datetime, Parts]] = {}

    def of(self, connection: Connection) -> Parts:
        """The parts of a connection as it is now, with the book that decides now."""
        now, key = self._plugin.clock.now(), connection.connection_id
        young = {k: kept for k, kept in self._kept.items() if now - kept[1] < self.life}
        known = young.get(key)
        if known is not None and known[0] == connection:
            parts = replace(known[2], decider=self._plugin.decider)
        else:
            parts = self._plugin.parts(connection)
        self._kept = {**young, key: (connection, now, parts)}
        return parts


def _export_batch(
    plugin: Plugin, kept: KeptParts, connection: Connection, export_ids: Sequence[int]
) -> None:
    if plugin.left(connection).turn > NEAR or holds(plugin, connection):
        plugin.ledger.untell(export_ids)  # and told again for when the turn is near
    else:
        export_batch(kept.of(connection), connection, export_ids)
    if not dispatch(plugin, connection):
        _ask_for_marks(plugin, connection)


def _sync(plugin: Plugin, _: KeptParts, connection: Connection) -> None:
    sync_now(plugin, connection)
    plugin.ledger.go_on(connection)  # both sides have answered
    make_items(plugin.parts(connection), connection)
    dispatch(plugin, connection)


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
    try:
        with plugin.leases.hold(f"marks:{connection.connection_id}", seconds=600, wait=0):
            while done and plugin.clock.now() < until:
                done = write_back(kept.of(connection), connection, limit=1)
    except TryLater:
        return  # somebody else is at it, or Mintsoft is away: the tick asks again
    if done:
        _ask_for_marks(plugin, connection)


def _reconcile(plugin: Plugin, kept: KeptParts, connection: Connection) -> None:
    """The night's reconciliation; what it says is in the log and in `connection show`."""
    name = f"reconcile:{connection.connection_id}"
    with plugin.leases.hold(name, seconds=RECONCILE_LEASE, wait=0):
        reconcile(kept.of(connection), connection)


def _ask_for_marks(plugin: Plugin, connection: Connection) -> None:
    """Have what is owed to Mintsoft written; asked for so often, a message must not pile up."""
    if plugin.ledger.owed(connection, 1):
        send(plugin, WRITE_BACK, connection.connection_id, expires=TICK)


def tick_all(plugin: Plugin) -> None:
    """One tick for every connection that may run; what one of them can't do costs no other."""
    for connection in plugin.connections.all():
        if connection.may_run()[0]:
            try:
                tick(plugin, connection)
            except TryLater as error:
                words = (connection.connection_id, error.code, error.message, error.detail)
                log.warning("no tick for connection %s: %s %s %s", *words)


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
    So is all that a few batches do not hold, and everything while no call may begin.

    Raises:
        TryLater: the broker can't be reached; what is due is told by a later tick.
    """
    turn = plugin.left(connection).turn
    if turn > FAR or holds(plugin, connection):
        return 0
    size = connection.settings.batch_size
    # After a hold one batch finds out for all whether the side is back.
    most = size * (1 if plugin.ledger.held(connection) else BATCHES_AT_ONCE)
    ids = plugin.ledger.dispatch(connection, told_before=told_before, most=most)
    countdown = turn if turn > NEAR else None
    for start in range(0, len(ids), size):
        batch = ids[start : start + size]
        send(plugin, EXPORT_BATCH, connection.connection_id, batch, countdown=countdown)
    return len(ids)


def holds(plugin: Plugin, connection: Connection) -> bool:
    """Whether nothing is sent now because a side is away."""
    hold = plugin.ledger.held(connection)
    return hold is not None and plugin.clock.now() < hold.until


def tick(plugin: Plugin, connection: Connection) -> None:
    """What a connection's clock moves on: lost messages, lost answers, due syncs, marks."""
    ledger, connection_id = plugin.ledger, connection.connection_id
    if connection.started:
        dispatch(plugin, connection)
    again_at = ledger.decides_again_at(connection)
    its_time = again_at is not None and again_at <= plugin.clock.now()
    _ask_for_marks(plugin, connection)
    if holds(plugin, connection):
        return  # what has to be asked or read is left until one call may find out
    if its_time or ledger.abandoned(connection, older_than=300) or ledger.doubtful(connection):
        send(plugin, SETTLE, connection_id)
    if plugin.connections.take_slot(connection):
        send(plugin, SYNC, connection_id)
    if ledger.take_night(connection):
        send(plugin, RECONCILE, connection_id)


def send(
    plugin: Plugin,
    name: str,
    *arguments: object,
    countdown: float | None = None,
    expires: float | None = None,
) -> None:
    """Send one task message, to be worked on in `countdown` seconds, and not after `expires`.

    Raises:
        TryLater: the broker can't be reached.
    """
    try:
        when = {"countdown": countdown, "expires": expires}
        plugin.celery.send_task(name, list(arguments), retry=False, **when)
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
