"""One export as a person asks for it: `run`. The steps are those of `exports.pipeline`.

    may it run? -> settle -> sync -> choose -> send and wait -> mark

Workers send, or this process does (`ExportRequest.inline`); both are waited for in the same way:
as long as documents get their answers, and then for so many seconds (`ExportRequest.wait`) more.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ..domain.connections.connection import Connection
from ..domain.exports.export import Export, ExportState
from ..errors import Disconnected, PluginError, SettingsError, TryLater
from ..exports.capacity import Capacity, capacity
from ..exports.items import make_items
from ..exports.pipeline import settle
from .container import Container
from .documents.find import choose, named
from .export_wait import (
    LOOK_EVERY,
    Counts,
    ExportRequest,
    ProgressListener,
    mark,
    pursue,
    refuse_unless_it_may_run,
)
from .jobs import sync_now
from .queue import workers

__all__ = ["Counts", "ExportRequest", "ProgressListener", "Report", "run"]

#: How long a worker may take to answer, in seconds.
WORKER_ANSWERS_WITHIN = 10.0

#: The longest that one run keeps others out, in seconds; the ledger needs no such protection.
RUN_LEASE = 600.0


@dataclass(frozen=True, kw_only=True)
class Report:
    """What an export came to."""

    #: How many documents of the connection are in each state.
    counts: Counts
    #: The documents that were named, as they are now, by source id.
    chosen: tuple[Export, ...]
    #: Ids of those of them that were exported before.
    before: frozenset[int]
    #: How many exported orders are still to be marked in Mintsoft.
    owed: int
    #: What sending came to, as it was foreseen.
    plan: Capacity


def run(
    plugin: Container, connection: Connection, wish: ExportRequest, watcher: ProgressListener
) -> Report:
    """Export what is due of a connection, and wait for the answers.

    Raises:
        PluginError: it may not run, or no worker answers.
        SettingsError: a number that was named belongs to no order.
        TryLater: it runs already, or a side can't be reached.
        Disconnected: access has ended; the connection is paused.
        RuleFileError: the rules can't be used.
    """
    refuse_unless_it_may_run(connection, "Nothing was read or sent.")
    if not (wish.inline or wish.dry_run):
        find_a_worker(plugin)
    with alone(plugin, connection, wish):
        try:
            return _run(plugin, connection, wish, watcher)
        except Disconnected as error:
            plugin.connections.pause(connection, error.message)
            raise


def _run(
    plugin: Container, connection: Connection, wish: ExportRequest, watcher: ProgressListener
) -> Report:
    if not (wish.dry_run or wish.only):
        plugin.connections.start(connection)
    if not wish.dry_run and plugin.ledger.held(connection):
        watcher.say("It holds on; it is tried at once because you ask")
    watcher.step("Looking up what was left unfinished")
    settle(plugin.parts(connection), connection)
    watcher.step(f"Reading {connection.kind.plural} from Mintsoft")
    sync_now(plugin, connection, since=wish.since, by_person=True)
    if not wish.dry_run:
        plugin.ledger.go_on(connection)  # both sides have answered; until then it stays held
    connection = plugin.connections.named(connection.name)
    chosen = choose(plugin, connection, wish.only)
    plan = planned(plugin, connection, wish, chosen)
    if not wish.dry_run:
        if plan.documents:
            watcher.say(str(plan))
        watcher.step("Sending invoices to Xero")
        begun = plugin.clock.now()
        if not wish.only:
            make_items(plugin.parts(connection), connection)
        pursue(plugin, connection, wish, chosen, watcher)
        if wish.inline and connection.kind.traits.marked_back:
            watcher.step(f"Marking {connection.kind.plural} in Mintsoft")
            mark(plugin, connection, begun + timedelta(seconds=wish.wait))
    return Report(
        counts=plugin.ledger.counts(connection),
        chosen=tuple(named(plugin, connection, wish.only)),
        before=frozenset(x.export_id for x in chosen if x.state is ExportState.EXPORTED),
        owed=plugin.ledger.owed_count(connection),
        plan=plan,
    )


def planned(
    plugin: Container, connection: Connection, wish: ExportRequest, chosen: Sequence[Export]
) -> Capacity:
    """What sending all that is due comes to, or of the documents that were named."""
    counts = Counter(x.state for x in chosen) if wish.only else plugin.ledger.counts(connection)
    due = counts.get(ExportState.READY, 0) + counts.get(ExportState.LATER, 0)
    size = connection.settings.batch_size
    return capacity(due, connection.kind, batch_size=size, left=plugin.left(connection))


def find_a_worker(plugin: Container) -> None:
    """Raises PluginError when no worker answers, or there is no broker to ask through."""
    none = PluginError(
        "No worker answers.", fix="Start one with mintsoft-xero worker, or export with --inline."
    )
    end = plugin.clock.now() + timedelta(seconds=WORKER_ANSWERS_WITHIN)
    try:
        while not workers(plugin, 1.0):
            if plugin.clock.now() >= end:
                raise none
            plugin.clock.sleep(LOOK_EVERY)
    except SettingsError:
        raise none from None


@contextlib.contextmanager
def alone(plugin: Container, connection: Connection, wish: ExportRequest) -> Iterator[None]:
    """Keep other exports of the connection out; a scheduled sync under way may end first.

    Raises:
        TryLater: another export runs.
    """
    leases, key = plugin.leases, connection.connection_id
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(leases.hold(f"export:{key}", seconds=RUN_LEASE, wait=0))
            with leases.hold(f"sync:{key}", seconds=RUN_LEASE, wait=wish.wait):
                pass
        except TryLater as error:
            raise TryLater(
                f"An export of {connection.name} is already running.",
                fix="Wait until it has ended, then run the command again.",
                after=error.after,
            ) from None
        yield
