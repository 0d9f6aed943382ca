"""Who has a document in hand: from the claim until it is handed back or looked up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from ..domain.connections.connection import Connection, ConnectionState
from ..domain.exports.claim import Claim
from ..domain.exports.export import ExportState
from ..errors import PluginError
from .base import chunks, identity_of, of_account
from .free_numbers import NUMBER_RACES, free_numbers, lock_numbers
from .held_rows import HeldRows
from .json_columns import invoice_from_json
from .process_token import certainly_dead, new_token
from .tables import connection as connection_table
from .tables import export

#: What a claim is made of: all but the large columns that only deciding reads.
_OF_CLAIMS = [column for column in export.c if column.name not in {"facts", "reasons"}]

#: What a claim that is handed back becomes.
_READY = {"state": ExportState.READY, "code": "", "message": "", "fix": "", "again_at": None}


class SqlClaims(HeldRows):
    """Implements `ports.ledger.Claims`."""

    def claim(self, connection: Connection, export_ids: Sequence[int]) -> list[Claim]:
        """See `ports.ledger.Claims`."""
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
        lock_numbers(transaction)
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
            free = free_numbers(transaction, connection, [dict(row) for row in bare])
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
        """See `ports.ledger.Claims`."""
        only = [export.c.call_started_at.is_(None)] if unsent else []
        self._answer([(x, _READY, why) for x in claims], [ExportState.CLAIMED], *only)

    def release_absent(self, claims: Sequence[Claim]) -> None:
        """See `ports.ledger.Claims`."""
        why = "not in Xero: nothing was created"
        self._answer([(x, _READY, why) for x in claims], [ExportState.UNKNOWN])

    def postpone(self, claims: Sequence[Claim], error: PluginError, until: datetime) -> None:
        """See `ports.ledger.Claims`."""
        values = {
            "state": ExportState.LATER,
            "code": error.code,
            "message": error.message,
            "fix": error.fix,
            "again_at": until,
        }
        unsent = [(claim, values, error.message) for claim in claims]
        self._answer(unsent, [ExportState.CLAIMED], export.c.call_started_at.is_(None))

    def abandoned(self, connection: Connection, *, older_than: float) -> list[Claim]:
        """See `ports.ledger.Claims`."""
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
        """See `ports.ledger.Claims`."""
        query = select(export).where(
            export.c.connection_id == connection.connection_id,
            export.c.state == ExportState.UNKNOWN,
            or_(export.c.again_at.is_(None), export.c.again_at <= self._clock.now()),
        )
        with self._database.transaction() as transaction:
            return [_claim_of(row) for row in transaction.execute(query).mappings()]


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
