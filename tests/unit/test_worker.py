"""Tasks: when the flows run, and what of them travels through the broker."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery
from celery.exceptions import SoftTimeLimitExceeded
from kombu.exceptions import OperationalError
from sqlalchemy import event, update

from ...plugin import worker
from ...plugin.database.jobs import Jobs
from ...plugin.database.leases import SqlLeases
from ...plugin.database.tables import export
from ...plugin.domain.connections.job import JobName
from ...plugin.errors import Disconnected, TryLater
from ...plugin.ports.infrastructure import Quota
from ...plugin.services.celery_app import (
    EXPORT_BATCH,
    IMPORT_DOCUMENTS,
    KEEP_ALIVE,
    NOTIFY,
    QUEUES,
    TICK_TASK,
    make_celery,
)
from ...plugin.services.context_cache import ContextCache
from ...plugin.services.dispatch import TELL_AGAIN_AFTER, dispatch
from ...plugin.services.jobs import sync_now
from ...plugin.testing.source import FakeSource
from .orders import an_order
from .world import World


class RecordingCelery:
    """A Celery app whose broker is a list; or away."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, list[Any]]] = []
        self.how: dict[str, dict[str, Any]] = {}
        self.away = False

    def send_task(self, name: str, arguments: list[Any], *, retry: bool, **when: Any) -> None:
        assert not retry
        self.when = {key: value for key, value in when.items() if value is not None}
        if self.away:
            raise OperationalError("connection refused by redis://:hunter2@host")
        # As the real one does: what is no JSON can't be sent.
        self.sent.append((name, json.loads(json.dumps(arguments))))
        self.how[name] = self.when

    def told(self, name: str) -> dict[str, Any]:
        """How the last message of this name was sent."""
        return self.how[name]

    def names(self) -> list[str]:
        """What was sent since the last question."""
        names = [name for name, _ in self.sent]
        self.sent.clear()
        return names


class Installation(SimpleNamespace):
    """As much of `Container` as tasks need, over a world."""

    def __init__(self, world: World) -> None:
        super().__init__(
            connections=world.connections,
            jobs=Jobs(world.database, world.clock),
            ledger=world.ledger,
            leases=SqlLeases(world.database, world.clock),
            celery=RecordingCelery(),
            parts=lambda _: world.parts,
            clock=world.clock,
            decider=world.parts.decider,
            decider_of=lambda _: world.parts.decider,
            turn=0.0,
            refreshed=lambda connection, now: connection,
        )

    def left(self, connection: Any) -> Quota:
        """As if the limits had this turn."""
        return Quota(minute=60, day=None, wait=0, turn=self.turn)


@pytest.fixture
def database_url(tmp_path: Any) -> str:
    """Return the URL of an empty database; SQLite is enough for this."""
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def plugin(world: World) -> Any:
    """Return an installation with one connection that may run by the clock."""
    world.connections.start(world.connection)
    world.connection = world.connections.named("one")
    return Installation(world)


class Registry:
    """As much of a Celery app as `worker.define` needs: it keeps what it is given."""

    def __init__(self, plugin: Any) -> None:
        self.tasks: dict[str, Callable[..., Any]] = {}
        self.options: list[dict[str, Any]] = []
        worker.define(self, plugin)

    def task(self, **options: Any) -> Callable[[Callable[..., Any]], None]:
        def keep(work: Callable[..., Any]) -> None:
            self.tasks[options["name"]] = work
            self.options.append(options)

        return keep


@pytest.fixture
def run(plugin: Any) -> Callable[..., Any]:
    """Return what runs a task here and now, as a worker would."""
    registry = Registry(plugin)
    return lambda name, *arguments: registry.tasks[name](*arguments)


def ready(world: World, count: int) -> list[int]:
    """Put so many orders in and have them decided: the ids of their rows."""
    world.put(*(an_order(str(x)) for x in range(1, count + 1)))
    world.sync()
    return world.ledger.due_to_send(world.connection)


def test_names_and_queues_are_literal() -> None:
    """What other programs rely on: the names of tasks and queues, and who gets what."""
    app = make_celery("memory://")
    ours = set(Registry(None).tasks)
    assert ours == set(QUEUES)
    assert {name: app.amqp.router.route({}, name)["queue"].name for name in ours} == {
        "mintsoft_xero.export_batch": "mintsoft_xero.export",
        "mintsoft_xero.sync": "mintsoft_xero.sync",
        "mintsoft_xero.write_back": "mintsoft_xero.sync",
        "mintsoft_xero.reconcile": "mintsoft_xero.sync",
        "mintsoft_xero.import_documents": "mintsoft_xero.sync",
        "mintsoft_xero.client_invoices": "mintsoft_xero.sync",
        "mintsoft_xero.catalogue": "mintsoft_xero.sync",
        "mintsoft_xero.keep_alive": "mintsoft_xero.sync",
        "mintsoft_xero.notify": "mintsoft_xero.settle",
        "mintsoft_xero.settle": "mintsoft_xero.settle",
        "mintsoft_xero.tick": "mintsoft_xero.settle",
    }
    tick = app.conf.beat_schedule["tick"]
    assert (tick["task"], tick["options"]["expires"]) == ("mintsoft_xero.tick", tick["schedule"])
    assert app.conf.beat_schedule["notify"]["task"] == "mintsoft_xero.notify"
    app.close()


def test_tasks_are_not_shared_with_other_apps() -> None:
    """A host's own Celery app, or a second one of ours, gets none of these tasks."""
    assert {options.get("shared") for options in Registry(None).options} == {False}


def test_a_message_outlives_its_worker() -> None:
    """A task is taken off the queue only when it has ended, and not given out twice before."""
    conf = make_celery("memory://").conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit
    assert conf.accept_content == ["json"]


def test_arguments_are_ids_only(world: World, plugin: Any) -> None:
    """Messages hold the connection's id and rows' ids, in batches, and nothing of an order."""
    world.change(batch_size=2)
    ids = ready(world, 5)
    assert dispatch(plugin, world.connection) == 5
    mine = world.connection.connection_id
    assert plugin.celery.sent == [
        ("mintsoft_xero.export_batch", [mine, ids[start : start + 2]]) for start in (0, 2, 4)
    ]


def test_real_message(plugin: Any, world: World) -> None:
    """What lies in the broker is JSON with ids, in the queue of its task."""
    ids = ready(world, 2)
    app: Celery = make_celery("memory://")
    plugin.celery = app
    dispatch(plugin, world.connection)
    with app.connection() as connection:
        queue = connection.SimpleQueue("mintsoft_xero.export")
        message = queue.get(block=False)
        message.ack()
        assert message.payload[0] == [world.connection.connection_id, ids]
        assert message.headers["task"] == "mintsoft_xero.export_batch"
        assert "Ada" not in f"{message.body}{message.headers}"
        assert "WEB-1" not in f"{message.body}{message.headers}"
        queue.close()
    app.close()


def test_lost_batch_is_told_again_only_after_a_while(world: World, plugin: Any) -> None:
    """Ticks don't tell workers twice of what they know; what seems lost is told again."""
    ready(world, 2)
    worker.tick(plugin, world.connection)
    assert plugin.celery.names() == ["mintsoft_xero.export_batch"]
    world.clock.advance(seconds=TELL_AGAIN_AFTER - 1)
    worker.tick(plugin, world.connection)
    assert plugin.celery.names() == []
    world.clock.advance(seconds=1)
    worker.tick(plugin, world.connection)
    assert plugin.celery.names() == ["mintsoft_xero.export_batch"]


def test_connection_that_nobody_has_started(world: World) -> None:
    """Before a person has exported by hand, no clock exports or syncs anything."""
    ready(world, 2)
    plugin: Any = Installation(world)
    for _ in range(3):
        worker.tick_all(plugin)
        world.clock.advance(hours=1)
    assert plugin.celery.sent == []


def test_tick_moves_on_what_the_clock_moves(world: World, plugin: Any) -> None:
    """A tick asks for a settle, marks or a sync when there is something to do, and else not."""
    worker.tick_all(plugin)  # the first slots are set
    assert plugin.celery.names() == []
    world.clock.advance(minutes=15)
    worker.tick_all(plugin)
    assert "mintsoft_xero.sync" in plugin.celery.names()
    world.target.lose_answer = "after"
    ready(world, 1)
    world.send()
    worker.tick(plugin, world.connection)
    assert plugin.celery.names() == []
    world.clock.advance(seconds=30)
    worker.tick(plugin, world.connection)
    assert plugin.celery.names() == ["mintsoft_xero.settle"]
    world.export()
    worker.tick(plugin, world.connection)
    assert plugin.celery.names() == ["mintsoft_xero.write_back"]


def test_tasks_do_their_flow(world: World, plugin: Any, run: Callable[..., Any]) -> None:
    """Sync, export, settle and marks run their flow, and each asks for what follows."""
    mine = world.connection.connection_id
    world.put(an_order("1"), an_order("2"))
    run("mintsoft_xero.sync", mine)
    (name, arguments), *_ = plugin.celery.sent
    assert plugin.celery.names() == ["mintsoft_xero.export_batch"]
    run(name, *arguments)
    run(name, *arguments)  # the same message twice
    assert len(world.target.sent) == 1
    run("mintsoft_xero.settle", mine)
    run("mintsoft_xero.write_back", mine)
    assert world.states() == {"1": "exported", "2": "exported"}
    assert set(world.source.comments) == {"1", "2"}


def test_marks_rest_while_mintsoft_is_away(
    world: World, plugin: Any, run: Callable[..., Any]
) -> None:
    """Mintsoft is not asked to write before it said, however often the tick comes by."""
    mine = world.connection.connection_id
    world.put(an_order("1"))
    world.export()
    tries: list[str] = []

    def away(call: str) -> None:
        tries.append(call)
        raise TryLater(code="MX-602", after=60, service="Mintsoft")

    world.source.before = away
    for _ in range(3):
        run("mintsoft_xero.write_back", mine)
    assert len(tries) == 1
    world.clock.advance(seconds=61)
    world.source.before = tries.append
    run("mintsoft_xero.write_back", mine)
    assert set(world.source.comments) == {"1"}


@pytest.mark.parametrize("name", sorted(set(QUEUES) - {TICK_TASK, NOTIFY, KEEP_ALIVE}))
def test_unknown_or_paused_connection(
    world: World, plugin: Any, run: Callable[..., Any], name: str
) -> None:
    """A task for a connection that is gone or may not run does nothing at all."""
    ids = ready(world, 1)
    given: dict[str, list[Any]] = {
        EXPORT_BATCH: [ids],
        IMPORT_DOCUMENTS: ["sales_invoice"],
    }
    rest = given.get(name, [])
    calls: list[str] = []
    world.source.before = calls.append
    run(name, 4711, *rest)
    world.connections.pause(world.connection, "a person said so")
    run(name, world.connection.connection_id, *rest)
    worker.tick_all(plugin)
    assert world.states() == {"1": "ready"}
    assert (plugin.celery.sent, calls) == ([], [])


def test_while_a_side_is_away(world: World, plugin: Any, run: Callable[..., Any]) -> None:
    """Nothing is told while a connection holds; then one batch tries, and all follow it."""
    mine = world.connection.connection_id
    world.change(batch_size=2)
    ids = ready(world, 12)
    world.target.down = True
    for start in (0, 2):
        run(EXPORT_BATCH, mine, ids[start : start + 2])
    hold = world.ledger.held(world.connection)
    assert hold is not None
    plugin.celery.names()
    run(EXPORT_BATCH, mine, ids[4:6])  # told before it held: handed back
    assert set(world.states().values()) == {"ready", "later"}
    assert list(world.states().values()).count("later") == 4
    assert dispatch(plugin, world.connection) == 0
    assert plugin.celery.names() == []
    world.clock.advance(hours=1)
    assert dispatch(plugin, world.connection, told_before=0) == 2, "one batch finds out"
    (name, arguments), *_ = plugin.celery.sent
    plugin.celery.names()
    world.target.down = False
    run(name, *arguments)
    assert plugin.celery.names().count(EXPORT_BATCH) == 5, "the side is back"


def test_what_one_connection_cannot_do_costs_no_other(world: World, plugin: Any) -> None:
    """A tick that fails for one connection goes on with the next, and says so."""
    first, *others = ready(world, 3)
    other = world.connect("two")
    world.connections.start(other)
    with world.database.transaction() as transaction:
        theirs = update(export).where(export.c.id.in_(others))
        transaction.execute(theirs.values(connection_id=other.connection_id))
    dispatched: list[int] = []

    def left(connection: Any) -> Quota:
        dispatched.append(connection.connection_id)
        raise TryLater(service="Xero", after=1)

    plugin.left = left
    worker.tick_all(plugin)
    assert dispatched == [world.connection.connection_id, other.connection_id]
    assert world.ledger.due_to_send(world.connection) == [first]


def test_broker_that_is_away(world: World, plugin: Any) -> None:
    """Without a broker the work waits: said without its password, and told again later."""
    ready(world, 1)
    plugin.celery.away = True
    with pytest.raises(TryLater) as caught:
        worker.tick(plugin, world.connection)
    assert caught.value.code == "MX-105"
    assert "hunter2" not in f"{caught.value!r}{caught.value.detail}"
    plugin.celery.away = False
    world.clock.advance(seconds=TELL_AGAIN_AFTER)
    worker.tick(plugin, world.connection)
    assert "mintsoft_xero.export_batch" in plugin.celery.names()


def test_second_sync_of_a_connection(world: World, plugin: Any) -> None:
    """Two syncs of one connection never run at once; the second is told so."""
    key = f"sync:{world.connection.connection_id}"
    with plugin.leases.hold(key, seconds=60, wait=0), pytest.raises(TryLater):
        sync_now(plugin, world.connection)
    sync_now(plugin, world.connection)


def test_what_cannot_be_done_now_is_logged(
    world: World, run: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """A task that meets an outage ends, with a line in the log that names no customer."""
    world.put(an_order())
    world.source.failure = TryLater(code="MX-105", after=5, service="Mintsoft", reason="is away")
    with caplog.at_level(logging.WARNING, "mintsoft_xero.tasks"):
        run("mintsoft_xero.sync", world.connection.connection_id)
    assert "MX-105 Mintsoft can't be reached" in caplog.text
    assert "Ada" not in caplog.text


def test_lost_access_pauses_the_connection(world: World, run: Callable[..., Any]) -> None:
    """A task that finds access ended pauses the connection, and fails no document."""
    ids = ready(world, 1)
    world.target.access_ended = True
    run("mintsoft_xero.export_batch", world.connection.connection_id, ids)
    assert not world.connections.named("one").may_run()[0]
    assert world.states() == {"1": "ready"}
    world.connections.resume(world.connection)
    world.source.failure = Disconnected(reason="the login is refused")
    world.clock.advance(minutes=1)
    run("mintsoft_xero.sync", world.connection.connection_id)
    assert not world.connections.named("one").may_run()[0]


def test_told_documents_are_due_until_they_are_sent(world: World, plugin: Any) -> None:
    """Telling a worker moves no state: what is due stays due in the ledger."""
    ids = ready(world, 3)
    assert dispatch(plugin, world.connection) == 3
    assert world.ledger.due_to_send(world.connection) == ids
    assert world.ledger.dispatch(world.connection, told_before=60, most=100) == []
    world.clock.advance(seconds=timedelta(minutes=1).total_seconds())
    assert world.ledger.dispatch(world.connection, told_before=60, most=100) == ids


def test_backlog_stays_in_the_ledger(world: World, plugin: Any, run: Callable[..., Any]) -> None:
    """Workers are told of a few batches of a connection; each that ends makes room for one more."""
    world.change(batch_size=2)
    mine = world.connection.connection_id
    ids = ready(world, 15)
    worker.tick(plugin, world.connection)
    worker.tick(plugin, world.connection)
    told = [batch for _, (_, batch) in plugin.celery.sent]
    assert told == [ids[start : start + 2] for start in (0, 2, 4, 6, 8)]
    plugin.celery.sent.clear()
    run("mintsoft_xero.export_batch", mine, told[0])
    assert plugin.celery.sent == [("mintsoft_xero.export_batch", [mine, ids[10:12]])]
    # Half a batch goes only when it is the last one.
    for batch in told[1:3]:
        run("mintsoft_xero.export_batch", mine, batch)
    assert [batch for _, (_, batch) in plugin.celery.sent] == [ids[10:12], ids[12:14], ids[14:]]


def test_worker_does_not_wait_for_a_far_turn(
    world: World, plugin: Any, run: Callable[..., Any]
) -> None:
    """A batch whose turn is far is handed back unclaimed, and told again for when it is near."""
    mine, ids = world.connection.connection_id, ready(world, 2)
    dispatch(plugin, world.connection)
    plugin.celery.sent.clear()
    plugin.turn = 30.0
    run("mintsoft_xero.export_batch", mine, ids)
    assert world.states() == {"1": "ready", "2": "ready"}
    assert plugin.celery.sent == [("mintsoft_xero.export_batch", [mine, ids])]
    assert plugin.celery.when == {"countdown": 30.0}
    plugin.celery.sent.clear()
    plugin.turn = 3600.0
    run("mintsoft_xero.export_batch", mine, ids)
    worker.tick(plugin, world.connection)
    assert plugin.celery.sent == []
    plugin.turn = 0.0
    worker.tick(plugin, world.connection)
    assert plugin.celery.sent == [("mintsoft_xero.export_batch", [mine, ids])]


def test_tick_asks_two_things(world: World, plugin: Any) -> None:
    """A tick that finds nothing asks the database twice, with 200 connections as with one."""
    for number in range(200):
        world.connections.start(world.connect(f"more-{number}"))
    worker.tick_all(plugin)  # plans their jobs
    asked: list[str] = []

    @event.listens_for(world.database.engine, "before_cursor_execute")
    def ask(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    worker.tick_all(plugin)
    assert plugin.celery.sent == []
    assert len([x for x in asked if x.startswith("SELECT")]) == 2
    assert len(asked) <= 4  # with the BEGIN of each


def test_sync_that_takes_too_long(
    world: World, plugin: Any, run: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """A sync that is stopped at its time limit keeps what it read, and gets more time next."""
    world.source = FakeSource(page_size=1)
    world.parts = replace(world.parts, source=world.source)
    world.put(an_order("1"), an_order("2"))
    pages = world.source.changed_since

    def slow(since: Any) -> Any:
        """As if the second page took for ever."""
        for number, page in enumerate(pages(since)):
            if number:
                raise SoftTimeLimitExceeded
            yield page

    world.source.changed_since = slow  # type: ignore[method-assign]
    mine = world.connection.connection_id
    run("mintsoft_xero.sync", mine)
    assert world.states() == {"1": "ready"}
    job = plugin.jobs.one(world.connection, JobName.EXPORT_ORDERS)
    assert (job.code, job.running_since, job.seconds) == ("MX-132", None, 1080)
    assert "MX-132" in caplog.text
    with plugin.leases.hold(f"sync:{mine}", seconds=1, wait=0):
        pass  # was given back
    plugin.jobs.change(world.connection, JobName.EXPORT_ORDERS, minutes=1)
    worker.tick_all(plugin)
    world.clock.advance(minutes=1)
    plugin.celery.sent.clear()
    worker.tick_all(plugin)
    assert plugin.celery.told("mintsoft_xero.sync") == {
        "expires": 600.0,
        "soft_time_limit": 1080,
        "time_limit": 1140,
    }
    world.source.changed_since = pages  # type: ignore[method-assign]
    run("mintsoft_xero.sync", mine)
    assert world.states() == {"1": "ready", "2": "ready"}
    assert plugin.jobs.one(world.connection, JobName.EXPORT_ORDERS).seconds == 540


def test_parts_are_kept_while_they_are_used(world: World, plugin: Any) -> None:
    """A process keeps a connection's parts, but not over a change of it, nor unused for long."""
    made: list[int] = []

    def parts(connection: Any) -> Any:
        made.append(connection.connection_id)
        return world.parts

    plugin.parts = parts
    kept = ContextCache(plugin)
    first = world.connection
    for _ in range(3):
        kept.of(world.connections.named(first.name))
    assert len(made) == 1
    world.change(batch_size=3)
    kept.of(world.connection)
    assert len(made) == 2
    world.clock.advance(seconds=60)
    kept.of(world.connection)
    assert len(made) == 3
