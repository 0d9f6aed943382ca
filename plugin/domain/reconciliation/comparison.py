"""Comparison: Mintsoft, the ledger and Xero held against each other. Pure.

What the three sides said goes in, what does not agree comes out, with control totals that a
bookkeeper can tick off. A document is known for ours by its id in the target, never by its
number alone.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator

from ..exports.drift import Difference
from ..exports.export import UNDER_WAY, ExportState
from ..money import to_penny
from ..orders.order_status import has_ended
from .reconciliation import (
    UNREAD,
    UNSEEN,
    Booked,
    ControlLine,
    Filed,
    Finding,
    FindingClass,
    Reconciliation,
    Sides,
    Stated,
    Tally,
)

#: A document that was on its way for longer than this needs a look.
LATE_AFTER = dt.timedelta(days=1)

#: What is read of Mintsoft may lag behind by this much; an order that is newer is no finding.
READING_LAGS = dt.timedelta(minutes=15)


def compare(sides: Sides) -> Reconciliation:
    """Hold the three sides against each other."""
    known = _Known(sides)
    findings = [
        *(x for row in sides.rows if row.own for x in _of_row(sides, known, row)),
        *(x for order in sides.orders for x in _of_order(sides, known, order)),
        *(x for document in known.documents.values() for x in _of_document(sides, known, document)),
    ]
    ranks = list(FindingClass)
    findings.sort(key=lambda x: (ranks.index(x.what), str(x.day), x.number, x.invoice_number))
    return Reconciliation(
        first=sides.first,
        last=sides.last,
        at=sides.now,
        findings=tuple(findings),
        lines=_control(_amounts(sides, known)),
        standing=_standing(sides, known),
    )


class _Known:
    """The sides by what one looks for in them."""

    def __init__(self, sides: Sides) -> None:
        self.orders = {x.source_id: x for x in sides.orders}
        self.documents = {x.invoice_id: x for x in sides.documents}
        self.rows = {x.source_id: x for x in sides.rows if x.own}
        self.by_id = {x.invoice_id: x for x in sides.rows if x.invoice_id}
        self.by_number = {x.invoice_number.casefold(): x for x in sides.rows if x.invoice_number}
        self.numbers = {x.number.casefold(): x for x in sides.documents if x.alive}
        #: How many documents that were made for one contact have which one now.
        self.contacts = Counter(
            (row.contact_id, self.documents[row.invoice_id].contact_id)
            for row in sides.rows
            if row.invoice_id in self.documents
        )

    def row_of(self, document: Filed) -> Booked | None:
        """The row that a document belongs to: by its id, or as one whose answer is awaited."""
        if row := self.by_id.get(document.invoice_id):
            return row
        row = self.by_number.get(document.number.casefold())
        awaited = (ExportState.CLAIMED, ExportState.UNKNOWN)
        return row if row is not None and row.state in awaited else None


def _of_row(sides: Sides, known: _Known, row: Booked) -> Iterator[Finding]:
    """What is wrong with a row: at most one thing on each side."""
    if not row.exported:
        on_its_way = row.state in UNDER_WAY and sides.within(row.day)
        if on_its_way and sides.now - row.since > LATE_AFTER:
            reason = Difference(what="state", exported="exported", now=_why(row))
            yield _finding(FindingClass.LATE, row, reason)
        return
    if not row.document_cleared:
        yield from _in_target(known, row)
    if not row.order_cleared:
        yield from _at_source(sides, known, row)


def _in_target(known: _Known, row: Booked) -> Iterator[Finding]:
    document = known.documents.get(row.invoice_id)
    if document is None:
        other = known.numbers.get(row.invoice_number.casefold())
        taken = other is not None and other.source_id != row.source_id
        yield _finding(FindingClass.COLLISION if taken else FindingClass.MISSING, row)
    elif document.status in ("VOIDED", "DELETED"):
        yield _finding(FindingClass(document.status.lower()), row)
    elif (document.total, document.currency) != (row.total, row.currency):
        was, now = f"{row.total} {row.currency}", f"{document.total} {document.currency}"
        yield _finding(FindingClass.AMOUNT, row, Difference(what="total", exported=was, now=now))
    elif changes := _changes(known, row, document):
        yield _finding(FindingClass.EDITED, row, *changes)


def _changes(known: _Known, row: Booked, document: Filed) -> list[Difference]:
    """What else a person has changed; a payment is no change, nor is another capital."""
    changes = []
    if document.number.casefold() != row.invoice_number.casefold():
        changes.append(("number", row.invoice_number, document.number))
    if document.day is not None and document.day != row.day:
        changes.append(("date", str(row.day), str(document.day)))
    was, now = row.contact_id, document.contact_id
    # Where more have gone than have stayed, the contact was merged, or another stands for it.
    if was and now and was != now and known.contacts[was, now] <= known.contacts[was, was]:
        changes.append(("contact", was, now))
    return [Difference(what=what, exported=was, now=now) for what, was, now in changes]


def _at_source(sides: Sides, known: _Known, row: Booked) -> Iterator[Finding]:
    order = known.orders.get(row.source_id)
    if order is None:
        if row.source_id in sides.gone:
            yield _finding(FindingClass.GONE, row)
        return
    if has_ended(row.status, order.status, due=order.due):
        left = Difference(what="status", exported=row.status, now=order.status)
        yield _finding(FindingClass.ENDED, row, left)
        return
    if order.fingerprint == row.fingerprint:
        return
    now = to_penny(order.gross)
    if row.gross is not None and (now, order.currency) != (to_penny(row.gross), row.currency):
        was = f"{to_penny(row.gross)} {row.currency}"
        difference = Difference(what="stated_gross", exported=was, now=f"{now} {order.currency}")
        yield _finding(FindingClass.AMOUNT, row, difference)
    else:
        yield _finding(FindingClass.ORDER_EDITED, row)


def _of_order(sides: Sides, known: _Known, order: Stated) -> Iterator[Finding]:
    if sides.within(order.day) and _stands(sides, known, order) == UNSEEN:
        yield Finding(
            what=FindingClass.UNSEEN,
            source_id=order.source_id,
            number=order.number,
            invoice_number="",
            invoice_id="",
            day=order.day,
            channel=order.channel,
            currency=order.currency,
            total=to_penny(order.gross),
        )


def _of_document(sides: Sides, known: _Known, document: Filed) -> Iterator[Finding]:
    """A living document that says it is ours, but that no row knows."""
    if _is_extra(sides, known, document):
        row = known.rows.get(document.source_id)
        alone = document.source_id and not (row and row.exported)
        yield Finding(
            what=FindingClass.FORGOTTEN if alone else FindingClass.EXTRA,
            source_id=document.source_id,
            number=row.number if row else "",
            invoice_number=document.number,
            invoice_id=document.invoice_id,
            day=document.day,
            channel=row.channel if row else "",
            currency=document.currency,
            total=document.total,
        )


def _is_extra(sides: Sides, known: _Known, document: Filed) -> bool:
    if not document.alive or known.row_of(document) is not None:
        return False
    prefix = sides.prefix.casefold()
    return bool(document.source_id or (prefix and document.number.casefold().startswith(prefix)))


def _finding(what: FindingClass, row: Booked, *differences: Difference) -> Finding:
    return Finding(
        what=what,
        source_id=row.source_id,
        number=row.number,
        invoice_number=row.invoice_number,
        invoice_id=row.invoice_id,
        day=row.day,
        channel=row.channel,
        currency=row.currency,
        total=row.total,
        differences=differences,
    )


def _why(row: Booked) -> str:
    return f"{row.state}: {row.reason}" if row.reason else str(row.state)


def _stands(sides: Sides, known: _Known, order: Stated) -> str:
    """Where an order of Mintsoft stands, in a word."""
    row = known.rows.get(order.source_id)
    if row is not None:
        return row.state
    late = sides.read_until is None or order.changed_at > sides.read_until - READING_LAGS
    return UNREAD if late else UNSEEN


def _standing(sides: Sides, known: _Known) -> dict[tuple[str, str], Tally]:
    found: dict[tuple[str, str], Tally] = {}
    for order in known.orders.values():
        if sides.within(order.day):
            key = (_stands(sides, known, order), order.currency)
            one = Tally(count=1, total=to_penny(order.gross))
            found[key] = found.get(key, Tally()) + one
    return dict(sorted(found.items()))


def _amounts(sides: Sides, known: _Known) -> Iterator[ControlLine]:
    """Each document of each side as a line of its own."""
    for order in known.orders.values():
        row = known.rows.get(order.source_id)
        if row is not None and row.state in UNDER_WAY and sides.within(order.day):
            one = Tally(count=1, total=to_penny(order.gross))
            at = {"day": order.day, "channel": order.channel, "currency": order.currency}
            yield ControlLine(**at, mintsoft=one)  # type: ignore[arg-type]
    for row in known.rows.values():
        if row.exported and row.day is not None and sides.within(row.day):
            one = Tally(count=1, total=row.total)
            yield ControlLine(day=row.day, channel=row.channel, currency=row.currency, ledger=one)
    for document in known.documents.values():
        if not document.alive or document.day is None or not sides.within(document.day):
            continue
        owner = known.row_of(document)
        if owner.own if owner else _is_extra(sides, known, document):
            of = owner or known.rows.get(document.source_id)
            channel = of.channel if of else ""
            one = Tally(count=1, total=document.total)
            yield ControlLine(
                day=document.day, channel=channel, currency=document.currency, xero=one
            )


def _control(amounts: Iterable[ControlLine]) -> tuple[ControlLine, ...]:
    found: dict[tuple[dt.date, str, str], ControlLine] = {}
    for line in amounts:
        key = (line.day, line.channel, line.currency)
        found[key] = found[key].with_(line) if key in found else line
    return tuple(found[key] for key in sorted(found))
