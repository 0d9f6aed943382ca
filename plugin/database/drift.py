"""What changed on either side after an export, or while a worker was at it.

An exported row keeps the order as it was edited, and its document as Xero has it now, where they
differ from what was exported; the more serious of the two gives the row its code. A person may
clear that; it comes back when there is something new to say.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping, select, update

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import Identity
from ..domain.exports.claim import Claim
from ..domain.exports.drift import Difference, Edit
from ..domain.exports.export import ExportState
from ..domain.times import to_text
from ..error_codes import CODES
from ..errors import NeedsPerson, PluginError
from ..ports.target import TargetDocument
from .base import LedgerPart, chunks, identity_of, of_account
from .json_columns import facts_to_json, invoice_from_json
from .tables import export

EDITED = "MX-504"
VOIDED, DELETED, CHANGED, RENUMBERED = "MX-410", "MX-411", "MX-412", "MX-413"
OTHER_TOTAL = "MX-407"

#: All codes that an exported document may have.
CODES_OF_EXPORTED = (EDITED, VOIDED, DELETED, CHANGED, RENUMBERED, OTHER_TOTAL)

_HELD = (ExportState.CLAIMED, ExportState.UNKNOWN)


class Drift(LedgerPart):
    """Implements the noticing part of `ports.Ledger`."""

    def note_edits(self, connection: Connection, edits: Sequence[Edit]) -> None:
        """See `ports.Ledger`."""
        if not edits:
            return
        with self._database.transaction() as transaction:
            rows = self._rows(transaction, connection, [x.identity.source_id for x in edits])
            for edit in edits:
                row = rows.get(edit.identity.source_id)
                if row is not None and row["state"] in _HELD:
                    self._note_newest(transaction, row, edit.identity.seen)
                elif row is not None and row["state"] == ExportState.EXPORTED:
                    self._note(transaction, row, "edited", _edited(row, edit))
                    if row["newest"]:
                        self._change(transaction, row, "", newest="")

    def changed(self, claims: Sequence[Claim]) -> set[int]:
        """See `ports.Ledger`."""
        found: set[int] = set()
        seen = {claim.export_id: claim.identity.seen for claim in claims}
        with self._database.transaction() as transaction:
            for some in chunks(list(seen)):
                query = select(export.c.id, export.c.newest).where(
                    export.c.id.in_(some), export.c.newest != ""
                )
                found |= {x.id for x in transaction.execute(query) if x.newest != seen[x.id]}
        return found

    def edited_meanwhile(self, connection: Connection) -> list[Identity]:
        """See `ports.Ledger`."""
        query = select(export).where(
            export.c.connection_id == connection.connection_id,
            export.c.state == ExportState.EXPORTED,
            export.c.newest.not_in(("", export.c.seen)),
        )
        with self._database.transaction() as transaction:
            return [identity_of(row) for row in transaction.execute(query).mappings()]

    def note_drift(self, connection: Connection, documents: Sequence[TargetDocument]) -> None:
        """See `ports.Ledger`."""
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
                    self._note(transaction, row, "target_now", _there(row, by_id))

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

    @staticmethod
    def _note_newest(transaction: Transaction, row: RowMapping, seen: str) -> None:
        if row["newest"] != seen and (row["newest"] or row["seen"] != seen):
            change = update(export).where(export.c.id == row["id"])
            transaction.execute(change.values(newest=seen))

    def _note(
        self, transaction: Transaction, row: RowMapping, column: str, now: dict[str, Any] | None
    ) -> None:
        """Keep what is new on one side, and let the code follow; nothing new changes nothing."""
        before = {key: x for key, x in (row[column] or {}).items() if key != "cleared"}
        if before == (now or {}):
            return
        noticed = _noticed({**row, column: now})
        words = {"code": "", "message": "", "fix": ""}
        if noticed is not None:
            words = {"code": noticed.code, "message": noticed.message, "fix": noticed.fix}
        why = noticed.message if noticed else "as it was exported again"
        self._change(transaction, row, why, **words, **{column: now})


def _edited(row: RowMapping, edit: Edit) -> dict[str, Any] | None:
    """The order as it is now, where that matters to its invoice; None where it does not."""
    if row["fingerprint"] == edit.identity.fingerprint:
        return None
    return {
        "fingerprint": edit.identity.fingerprint,
        "changed_at": to_text(edit.changed_at),
        "facts": facts_to_json(edit.facts),
    }


def _there(row: RowMapping, documents: Mapping[str, TargetDocument]) -> dict[str, Any] | None:
    """The document as the target has it now, where that is not what was exported.

    A payment is no drift, and a merged contact none either.
    """
    document = documents[row["invoice_id"]]
    number = row["invoice_number"] or ""
    same_number = document.number.casefold() == number.casefold()
    same_money = document.total == row["total"] and document.currency == row["currency"]
    if document.alive and same_money and same_number:
        return None
    return {
        "status": document.status,
        "number": document.number,
        "total": str(document.total),
        "currency": document.currency,
    }


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


def _noticed(row: Mapping[str, Any]) -> PluginError | None:
    """What is to be said of an exported row: the most serious thing that nobody has cleared."""
    there, edited = row["target_now"] or {}, row["edited"] or {}
    number = row["invoice_number"]
    if there and not there.get("cleared"):
        if there["status"] in ("VOIDED", "DELETED"):
            return NeedsPerson(
                code=VOIDED if there["status"] == "VOIDED" else DELETED, number=number
            )
        total = f"{there['total']} {there['currency']}"
        exported = f"{row['total']} {row['currency']}"
        if total != exported:
            return NeedsPerson(code=CHANGED, number=number, total=total, exported=exported)
        return NeedsPerson(code=RENUMBERED, number=number, now=there["number"])
    if edited and not edited.get("cleared"):
        return NeedsPerson(code=EDITED)
    return _other_total(row)


def _other_total(row: Mapping[str, Any]) -> PluginError | None:
    """The warning that the export itself left behind, when Xero came to another total."""
    if row["code"] == "" or not row["invoice"]:
        return None
    expected = invoice_from_json(row["invoice"]).total
    if expected == row["total"]:
        return None
    figures = {"number": row["invoice_number"], "total": row["total"], "expected": expected}
    return NeedsPerson(code=CODES[OTHER_TOTAL].code, **figures)
