"""Until when the source was read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ...domain.connections.connection import Connection


@dataclass(frozen=True, kw_only=True)
class ReadMark:
    """How far changes at the source were read."""

    #: By the source's own clock, which may be another than ours (UTC).
    changes_until: datetime
    #: When that was, by ours: from then on both clocks went on alike.
    at: datetime


class Cursors(Protocol):
    """Cursors; they never move backwards."""

    def orders_read_until(self, connection: Connection) -> datetime | None:
        """The cursor: all changes before it have been seen. None: nothing has."""

    def move_orders_cursor(self, connection: Connection, until: datetime) -> None:
        """Move the cursor; never backwards."""

    def look(self, connection: Connection) -> ReadMark | None:
        """How far changes of orders were last read; None: never."""

    def keep_look(self, connection: Connection, look: ReadMark) -> None:
        """Keep that; never backwards."""
