"""The marks that exported documents get at the source."""

from sqlalchemy import func, select, update

from ..domain.connections.connection import Connection
from ..domain.exports.export import ExportState
from ..errors import PluginError
from ..ports.ledger.marks import PendingMark, WrittenComment
from .base import LedgerPart
from .tables import export


class SqlMarks(LedgerPart):
    """Implements `ports.ledger.Marks`."""

    def owed(self, connection: Connection, limit: int) -> list[PendingMark]:
        """See `ports.ledger.Marks`."""
        query = (
            select(export)
            .where(
                export.c.connection_id == connection.connection_id,
                export.c.write_back_owed.is_(True),
            )
            .order_by(export.c.id)
            .limit(limit)
        )
        with self._database.transaction() as transaction:
            return [
                PendingMark(
                    export_id=row["id"],
                    source_id=row["source_id"],
                    invoice_number=row["invoice_number"],
                    invoice_id=row["invoice_id"],
                    commented=row["commented_at"] is not None,
                    tagged=row["tagged_at"] is not None,
                )
                for row in transaction.execute(query).mappings()
            ]

    def owed_count(self, connection: Connection) -> int:
        """How many exported documents are owed marks."""
        query = select(func.count()).where(
            export.c.connection_id == connection.connection_id,
            export.c.write_back_owed.is_(True),
        )
        with self._database.transaction() as transaction:
            return transaction.scalar(query) or 0

    def newest_comment(self, connection: Connection) -> WrittenComment | None:
        """See `ports.ledger.Marks`."""
        query = (
            select(export.c.source_id, export.c.invoice_number, export.c.commented_at)
            .where(
                export.c.connection_id == connection.connection_id,
                export.c.commented_at.is_not(None),
            )
            .order_by(export.c.commented_at.desc())
            .limit(1)
        )
        with self._database.transaction() as transaction:
            row = transaction.execute(query).one_or_none()
        return row and WrittenComment(
            source_id=row.source_id, invoice_number=row.invoice_number, at=row.commented_at
        )

    def written(self, export_id: int, what: str) -> None:
        """See `ports.ledger.Marks`."""
        now = self._clock.now()
        values = (
            {"commented_at": now}
            if what == "comment"
            else {"tagged_at": now, "write_back_owed": False}
        )
        with self._database.transaction() as transaction:
            transaction.execute(update(export).where(export.c.id == export_id).values(values))

    def write_refused(self, export_id: int, error: PluginError) -> None:
        """See `ports.ledger.Marks`."""
        with self._database.transaction() as transaction:
            query = update(export).where(export.c.id == export_id)
            transaction.execute(query.values(write_back_owed=False))
            why = f"not marked in Mintsoft: {error.message}"
            state = ExportState.EXPORTED
            self._log(transaction, export_id, before=state, after=state, why=why)
