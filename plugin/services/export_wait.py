"""Export wait: what is due is sent, here or by workers, and its answers are waited for."""

import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from ..domain.connections.connection import Connection
from ..domain.exports.export import UNSETTLED, Export, ExportState
from ..errors import PluginError, TryLater
from ..exports.context import ExportContext
from ..exports.pipeline import export_batch, settle, write_back
from ..ports.clock import Clock
from .celery_app import EXPORT_BATCH
from .container import Container
from .dispatch import dispatch, holds
from .documents.find import named
from .queue import send

log = logging.getLogger("mintsoft_xero.export")

#: Seconds between two looks at the ledger, and between two settlements.
LOOK_EVERY = 0.5
SETTLE_EVERY = 3.0

#: After so many seconds a worker is told again of a chosen document; once too often is harmless.
TELL_AGAIN_AFTER = 10.0

#: Documents marked in Mintsoft between two looks at the time.
MARKS_AT_ONCE = 5

Counts = Mapping[ExportState, int]


@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """What is to be exported, and how."""

    #: Read orders of documents from this day on again; None: those that changed.
    since: date | None = None
    #: Send these order numbers alone; empty: all that is due.
    only: tuple[str, ...] = ()
    #: Stop before anything is sent.
    dry_run: bool = False
    #: Send in this process, without a broker and workers.
    inline: bool = False
    #: Seconds without an answer for any document after which waiting ends.
    wait: float = 60.0


class ProgressListener(Protocol):
    """Who is told how it goes."""

    def step(self, words: str) -> None:
        """What begins now."""

    def say(self, words: str) -> None:
        """Something to know beside that."""

    def counts(self, counts: Counts) -> None:
        """How many of the documents that are waited for are in each state."""


def refuse_unless_it_may_run(connection: Connection, fix: str) -> None:
    """Raises PluginError with the reason why a connection may not run."""
    may_run, why = connection.may_run()
    if not may_run:
        raise PluginError(f"{why}.", fix=fix)


class WaitBudget:
    """How long answers are waited for: until none has come for so many seconds."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock, self._seconds = clock, timedelta(seconds=seconds)
        self._moved_at = clock.now()
        self._answered: dict[ExportState, int] | None = None

    def moved(self, counts: Counts) -> bool:
        """Whether a document got its answer since the last call."""
        answered = {state: n for state, n in counts.items() if state not in UNSETTLED}
        moved = answered != self._answered
        if moved:
            self._moved_at, self._answered = self._clock.now(), answered
        return moved

    @property
    def end(self) -> datetime:
        """When it is over, if no further answer comes (UTC)."""
        return self._moved_at + self._seconds

    @property
    def over(self) -> bool:
        """Whether it is."""
        return self._clock.now() >= self.end


def pursue(
    plugin: Container,
    connection: Connection,
    wish: ExportRequest,
    chosen: Sequence[Export],
    watcher: ProgressListener,
) -> None:
    """Have what is due sent, and wait until no answer is owed, or none comes any more."""
    parts, clock = plugin.parts(connection), plugin.clock
    patience = WaitBudget(clock, wish.wait)

    def moved() -> bool:
        counts = counted(plugin, connection, wish.only)
        watcher.counts(counts)
        return patience.moved(counts)

    ids = {x.export_id for x in chosen} if wish.only else None
    hand = _here(plugin, parts, connection, ids, moved, patience) if wish.inline else None
    hand = hand or _by_workers(plugin, connection, ids)
    moved()
    settled_at = clock.now()
    while True:
        hand()
        moved()
        if not owing(plugin, connection, wish.only, patience.end) or patience.over:
            return
        clock.sleep(LOOK_EVERY)
        refuse_unless_it_may_run(plugin.connections.named(connection.name), "Nothing is lost.")
        if clock.now() - settled_at >= timedelta(seconds=SETTLE_EVERY):
            _settle_if_possible(parts, connection)
            settled_at = clock.now()


def _here(
    plugin: Container,
    parts: ExportContext,
    connection: Connection,
    ids: set[int] | None,
    moved: Callable[[], bool],
    patience: WaitBudget,
) -> Callable[[], None]:
    """What sends all that is due in this process, a batch after the other."""

    def hand() -> None:
        due = _of(ids, plugin.ledger.due_to_send(connection))
        if holds(plugin, connection):
            return
        size = connection.settings.batch_size
        for start in range(0, len(due), size):
            # Parts keep to one book; the next batch may be decided by a newer one.
            newest = replace(parts, decider=plugin.decider_of(connection.book))
            export_batch(newest, connection, due[start : start + size])
            if holds(plugin, connection) or (not moved() and patience.over):
                return

    return hand


def _by_workers(
    plugin: Container, connection: Connection, ids: set[int] | None
) -> Callable[[], None]:
    """What tells workers of all that is due, or of the chosen documents alone."""
    told: dict[int, datetime] = {}
    if ids is None:
        # At once, whoever was told of it before: workers that died took messages along.
        dispatch(plugin, connection, told_before=0)

    def hand() -> None:
        if ids is None:
            dispatch(plugin, connection)
            return
        now, again = plugin.clock.now(), timedelta(seconds=TELL_AGAIN_AFTER)
        due = _of(ids, plugin.ledger.due_to_send(connection))
        untold = [x for x in due if x not in told or now - told[x] >= again]
        told.update(dict.fromkeys(untold, now))
        size = connection.settings.batch_size
        for start in range(0, len(untold), size):
            send(plugin, EXPORT_BATCH, connection.connection_id, untold[start : start + size])

    return hand


def _of(ids: set[int] | None, due: Sequence[int]) -> list[int]:
    return [x for x in due if ids is None or x in ids]


def counted(plugin: Container, connection: Connection, numbers: Sequence[str]) -> Counts:
    """How many documents are in each state: all of them, or those with these numbers."""
    if not numbers:
        return plugin.ledger.counts(connection)
    return Counter(x.state for x in named(plugin, connection, numbers))


def owing(plugin: Container, connection: Connection, numbers: Sequence[str], end: datetime) -> bool:
    """Whether an answer is still to come before a moment."""
    counts = counted(plugin, connection, numbers)
    if any(counts.get(x) for x in UNSETTLED if x is not ExportState.LATER):
        return True
    again_at = plugin.ledger.decides_again_at(connection, numbers)
    if again_at is not None and again_at <= end:
        return True
    if not counts.get(ExportState.LATER):
        return False
    later = plugin.ledger.exports(connection, state=ExportState.LATER, numbers=numbers)
    return any(x.again_at is None or x.again_at <= end for x in later)


def _settle_if_possible(parts: ExportContext, connection: Connection) -> None:
    try:
        settle(parts, connection)
    except TryLater as error:
        log.info("not settled now: %s %s", error.code, error.detail)


def mark(plugin: Container, connection: Connection, until: datetime) -> None:
    """Write to Mintsoft what is owed, until a moment or until it can't be written.

    Raises:
        Disconnected: Mintsoft refuses the login.
    """
    parts, clock = plugin.parts(connection), plugin.clock
    seconds = (until - clock.now()).total_seconds()
    if seconds <= 0:
        return
    name = f"marks:{connection.connection_id}"
    # Somebody else at it, or Mintsoft away: what is owed stays owed, and is counted.
    with contextlib.suppress(TryLater), plugin.leases.hold(name, seconds=seconds + 60, wait=0):
        while clock.now() < until and write_back(parts, connection, limit=MARKS_AT_ONCE):
            pass
