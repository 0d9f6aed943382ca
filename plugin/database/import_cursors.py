"""Until when the accounting side was read."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from ..domain.connections.connection import Connection
from ..domain.exports.export import DocumentKind
from .import_base import ImportPart
from .import_rows import cursor_of
from .import_tables import import_cursor


class SqlImportCursors(ImportPart):
    """Implements `ports.ledger.ImportCursors`."""

    def read_until(self, connection: Connection, kind: DocumentKind) -> datetime | None:
        """See `ports.ledger.ImportCursors`."""
        query = select(import_cursor.c.read_until).where(*cursor_of(connection, kind))
        with self._database.transaction() as transaction:
            moment: datetime | None = transaction.scalar(query)
        return moment

    def move_cursor(self, connection: Connection, kind: DocumentKind, until: datetime) -> None:
        """See `ports.ledger.ImportCursors`."""
        mine = cursor_of(connection, kind)
        key = {"connection_id": connection.connection_id, "kind": kind}
        for _ in range(2):
            try:
                with self._database.transaction() as transaction:
                    query = select(import_cursor.c.read_until).where(*mine).with_for_update()
                    before: datetime | None = transaction.scalar(query)
                    if before is None:
                        transaction.execute(insert(import_cursor).values(**key, read_until=until))
                    elif before < until:
                        change = update(import_cursor).where(*mine).values(read_until=until)
                        transaction.execute(change)
            except IntegrityError:  # another process was first
                continue
            return
