"""What telling people needs from outside: the ledger's part, and the ways that notices take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ..domain.connections.connection import Connection
from ..domain.connections.hold import Hold
from ..domain.exports.cause import Cause
from ..domain.notifications.digest import Digest
from ..domain.notifications.notice import Channel, Draft, Notice, Noticed
from .clock import Clock


class NoticeLedger(Protocol):
    """The part of the ledger that remembers what was noticed and what people were told.

    Each method is one short transaction and raises TryLater when the database is away.
    """

    def noticed(self, connection: Connection) -> dict[str, Noticed]:
        """What was noticed about a connection, by thing."""

    def note(
        self,
        connection: Connection,
        noticed: Sequence[Noticed],
        drafts: Sequence[tuple[Draft, Sequence[Channel]]],
    ) -> bool:
        """Keep what was noticed and write its notices: all of it, or nothing.

        False when another process was first: something of `noticed` has another version by now.
        """

    def changed_since(self, connection: Connection, moment: datetime) -> bool:
        """Whether a document of the connection has changed since then."""

    def all_causes(self, connection: Connection) -> list[Cause]:
        """What needs attention, and what changed after its export, by cause."""

    def held(self, connection: Connection) -> Hold | None:
        """The connection's hold; None while calls go through."""

    def digest(self, connection: Connection, begin: datetime, end: datetime) -> Digest:
        """The connection's figures of a time."""

    def take_notices(self, limit: int) -> list[Notice]:
        """Begin an attempt at notices that are due, the longest due first; nobody else gets them.

        One whose attempt is not ended within `notice.ATTEMPT` is due again.
        """

    def end_attempt(self, notice: Notice, answer: str, *, sent: bool, gone: bool = False) -> None:
        """Keep what the receiver said; what was not sent is due later, unless it is `gone`."""

    def put_back(self, notices: Sequence[Notice]) -> None:
        """Take the attempts back that were not made after all."""

    def forget_notices(self, before: datetime) -> None:
        """Forget what was sent or given up before a moment."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a receiver said to a notice, or why it could not be asked."""

    #: In a few words, without a secret: ``200``, ``410``, ``no answer within 10 seconds``.
    words: str
    #: Whether it has the notice now.
    taken: bool
    #: Whether it said that it never wants one any more.
    gone: bool = False
    #: Code of the catalogue; empty when taken.
    code: str = ""


class Sender(Protocol):
    """One way to people."""

    def send(self, connection: Connection, notice: Notice) -> Answer:
        """Send a notice once. Never raises for what the other side does; ends within a minute."""


@dataclass(frozen=True, kw_only=True)
class NotificationContext:
    """What the flow of notices is given."""

    ledger: NoticeLedger
    senders: Mapping[Channel, Sender]
    clock: Clock
