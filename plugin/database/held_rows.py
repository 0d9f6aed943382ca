"""Rows that claims still hold: an answer changes these, and leaves what others have taken over."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, and_, select

from ..domain.exports.claim import Claim
from ..domain.exports.export import ExportState
from .base import LedgerPart, chunks
from .tables import export


class HeldRows(LedgerPart):
    """A part of the ledger that writes answers to claims."""

    def _answer(
        self,
        answers: Sequence[tuple[Claim, Mapping[str, Any], str]],
        states: Sequence[ExportState],
        *conditions: Any,
    ) -> None:
        """Change rows that the claims still hold, in one of the states; leave the others."""
        with self._database.transaction() as transaction:
            rows: dict[int, RowMapping] = {}
            for held in all_held([claim for claim, _, _ in answers], states):
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


def all_held(claims: Sequence[Claim], states: Sequence[ExportState]) -> Iterator[Any]:
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
