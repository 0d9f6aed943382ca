"""What the target has made of exported documents."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from ..domain.connections.connection import Connection
from ..domain.exports.drift import Difference
from ..domain.exports.export import ExportState
from ..ports.target import TargetDocument
from .base import chunks, of_account
from .drift_notes import DriftNotes, there_now
from .number_mirror import as_mirrored
from .tables import export


class SqlDrift(DriftNotes):
    """Implements `ports.ledger.Drift`."""

    def note_drift(self, connection: Connection, documents: Sequence[TargetDocument]) -> None:
        """See `ports.ledger.Drift`."""
        by_id = {x.invoice_id: x for x in documents if x.invoice_id}
        organisation = connection.organisation_known.organisation_id
        with self._database.transaction() as transaction:
            for some in chunks(list(by_id)):
                query = (
                    select(export)
                    .where(
                        export.c.organisation_id == organisation,
                        export.c.invoice_id.in_(some),
                        export.c.state == ExportState.EXPORTED,
                    )
                    .order_by(export.c.id)
                    .with_for_update()
                )
                for row in transaction.execute(query).mappings().all():
                    document = as_mirrored(by_id[row["invoice_id"]])
                    self._note(transaction, row, "target_now", there_now(dict(row), document))

    def clear_drift(self, connection: Connection, export_ids: Sequence[int]) -> int:
        """A person has looked at what changed after the export: it is shown, but needs nobody."""
        cleared = 0
        with self._database.transaction() as transaction:
            for some in chunks(export_ids):
                query = select(export).where(
                    of_account(connection),
                    export.c.id.in_(some),
                    export.c.state == ExportState.EXPORTED,
                    export.c.code != "",
                )
                ordered = query.order_by(export.c.id).with_for_update()
                for row in transaction.execute(ordered).mappings().all():
                    kept = {
                        name: {**row[name], "cleared": True}
                        for name in ("edited", "target_now")
                        if row[name]
                    }
                    nothing = {"code": "", "message": "", "fix": ""}
                    self._change(transaction, row, "cleared", **nothing, **kept)
                    cleared += 1
        return cleared

    def drift(self, export_id: int) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
        """What differs from the export: of the order, and of the target's document."""
        query = select(export).where(export.c.id == export_id)
        with self._database.transaction() as transaction:
            row = transaction.execute(query).mappings().one()
        facts = {name: row["facts"].get(name) for name in (row["edited"] or {}).get("facts", {})}
        exported = {
            "status": "exported",
            "number": row["invoice_number"],
            "total": str(row["total"]),
            "currency": row["currency"],
        }
        edited = (row["edited"] or {}).get("facts", {})
        there = {name: x for name, x in (row["target_now"] or {}).items() if name in exported}
        return _differences(facts, edited), _differences(exported, there)


def _differences(exported: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Difference, ...]:
    return tuple(
        Difference(what=name, exported=_text(exported[name]), now=_text(value))
        for name, value in now.items()
        if exported[name] != value
    )


def _text(value: Any) -> str:
    """A kept value as a person reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(_text(entry) for entry in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_text(entry)}" for name, entry in value.items())
    return "" if value is None else str(value)
