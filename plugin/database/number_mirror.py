"""The mirror of the organisation's invoice numbers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import or_, select

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import Identity
from ..domain.exports.claim import plain_number
from ..domain.exports.export import DocumentKind
from ..ports.target import TargetDocument
from .adoption import Adoption
from .base import chunks, of_account, replace_rows
from .tables import export, number

#: What the column of ids holds; a mark with a longer one is none of ours.
SOURCE_ID_LENGTH = 50


class SqlNumberMirror(Adoption):
    """Implements `ports.ledger.NumberMirror`."""

    def taken(self, connection: Connection, documents: Sequence[Identity]) -> set[str]:
        """See `ports.ledger.NumberMirror`."""
        prefix = connection.settings.number_prefix
        keys = {x.source_id: plain_number(prefix, x.number).lower() for x in documents}
        with self._database.transaction() as transaction:
            keys |= self._kept(transaction, connection, list(keys))
            theirs = self._foreign(transaction, connection, sorted(set(keys.values())))
        return {source_id for source_id, key in keys.items() if key in theirs}

    @staticmethod
    def _foreign(transaction: Transaction, connection: Connection, keys: Sequence[str]) -> set[str]:
        """Those of the numbers that living documents without our mark have, and no row."""
        organisation = connection.organisation_known.organisation_id
        found: set[str] = set()
        for some in chunks(keys):
            mirror = select(number.c.number_key).where(
                number.c.organisation_id == organisation,
                number.c.number_key.in_(some),
                number.c.alive.is_(True),
                number.c.source_id == "",
            )
            claimed = select(export.c.invoice_number_key).where(
                export.c.organisation_id == organisation,
                export.c.invoice_number_key.in_(some),
            )
            found |= set(transaction.scalars(mirror)) - set(transaction.scalars(claimed))
        return found

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
                or_(export.c.attempts > 0, export.c.number_given),
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
        organisation = {"organisation_id": connection.organisation_known.organisation_id}
        rows = {x.invoice_id: organisation | as_mirrored(x) for x in documents}
        ours = [
            str(x["source_id"])
            for x in rows.values()
            if x["kind"] == connection.kind and x["source_id"]
        ]
        with self._database.transaction() as transaction:
            replace_rows(transaction, number, rows)
            self._adopt(transaction, connection, ours)
        if until is not None:
            self._move(connection, "numbers_read_until", until)


def as_mirrored(document: TargetDocument) -> dict[str, Any]:
    """A document as the mirror keeps it."""
    kind, source_id = DocumentKind.marked(document.reference)
    if len(source_id) > SOURCE_ID_LENGTH:
        kind, source_id = None, ""
    return {
        "invoice_id": document.invoice_id,
        "number_key": document.number.lower()[:255],
        "alive": document.alive,
        "kind": kind or "",
        "source_id": source_id,
        "number": document.number[:255],
        "status": document.status,
        "total": document.total,
        "currency": document.currency,
    }
