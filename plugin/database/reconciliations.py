"""What the ledger gives to a reconciliation, and keeps of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection as Transaction
from sqlalchemy import RowMapping, delete, insert, select

from ..domain.connections.connection import Connection
from ..domain.exports.export import ExportState
from ..domain.invoices.contact import CONTACT_WITHOUT_CHANNEL
from ..domain.reconciliation.reconciliation import Booked, Reconciliation
from ..domain.times import local_date
from .base import LedgerPart, chunks, of_account
from .json_columns import invoice_from_json
from .reconciliation_json import Json, result_to_json
from .tables import contact, export, reconciliation


@dataclass(frozen=True, kw_only=True)
class KeptResult:
    """A reconciliation as it was kept."""

    at: datetime
    #: The process that made it.
    who: str
    findings: int
    #: As ``reconcile --json`` prints it.
    result: Json


class SqlReconciliations(LedgerPart):
    """Implements `ports.ledger.Reconciliations`."""

    def booked(
        self,
        connection: Connection,
        first: date,
        last: date,
        *,
        source_ids: Collection[str],
        invoice_ids: Collection[str],
    ) -> list[Booked]:
        """See `ports.ledger.Reconciliations`."""
        here = export.c.organisation_id == connection.organisation_known.organisation_id
        kind = export.c.kind == connection.kind
        zone = ZoneInfo(connection.settings.timezone)
        began = datetime.combine(first, time.min, zone).astimezone(UTC)
        ended = datetime.combine(last + timedelta(days=1), time.min, zone).astimezone(UTC)
        dated = (export.c.document_at >= began) & (export.c.document_at < ended)
        mine = export.c.connection_id == connection.connection_id
        ours = of_account(connection) & kind
        awaited = export.c.state.in_((ExportState.CLAIMED, ExportState.UNKNOWN))
        wanted = [
            here & kind & mine & dated,
            # Their documents may be there already, whosever they are.
            here & awaited,
            *(ours & export.c.source_id.in_(some) for some in chunks(sorted(source_ids))),
            *(here & export.c.invoice_id.in_(some) for some in chunks(sorted(invoice_ids))),
        ]
        rows: dict[int, RowMapping] = {}
        for condition in wanted:
            # Each in a transaction of its own: a year of rows holds up nobody.
            with self._database.transaction() as transaction:
                found = transaction.execute(_columns().where(condition)).mappings().all()
            rows |= {row["id"]: row for row in found}
        with self._database.transaction() as transaction:
            contacts = _contacts(transaction, connection)
        read = frozenset(source_ids)
        return [_booked(connection, rows[key], read, contacts) for key in sorted(rows)]

    def keep_reconciliation(
        self, connection: Connection, result: Reconciliation, kept: int = 30
    ) -> None:
        """See `ports.ledger.Reconciliations`."""
        table, key = reconciliation, connection.connection_id
        values = {
            "connection_id": key,
            "at": result.at,
            "who": self._who,
            "findings": len(result.findings),
            "result": result_to_json(connection.name, result),
        }
        with self._database.transaction() as transaction:
            transaction.execute(insert(table).values(values))
            newest = select(table.c.id).where(table.c.connection_id == key)
            ids = transaction.scalars(newest.order_by(table.c.id.desc()).limit(kept)).all()
            old = (table.c.connection_id == key) & (table.c.id < ids[-1])
            transaction.execute(delete(table).where(old))

    def reconciliations(self, connection: Connection, limit: int = 30) -> list[KeptResult]:
        """What is kept, the newest first."""
        table = reconciliation
        query = select(table).where(table.c.connection_id == connection.connection_id)
        with self._database.transaction() as transaction:
            rows = (
                transaction.execute(query.order_by(table.c.id.desc()).limit(limit)).mappings().all()
            )
        names = ("at", "who", "findings", "result")
        return [KeptResult(**{name: row[name] for name in names}) for row in rows]


def _columns() -> Any:
    names = (
        "id", "connection_id", "mintsoft_account", "kind", "source_id", "number", "state",
        "message", "invoice_number", "invoice_id", "document_at", "facts", "invoice", "total",
        "currency", "fingerprint", "edited", "target_now", "updated_at",
    )  # fmt: skip
    return select(*(export.c[name] for name in names)).order_by(export.c.id)


def _contacts(transaction: Transaction, connection: Connection) -> dict[str, str]:
    """Ids of the contacts that channels' invoices go to, by name."""
    query = select(contact.c.key, contact.c.contact_id).where(
        contact.c.organisation_id == connection.organisation_known.organisation_id,
        contact.c.contact_id != "",
    )
    return {row.key: row.contact_id for row in transaction.execute(query)}


def _booked(
    connection: Connection, row: RowMapping, read: Collection[str], contacts: Mapping[str, str]
) -> Booked:
    facts, invoice = row["facts"] or {}, row["invoice"] or {}
    there = row["target_now"] or {}
    alike = (row["mintsoft_account"], row["kind"]) == (connection.account, connection.kind)
    mine = row["connection_id"] == connection.connection_id
    return Booked(
        source_id=row["source_id"],
        number=row["number"],
        own=alike and (mine or row["source_id"] in read),
        state=ExportState(row["state"]),
        reason=row["message"],
        invoice_number=row["invoice_number"] or "",
        invoice_id=row["invoice_id"],
        day=_day(connection, row, invoice),
        channel=facts.get(connection.kind.traits.told_apart_by) or "",
        currency=row["currency"],
        total=row["total"],
        gross=_gross(connection, facts, invoice),
        fingerprint=row["fingerprint"],
        contact_id=invoice.get("contact_id") or _channel_contact(facts, contacts),
        since=row["updated_at"],
        order_cleared=bool((row["edited"] or {}).get("cleared")),
        document_cleared=bool(there.get("cleared")),
        number_now=there.get("number") or "",
        status=facts.get("status") or "",
    )


def _gross(
    connection: Connection, facts: Mapping[str, Any], invoice: dict[str, Any]
) -> Decimal | None:
    """What an order stated; a client invoice states no tax, so what was built of it."""
    if not connection.kind.traits.states_gross:
        return invoice_from_json(invoice).total if invoice else None
    return Decimal(facts["stated_gross"]) if "stated_gross" in facts else None


def _day(connection: Connection, row: RowMapping, invoice: Mapping[str, Any]) -> date | None:
    """The invoice's date where one was built for what is in the target, else the order's."""
    if row["state"] == ExportState.EXPORTED and invoice.get("date"):
        return date.fromisoformat(invoice["date"])
    moment: datetime | None = row["document_at"]
    return None if moment is None else local_date(moment, connection.settings.timezone)


def _channel_contact(facts: Mapping[str, Any], contacts: Mapping[str, str]) -> str:
    """The contact of the order's channel; customers' are not kept with their invoices."""
    if facts.get("contact_policy") != "channel":
        return ""
    return contacts.get(facts.get("channel") or CONTACT_WITHOUT_CHANNEL, "")
