"""What all parts of the ledger share: a database, a clock, a name, and the event log."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping, and_, insert, not_, select, update

from ..domain.claim import plain_number
from ..domain.connection import Connection
from ..domain.considered import Identity
from ..domain.export import DocumentKind, ExportState
from ..ports import Clock
from .database import Database
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
        now = self._clock.now()
        changed = {**values, "updated_at": now}
        transaction.execute(update(export).where(export.c.id == row["id"]).values(changed))
        after = values.get("state", row["state"])
        if after != row["state"] or values.get("code", row["code"]) != row["code"]:
            self._log(transaction, row["id"], before=row["state"], after=after, why=why)

    def _log(
        self, transaction: Transaction, export_id: int, *, before: str, after: str, why: str
    ) -> None:
        words = {"who": self._who, "before": before, "after": after, "why": why}
        now = self._clock.now()
        transaction.execute(insert(event).values(export_id=export_id, at=now, **words))

    @staticmethod
    def _lock_numbers(transaction: Transaction) -> None:
        """One takes numbers at a time: two could wait for each other's for ever."""
        if transaction.dialect.name == "postgresql":
            transaction.exec_driver_sql("SELECT pg_advisory_xact_lock(7326922)")

    def _free_number(
        self, transaction: Transaction, connection: Connection, row: Mapping[str, Any]
    ) -> str:
        """The order's own number, or with its id behind it when another row has that one.

        Another order's own number may look just like that: then a count follows the id.
        """
        plain = plain_number(connection.settings.number_prefix, row["number"])
        generation = row.get("generation", 1)
        again = "" if generation == 1 else f"-R{generation}"
        with_id = f"{plain}-{row['source_id']}"
        counted = (f"{with_id}-{count}" for count in itertools.count(2))
        own = and_(*(export.c[name] == row[name] for name in ("mintsoft_account", "source_id")))

        def free(number: str) -> bool:
            query = select(export.c.id).where(
                export.c.organisation_id == row["organisation_id"],
                export.c.invoice_number_key == number.lower(),
                not_(own),
            )
            return transaction.scalar(query) is None

        numbers = (f"{number}{again}" for number in itertools.chain((plain, with_id), counted))
        return next(number for number in numbers if free(number))


def of_account(connection: Connection) -> Any:
    """The rows that a document of this connection could be in, whichever connection made them."""
    return (export.c.mintsoft_account == connection.account) & (
        export.c.organisation_id == connection.organisation_known.organisation_id
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
