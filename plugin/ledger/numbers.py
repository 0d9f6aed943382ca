"""What the ledger remembers of the two sides: cursors, the target's numbers, its contacts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection as Transaction
from sqlalchemy import Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ..domain.connection import Connection, ConnectionState
from ..domain.export import ExportState
from ..ports import Look, TargetDocument
from .base import LedgerPart, chunks
from .tables import connection as connection_table
from .tables import contact, export, number


class Numbers(LedgerPart):
    """Implements the remembering part of `ports.Ledger`."""

    def orders_read_until(self, connection: Connection) -> datetime | None:
        """See `ports.Ledger`."""
        return self._moment(connection, "orders_read_until")

    def move_orders_cursor(self, connection: Connection, until: datetime) -> None:
        """See `ports.Ledger`."""
        self._move(connection, "orders_read_until", until)

    def look(self, connection: Connection) -> Look | None:
        """See `ports.Ledger`."""
        until = self._moment(connection, "changes_read_until")
        at = self._moment(connection, "looked_at")
        return None if until is None or at is None else Look(changes_until=until, at=at)

    def keep_look(self, connection: Connection, look: Look) -> None:
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
            _replace(transaction, number, rows)
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

    def contact_ids(self, connection: Connection, names: Sequence[str]) -> dict[str, str]:
        """See `ports.Ledger`."""
        found: dict[str, str] = {}
        with self._database.transaction() as transaction:
            for some in chunks(names):
                query = select(contact.c.name, contact.c.contact_id).where(
                    contact.c.organisation_id == connection.organisation_known.organisation_id,
                    contact.c.name.in_(some),
                )
                found |= {row.name: row.contact_id for row in transaction.execute(query)}
        return found

    def keep_contacts(self, connection: Connection, contacts: Mapping[str, str]) -> None:
        """See `ports.Ledger`."""
        organisation = connection.organisation_known.organisation_id
        rows = {
            name: {"organisation_id": organisation, "name": name, "contact_id": contact_id}
            for name, contact_id in contacts.items()
        }
        with self._database.transaction() as transaction:
            _replace(transaction, contact, rows)

    def pause(self, connection: Connection, why: str) -> None:
        """See `ports.Ledger`."""
        table = connection_table
        with self._database.transaction() as transaction:
            transaction.execute(
                update(table)
                .where(table.c.id == connection.connection_id)
                .values(state=ConnectionState.PAUSED, paused_because=why)
            )

    def _moment(self, connection: Connection, column: str) -> datetime | None:
        table = connection_table
        query = select(table.c[column]).where(table.c.id == connection.connection_id)
        with self._database.transaction() as transaction:
            moment: datetime | None = transaction.scalar(query)
        return moment

    def _move(
        self, connection: Connection, column: str, until: datetime, **beside: datetime
    ) -> None:
        table = connection_table
        earlier = table.c[column].is_(None) | (table.c[column] < until)
        query = update(table).where(table.c.id == connection.connection_id, earlier)
        with self._database.transaction() as transaction:
            transaction.execute(query.values({column: until, **beside}))


def _replace(
    transaction: Transaction,
    table: Table,
    rows: Mapping[str, Mapping[str, object]],
) -> None:
    """Put rows in the place of those with the same key; two processes may do so at once."""
    dialect = postgresql if transaction.dialect.name == "postgresql" else sqlite
    for some in chunks(list(rows)):
        query = dialect.insert(table)
        keys = [column.name for column in table.primary_key]
        rest = {x.name: query.excluded[x.name] for x in table.columns if x.name not in keys}
        transaction.execute(
            query.on_conflict_do_update(index_elements=keys, set_=rest),
            [dict(rows[name]) for name in some],
        )
