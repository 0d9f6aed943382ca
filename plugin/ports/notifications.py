"""What telling people needs from outside: the ledger's part, and the ways that notices take."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ..domain.connections.connection import Connection
from ..domain.notifications.notice import Channel, Notice
from .clock import Clock
from .ledger.circuit_breaker import CircuitBreaker
from .ledger.digests import Digests
from .ledger.notices import Notices


class NoticeLedger(Notices, Digests, CircuitBreaker, Protocol):
    """What the flow of notices needs of the ledger.

    Each method is one short transaction and raises TryLater when the database is away.
    """


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
