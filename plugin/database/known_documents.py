"""What was seen before, so that nothing is decided or sent twice."""

from collections.abc import Sequence

from sqlalchemy import select

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import Identity
from ..domain.exports.export import UNDER_WAY, ExportState
from ..ports.ledger.known_documents import KnownDocument
from .base import LedgerPart, chunks
from .tables import export


class SqlKnownDocuments(LedgerPart):
    """Implements `ports.ledger.KnownDocuments`."""

    def known(self, connection: Connection, source_ids: Sequence[str]) -> dict[str, KnownDocument]:
        """See `ports.ledger.KnownDocuments`."""
        with self._database.transaction() as transaction:
            rows = self._rows(transaction, connection, source_ids)
        return {
            source_id: KnownDocument(
                state=ExportState(row["state"]),
                seen=row["seen"],
                fingerprint=row["fingerprint"],
                basis=row["basis"],
                decide_again_at=row["decide_again_at"],
            )
            for source_id, row in rows.items()
        }

    def twins(self, connection: Connection, documents: Sequence[Identity]) -> dict[str, str]:
        """See `ports.ledger.KnownDocuments`."""
        whole = {x.content: x for x in documents if not x.split and x.content}
        found: dict[str, list[str]] = {}
        organisation_id = connection.organisation_known.organisation_id
        mine = [connection.account, organisation_id, connection.kind.value]
        with self._database.transaction() as transaction:
            for some in chunks(list(whole)):
                # Whose they are is looked at here: with it in the query, SQLite would read all
                # rows of the account instead of the few of these contents.
                whose = (export.c.mintsoft_account, export.c.organisation_id, export.c.kind)
                query = select(export.c.content, export.c.source_id, *whose).where(
                    export.c.content.in_(some),
                    export.c.split.is_(False),
                    export.c.state.in_(UNDER_WAY),
                )
                rows = transaction.execute(query.order_by(export.c.id))
                for content, source_id, *owner in rows:
                    if owner == mine:
                        found.setdefault(content, []).append(source_id)
        # Content is a digest over client and number too, so equal content is the whole test.
        twins = {}
        for document in documents:
            others = [x for x in found.get(document.content, []) if x != document.source_id]
            if others and not document.split:
                twins[document.source_id] = others[0]
        return twins
