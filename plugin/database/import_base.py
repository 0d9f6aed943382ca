"""What all parts that keep imports share: a database, a clock, a name, and the event log."""

from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping, insert, select, update

from ..domain.imports.imported import Import, ImportState
from ..ports.clock import Clock
from .database import Database
from .import_tables import import_, import_event

#: A call is under way, or was: decisions leave these alone.
OPEN = ImportState.UNKNOWN
#: Nothing was made of them yet; a run makes them once they are due.
TO_MAKE = (ImportState.READY, ImportState.LATER)


class ImportPart:
    """A part of what is known of imports. `who` is what events say of the actor."""

    def __init__(self, database: Database, clock: Clock, *, who: str) -> None:
        self._database = database
        self._clock = clock
        self._who = who

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
