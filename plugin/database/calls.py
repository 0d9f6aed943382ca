"""The one call that may create documents, and what the target said to it."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from ..domain.connections.connection import Connection
from ..domain.exports.claim import Claim
from ..domain.exports.export import ExportState
from ..domain.exports.outcome import Outcome, OutcomeKind
from ..error_codes import CODES
from ..errors import TryLater
from .held_rows import HeldRows, all_held
from .json_columns import invoice_to_json, without_customer
from .tables import call, export

#: How long a lost answer rests before the target is asked: it may still be at work.
LOOK_UP_AFTER = timedelta(seconds=5)

_STATES = {
    OutcomeKind.EXPORTED: ExportState.EXPORTED,
    OutcomeKind.REFUSED: ExportState.REFUSED,
    OutcomeKind.LATER: ExportState.LATER,
    OutcomeKind.UNKNOWN: ExportState.UNKNOWN,
}


class SqlCalls(HeldRows):
    """Implements `ports.ledger.Calls`."""

    def start_call(self, connection: Connection, claims: Sequence[Claim], digest: str) -> str:
        """See `ports.ledger.Calls`."""
        key, now = uuid.uuid4().hex, self._clock.now()
        held = 0
        values = {"call_started_at": now, "call_key": key, "updated_at": now}
        with self._database.transaction() as transaction:
            for mine in all_held(claims, [ExportState.CLAIMED]):
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
        """See `ports.ledger.Calls`."""
        nothing = {"call_started_at": None, "call_key": ""}
        with self._database.transaction() as transaction:
            for mine in all_held(claims, [ExportState.CLAIMED]):
                transaction.execute(update(export).where(mine).values(nothing))

    def record_outcomes(self, outcomes: Sequence[tuple[Claim, Outcome]]) -> None:
        """See `ports.ledger.Calls`."""
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

    def refused_since(self, connection: Connection, moment: datetime) -> bool:
        """Whether the target refused a document since then: what is known of it may be old."""
        query = select(export.c.id).where(
            export.c.connection_id == connection.connection_id,
            export.c.updated_at > moment,
            export.c.state == ExportState.REFUSED,
            export.c.code.like("MX-4%"),
        )
        with self._database.transaction() as transaction:
            return transaction.scalar(query.limit(1)) is not None


def _exported(claim: Claim, outcome: Outcome) -> dict[str, Any]:
    """What an export adds to its row: id and total, a warning when the total is another."""
    total = claim.invoice.total if outcome.total is None else outcome.total
    values: dict[str, Any] = {
        "invoice_id": outcome.invoice_id,
        "total": total,
        "message": claim.invoice.note,
        # Mintsoft has no place for a mark on a client invoice (mintsoft.md 5).
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
