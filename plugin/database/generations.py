"""Exported documents that are let go, to be exported once more."""

from collections.abc import Sequence

from sqlalchemy import select, update

from ..domain.connections.connection import Connection
from ..domain.exports.export import ExportState
from .base import LedgerPart, chunks, of_account
from .tables import export, number


class SqlGenerations(LedgerPart):
    """Implements `ports.ledger.Generations`."""

    def numbers_now(self, connection: Connection, invoice_ids: Sequence[str]) -> dict[str, str]:
        """See `ports.ledger.Generations`."""
        organisation = connection.organisation_known.organisation_id
        found: dict[str, str] = {}
        with self._database.transaction() as transaction:
            for some in chunks(invoice_ids):
                query = select(number.c.invoice_id, number.c.number_key).where(
                    number.c.organisation_id == organisation, number.c.invoice_id.in_(some)
                )
                found |= {x.invoice_id: x.number_key for x in transaction.execute(query)}
        return found

    def again(self, connection: Connection, export_id: int, invoice_number: str, why: str) -> bool:
        """See `ports.ledger.Generations`. Its number was used up, so the next one ends in -R2."""
        values = {"state": ExportState.WAITING, "basis": "", "seen": "", "again_at": None}
        words = {"code": "", "message": "to be exported again at the next export", "fix": ""}
        none = {"invoice": None, "invoice_number": None, "invoice_number_key": None}
        forgotten = {"newest": "", "edited": None, "target_now": None, "number_given": False}
        unmarked = {"commented_at": None, "tagged_at": None, "write_back_owed": False}
        held = {"claimed_by": "", "claimed_at": None, "call_started_at": None, "invoice_id": ""}
        with self._database.transaction() as transaction:
            query = select(export).where(
                of_account(connection),
                export.c.id == export_id,
                export.c.state == ExportState.EXPORTED,
                export.c.invoice_number == invoice_number,
            )
            row = transaction.execute(query.with_for_update()).mappings().one_or_none()
            if row is None:
                return False
            generation = {"generation": row["generation"] + 1}
            cleared = {**values, **words, **none, **unmarked, **held, **forgotten, **generation}
            self._change(transaction, row, why, **cleared)
            # Absent there: it must not count as somebody else's document with this number.
            document = number.c.invoice_id == row["invoice_id"]
            here = number.c.organisation_id == row["organisation_id"]
            transaction.execute(update(number).where(here, document).values(alive=False))
        return True
