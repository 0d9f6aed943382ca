"""What people are told of a connection: its figures of a time, and what needs attention."""

from datetime import datetime
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.exports.cause import Cause
from ...domain.notifications.digest import Digest


class Digests(Protocol):
    """Figures and causes."""

    def digest(self, connection: Connection, begin: datetime, end: datetime) -> Digest:
        """The connection's figures of a time."""

    def all_causes(self, connection: Connection) -> list[Cause]:
        """What needs attention, and what changed after its export, by cause."""
