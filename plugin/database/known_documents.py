"""What was seen before, so that nothing is decided or sent twice."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import Identity
from ..domain.exports.export import UNDER_WAY, ExportState
from ..ports.ledger.known_documents import KnownDocument
from .base import LedgerPart, chunks
from .tables import export

#: States of what is in the target, or may be.
_SENT = (ExportState.EXPORTED, ExportState.CLAIMED, ExportState.UNKNOWN)


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
                there = export.c.target_now
                query = select(export.c.content, export.c.source_id, there, *whose).where(
                    export.c.content.in_(some),
                    export.c.split.is_(False),
                    export.c.state.in_(UNDER_WAY),
                )
                rows = transaction.execute(query.order_by(export.c.id))
                for content, source_id, now, *owner in rows:
                    if owner == mine and _stands(now):
                        found.setdefault(content, []).append(source_id)
        # Content is a digest over client and number too, so equal content is the whole test.
        twins = {}
        for document in documents:
            others = [x for x in found.get(document.content, []) if x != document.source_id]
            if others and not document.split:
                twins[document.source_id] = others[0]
        return twins

    def siblings(
        self, connection: Connection, sought: Mapping[str, tuple[str, Sequence[str]]]
    ) -> dict[str, str]:
        """See `ports.ledger.KnownDocuments`."""
        if not sought:
            return {}
        numbers = {number for _, some in sought.values() for number in some}
        holders: dict[tuple[str, str], list[str]] = {}
        with self._database.transaction() as transaction:
            for some in chunks(sorted(numbers)):
                names = ("client", "number", "source_id", "target_now")
                query = select(*(export.c[name] for name in names)).where(
                    export.c.connection_id == connection.connection_id,
                    export.c.kind == connection.kind.value,
                    export.c.number.in_(some),
                    export.c.split.is_(False),
                    export.c.state.in_(_SENT),
                )
                for row in transaction.execute(query.order_by(export.c.id)).mappings():
                    if _stands(row["target_now"]):
                        key = (row["client"], row["number"])
                        holders.setdefault(key, []).append(row["source_id"])
        found = {}
        for source_id, (client, own) in sought.items():
            others = [x for number in own for x in holders.get((client, number), ())]
            if rest := [x for x in others if x != source_id]:
                found[source_id] = rest[0]
        return found


def _stands(target_now: Mapping[str, Any] | None) -> bool:
    """Whether a document still stands in the target, as far as is known."""
    return (target_now or {}).get("status") not in ("VOIDED", "DELETED")
