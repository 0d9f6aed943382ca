"""The mirror of the organisation's invoice numbers."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection as Transaction
from sqlalchemy import select

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import Identity
from ..domain.exports.claim import plain_number
from ..ports.target import TargetDocument
from .base import LedgerPart, chunks, of_account, replace_rows
from .tables import export, number


class SqlNumberMirror(LedgerPart):
    """Implements `ports.ledger.NumberMirror`."""

    def taken(self, connection: Connection, documents: Sequence[Identity]) -> set[str]:
        """See `ports.ledger.NumberMirror`."""
        organisation = connection.organisation_known.organisation_id
        prefix = connection.settings.number_prefix
        keys = {x.source_id: plain_number(prefix, x.number).lower() for x in documents}
        theirs: set[str] = set()
        ours: set[str] = set()
        with self._database.transaction() as transaction:
            keys |= self._kept(transaction, connection, list(keys))
            for some in chunks(sorted(set(keys.values()))):
                mirror = select(number.c.number_key).where(
                    number.c.organisation_id == organisation,
                    number.c.number_key.in_(some),
                    number.c.alive.is_(True),
                )
                theirs |= set(transaction.scalars(mirror))
                claimed = select(export.c.invoice_number_key).where(
                    export.c.organisation_id == organisation,
                    export.c.invoice_number_key.in_(some),
                )
                ours |= {key for key in transaction.scalars(claimed) if key}
        return {source_id for source_id, key in keys.items() if key in theirs - ours}

    @staticmethod
    def _kept(
        transaction: Transaction, connection: Connection, source_ids: Sequence[str]
    ) -> dict[str, str]:
        """The numbers of documents that keep one, since it was claimed or a person gave it."""
        found: dict[str, str] = {}
        for some in chunks(source_ids):
            query = select(export.c.source_id, export.c.invoice_number_key).where(
                of_account(connection),
                export.c.source_id.in_(some),
                export.c.attempts > 0,
                export.c.invoice_number_key.is_not(None),
            )
            found |= {x.source_id: x.invoice_number_key for x in transaction.execute(query)}
        return found

    def numbers_read_until(self, connection: Connection) -> datetime | None:
        """See `ports.ledger.NumberMirror`."""
        return self._moment(connection, "numbers_read_until")

    def keep_numbers(
        self, connection: Connection, documents: Sequence[TargetDocument], until: datetime | None
    ) -> None:
        """See `ports.ledger.NumberMirror`."""
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
