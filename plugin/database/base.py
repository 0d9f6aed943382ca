"""What all parts of the ledger share: a database, a clock, a name, and the event log."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping, Table, and_, bindparam, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import Identity
from ..domain.exports.export import DocumentKind, ExportState
from ..ports.clock import Clock
from .database import Database
from .tables import connection as connection_table
from .tables import event, export

#: What nobody may overwrite: a worker holds it, its answer is awaited, or it is in the target.
OUT_OF_REACH = (ExportState.CLAIMED, ExportState.UNKNOWN, ExportState.EXPORTED)

#: How many values one IN (...) may have, on every database.
CHUNK = 500


class LedgerPart:
    """A part of the ledger. `who` is what events say of the actor: a command, a worker."""

    def __init__(self, database: Database, clock: Clock, *, who: str) -> None:
        self._database = database
        self._clock = clock
        self._who = who

    def _rows(
        self, transaction: Transaction, connection: Connection, source_ids: Sequence[str]
    ) -> dict[str, RowMapping]:
        """Rows of the connection's account and organisation, locked, by source id."""
        found: dict[str, RowMapping] = {}
        for some in chunks(source_ids):
            query = (
                select(export)
                .where(of_account(connection), export.c.source_id.in_(some))
                # Everybody locks rows in one order, or two could wait for each other.
                .order_by(export.c.id)
                .with_for_update()
            )
            found |= {row.source_id: row._mapping for row in transaction.execute(query)}  # noqa: SLF001
        return found

    def _change(self, transaction: Transaction, row: RowMapping, why: str, **values: Any) -> None:
        """Change a row that is locked; a change of its state or code is an event."""
        self._change_all(transaction, [(row, why, values)])

    def _change_all(
        self,
        transaction: Transaction,
        changes: Sequence[tuple[RowMapping, str, Mapping[str, Any]]],
    ) -> None:
        """Change rows that are locked, in as few statements as there are kinds of changes."""
        now = self._clock.now()
        kinds: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        events = []
        for row, why, values in changes:
            changed = {**values, "updated_at": now, "of_row": row["id"]}
            kinds.setdefault(tuple(changed), []).append(changed)
            after = values.get("state", row["state"])
            if after != row["state"] or values.get("code", row["code"]) != row["code"]:
                events.append(self._event(row["id"], before=row["state"], after=after, why=why))
        for some in kinds.values():
            transaction.execute(update(export).where(export.c.id == bindparam("of_row")), some)
        if events:
            transaction.execute(insert(event), events)

    def _log(
        self, transaction: Transaction, export_id: int, *, before: str, after: str, why: str
    ) -> None:
        words = self._event(export_id, before=before, after=after, why=why)
        transaction.execute(insert(event), [words])

    def _event(self, export_id: int, *, before: str, after: str, why: str) -> dict[str, Any]:
        words = {"who": self._who, "before": before, "after": after, "why": why}
        return {"export_id": export_id, "at": self._clock.now(), **words}

    def _due(self) -> Any:
        """Ready, or later and its time has come."""
        return or_(
            export.c.state == ExportState.READY,
            and_(
                export.c.state == ExportState.LATER,
                or_(export.c.again_at.is_(None), export.c.again_at <= self._clock.now()),
            ),
        )

    def _moment(self, connection: Connection, column: str) -> datetime | None:
        table = connection_table
        query = select(table.c[column]).where(table.c.id == connection.connection_id)
        with self._database.transaction() as transaction:
            moment: datetime | None = transaction.scalar(query)
        return moment

    def _move(
        self, connection: Connection, column: str, until: datetime, **beside: datetime
    ) -> None:
        table = connection_table
        earlier = table.c[column].is_(None) | (table.c[column] < until)
        query = update(table).where(table.c.id == connection.connection_id, earlier)
        with self._database.transaction() as transaction:
            transaction.execute(query.values({column: until, **beside}))


def of_account(connection: Connection) -> Any:
    """The rows that a document of this connection could be in, whichever connection made them.

    An order and a client invoice may have the same id, so the kind is part of it.
    """
    return (
        (export.c.mintsoft_account == connection.account)
        & (export.c.organisation_id == connection.organisation_known.organisation_id)
        & (export.c.kind == connection.kind)
    )


def organisation_of(connection: Connection) -> str:
    """Id of the organisation that its documents go to."""
    return connection.organisation_known.organisation_id


def identity_of(row: Any) -> Identity:
    """The identity of a row's document, as it was when the row was decided."""
    return Identity(
        kind=DocumentKind(row["kind"]),
        source_id=row["source_id"],
        number=row["number"],
        client=row["client"],
        content=row["content"],
        split=row["split"],
        fingerprint=row["fingerprint"],
        seen=row["seen"],
    )


def chunks(values: Sequence[Any]) -> list[list[Any]]:
    """The values in pieces that one statement can take."""
    return [list(values[i : i + CHUNK]) for i in range(0, len(values), CHUNK)]


def replace_rows(
    transaction: Transaction,
    table: Table,
    rows: Mapping[str, Mapping[str, object]],
) -> None:
    """Put rows, by anything that orders them, in the place of those with the same key.

    Two processes may do so at once: each goes by one order, or they would wait for each other.
    """
    dialect = postgresql if transaction.dialect.name == "postgresql" else sqlite
    for some in chunks(sorted(rows)):
        query = dialect.insert(table)
        keys = [column.name for column in table.primary_key]
        rest = {x.name: query.excluded[x.name] for x in table.columns if x.name not in keys}
        transaction.execute(
            query.on_conflict_do_update(index_elements=keys, set_=rest),
            [dict(rows[name]) for name in some],
        )
