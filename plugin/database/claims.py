"""The ledger's second half: what is ready, from claim to outcome to mark."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping, and_, func, insert, not_, or_, select, update
from sqlalchemy.exc import IntegrityError

from ..domain.connections.connection import Connection, ConnectionState
from ..domain.exports.claim import Claim
from ..domain.exports.export import ExportState
from ..domain.exports.outcome import Outcome, OutcomeKind
from ..domain.invoices.invoice import Invoice
from ..error_codes import CODES
from ..errors import PluginError, TryLater
from ..ports.ledger import PendingMark
from .base import NUMBER_RACES, LedgerPart, chunks, identity_of, of_account
from .contact_mirror import without_customer
from .json_columns import invoice_from_json, invoice_to_json
from .process_token import certainly_dead, new_token
from .tables import call, export
from .tables import connection as connection_table

#: How long a lost answer rests before the target is asked: it may still be at work.
LOOK_UP_AFTER = timedelta(seconds=5)

_STATES = {
    OutcomeKind.EXPORTED: ExportState.EXPORTED,
    OutcomeKind.REFUSED: ExportState.REFUSED,
    OutcomeKind.LATER: ExportState.LATER,
    OutcomeKind.UNKNOWN: ExportState.UNKNOWN,
}


#: What a claim is made of: all but the large columns that only deciding reads.
_OF_CLAIMS = [column for column in export.c if column.name not in {"facts", "reasons"}]

#: What a claim that is handed back becomes.
_READY = {"state": ExportState.READY, "code": "", "message": "", "fix": "", "again_at": None}


class Claims(LedgerPart):
    """Implements the sending part of `ports.Ledger`."""

    def due_to_send(self, connection: Connection) -> list[int]:
        """See `ports.Ledger`."""
        query = select(export.c.id).where(
            export.c.connection_id == connection.connection_id, self._due()
        )
        with self._database.transaction() as transaction:
            return list(transaction.scalars(query.order_by(export.c.id)))

    def invoices_due(self, connection: Connection) -> Iterator[Invoice]:
        """See `ports.Ledger`."""
        for some in chunks(self.due_to_send(connection)):
            query = select(export.c.invoice).where(export.c.id.in_(some))
            with self._database.transaction() as transaction:
                kept = list(transaction.scalars(query))
            yield from (invoice_from_json(invoice) for invoice in kept if invoice)

    def dispatch(self, connection: Connection, *, told_before: float, most: int) -> list[int]:
        """See `ports.Ledger`."""
        now, mine = self._clock.now(), export.c.connection_id == connection.connection_id
        limit = now - timedelta(seconds=told_before)
        untold = or_(export.c.dispatched_at.is_(None), export.c.dispatched_at <= limit)
        due = select(export.c.id).where(mine, self._due())
        held = select(export.c.id).where(mine, export.c.state == ExportState.CLAIMED)
        with self._database.transaction() as transaction:
            # One more than there may be: whether there are more is all that counts.
            in_hand = due.where(not_(untold)).union_all(held).limit(most + 1).subquery()
            room = most - (transaction.scalar(select(func.count()).select_from(in_hand)) or 0)
            if room <= 0:
                return []
            query = due.where(untold).order_by(export.c.id).limit(room)
            told = list(transaction.scalars(query.with_for_update()))
            if len(told) == room:
                told = told[: room - room % connection.settings.batch_size]
            for some in chunks(told):
                change = update(export).where(export.c.id.in_(some))
                transaction.execute(change.values(dispatched_at=now))
        return told

    def untell(self, export_ids: Sequence[int]) -> None:
        """See `ports.Ledger`."""
        with self._database.transaction() as transaction:
            for some in chunks(export_ids):
                change = update(export).where(export.c.id.in_(some), self._due())
                transaction.execute(change.values(dispatched_at=None))

    def claim(self, connection: Connection, export_ids: Sequence[int]) -> list[Claim]:
        """See `ports.Ledger`."""
        for _ in range(NUMBER_RACES):
            try:
                with self._database.transaction() as transaction:
                    return self._claim(transaction, connection, export_ids)
            except IntegrityError:
                continue  # somebody took one of the numbers between our look and our claim
        return []

    def _claim(
        self, transaction: Transaction, connection: Connection, export_ids: Sequence[int]
    ) -> list[Claim]:
        may_run = select(connection_table.c.state).where(
            connection_table.c.id == connection.connection_id
        )
        if transaction.scalar(may_run) != ConnectionState.ACTIVE:
            return []
        self._lock_numbers(transaction)
        token, now, claims, changes = new_token(), self._clock.now(), [], []
        for some in chunks(export_ids):
            query = (
                select(*_OF_CLAIMS)
                .where(export.c.id.in_(some), of_account(connection), self._due())
                .order_by(export.c.id)
                .with_for_update()
            )
            rows = transaction.execute(query).mappings().all()
            bare = [row for row in rows if not row["invoice_number"]]
            free = self._free_numbers(transaction, connection, [dict(row) for row in bare])
            named = {row["id"]: number for row, number in zip(bare, free, strict=True)}
            for row in rows:
                number = row["invoice_number"] or named[row["id"]]
                values = {
                    "state": ExportState.CLAIMED,
                    "code": "",
                    "message": "",
                    "fix": "",
                    "invoice_number": number,
                    "invoice_number_key": number.lower(),
                    "claimed_by": token,
                    "claimed_at": now,
                    "call_started_at": None,
                    "again_at": None,
                    "attempts": row["attempts"] + 1,
                }
                changes.append((row, f"claimed under {number}", values))
                claims.append(_claim_of({**dict(row), **values}))
        self._change_all(transaction, changes)
        return claims

    def release(self, claims: Sequence[Claim], why: str, *, unsent: bool = False) -> None:
        """See `ports.Ledger`."""
        only = [export.c.call_started_at.is_(None)] if unsent else []
        self._answer([(x, _READY, why) for x in claims], [ExportState.CLAIMED], *only)

    def release_absent(self, claims: Sequence[Claim]) -> None:
        """See `ports.Ledger`."""
        why = "not in Xero: nothing was created"
        self._answer([(x, _READY, why) for x in claims], [ExportState.UNKNOWN])

    def postpone(self, claims: Sequence[Claim], error: PluginError, until: datetime) -> None:
        """See `ports.Ledger`."""
        values = {
            "state": ExportState.LATER,
            "code": error.code,
            "message": error.message,
            "fix": error.fix,
            "again_at": until,
        }
        unsent = [(claim, values, error.message) for claim in claims]
        self._answer(unsent, [ExportState.CLAIMED], export.c.call_started_at.is_(None))

    def start_call(self, connection: Connection, claims: Sequence[Claim], digest: str) -> str:
        """See `ports.Ledger`."""
        key, now = uuid.uuid4().hex, self._clock.now()
        held = 0
        values = {"call_started_at": now, "call_key": key, "updated_at": now}
        with self._database.transaction() as transaction:
            for mine in _all_held(claims, [ExportState.CLAIMED]):
                query = update(export).where(mine, export.c.call_started_at.is_(None))
                held += transaction.execute(query.values(values)).rowcount
            if held != len(claims):
                # Rolls back: nobody's call has started.
                raise TryLater("A claim was taken away before its call began.", after=1)
            organisation = connection.organisation_known.organisation_id
            note = {"key": key, "organisation_id": organisation, "digest": digest}
            transaction.execute(insert(call).values(**note, documents=len(claims), started_at=now))
        return key

    def end_call(self, claims: Sequence[Claim]) -> None:
        """See `ports.Ledger`."""
        nothing = {"call_started_at": None, "call_key": ""}
        with self._database.transaction() as transaction:
            for mine in _all_held(claims, [ExportState.CLAIMED]):
                transaction.execute(update(export).where(mine).values(nothing))

    def record_outcomes(self, outcomes: Sequence[tuple[Claim, Outcome]]) -> None:
        """See `ports.Ledger`."""
        now = self._clock.now()
        answers = []
        for claim, outcome in outcomes:
            values: dict[str, Any] = {
                "state": _STATES[outcome.kind],
                "code": outcome.code,
                "message": outcome.message,
                "fix": outcome.fix,
                "again_at": outcome.again_at,
            }
            if outcome.kind is OutcomeKind.EXPORTED:
                values |= _exported(claim, outcome)
            elif outcome.kind is OutcomeKind.UNKNOWN:
                values["again_at"] = now + LOOK_UP_AFTER
            answers.append((claim, values, outcome.message or outcome.kind.value))
        self._answer(answers, [ExportState.CLAIMED, ExportState.UNKNOWN])

    def abandoned(self, connection: Connection, *, older_than: float) -> list[Claim]:
        """See `ports.Ledger`."""
        query = select(export).where(
            export.c.connection_id == connection.connection_id,
            export.c.state == ExportState.CLAIMED,
        )
        limit = self._clock.now() - timedelta(seconds=older_than)
        with self._database.transaction() as transaction:
            rows = transaction.execute(query).mappings().all()
        dead = {token: certainly_dead(token) for token in {row["claimed_by"] for row in rows}}
        return [
            _claim_of(row)
            for row in rows
            if dead[row["claimed_by"]] or (row["call_started_at"] or row["claimed_at"]) < limit
        ]

    def doubtful(self, connection: Connection) -> list[Claim]:
        """See `ports.Ledger`."""
        query = select(export).where(
            export.c.connection_id == connection.connection_id,
            export.c.state == ExportState.UNKNOWN,
            or_(export.c.again_at.is_(None), export.c.again_at <= self._clock.now()),
        )
        with self._database.transaction() as transaction:
            return [_claim_of(row) for row in transaction.execute(query).mappings()]

    def owed(self, connection: Connection, limit: int) -> list[PendingMark]:
        """See `ports.Ledger`."""
        query = (
            select(export)
            .where(
                export.c.connection_id == connection.connection_id,
                export.c.write_back_owed.is_(True),
            )
            .order_by(export.c.id)
            .limit(limit)
        )
        with self._database.transaction() as transaction:
            return [
                PendingMark(
                    export_id=row["id"],
                    source_id=row["source_id"],
                    invoice_number=row["invoice_number"],
                    invoice_id=row["invoice_id"],
                    commented=row["commented_at"] is not None,
                    tagged=row["tagged_at"] is not None,
                )
                for row in transaction.execute(query).mappings()
            ]

    def owed_count(self, connection: Connection) -> int:
        """How many exported documents are owed marks."""
        query = select(func.count()).where(
            export.c.connection_id == connection.connection_id,
            export.c.write_back_owed.is_(True),
        )
        with self._database.transaction() as transaction:
            return transaction.scalar(query) or 0

    def written(self, export_id: int, what: str) -> None:
        """See `ports.Ledger`."""
        now = self._clock.now()
        values = (
            {"commented_at": now}
            if what == "comment"
            else {"tagged_at": now, "write_back_owed": False}
        )
        with self._database.transaction() as transaction:
            transaction.execute(update(export).where(export.c.id == export_id).values(values))

    def write_refused(self, export_id: int, error: PluginError) -> None:
        """See `ports.Ledger`."""
        with self._database.transaction() as transaction:
            query = update(export).where(export.c.id == export_id)
            transaction.execute(query.values(write_back_owed=False))
            why = f"not marked in Mintsoft: {error.message}"
            state = ExportState.EXPORTED
            self._log(transaction, export_id, before=state, after=state, why=why)

    def _answer(
        self,
        answers: Sequence[tuple[Claim, Mapping[str, Any], str]],
        states: Sequence[ExportState],
        *conditions: Any,
    ) -> None:
        """Change rows that the claims still hold, in one of the states; leave the others."""
        with self._database.transaction() as transaction:
            rows: dict[int, RowMapping] = {}
            for held in _all_held([claim for claim, _, _ in answers], states):
                query = select(export.c.id, export.c.state, export.c.code)
                query = query.where(held, *conditions).order_by(export.c.id)
                found = transaction.execute(query.with_for_update()).mappings()
                rows |= {row["id"]: row for row in found}
            changes = [
                (rows[claim.export_id], why, {"dispatched_at": None, **values})
                for claim, values, why in answers
                if claim.export_id in rows
            ]
            self._change_all(transaction, changes)

    def _due(self) -> Any:
        """Ready, or later and its time has come."""
        return or_(
            export.c.state == ExportState.READY,
            and_(
                export.c.state == ExportState.LATER,
                or_(export.c.again_at.is_(None), export.c.again_at <= self._clock.now()),
            ),
        )


def _all_held(claims: Sequence[Claim], states: Sequence[ExportState]) -> Iterator[Any]:
    """The claims' rows in one of the states, while nobody else has taken them over.

    A condition for each statement that it takes: mostly one, for one worker's claims.
    """
    ids: dict[str, list[int]] = {}
    for claim in claims:
        ids.setdefault(claim.token, []).append(claim.export_id)
    for token, mine in ids.items():
        for some in chunks(mine):
            yield and_(
                export.c.id.in_(some), export.c.claimed_by == token, export.c.state.in_(states)
            )


def _claim_of(row: Any) -> Claim:
    return Claim(
        export_id=row["id"],
        token=row["claimed_by"],
        identity=identity_of(row),
        invoice_number=row["invoice_number"],
        invoice=invoice_from_json(row["invoice"]),
        decided_at=row["decided_at"],
        basis=row["basis"],
        call_started_at=row["call_started_at"],
    )


def _exported(claim: Claim, outcome: Outcome) -> dict[str, Any]:
    """What an export adds to its row: id and total, a warning when the total is another."""
    total = claim.invoice.total if outcome.total is None else outcome.total
    values: dict[str, Any] = {
        "invoice_id": outcome.invoice_id,
        "total": total,
        "message": claim.invoice.note,
        "write_back_owed": claim.identity.kind.traits.marked_back,
    }
    if claim.invoice.customer:
        values["invoice"] = invoice_to_json(without_customer(claim.invoice))
    if total != claim.invoice.total:
        words = CODES["MX-407"]
        figures = {"number": claim.invoice_number, "total": total, "expected": claim.invoice.total}
        values |= {
            "code": words.code,
            "message": words.sentence.format(**figures),
            "fix": words.fix,
        }
    return values
