"""What pages and commands read of imports, and the few things that people change in them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select, update

from ..domain.connections.connection import Connection
from ..domain.exports.export import DocumentKind
from ..domain.imports.imported import Import, ImportState
from .base import chunks
from .import_base import ImportPart
from .import_rows import GOOD, read
from .import_tables import import_


class ImportHistory(ImportPart):
    """Reading, retry and clear."""

    def rows(
        self,
        connection: Connection,
        kind: DocumentKind | None = None,
        *,
        numbers: Sequence[str] = (),
    ) -> list[Import]:
        """Rows of the connection for people, the newest change first; those with some numbers."""
        query = select(import_).where(import_.c.connection_id == connection.connection_id)
        if kind is not None:
            query = query.where(import_.c.kind == kind)
        if numbers:
            named = or_(import_.c.number.in_(numbers), import_.c.source_id.in_(numbers))
            query = query.where(named)
        order = import_.c.updated_at.desc(), import_.c.id.desc()
        with self._database.transaction() as transaction:
            return read(transaction, query.order_by(*order))

    def counts(self, connection: Connection, kind: DocumentKind) -> dict[str, int]:
        """How many documents of a kind are in each state that one is in."""
        query = (
            select(import_.c.state, func.count().label("rows"))
            .where(import_.c.connection_id == connection.connection_id, import_.c.kind == kind)
            .group_by(import_.c.state)
        )
        with self._database.transaction() as transaction:
            return {row.state: row.rows for row in transaction.execute(query)}

    def needing_attention(self, connection: Connection) -> list[Import]:
        """Those of the connection that a person must see to (`Import.needs_attention`)."""
        differs = import_.c.state.in_((ImportState.IMPORTED, ImportState.UNKNOWN))
        query = select(import_).where(
            import_.c.connection_id == connection.connection_id,
            (import_.c.state == ImportState.REFUSED) | (differs & (import_.c.code != "")),
        )
        with self._database.transaction() as transaction:
            return read(transaction, query.order_by(import_.c.id))

    def retry(self, import_ids: Sequence[int]) -> int:
        """Decide refused rows and cleared ones again; how many these were."""
        wanted = import_.c.state.in_(
            [ImportState.REFUSED, ImportState.CLEARED, ImportState.LATER]
        ) | ((import_.c.state == ImportState.IMPORTED) & (import_.c.code != ""))
        values = {"basis": "", "decide_again_at": self._clock.now(), "again_at": None}
        return self._for_people(import_ids, wanted, values, "asked for again")

    def clear(self, import_ids: Sequence[int]) -> int:
        """Put the errors of rows aside; how many these were."""
        refused = import_.c.state == ImportState.REFUSED
        cleared = {"state": ImportState.CLEARED, **GOOD}
        count = self._for_people(import_ids, refused, cleared, "cleared")
        # Somebody has seen how the two differ, and it is well so.
        differs = (import_.c.state == ImportState.IMPORTED) & (import_.c.code != "")
        accepted = {**GOOD, "made_fingerprint": import_.c.fingerprint}
        return count + self._for_people(import_ids, differs, accepted, "the difference is accepted")

    def _for_people(
        self, import_ids: Sequence[int], where: Any, values: Mapping[str, Any], why: str
    ) -> int:
        now, count = self._clock.now(), 0
        with self._database.transaction() as transaction:
            for some in chunks(list(import_ids)):
                query = select(import_).where(import_.c.id.in_(some), where).with_for_update()
                for row in transaction.execute(query).mappings().all():
                    mine = import_.c.id == row["id"]
                    change = update(import_).where(mine).values(**values, updated_at=now)
                    transaction.execute(change)
                    after = values.get("state", row["state"])
                    self._note(transaction, row["id"], row["state"], after, why)
                    count += 1
        return count
