"""Imports: what became of the accounting side's documents, a row each.

Every method is one short transaction; what must hold between processes is in a `WHERE`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from ..domain.connections.connection import Connection
from ..domain.exports.export import DocumentKind
from ..domain.imports.imported import Changed, DecidedImport, Import, ImportState, Incoming, Made
from ..errors import NeedsPerson
from ..ports.clock import Clock
from .base import chunks
from .database import Database
from .import_rows import (
    GOOD,
    NUMBER_LENGTH,
    cursor_of,
    decided,
    made_values,
    new_row,
    of_account,
    of_connection,
    read,
)
from .import_tables import import_, import_cursor, import_event
from .tables import export

#: A call is under way, or was: decisions leave these alone.
_OPEN = ImportState.UNKNOWN
_TO_MAKE = (ImportState.READY, ImportState.LATER)


class SqlImports:
    """Implements `import_ports.ImportLedger`. `who` is what events say of the actor."""

    def __init__(self, database: Database, clock: Clock, *, who: str) -> None:
        self._database = database
        self._clock = clock
        self._who = who

    # What is known

    def known(
        self, connection: Connection, kind: DocumentKind, source_ids: Sequence[str]
    ) -> Mapping[str, Import]:
        """See `ImportLedger`."""
        found: dict[str, Import] = {}
        with self._database.transaction() as transaction:
            for some in chunks(source_ids):
                rows = read(transaction, of_account(connection, kind, some))
                found |= {row.incoming.source_id: row for row in rows}
        return found

    def due(
        self,
        connection: Connection,
        kind: DocumentKind,
        *,
        after: int,
        limit: int,
        only: Collection[str] = (),
    ) -> list[Import]:
        """See `ImportLedger`."""
        now = self._clock.now()
        query = of_connection(connection, kind).where(
            import_.c.id > after,
            import_.c.state.in_(_TO_MAKE),
            or_(import_.c.again_at.is_(None), import_.c.again_at <= now),
        )
        if only:
            query = query.where(or_(import_.c.number.in_(only), import_.c.source_id.in_(only)))
        with self._database.transaction() as transaction:
            return read(transaction, query.order_by(import_.c.id).limit(limit))

    def due_again(
        self, connection: Connection, kind: DocumentKind, basis: str, *, after: int, limit: int
    ) -> list[Import]:
        """See `ImportLedger`."""
        other = (import_.c.basis != basis) & (import_.c.state != ImportState.CLEARED)
        query = of_connection(connection, kind).where(
            import_.c.id > after,
            import_.c.state != _OPEN,
            or_(other, import_.c.decide_again_at <= self._clock.now()),
        )
        with self._database.transaction() as transaction:
            return read(transaction, query.order_by(import_.c.id).limit(limit))

    def doubtful(self, connection: Connection, kind: DocumentKind) -> list[Import]:
        """See `ImportLedger`."""
        query = of_connection(connection, kind).where(import_.c.state == _OPEN)
        with self._database.transaction() as transaction:
            return read(transaction, query.order_by(import_.c.id))

    def rows(
        self,
        connection: Connection,
        kind: DocumentKind | None = None,
        *,
        numbers: Sequence[str] = (),
    ) -> list[Import]:
        """See `ImportLedger`."""
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

    def exported(self, connection: Connection, invoice_ids: Collection[str]) -> set[str]:
        """See `ImportLedger`."""
        organisation_id = connection.organisation_known.organisation_id
        ours: set[str] = set()
        with self._database.transaction() as transaction:
            for some in chunks(sorted(x for x in invoice_ids if x)):
                query = select(export.c.invoice_id).where(
                    export.c.organisation_id == organisation_id, export.c.invoice_id.in_(some)
                )
                ours |= set(transaction.scalars(query))
        return ours

    # What was decided

    def record(
        self,
        connection: Connection,
        kind: DocumentKind,
        rows: Sequence[DecidedImport],
        basis: str,
    ) -> None:
        """See `ImportLedger`."""
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
            if known["state"] == _OPEN:
                return
            if known["state"] == ImportState.IMPORTED:
                values["state"] = ImportState.IMPORTED
            if values["state"] in _TO_MAKE and known["state"] == ImportState.LATER:
                values |= {"state": ImportState.LATER, "again_at": known["again_at"]}
            self._change(transaction, known, row.message, **values)

    # Its making

    def begin_call(self, row: Import, note: str) -> bool:
        """See `ImportLedger`."""
        now = self._clock.now()
        mine = (import_.c.id == row.import_id) & import_.c.state.in_(_TO_MAKE)
        values = {
            "state": _OPEN,
            "first_called_at": row.first_called_at or now,
            "called_at": now,
            "note": note,
            "attempts": row.attempts + 1,
            "updated_at": now,
        }
        with self._database.transaction() as transaction:
            taken = transaction.execute(update(import_).where(mine).values(values)).rowcount == 1
            if taken:
                self._note(transaction, row.import_id, row.state, _OPEN, "a call goes out")
        return taken

    def made(self, row: Import, made: Made, note: str) -> None:
        """See `ImportLedger`."""
        self._set(
            row,
            f"it is {made.made_id} in Mintsoft",
            state=ImportState.IMPORTED,
            note=note,
            again_at=None,
            **GOOD,
            **made_values(made),
        )

    def refused(self, row: Import, problem: NeedsPerson) -> None:
        """See `ImportLedger`."""
        state = ImportState.IMPORTED if row.made else ImportState.REFUSED
        said = {"code": problem.code, "message": problem.message, "fix": problem.fix}
        self._set(row, problem.message, state=state, decide_again_at=None, **said)

    def in_doubt(self, row: Import, problem: NeedsPerson) -> None:
        """See `ImportLedger`."""
        said = {"code": problem.code, "message": problem.message, "fix": problem.fix}
        self._set(row, problem.message, **said)

    def absent(self, row: Import) -> None:
        """See `ImportLedger`."""
        why = "nothing came of the call"
        self._set(row, why, state=ImportState.READY, again_at=None, **GOOD)

    def later(self, row: Import, at: datetime, why: str) -> None:
        """See `ImportLedger`."""
        self._set(row, why, state=ImportState.LATER, again_at=at)

    def changed(self, row: Import, incoming: Incoming, change: Changed, basis: str) -> None:
        """See `ImportLedger`."""
        said, why = dict(GOOD), "what was made follows its document"
        if problem := change.problem:
            said |= {"code": problem.code, "message": problem.message, "fix": problem.fix}
            why = problem.message
        fingerprint = {} if change.problem else {"made_fingerprint": incoming.fingerprint}
        self._set(
            row,
            why,
            number=incoming.number[:NUMBER_LENGTH],
            fingerprint=incoming.fingerprint,
            seen=incoming.seen,
            basis=basis,
            decide_again_at=None,
            made_content=change.content,
            **({} if change.note is None else {"note": change.note}),
            **fingerprint,
            **said,
        )

    def look_again(self, row: Import, at: datetime) -> None:
        """See `ImportLedger`."""
        self._set(row, "", decide_again_at=at)

    # Cursors

    def read_until(self, connection: Connection, kind: DocumentKind) -> datetime | None:
        """See `ImportLedger`."""
        query = select(import_cursor.c.read_until).where(*cursor_of(connection, kind))
        with self._database.transaction() as transaction:
            moment: datetime | None = transaction.scalar(query)
        return moment

    def move_cursor(self, connection: Connection, kind: DocumentKind, until: datetime) -> None:
        """See `ImportLedger`."""
        mine = cursor_of(connection, kind)
        key = {"connection_id": connection.connection_id, "kind": kind}
        for _ in range(2):
            try:
                with self._database.transaction() as transaction:
                    query = select(import_cursor.c.read_until).where(*mine).with_for_update()
                    before: datetime | None = transaction.scalar(query)
                    if before is None:
                        transaction.execute(insert(import_cursor).values(**key, read_until=until))
                    elif before < until:
                        change = update(import_cursor).where(*mine).values(read_until=until)
                        transaction.execute(change)
            except IntegrityError:  # another process was first
                continue
            return

    # What people do

    def retry(self, import_ids: Sequence[int]) -> int:
        """See `ImportLedger`."""
        wanted = import_.c.state.in_(
            [ImportState.REFUSED, ImportState.CLEARED, ImportState.LATER]
        ) | ((import_.c.state == ImportState.IMPORTED) & (import_.c.code != ""))
        values = {"basis": "", "decide_again_at": self._clock.now(), "again_at": None}
        return self._for_people(import_ids, wanted, values, "asked for again")

    def clear(self, import_ids: Sequence[int]) -> int:
        """See `ImportLedger`."""
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

    # Beneath

    def _set(self, row: Import, why: str, **values: Any) -> None:
        with self._database.transaction() as transaction:
            query = select(import_).where(import_.c.id == row.import_id).with_for_update()
            known = transaction.execute(query).mappings().one()
            self._change(transaction, known, why, **values)

    def _change(self, transaction: Transaction, row: RowMapping, why: str, **values: Any) -> None:
        mine = import_.c.id == row["id"]
        values["updated_at"] = self._clock.now()
        transaction.execute(update(import_).where(mine).values(values))
        after = values.get("state", row["state"])
        if after != row["state"] or values.get("code", row["code"]) != row["code"]:
            self._note(transaction, row["id"], row["state"], after, why)

    def _note(
        self, transaction: Transaction, import_id: int, before: str, after: str, why: str
    ) -> None:
        words = {"who": self._who, "before": before, "after": after, "why": why}
        event = {"import_id": import_id, "at": self._clock.now(), **words}
        transaction.execute(insert(import_event).values(event))
