"""The ledger's first half: what was seen of documents, and what was decided on them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import DecidedDocument, Identity
from ..domain.decisions.decision import Decision
from ..domain.exports.claim import plain_number
from ..domain.exports.export import UNDER_WAY, ExportState
from ..ports.ledger import KnownDocument, StoredDocument
from .base import OUT_OF_REACH, LedgerPart, chunks, identity_of
from .json_columns import facts_from_json, facts_to_json, invoice_to_json, reasons_to_json
from .tables import event, export, number

#: What the columns of number and client hold: a longer one is kept cut off, not lost.
NUMBER_LENGTH, CLIENT_LENGTH = 250, 100


class Decisions(LedgerPart):
    """Implements the deciding part of `ports.Ledger`."""

    def known(self, connection: Connection, source_ids: Sequence[str]) -> dict[str, KnownDocument]:
        """See `ports.Ledger`."""
        with self._database.transaction() as transaction:
            rows = self._rows(transaction, connection, source_ids)
        return {
            source_id: KnownDocument(
                state=ExportState(row["state"]),
                seen=row["seen"],
                fingerprint=row["fingerprint"],
                basis=row["basis"],
                decide_again_at=row["decide_again_at"],
            )
            for source_id, row in rows.items()
        }

    def twins(self, connection: Connection, documents: Sequence[Identity]) -> dict[str, str]:
        """See `ports.Ledger`."""
        whole = {x.content: x for x in documents if not x.split and x.content}
        found: dict[str, list[str]] = {}
        organisation_id = connection.organisation_known.organisation_id
        mine = [connection.account, organisation_id, connection.kind.value]
        with self._database.transaction() as transaction:
            for some in chunks(list(whole)):
                # Whose they are is looked at here: with it in the query, SQLite would read all
                # rows of the account instead of the few of these contents.
                whose = (export.c.mintsoft_account, export.c.organisation_id, export.c.kind)
                query = select(export.c.content, export.c.source_id, *whose).where(
                    export.c.content.in_(some),
                    export.c.split.is_(False),
                    export.c.state.in_(UNDER_WAY),
                )
                rows = transaction.execute(query.order_by(export.c.id))
                for content, source_id, *owner in rows:
                    if owner == mine:
                        found.setdefault(content, []).append(source_id)
        # Content is a digest over client and number too, so equal content is the whole test.
        twins = {}
        for document in documents:
            others = [x for x in found.get(document.content, []) if x != document.source_id]
            if others and not document.split:
                twins[document.source_id] = others[0]
        return twins

    def taken(self, connection: Connection, documents: Sequence[Identity]) -> set[str]:
        """See `ports.Ledger`."""
        organisation = connection.organisation_known.organisation_id
        prefix = connection.settings.number_prefix
        keys = {x.source_id: plain_number(prefix, x.number).lower() for x in documents}
        theirs: set[str] = set()
        ours: set[str] = set()
        with self._database.transaction() as transaction:
            for some in chunks(sorted(set(keys.values()))):
                mirror = select(number.c.number_key).where(
                    number.c.organisation_id == organisation,
                    number.c.number_key.in_(some),
                    number.c.alive.is_(True),
                )
                theirs |= set(transaction.scalars(mirror))
                claimed = select(export.c.invoice_number_key).where(
                    export.c.organisation_id == organisation,
                    export.c.invoice_number_key.in_(some),
                )
                ours |= {key for key in transaction.scalars(claimed) if key}
        return {source_id for source_id, key in keys.items() if key in theirs - ours}

    def record(self, connection: Connection, rows: Sequence[DecidedDocument], basis: str) -> None:
        """See `ports.Ledger`."""
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
        """See `ports.Ledger`."""
        with self._database.transaction() as transaction:
            query = select(export).where(export.c.id == export_id).with_for_update()
            row = transaction.execute(query).mappings().one()
            if row["state"] not in OUT_OF_REACH:
                values = self._decided(decision, basis)
                reason = {"code": decision.code, "message": decision.message, "fix": decision.fix}
                moved = {"state": state, "invoice": None, "again_at": None}
                self._change(transaction, row, decision.message, **values, **reason, **moved)

    def due_again(
        self, connection: Connection, basis: str | None, *, after: int, limit: int
    ) -> list[StoredDocument]:
        """See `ports.Ledger`."""
        due = export.c.decide_again_at <= self._clock.now()
        if basis is not None:
            due = or_(export.c.basis != basis, due)
        query = (
            select(export)
            .where(_open(connection), export.c.id > after, due)
            .order_by(export.c.id)
            .limit(limit)
        )
        with self._database.transaction() as transaction:
            return [_stored(row) for row in transaction.execute(query).mappings()]

    def decides_again_at(
        self, connection: Connection, numbers: Sequence[str] = ()
    ) -> datetime | None:
        """See `ports.Ledger`."""
        query = select(func.min(export.c.decide_again_at)).where(_open(connection))
        if numbers:
            query = query.where(export.c.number.in_(numbers))
        with self._database.transaction() as transaction:
            earliest: datetime | None = transaction.scalar(query)
        return earliest

    def _record(
        self,
        transaction: Transaction,
        connection: Connection,
        rows: Sequence[DecidedDocument],
        basis: str,
    ) -> None:
        self._lock_numbers(transaction)
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
            # out the same however many send. One that was claimed once is kept.
            if considered.invoice is not None and (row is None or not row["attempts"]):
                unnumbered.append((row, values))
            if row is None:
                made.append(values)
            else:
                changes.append((row, considered.message, values))
        named = [{**dict(row or {}), **values} for row, values in unnumbered]
        numbers = self._free_numbers(transaction, connection, named)
        for (_, values), free in zip(unnumbered, numbers, strict=True):
            values |= {"invoice_number": free, "invoice_number_key": free.lower()}
        self._insert_all(transaction, made)
        self._change_all(transaction, changes)

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


def _open(connection: Connection) -> Any:
    """The connection's rows that rules may still move."""
    passed = [*OUT_OF_REACH, ExportState.CLEARED]
    return (export.c.connection_id == connection.connection_id) & export.c.state.not_in(passed)


def _same_failure(row: RowMapping, values: Mapping[str, Any]) -> bool:
    """An unreadable document that is as unreadable as before: nothing new to say."""
    unreadable = not values["seen"] and not row["seen"]
    return unreadable and all(row[x] == values[x] for x in ("state", "code", "message"))


def _stored(row: Any) -> StoredDocument:
    return StoredDocument(
        export_id=row["id"],
        identity=identity_of(row),
        state=ExportState(row["state"]),
        code=row["code"],
        facts=facts_from_json(row["facts"] or {}, row["kind"]),
        document_at=row["document_at"],
        total=row["total"],
        currency=row["currency"],
    )
