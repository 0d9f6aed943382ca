"""What was seen before, so that nothing is decided or sent twice."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping, select

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import Identity
from ..domain.exports.export import UNDER_WAY, ExportState
from ..ports.ledger.known_documents import KnownDocument
from .adoption import unknown_documents
from .base import LedgerPart, chunks, of_account
from .tables import export

#: States of what is in the target, or may be.
_SENT = (ExportState.EXPORTED, ExportState.CLAIMED, ExportState.UNKNOWN)

_TWIN = (export.c.id, export.c.source_id, export.c.single_by)
_WHOSE = (export.c.mintsoft_account, export.c.organisation_id, export.c.kind)


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

    def forgotten(self, connection: Connection, source_ids: Sequence[str]) -> set[str]:
        """See `ports.ledger.KnownDocuments`."""
        with self._database.transaction() as transaction:
            return set(unknown_documents(transaction, connection, source_ids))

    def twins(self, connection: Connection, documents: Sequence[Identity]) -> dict[str, str]:
        """See `ports.ledger.KnownDocuments`."""
        whole = {x.content for x in documents if not x.split and x.content}
        with self._database.transaction() as transaction:
            found = _under_way(transaction, connection, whole)
            # Content is a digest over client and number too, so equal content is the whole test.
            equal = {
                x.source_id: [one for one in found[x.content] if one["source_id"] != x.source_id]
                for x in documents
                if x.content in found and not x.split
            }
            own = _own(transaction, connection, [x for x, others in equal.items() if others])
        twins = {}
        for source_id, others in equal.items():
            mine = own.get(source_id)
            if mine is not None and mine["single_by"]:
                continue
            if rest := [x for x in others if _is_before(x, mine)]:
                twins[source_id] = rest[0]["source_id"]
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
                names = ("client", "number", "source_id", "split", "total", "target_now")
                query = select(*(export.c[name] for name in names)).where(
                    export.c.connection_id == connection.connection_id,
                    export.c.kind == connection.kind.value,
                    export.c.number.in_(some),
                    export.c.state.in_(_SENT),
                )
                for row in transaction.execute(query.order_by(export.c.id)).mappings():
                    if _stands(row["target_now"]) and _is_whole(row):
                        key = (row["client"], row["number"])
                        holders.setdefault(key, []).append(row["source_id"])
        found = {}
        for source_id, (client, own) in sought.items():
            others = [x for number in own for x in holders.get((client, number), ())]
            if rest := [x for x in others if x != source_id]:
                found[source_id] = rest[0]
        return found


def _under_way(
    transaction: Transaction, connection: Connection, contents: Iterable[str]
) -> dict[str, list[RowMapping]]:
    """The connection's documents of some contents that are in the target or on their way."""
    organisation_id = connection.organisation_known.organisation_id
    mine = [connection.account, organisation_id, connection.kind.value]
    found: dict[str, list[RowMapping]] = {}
    for some in chunks(list(contents)):
        # Whose they are is looked at here: with it in the query, SQLite would read all rows of
        # the account instead of the few of these contents.
        query = select(*_TWIN, export.c.content, export.c.target_now, *_WHOSE).where(
            export.c.content.in_(some),
            export.c.split.is_(False),
            export.c.state.in_(UNDER_WAY),
        )
        for row in transaction.execute(query.order_by(export.c.id)).mappings():
            if [row[x.name] for x in _WHOSE] == mine and _stands(row["target_now"]):
                found.setdefault(row["content"], []).append(row)
    return found


def _own(
    transaction: Transaction, connection: Connection, source_ids: Sequence[str]
) -> dict[str, RowMapping]:
    """The rows of some documents, by source id."""
    found: dict[str, RowMapping] = {}
    for some in chunks(source_ids):
        query = select(*_TWIN).where(of_account(connection), export.c.source_id.in_(some))
        rows = transaction.execute(query).mappings()
        found |= {row["source_id"]: row for row in rows}
    return found


def _is_before(other: RowMapping, mine: RowMapping | None) -> bool:
    """Whether one that equals it may be what it copies: no sale of its own, or an earlier one."""
    return not other["single_by"] or mine is None or mine["id"] > other["id"]


def _is_whole(row: RowMapping) -> bool:
    """Whether a row's document is of all that was sold: of a part, too, if it comes to more.

    That was found by its mark, and made before the order was split.
    """
    there = (row["target_now"] or {}).get("total")
    return not row["split"] or (there is not None and Decimal(there) > row["total"])


def _stands(target_now: Mapping[str, Any] | None) -> bool:
    """Whether a document still stands in the target, as far as is known."""
    return (target_now or {}).get("status") not in ("VOIDED", "DELETED")
