"""Due connections: which connections have documents that time moves on, asked of all at once."""

from typing import Any

from sqlalchemy import and_, exists, or_, select

from ..domain.connections.connection import ConnectionState
from ..domain.exports.export import ExportState
from .base import OUT_OF_REACH, LedgerPart
from .tables import connection, export


class DueConnections(LedgerPart):
    """The part of the ledger that a tick asks first."""

    def stirring(self) -> list[int]:
        """Ids of connections that may run and have something to be told, looked up or marked.

        One query, whatever the number of connections; each looks at a few entries of an index.
        """
        now = self._clock.now()
        state, again_at = export.c.state, export.c.again_at
        is_due = and_(
            state.in_((ExportState.READY, ExportState.LATER)),
            or_(again_at.is_(None), again_at <= now),
        )
        passed = [*OUT_OF_REACH, ExportState.CLEARED]
        moves = or_(
            connection.c.started & _any(is_due),
            _any(state.in_((ExportState.CLAIMED, ExportState.UNKNOWN))),
            _any(export.c.write_back_owed.is_(True)),
            _any(and_(export.c.decide_again_at <= now, state.not_in(passed))),
        )
        query = select(connection.c.id).where(connection.c.state == ConnectionState.ACTIVE, moves)
        with self._database.transaction() as transaction:
            return list(transaction.scalars(query.order_by(connection.c.id)))


def _any(condition: Any) -> Any:
    """Whether the connection has a row of which this is true."""
    return exists().where(export.c.connection_id == connection.c.id, condition)
