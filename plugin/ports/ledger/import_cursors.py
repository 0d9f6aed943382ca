"""Until when the accounting side was read."""

from datetime import datetime
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.exports.export import DocumentKind


class ImportCursors(Protocol):
    """A cursor for each kind of document."""

    def read_until(self, connection: Connection, kind: DocumentKind) -> datetime | None:
        """Until when (UTC) documents were read; None: never."""

    def move_cursor(self, connection: Connection, kind: DocumentKind, until: datetime) -> None:
        """They were read until a moment."""
