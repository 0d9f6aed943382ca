"""What pages and commands read from the ledger, and the few things that people change in it."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from ..domain.connections.connection import Connection
from ..domain.exports.cause import Cause, causes_of
from ..domain.exports.export import RETRIED, DocumentKind, Export, ExportState
from ..domain.exports.story import Event, Story
from .base import LedgerPart, chunks, of_account
from .json_columns import facts_from_json, invoice_from_json, reasons_from_json
from .tables import event, export
from .tables import number as mirrored

#: How many rows are read from the database at once.
PAGE = 500


class History(LedgerPart):
    """Reading, retry and clear."""

    def counts(self, connection: Connection) -> dict[ExportState, int]:
        """How many documents are in each state; states without any are left out."""
        query = (
            select(export.c.state, func.count())
            .where(export.c.connection_id == connection.connection_id)
            .group_by(export.c.state)
        )
        with self._database.transaction() as transaction:
            found = {ExportState(state): count for state, count in transaction.execute(query)}
        return {state: found[state] for state in ExportState if state in found}

    def exports(
        self,
        connection: Connection,
        *,
        state: ExportState | None = None,
        numbers: Sequence[str] = (),
        export_ids: Sequence[int] = (),
        source_ids: Sequence[str] = (),
        with_code: bool = False,
    ) -> Iterator[Export]:
        """Documents of a connection, ordered by source id, in one state, by order number or id.

        `with_code`: those alone that have an error or a warning.
        """
        query = select(export).where(export.c.connection_id == connection.connection_id)
        if state is not None:
            query = query.where(export.c.state == state)
        if with_code:
            query = query.where(export.c.code != "")
        if export_ids:
            query = query.where(export.c.id.in_(export_ids))
        if source_ids:
            query = query.where(export.c.source_id.in_(source_ids))
        if numbers:
            # SQLite knows capitals of ASCII only: other letters are found as they are written.
            lower = func.lower(export.c.number).in_([x.lower() for x in numbers])
            query = query.where(lower | export.c.number.in_(numbers))
        # Ids are numbers in practice: by length first, 9 comes before 10.
        length = func.length(export.c.source_id)
        query = query.order_by(length, export.c.source_id, export.c.id)
        last: tuple[int, str] | None = None
        while True:
            page = query.limit(PAGE)
            if last is not None:
                after = (length > last[0]) | ((length == last[0]) & (export.c.source_id > last[1]))
                page = page.where(after)
            with self._database.transaction() as transaction:
                rows = transaction.execute(page).mappings().all()
            if not rows:
                return
            yield from (export_of(row) for row in rows)
            last = (len(rows[-1]["source_id"]), rows[-1]["source_id"])

    def story(self, export_id: int) -> Story:
        """Everything about one document. `export_id` must exist."""
        with self._database.transaction() as transaction:
            row = transaction.execute(select(export).where(export.c.id == export_id)).mappings()
            found = row.one()
            query = select(event).where(event.c.export_id == export_id).order_by(event.c.id)
            events = transaction.execute(query).mappings().all()
        return Story(
            export=export_of(found),
            facts=facts_from_json(found["facts"], found["kind"]) if found["facts"] else None,
            reasons=reasons_from_json(found["reasons"] or []),
            book=found["book"],
            evaluated_by=found["evaluated_by"],
            invoice=invoice_from_json(found["invoice"]) if found["invoice"] else None,
            events=tuple(
                Event(**{name: x[name] for name in ("at", "who", "before", "after", "why")})
                for x in events
            ),
            single=(found["single_by"], found["single_at"]) if found["single_by"] else None,
        )

    def causes(self, connection: Connection) -> list[Cause]:
        """What needs attention, and what changed after its export, by cause."""
        refused = self.exports(connection, state=ExportState.REFUSED)
        changed = self.exports(connection, state=ExportState.EXPORTED, with_code=True)
        return causes_of(itertools.chain(refused, changed), self._refused_since(connection))

    def _refused_since(self, connection: Connection) -> dict[int, datetime]:
        """When refused documents came into that state, by export id."""
        query = (
            select(event.c.export_id, func.max(event.c.at).label("at"))
            .join(export, export.c.id == event.c.export_id)
            .where(
                export.c.connection_id == connection.connection_id,
                export.c.state == ExportState.REFUSED,
                event.c.after == ExportState.REFUSED,
                event.c.before != ExportState.REFUSED,
            )
            .group_by(event.c.export_id)
        )
        with self._database.transaction() as transaction:
            return {row.export_id: row.at for row in transaction.execute(query)}

    def retry(self, connection: Connection, export_ids: Sequence[int]) -> int:
        """Have documents that are in one of `RETRIED` decided again; how many."""
        values = {"state": ExportState.WAITING, "basis": "", "seen": "", "again_at": None}
        words = {"code": "", "message": "to be decided again at the next export", "fix": ""}
        return self._by_person(connection, export_ids, RETRIED, "retry", {**values, **words})

    def let_out(self, connection: Connection, export_ids: Sequence[int]) -> int:
        """Keep of documents that each is a sale of its own, and have them decided again."""
        values = {"state": ExportState.WAITING, "basis": "", "seen": "", "again_at": None}
        words = {"code": "", "message": "to be decided again at the next export", "fix": ""}
        said = {"single_by": self._who, "single_at": self._clock.now()}
        why = "a sale of its own, whatever equals it"
        return self._by_person(connection, export_ids, RETRIED, why, {**values, **words, **said})

    def give_number(self, connection: Connection, export_id: int, number: str) -> bool:
        """Keep an invoice number for a document that is open, and have it decided again.

        False, and nothing changed, where another document has the number, here or in the target as
        far as its mirror has read, or where this one is open no more.
        """
        key = number.lower()
        there = select(mirrored.c.invoice_id).where(
            mirrored.c.organisation_id == connection.organisation_known.organisation_id,
            mirrored.c.number_key == key,
            mirrored.c.alive.is_(True),
        )
        with self._database.transaction() as transaction:
            if transaction.scalar(there.limit(1)) is not None:
                return False
        values = {"state": ExportState.WAITING, "basis": "", "seen": "", "again_at": None}
        words = {"code": "", "message": "to be decided again at the next export", "fix": ""}
        kept = {"invoice_number": number, "invoice_number_key": key, "number_given": True}
        why = f"gets the invoice number {number}"
        try:
            changed = self._by_person(
                connection, [export_id], RETRIED, why, {**values, **words, **kept}
            )
        except IntegrityError:
            return False
        return changed == 1

    def clear(self, connection: Connection, export_ids: Sequence[int]) -> int:
        """Clear the error of refused documents; how many."""
        values = {"state": ExportState.CLEARED, "invoice": None, "again_at": None}
        return self._by_person(connection, export_ids, [ExportState.REFUSED], "cleared", values)

    def _by_person(
        self,
        connection: Connection,
        export_ids: Sequence[int],
        states: Sequence[ExportState],
        why: str,
        values: dict[str, Any],
    ) -> int:
        changed = 0
        with self._database.transaction() as transaction:
            for some in chunks(export_ids):
                query = (
                    select(export)
                    .where(
                        of_account(connection), export.c.id.in_(some), export.c.state.in_(states)
                    )
                    .order_by(export.c.id)
                    .with_for_update()
                )
                for row in transaction.execute(query).mappings().all():
                    self._change(transaction, row, why, **values)
                    changed += 1
        return changed


def export_of(row: Any) -> Export:
    """A row of the table of exports as everybody else sees it."""
    return Export(
        export_id=row["id"],
        connection_id=row["connection_id"],
        kind=DocumentKind(row["kind"]),
        source_id=row["source_id"],
        number=row["number"],
        client=row["client"],
        state=ExportState(row["state"]),
        code=row["code"],
        message=row["message"],
        fix=row["fix"],
        invoice_number=row["invoice_number"] or "",
        invoice_id=row["invoice_id"],
        total=row["total"],
        currency=row["currency"],
        decided_by=row["decided_by"],
        generation=row["generation"],
        again_at=row["again_at"],
        updated_at=row["updated_at"],
    )
