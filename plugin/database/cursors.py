"""What the ledger remembers of the two sides: cursors, and the target's numbers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from ..domain.connections.connection import Connection, ConnectionState
from ..domain.exports.export import ExportState
from ..ports.ledger import ReadMark
from ..ports.target import TargetDocument
from .base import LedgerPart, replace_rows
from .tables import connection as connection_table
from .tables import export, number


class Cursors(LedgerPart):
    """Implements the remembering part of `ports.Ledger`."""

    def orders_read_until(self, connection: Connection) -> datetime | None:
        """See `ports.Ledger`."""
        return self._moment(connection, "orders_read_until")

    def move_orders_cursor(self, connection: Connection, until: datetime) -> None:
        """See `ports.Ledger`."""
        self._move(connection, "orders_read_until", until)

    def look(self, connection: Connection) -> ReadMark | None:
        """See `ports.Ledger`."""
        until = self._moment(connection, "changes_read_until")
        at = self._moment(connection, "looked_at")
        return None if until is None or at is None else ReadMark(changes_until=until, at=at)

    def keep_look(self, connection: Connection, look: ReadMark) -> None:
        """See `ports.Ledger`."""
        self._move(connection, "changes_read_until", look.changes_until, looked_at=look.at)

    def numbers_read_until(self, connection: Connection) -> datetime | None:
        """See `ports.Ledger`."""
        return self._moment(connection, "numbers_read_until")

    def keep_numbers(
        self, connection: Connection, documents: Sequence[TargetDocument], until: datetime | None
    ) -> None:
        """See `ports.Ledger`."""
        organisation = connection.organisation_known.organisation_id
        rows = {
            document.invoice_id: {
                "organisation_id": organisation,
                "invoice_id": document.invoice_id,
                "number_key": document.number.lower()[:255],
                "alive": document.alive,
            }
            for document in documents
        }
        with self._database.transaction() as transaction:
            replace_rows(transaction, number, rows)
        if until is not None:
            self._move(connection, "numbers_read_until", until)

    def refused_since(self, connection: Connection, moment: datetime) -> bool:
        """Whether the target refused a document since then: what is known of it may be old."""
        query = select(export.c.id).where(
            export.c.connection_id == connection.connection_id,
            export.c.updated_at > moment,
            export.c.state == ExportState.REFUSED,
            export.c.code.like("MX-4%"),
        )
        with self._database.transaction() as transaction:
            return transaction.scalar(query.limit(1)) is not None

    def pause(self, connection: Connection, why: str) -> None:
        """See `ports.Ledger`."""
        table = connection_table
        with self._database.transaction() as transaction:
            transaction.execute(
                update(table)
                .where(table.c.id == connection.connection_id)
                .values(state=ConnectionState.PAUSED, paused_because=why)
            )
