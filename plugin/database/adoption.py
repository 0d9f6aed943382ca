"""Adoption: what is in the target with our mark, and no row knows of, is its document's export.

So it stands with a ledger that was restored from an older backup, or lost; with an answer that
was lost and whose document came to light late; with a copy that a person made of a voided one.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping, exists, select, update

from ..domain.connections.connection import Connection
from ..domain.exports.export import DocumentKind, ExportState
from ..domain.orders.order_status import has_ended
from ..domain.times import to_text
from .base import OUT_OF_REACH, chunks
from .drift_notes import DriftNotes, noticed, there_now
from .free_numbers import generation_of, is_own_number
from .json_columns import invoice_from_json, invoice_to_json, without_customer
from .tables import export, number

#: What a row of an exported document holds no more.
_OPEN_NO_MORE = {"claimed_by": "", "again_at": None, "decide_again_at": None, "dispatched_at": None}

#: With a status like this an order was exported; which it was, the ledger does not know.
_ONCE = "DESPATCHED"


class Adoption(DriftNotes):
    """A part of the ledger that learns of documents in the target, or of new rows."""

    def _adopt(
        self, transaction: Transaction, connection: Connection, source_ids: Sequence[str]
    ) -> None:
        """Have rows exported by the documents with their mark; not those that somebody holds."""
        documents = unknown_documents(transaction, connection, source_ids)
        rows = self._rows(transaction, connection, list(documents)) if documents else {}
        for source_id, row in rows.items():
            if row["state"] not in OUT_OF_REACH and (
                own := _own(connection, row, documents[source_id])
            ):
                self._export_by(transaction, connection, row, own)

    def _export_by(
        self, transaction: Transaction, connection: Connection, row: RowMapping, own: RowMapping
    ) -> None:
        key = _key_for(transaction, row, own)
        after = {**row, **_OPEN_NO_MORE, **_exported_as(row, own, key)}
        after |= {"target_now": there_now(after, dict(own)), "edited": self._ended(connection, row)}
        notice = noticed({**after, "code": ""})
        words = {"code": "", "message": "", "fix": ""}
        if notice is not None:
            words = {"code": notice.code, "message": notice.message, "fix": notice.fix}
        changed = {name: x for name, x in (after | words).items() if x != row[name]}
        why = f"found in Xero by its mark, as {own['number']}"
        self._change(transaction, row, why, **changed)

    def _ended(self, connection: Connection, row: RowMapping) -> dict[str, Any] | None:
        """What is kept of an order that was exported once and has a status now that never is."""
        status = (row["facts"] or {}).get("status", "")
        wanted = {x.casefold() for x in connection.settings.export_statuses}
        if not status or not has_ended(_ONCE, status, due=status.casefold() in wanted):
            return None
        changed_at = to_text(self._clock.now())
        return {"fingerprint": row["fingerprint"], "changed_at": changed_at, "ended": status}


def unknown_documents(
    transaction: Transaction, connection: Connection, source_ids: Sequence[str]
) -> dict[str, list[RowMapping]]:
    """Documents with the marks of these that no row has, by source id."""
    organisation = connection.organisation_known.organisation_id
    known = exists().where(
        export.c.organisation_id == organisation, export.c.invoice_id == number.c.invoice_id
    )
    found: dict[str, list[RowMapping]] = {}
    for some in chunks(source_ids):
        query = select(number).where(
            number.c.organisation_id == organisation,
            number.c.kind == connection.kind,
            number.c.source_id.in_(some),
            ~known,
        )
        for document in transaction.execute(query).mappings():
            found.setdefault(document["source_id"], []).append(document)
    return found


def _own(
    connection: Connection, row: RowMapping, documents: Sequence[RowMapping]
) -> RowMapping | None:
    """Which of the documents with its mark a row is exported by; None: by none of them.

    Ids are counted by each account: what has neither the number nor the total may be made of
    another account's order of the same id. One that is voided or deleted counts only where the
    row knows of no attempt: that it was exported has been forgotten, and it is not sent again by
    itself.
    """
    of_it = [x for x in documents if _is_likely(connection, row, x)]
    alive = [document for document in of_it if document["alive"]]
    never_sent = not row["attempts"] and row["generation"] == 1

    def likeness(document: RowMapping) -> tuple[Any, ...]:
        own_number = document["number_key"] == row["invoice_number_key"]
        same_total = document["total"] == row["total"]
        return same_total, own_number, generation_of(document["number"]), document["invoice_id"]

    return max(alive or (of_it if never_sent else ()), key=likeness, default=None)


def _is_likely(connection: Connection, row: RowMapping, document: RowMapping) -> bool:
    if is_own_number(connection, dict(row), document["number"]):
        return True
    known = DocumentKind(row["kind"]).traits.states_gross or row["invoice"]
    same = all(document[name] == row[name] for name in ("total", "currency"))
    return same or not known


def _key_for(transaction: Transaction, row: RowMapping, own: RowMapping) -> str | None:
    """The key of its number; whoever has not used that number yet gives it up. None: it is used."""
    key: str = own["number_key"]
    query = select(export.c.id, export.c.state).where(
        export.c.organisation_id == row["organisation_id"],
        export.c.invoice_number_key == key,
        export.c.id != row["id"],
    )
    holder = transaction.execute(query.with_for_update()).mappings().one_or_none()
    if holder is not None and holder["state"] in OUT_OF_REACH:
        return None
    if holder is not None:
        free = update(export).where(export.c.id == holder["id"])
        transaction.execute(free.values(invoice_number=None, invoice_number_key=None))
    return key


def _exported_as(row: RowMapping, own: RowMapping, key: str | None) -> dict[str, Any]:
    invoice = invoice_from_json(row["invoice"]) if row["invoice"] else None
    traits = DocumentKind(row["kind"]).traits
    stated = row["total"] if traits.states_gross else own["total"]
    return {
        "state": ExportState.EXPORTED,
        "invoice_id": own["invoice_id"],
        "invoice_number": own["number"],
        "invoice_number_key": key,
        "generation": max(row["generation"], generation_of(own["number"])),
        "total": stated if invoice is None else invoice.total,
        "invoice": invoice and invoice_to_json(without_customer(invoice)),
        # What this ledger has never sent was marked when it was.
        "write_back_owed": bool(row["attempts"]) and traits.marked_back,
    }
