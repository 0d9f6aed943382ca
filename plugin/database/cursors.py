"""Until when the source was read."""

from datetime import datetime

from ..domain.connections.connection import Connection
from ..ports.ledger.cursors import ReadMark
from .base import LedgerPart


class SqlCursors(LedgerPart):
    """Implements `ports.ledger.Cursors`."""

    def orders_read_until(self, connection: Connection) -> datetime | None:
        """See `ports.ledger.Cursors`."""
        return self._moment(connection, "orders_read_until")

    def move_orders_cursor(self, connection: Connection, until: datetime) -> None:
        """See `ports.ledger.Cursors`."""
        self._move(connection, "orders_read_until", until)

    def look(self, connection: Connection) -> ReadMark | None:
        """See `ports.ledger.Cursors`."""
        until = self._moment(connection, "changes_read_until")
        at = self._moment(connection, "looked_at")
        return None if until is None or at is None else ReadMark(changes_until=until, at=at)

    def keep_look(self, connection: Connection, look: ReadMark) -> None:
        """See `ports.ledger.Cursors`."""
        self._move(connection, "changes_read_until", look.changes_until, looked_at=look.at)
