"""What all parts of the ledger share: a database, a clock, a name, and the event log."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping, Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import Identity
from ..domain.exports.claim import plain_number
from ..domain.exports.export import DocumentKind, ExportState
from ..ports.clock import Clock
from .database import Database
from .tables import connection as connection_table
from .tables import event, export

#: What nobody may overwrite: a worker holds it, its answer is awaited, or it is in the target.
OUT_OF_REACH = (ExportState.CLAIMED, ExportState.UNKNOWN, ExportState.EXPORTED)

#: How often a race for one number is run again before it is left for the next time.
NUMBER_RACES = 5

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

    @staticmethod
    def _lock_numbers(transaction: Transaction) -> None:
        """One takes numbers at a time: two could wait for each other's for ever."""
        if transaction.dialect.name == "postgresql":
            transaction.exec_driver_sql("SELECT pg_advisory_xact_lock(7326922)")

    def _free_numbers(
        self,
        transaction: Transaction,
        connection: Connection,
        rows: Sequence[Mapping[str, Any]],
    ) -> list[str]:
        """A number for each row: its order's own, or with its id behind it when that is taken.

        Another order's own number may look just like that: then a count follows the id.
        """
        organisation = connection.organisation_known.organisation_id
        wanted = [_possible_numbers(connection, row) for row in rows]
        firsts = sorted({next(numbers).lower() for numbers in wanted})
        holders = _holders(transaction, organisation, firsts)
        asked, given, free = set(firsts), set[str](), []
        for row in rows:
            own = row["mintsoft_account"], row["kind"], row["source_id"]
            for number in _possible_numbers(connection, row):
                key = number.lower()
                if key not in asked:
                    asked.add(key)
                    holders |= _holders(transaction, organisation, [key])
                if key not in given and holders.get(key, own) == own:
                    given.add(key)
                    free.append(number)
                    break
        return free


def _possible_numbers(connection: Connection, row: Mapping[str, Any]) -> Iterator[str]:
    plain = plain_number(connection.settings.number_prefix, row["number"])
    generation = row.get("generation", 1)
    again = "" if generation == 1 else f"-R{generation}"
    with_id = f"{plain}-{row['source_id']}"
    counted = (f"{with_id}-{count}" for count in itertools.count(2))
    return (f"{number}{again}" for number in itertools.chain((plain, with_id), counted))


def _holders(
    transaction: Transaction, organisation_id: str, keys: Sequence[str]
) -> dict[str, tuple[str, str, str]]:
    """Account, kind and source id of the row that has each of these numbers."""
    found: dict[str, tuple[str, str, str]] = {}
    for some in chunks(keys):
        query = select(
            export.c.invoice_number_key,
            export.c.mintsoft_account,
            export.c.kind,
            export.c.source_id,
        ).where(export.c.organisation_id == organisation_id, export.c.invoice_number_key.in_(some))
        found |= {key: tuple(owner) for key, *owner in transaction.execute(query)}
    return found


def of_account(connection: Connection) -> Any:
    """The rows that a document of this connection could be in, whichever connection made them.

    An order and a client invoice may have the same id, so the kind is part of it.
    """
    return (
        (export.c.mintsoft_account == connection.account)
        & (export.c.organisation_id == connection.organisation_known.organisation_id)
        & (export.c.kind == connection.kind)
    )


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
