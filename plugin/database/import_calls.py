"""What incoming documents become at the warehouse: which are due, and what came of each call."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, update

from ..domain.connections.connection import Connection
from ..domain.exports.export import DocumentKind
from ..domain.imports.imported import Changed, Import, ImportState, Incoming, Made
from ..errors import NeedsPerson
from .import_base import OPEN, TO_MAKE, ImportPart
from .import_rows import GOOD, NUMBER_LENGTH, made_values, of_connection, read
from .import_tables import import_


class SqlImportCalls(ImportPart):
    """Implements `ports.ledger.ImportCalls`."""

    def due(
        self,
        connection: Connection,
        kind: DocumentKind,
        *,
        after: int,
        limit: int,
        only: Collection[str] = (),
    ) -> list[Import]:
        """See `ports.ledger.ImportCalls`."""
        now = self._clock.now()
        query = of_connection(connection, kind).where(
            import_.c.id > after,
            import_.c.state.in_(TO_MAKE),
            or_(import_.c.again_at.is_(None), import_.c.again_at <= now),
        )
        if only:
            query = query.where(or_(import_.c.number.in_(only), import_.c.source_id.in_(only)))
        with self._database.transaction() as transaction:
            return read(transaction, query.order_by(import_.c.id).limit(limit))

    def doubtful(self, connection: Connection, kind: DocumentKind) -> list[Import]:
        """See `ports.ledger.ImportCalls`."""
        query = of_connection(connection, kind).where(import_.c.state == OPEN)
        with self._database.transaction() as transaction:
            return read(transaction, query.order_by(import_.c.id))

    def begin_call(self, row: Import, note: str) -> bool:
        """See `ports.ledger.ImportCalls`."""
        now = self._clock.now()
        mine = (import_.c.id == row.import_id) & import_.c.state.in_(TO_MAKE)
        values = {
            "state": OPEN,
            "first_called_at": row.first_called_at or now,
            "called_at": now,
            "note": note,
            "attempts": row.attempts + 1,
            "updated_at": now,
        }
        with self._database.transaction() as transaction:
            taken = transaction.execute(update(import_).where(mine).values(values)).rowcount == 1
            if taken:
                self._note(transaction, row.import_id, row.state, OPEN, "a call goes out")
        return taken

    def made(self, row: Import, made: Made, note: str) -> None:
        """See `ports.ledger.ImportCalls`."""
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
        """See `ports.ledger.ImportCalls`."""
        state = ImportState.IMPORTED if row.made else ImportState.REFUSED
        said = {"code": problem.code, "message": problem.message, "fix": problem.fix}
        self._set(row, problem.message, state=state, decide_again_at=None, **said)

    def in_doubt(self, row: Import, problem: NeedsPerson) -> None:
        """See `ports.ledger.ImportCalls`."""
        said = {"code": problem.code, "message": problem.message, "fix": problem.fix}
        self._set(row, problem.message, **said)

    def absent(self, row: Import) -> None:
        """See `ports.ledger.ImportCalls`."""
        why = "nothing came of the call"
        self._set(row, why, state=ImportState.READY, again_at=None, **GOOD)

    def later(self, row: Import, at: datetime, why: str) -> None:
        """See `ports.ledger.ImportCalls`."""
        self._set(row, why, state=ImportState.LATER, again_at=at)

    def changed(self, row: Import, incoming: Incoming, change: Changed, basis: str) -> None:
        """See `ports.ledger.ImportCalls`."""
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
