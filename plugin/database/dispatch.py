"""Which documents are due to be sent, and which of them workers were told of."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import func, not_, or_, select, update

from ..domain.connections.connection import Connection
from ..domain.exports.export import ExportState
from ..domain.invoices.invoice import Invoice
from .base import LedgerPart, chunks
from .json_columns import invoice_from_json
from .tables import export


class SqlDispatch(LedgerPart):
    """Implements `ports.ledger.Dispatch`."""

    def due_to_send(self, connection: Connection) -> list[int]:
        """See `ports.ledger.Dispatch`."""
        query = select(export.c.id).where(
            export.c.connection_id == connection.connection_id, self._due()
        )
        with self._database.transaction() as transaction:
            return list(transaction.scalars(query.order_by(export.c.id)))

    def invoices_due(self, connection: Connection) -> Iterator[Invoice]:
        """See `ports.ledger.Dispatch`."""
        for some in chunks(self.due_to_send(connection)):
            query = select(export.c.invoice).where(export.c.id.in_(some))
            with self._database.transaction() as transaction:
                kept = list(transaction.scalars(query))
            yield from (invoice_from_json(invoice) for invoice in kept if invoice)

    def dispatch(self, connection: Connection, *, told_before: float, most: int) -> list[int]:
        """See `ports.ledger.Dispatch`."""
        now, mine = self._clock.now(), export.c.connection_id == connection.connection_id
        limit = now - timedelta(seconds=told_before)
        untold = or_(export.c.dispatched_at.is_(None), export.c.dispatched_at <= limit)
        due = select(export.c.id).where(mine, self._due())
        held = select(export.c.id).where(mine, export.c.state == ExportState.CLAIMED)
        with self._database.transaction() as transaction:
            # One more than there may be: whether there are more is all that counts.
            in_hand = due.where(not_(untold)).union_all(held).limit(most + 1).subquery()
            room = most - (transaction.scalar(select(func.count()).select_from(in_hand)) or 0)
            if room <= 0:
                return []
            query = due.where(untold).order_by(export.c.id).limit(room)
            told = list(transaction.scalars(query.with_for_update()))
            if len(told) == room:
                told = told[: room - room % connection.settings.batch_size]
            for some in chunks(told):
                change = update(export).where(export.c.id.in_(some))
                transaction.execute(change.values(dispatched_at=now))
        return told

    def untell(self, export_ids: Sequence[int]) -> None:
        """See `ports.ledger.Dispatch`."""
        with self._database.transaction() as transaction:
            for some in chunks(export_ids):
                change = update(export).where(export.c.id.in_(some), self._due())
                transaction.execute(change.values(dispatched_at=None))
