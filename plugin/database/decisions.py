"""What was decided on documents."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping, insert, select
from sqlalchemy.exc import IntegrityError

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import DecidedDocument
from ..domain.decisions.decision import Decision
from ..domain.exports.export import ExportState
from .adoption import Adoption
from .base import OUT_OF_REACH
from .free_numbers import free_numbers, keeps_number, lock_numbers
from .json_columns import facts_to_json, invoice_to_json, reasons_to_json
from .tables import event, export

#: What the columns of number and client hold: a longer one is kept cut off, not lost.
NUMBER_LENGTH, CLIENT_LENGTH = 250, 100


class SqlDecisions(Adoption):
    """Implements `ports.ledger.Decisions`."""

    def record(self, connection: Connection, rows: Sequence[DecidedDocument], basis: str) -> None:
        """See `ports.ledger.Decisions`."""
        if not rows:
            return
        try:
            with self._database.transaction() as transaction:
                self._record(transaction, connection, rows, basis)
        except IntegrityError:
            # Another connection saw one of them first, or took its number: now it is known.
            with self._database.transaction() as transaction:
                self._record(transaction, connection, rows, basis)

    def keep_decision(
        self, export_id: int, decision: Decision, state: ExportState, basis: str
    ) -> None:
        """See `ports.ledger.Decisions`."""
        with self._database.transaction() as transaction:
            query = select(export).where(export.c.id == export_id).with_for_update()
            row = transaction.execute(query).mappings().one()
            if row["state"] not in OUT_OF_REACH:
                values = self._decided(decision, basis)
                reason = {"code": decision.code, "message": decision.message, "fix": decision.fix}
                moved = {"state": state, "invoice": None, "again_at": None}
                self._change(transaction, row, decision.message, **values, **reason, **moved)

    def _record(
        self,
        transaction: Transaction,
        connection: Connection,
        rows: Sequence[DecidedDocument],
        basis: str,
    ) -> None:
        lock_numbers(transaction)
        known = self._rows(transaction, connection, [x.identity.source_id for x in rows])
        made: list[dict[str, Any]] = []
        changes: list[tuple[RowMapping, str, dict[str, Any]]] = []
        unnumbered: list[tuple[RowMapping | None, dict[str, Any]]] = []
        for considered in rows:
            values = self._values(connection, considered, basis)
            row = known.get(considered.identity.source_id)
            if row is not None and row["state"] in OUT_OF_REACH:
                # Claimed between our look and this: its worker is told of what we read.
                if row["state"] == ExportState.EXPORTED:
                    changes.append((row, "", {"newest": ""}))
                elif row["seen"] != values["seen"]:
                    changes.append((row, "", {"newest": values["seen"]}))
                continue
            if row is not None and _same_failure(row, values):
                changes.append((row, "", {"basis": basis}))
                continue
            # Numbers go by the order of the documents, not of the workers, so that they come
            # out the same however many send. One that was claimed once is kept
            # while it is still the document's.
            if considered.invoice is not None and not keeps_number(
                connection, dict(row or {}), values
            ):
                unnumbered.append((row, values))
            if row is None:
                made.append(values)
            else:
                changes.append((row, considered.message, values))
        named = [{**dict(row or {}), **values} for row, values in unnumbered]
        numbers = free_numbers(transaction, connection, named)
        for (_, values), free in zip(unnumbered, numbers, strict=True):
            values |= {"invoice_number": free, "invoice_number_key": free.lower()}
        self._insert_all(transaction, made)
        self._change_all(transaction, changes)
        # In this very transaction: nobody may send what is there already.
        self._adopt(transaction, connection, [x.identity.source_id for x in rows])

    def _insert_all(self, transaction: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
        """Make rows, each with its first event, in a statement for each kind of row."""
        now = self._clock.now()
        kinds: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for values in rows:
            kinds.setdefault(tuple(values), []).append(
                {**values, "created_at": now, "updated_at": now}
            )
        key = insert(export).returning(export.c.id, export.c.source_id)
        ids = {
            source_id: export_id
            for some in kinds.values()
            for export_id, source_id in transaction.execute(key, some)
        }
        events = [
            self._event(ids[x["source_id"]], before="", after=x["state"], why=x["message"])
            for x in rows
        ]
        if events:
            transaction.execute(insert(event), events)

    def _values(
        self, connection: Connection, considered: DecidedDocument, basis: str
    ) -> dict[str, Any]:
        identity, decision = considered.identity, considered.decision
        invoice = considered.invoice
        return {
            "connection_id": connection.connection_id,
            "mintsoft_account": connection.account,
            "organisation_id": connection.organisation_known.organisation_id,
            "kind": identity.kind,
            "source_id": identity.source_id,
            "number": identity.number[:NUMBER_LENGTH],
            "client": identity.client[:CLIENT_LENGTH],
            "content": identity.content,
            "fingerprint": identity.fingerprint,
            "seen": identity.seen,
            "split": identity.split,
            "document_at": considered.document_at,
            "state": considered.state,
            "code": considered.code,
            "message": considered.message,
            "fix": considered.fix,
            "invoice": invoice_to_json(invoice) if invoice else None,
            "total": considered.total,
            "currency": considered.currency,
            "newest": "",
            "again_at": None,
            "dispatched_at": None,
            **(self._decided(decision, basis) if decision else {"basis": basis}),
        }

    def _decided(self, decision: Decision, basis: str) -> dict[str, Any]:
        return {
            "decided_by": decision.rule,
            "evaluated_by": decision.decided_by,
            "book": decision.book,
            "basis": basis,
            "facts": facts_to_json(decision.facts),
            "reasons": reasons_to_json(decision.reasons),
            "decided_at": self._clock.now(),
            "decide_again_at": decision.decide_again_at,
        }


def _same_failure(row: RowMapping, values: Mapping[str, Any]) -> bool:
    """An unreadable document that is as unreadable as before: nothing new to say."""
    unreadable = not values["seen"] and not row["seen"]
    return unreadable and all(row[x] == values[x] for x in ("state", "code", "message"))
