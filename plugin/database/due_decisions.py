"""Which documents are to be decided again, from what is kept of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from ..domain.connections.connection import Connection
from ..domain.exports.export import ExportState
from ..ports.ledger.due_decisions import StoredDocument
from .base import OUT_OF_REACH, LedgerPart, identity_of
from .json_columns import facts_from_json
from .tables import export


class SqlDueDecisions(LedgerPart):
    """Implements `ports.ledger.DueDecisions`."""

    def due_again(
        self, connection: Connection, basis: str | None, *, after: int, limit: int
    ) -> list[StoredDocument]:
        """See `ports.ledger.DueDecisions`."""
        due = export.c.decide_again_at <= self._clock.now()
        if basis is not None:
            due = or_(export.c.basis != basis, due)
        query = (
            select(export)
            .where(_open(connection), export.c.id > after, due)
            .order_by(export.c.id)
            .limit(limit)
        )
        with self._database.transaction() as transaction:
            return [_stored(row) for row in transaction.execute(query).mappings()]

    def decides_again_at(
        self, connection: Connection, numbers: Sequence[str] = ()
    ) -> datetime | None:
        """See `ports.ledger.DueDecisions`."""
        query = select(func.min(export.c.decide_again_at)).where(_open(connection))
        if numbers:
            query = query.where(export.c.number.in_(numbers))
        with self._database.transaction() as transaction:
            earliest: datetime | None = transaction.scalar(query)
        return earliest


def _open(connection: Connection) -> Any:
    """The connection's rows that rules may still move."""
    passed = [*OUT_OF_REACH, ExportState.CLEARED]
    return (export.c.connection_id == connection.connection_id) & export.c.state.not_in(passed)


def _stored(row: Any) -> StoredDocument:
    return StoredDocument(
        export_id=row["id"],
        identity=identity_of(row),
        state=ExportState(row["state"]),
        code=row["code"],
        facts=facts_from_json(row["facts"] or {}, row["kind"]),
        document_at=row["document_at"],
        total=row["total"],
        currency=row["currency"],
    )
