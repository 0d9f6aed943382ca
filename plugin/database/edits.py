"""How documents were edited at the source after they were decided."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping, select, update

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import Identity
from ..domain.exports.claim import Claim
from ..domain.exports.drift import Edit
from ..domain.exports.export import ExportState
from ..domain.orders.order_status import has_ended
from ..domain.times import to_text
from .base import chunks, identity_of
from .drift_notes import ENDED, DriftNotes
from .json_columns import facts_to_json
from .tables import export

_HELD = (ExportState.CLAIMED, ExportState.UNKNOWN)


class SqlEdits(DriftNotes):
    """Implements `ports.ledger.Edits`."""

    def note_edits(self, connection: Connection, edits: Sequence[Edit]) -> None:
        """See `ports.ledger.Edits`."""
        if not edits:
            return
        with self._database.transaction() as transaction:
            rows = self._rows(transaction, connection, [x.identity.source_id for x in edits])
            for edit in edits:
                row = rows.get(edit.identity.source_id)
                if row is not None and row["state"] in _HELD:
                    self._note_newest(transaction, row, edit.identity.seen)
                elif row is not None and row["state"] == ExportState.EXPORTED:
                    self._note(transaction, row, "edited", _edited(row, edit))
                    if row["newest"]:
                        self._change(transaction, row, "", newest="")

    def name_successors(self, connection: Connection) -> None:
        """See `ports.ledger.Edits`."""
        query = select(export).where(
            export.c.connection_id == connection.connection_id,
            export.c.state == ExportState.EXPORTED,
            export.c.code == ENDED,
        )
        with self._database.transaction() as transaction:
            for row in transaction.execute(query).mappings().all():
                edited = row["edited"] or {}
                if "successor" in edited:
                    continue
                if found := self._successor(transaction, row):
                    self._note(transaction, row, "edited", {**edited, "successor": found})

    @staticmethod
    def _successor(transaction: Transaction, row: RowMapping) -> str | None:
        """The newest order that was entered after one under its number, for its client."""
        query = select(export.c.source_id).where(
            export.c.connection_id == row["connection_id"],
            export.c.number == row["number"],
            export.c.client == row["client"],
            export.c.kind == row["kind"],
            export.c.id > row["id"],
            export.c.split.is_(False),
        )
        return transaction.scalar(query.order_by(export.c.id.desc()).limit(1))

    def changed(self, claims: Sequence[Claim]) -> set[int]:
        """See `ports.ledger.Edits`."""
        found: set[int] = set()
        seen = {claim.export_id: claim.identity.seen for claim in claims}
        with self._database.transaction() as transaction:
            for some in chunks(list(seen)):
                query = select(export.c.id, export.c.newest).where(
                    export.c.id.in_(some), export.c.newest != ""
                )
                found |= {x.id for x in transaction.execute(query) if x.newest != seen[x.id]}
        return found

    def edited_meanwhile(self, connection: Connection) -> list[Identity]:
        """See `ports.ledger.Edits`."""
        query = select(export).where(
            export.c.connection_id == connection.connection_id,
            export.c.state == ExportState.EXPORTED,
            export.c.newest.not_in(("", export.c.seen)),
        )
        with self._database.transaction() as transaction:
            return [identity_of(row) for row in transaction.execute(query).mappings()]

    @staticmethod
    def _note_newest(transaction: Transaction, row: RowMapping, seen: str) -> None:
        if row["newest"] != seen and (row["newest"] or row["seen"] != seen):
            change = update(export).where(export.c.id == row["id"])
            transaction.execute(change.values(newest=seen))


def _edited(row: RowMapping, edit: Edit) -> dict[str, Any] | None:
    """The order as it is now, where that matters to its invoice; None where it does not."""
    before = row["edited"] or {}
    exported_with = (row["facts"] or {}).get("status", "")
    # One that was found in the target after it had ended was decided with that status.
    still = not edit.due and before.get("ended") == edit.status
    ended = still or has_ended(exported_with, edit.status, due=edit.due)
    if row["fingerprint"] == edit.identity.fingerprint and not ended:
        return None
    known = {name: before[name] for name in ("successor",) if ended and name in before}
    return {
        "fingerprint": edit.identity.fingerprint,
        "changed_at": to_text(edit.changed_at),
        "facts": facts_to_json(edit.facts),
        **({"ended": edit.status, **known} if ended else {}),
    }
