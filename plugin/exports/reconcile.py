"""Reconcile: read all three sides of a period, in bulk, and hold them against each other.

    Mintsoft, then Xero, then the ledger    so that what is exported meanwhile is no finding
    look up what was not among them         an order that moved, a document of another date
    compare -> keep                         nothing is changed in Mintsoft or in Xero

A month of 10,000 orders takes 10 calls to Xero, and as many to Mintsoft as its pages are small.
"""

import logging
from collections.abc import Sequence
from datetime import date, timedelta

from ..domain.connections.connection import Connection
from ..domain.reconciliation.comparison import compare
from ..domain.reconciliation.reconciliation import Booked, Filed, Reconciliation, Sides
from ..domain.times import local_date
from ..ports.target import TargetDocument
from .context import ExportContext
from .source_statement import gone_since, stated_since

log = logging.getLogger("mintsoft_xero.reconcile")

#: How far back a reconciliation goes when nobody says otherwise, in days.
USUAL_DAYS = 30


def reconcile(
    parts: ExportContext,
    connection: Connection,
    *,
    first: date | None = None,
    last: date | None = None,
) -> Reconciliation:
    """Compare the documents of some days on all three sides, and keep the result.

    Args:
        parts: of the connection.
        connection: one that may run.
        first: first day, in the connection's time zone; `USUAL_DAYS` before the last. Days
            before the connection's start date are left out.
        last: today.

    Raises:
        TryLater, Disconnected: a side can't be read; nothing was kept.
    """
    first, last = period(parts, connection, first, last)
    stated, unreadable = stated_since(parts, connection, first)
    documents = _documents(parts, first, last)
    rows = parts.ledger.booked(
        connection,
        first,
        last,
        source_ids={x.source_id for x in stated},
        invoice_ids=set(documents),
    )
    documents |= _looked_up(parts, rows, documents)
    seen = unreadable | {x.source_id for x in stated}
    sides = Sides(
        first=first,
        last=last,
        now=parts.clock.now(),
        read_until=parts.ledger.orders_read_until(connection),
        prefix=connection.settings.number_prefix,
        orders=parts.kind.as_built(stated, rows),
        gone=gone_since(
            parts, [x for x in rows if x.own and x.exported and x.source_id not in seen]
        ),
        rows=rows,
        documents=[_filed(connection, document) for document in documents.values()],
    )
    result = compare(sides)
    parts.ledger.keep_reconciliation(connection, result)
    _say(connection, result)
    return result


def period(
    parts: ExportContext, connection: Connection, first: date | None, last: date | None
) -> tuple[date, date]:
    """The days that are meant; never one from before the connection's start date."""
    settings = connection.settings
    last = last or local_date(parts.clock.now(), settings.timezone)
    first = first or last - timedelta(days=USUAL_DAYS)
    return max(first, settings.start_date or first), last


def _documents(parts: ExportContext, first: date, last: date) -> dict[str, TargetDocument]:
    """The target's documents of these days by id; of two readings the later one."""
    return {x.invoice_id: x for page in parts.target.dated(first, last) for x in page}


def _looked_up(
    parts: ExportContext, rows: Sequence[Booked], documents: dict[str, TargetDocument]
) -> dict[str, TargetDocument]:
    """Documents of rows that are not of these days any more, by id: looked up by number."""
    lost = [x for x in rows if x.own and x.exported and x.invoice_id not in documents]
    numbers = {number for row in lost for number in (row.invoice_number, row.number_now) if number}
    if not numbers:
        return {}
    return {x.invoice_id: x for x in parts.target.find(sorted(numbers)).values()}


def _filed(connection: Connection, document: TargetDocument) -> Filed:
    return Filed(
        invoice_id=document.invoice_id,
        number=document.number,
        source_id=connection.kind.marked_id(document.reference),
        status=document.status,
        alive=document.alive,
        day=document.dated,
        contact_id=document.contact_id,
        currency=document.currency,
        total=document.total,
    )


def _say(connection: Connection, result: Reconciliation) -> None:
    days = (connection.name, result.first, result.last)
    if result.findings:
        log.warning("%s from %s to %s: %d findings", *days, len(result.findings))
    else:
        log.info("%s from %s to %s: all agrees", *days)
