"""What is known of incoming documents, and what was decided on them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert, or_, select
from sqlalchemy.exc import IntegrityError

from ..domain.connections.connection import Connection
from ..domain.exports.export import DocumentKind
from ..domain.imports.imported import DecidedImport, Import, ImportState
from .base import chunks
from .import_base import OPEN, TO_MAKE, ImportPart
from .import_rows import decided, new_row, of_account, of_connection, read
from .import_tables import import_
from .tables import export


class SqlImportDecisions(ImportPart):
    """Implements `ports.ledger.ImportDecisions`."""

    def known(
        self, connection: Connection, kind: DocumentKind, source_ids: Sequence[str]
    ) -> Mapping[str, Import]:
        """See `ports.ledger.ImportDecisions`."""
        found: dict[str, Import] = {}
        with self._database.transaction() as transaction:
            for some in chunks(source_ids):
                rows = read(transaction, of_account(connection, kind, some))
                found |= {row.incoming.source_id: row for row in rows}
        return found

    def record(
        self,
        connection: Connection,
        kind: DocumentKind,
        rows: Sequence[DecidedImport],
        basis: str,
    ) -> None:
        """See `ports.ledger.ImportDecisions`."""
        for row in rows:
            try:
                self._record(connection, kind, row, basis)
            except IntegrityError:  # another process was first: its row is there now
                self._record(connection, kind, row, basis)

    def _record(
        self, connection: Connection, kind: DocumentKind, row: DecidedImport, basis: str
    ) -> None:
        with self._database.transaction() as transaction:
            query = of_account(connection, kind, [row.incoming.source_id]).with_for_update()
            known = transaction.execute(query).mappings().one_or_none()
            values = decided(row, basis)
            if known is None:
                values |= new_row(connection, kind, row, self._clock.now())
                key = transaction.execute(insert(import_).values(values)).inserted_primary_key
                assert key is not None
                self._note(transaction, key[0], "", row.state, row.message)
                return
            if known["state"] == OPEN:
                return
            if known["state"] == ImportState.IMPORTED:
                values["state"] = ImportState.IMPORTED
            if values["state"] in TO_MAKE and known["state"] == ImportState.LATER:
                values |= {"state": ImportState.LATER, "again_at": known["again_at"]}
            self._change(transaction, known, row.message, **values)

    def due_again(
        self, connection: Connection, kind: DocumentKind, basis: str, *, after: int, limit: int
    ) -> list[Import]:
        """See `ports.ledger.ImportDecisions`."""
        other = (import_.c.basis != basis) & (import_.c.state != ImportState.CLEARED)
        query = of_connection(connection, kind).where(
            import_.c.id > after,
            import_.c.state != OPEN,
            or_(other, import_.c.decide_again_at <= self._clock.now()),
        )
        with self._database.transaction() as transaction:
            return read(transaction, query.order_by(import_.c.id).limit(limit))

    def look_again(self, row: Import, at: datetime) -> None:
        """See `ports.ledger.ImportDecisions`."""
        self._set(row, "", decide_again_at=at)

    def exported(self, connection: Connection, invoice_ids: Collection[str]) -> set[str]:
        """See `ports.ledger.ImportDecisions`."""
        organisation_id = connection.organisation_known.organisation_id
        ours: set[str] = set()
        with self._database.transaction() as transaction:
            for some in chunks(sorted(x for x in invoice_ids if x)):
                query = select(export.c.invoice_id).where(
                    export.c.organisation_id == organisation_id, export.c.invoice_id.in_(some)
                )
                ours |= set(transaction.scalars(query))
        return ours
