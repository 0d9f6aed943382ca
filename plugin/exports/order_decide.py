"""From an order as it was read to a row that says where it stands: decide, build, check."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import DecidedDocument, Identity
from ..domain.decisions.decision import UNDECIDABLE, UNDECIDED_FOR, Decision, Verdict
from ..domain.decisions.facts import Facts
from ..domain.exports.drift import Edit
from ..domain.exports.export import DocumentKind, ExportState
from ..domain.invoices.invoice import build_invoice
from ..domain.money import ZERO
from ..domain.orders.order import Order
from ..domain.orders.order_facts import facts_of_order
from ..domain.orders.prices_with_tax import require_rate, with_prices_understood
from ..domain.times import local_date, midnight
from ..errors import NeedsPerson
from ..ports.ledger.known_documents import KnownDocument
from ..ports.source import Unreadable
from .context import ExportContext
from .order_inputs import overrides, surroundings, terms_of

#: What is said of an order that may be in somebody's hands.
EDITED_JUST_NOW = "It was changed a moment ago and may be changed again."

#: How many stored rows are decided at once.
AT_ONCE = 200

#: States in which nothing is decided any more.
_SETTLED = (ExportState.EXPORTED, ExportState.CLAIMED, ExportState.UNKNOWN)

STATES = {
    Verdict.EXPORT: ExportState.READY,
    Verdict.WAIT: ExportState.WAITING,
    Verdict.SKIP: ExportState.SKIPPED,
    Verdict.REFUSE: ExportState.REFUSED,
}


def consider(
    parts: ExportContext,
    connection: Connection,
    documents: Sequence[Order | Unreadable],
    basis: str,
) -> None:
    """Decide, build and check the documents that need it, and record what came of each."""
    unreadable = [x for x in documents if isinstance(x, Unreadable)]
    parts.ledger.record(connection, [_unreadable(x) for x in unreadable], basis)
    orders = [x for x in documents if isinstance(x, Order)]
    known = parts.ledger.known(connection, [order.source_id for order in orders])
    edits = [_edit(x, connection) for x in orders if _settled(known, x)]
    parts.ledger.note_edits(connection, edits)
    now = parts.clock.now()
    fresh = [x for x in orders if _needs_decision(known.get(x.source_id), x, basis, now)]
    for distinct in _without_twins(fresh):
        decisions = decide(parts, connection, distinct, known)
        rows = [
            _build_and_check(parts, connection, order, decision)
            for order, decision in zip(distinct, decisions, strict=True)
        ]
        parts.ledger.record(connection, rows, basis)


def decide(
    parts: ExportContext,
    connection: Connection,
    orders: Sequence[Order],
    known: Mapping[str, KnownDocument],
) -> list[Decision]:
    """One decision for each order, on its facts and its surroundings as they are now."""
    own = [_facts(order, connection) for order in orders]
    read = [(Identity.of(x), x.document_at, facts) for x, facts in zip(orders, own, strict=True)]
    around = surroundings(parts, connection, read, known)
    facts = [{**of, **now.facts()} for of, now in zip(own, around, strict=True)]
    return _ask(parts, connection, facts)


def decide_again(
    parts: ExportContext, connection: Connection, basis: str, *, by_time_only: bool = False
) -> None:
    """Decide stored rows whose rules, settings or time changed; read again what may go out."""
    after, other = 0, None if by_time_only else basis
    while rows := parts.ledger.due_again(connection, other, after=after, limit=AT_ONCE):
        after = rows[-1].export_id
        dated = [(x, x.document_at) for x in rows if x.document_at is not None]
        stored = [(x.identity, moment, x.facts) for x, moment in dated]
        around = surroundings(parts, connection, stored, {})  # nothing exported is among them
        facts = [{**x.facts, **now.facts()} for (x, _), now in zip(dated, around, strict=True)]
        decisions = _ask(parts, connection, facts)
        for (row, _), decision in zip(dated, decisions, strict=True):
            # One that could not be decided may have facts of an older version: read it again.
            if decision.verdict is Verdict.EXPORT or decision.code == UNDECIDABLE:
                read_and_consider(parts, connection, row.identity, basis)
            else:
                state = STATES[decision.verdict]
                parts.ledger.keep_decision(row.export_id, decision, state, basis)
        for row in rows:
            if row.document_at is None:  # it could not be read, or was gone
                read_and_consider(parts, connection, row.identity, basis)


def read_and_consider(
    parts: ExportContext, connection: Connection, identity: Identity, basis: str
) -> None:
    """Read one known order again and consider it; one that is gone is refused, not forgotten."""
    document = parts.source.order(identity.source_id)
    if document is None:
        parts.ledger.record(connection, [_gone(identity)], basis)
    else:
        consider(parts, connection, [document], basis)


def _ask(
    parts: ExportContext, connection: Connection, documents: Sequence[Facts]
) -> list[Decision]:
    """Ask the rules; what they could not decide is asked again soon, it may have been a crash."""
    again = parts.clock.now() + UNDECIDED_FOR
    return [
        replace(decision, decide_again_at=again) if decision.code == UNDECIDABLE else decision
        for decision in parts.decider.decide(documents, overrides(connection))
    ]


def _build_and_check(
    parts: ExportContext, connection: Connection, order: Order, decision: Decision
) -> DecidedDocument:
    state, error, invoice, waits = STATES[decision.verdict], None, None, ""
    if decision.verdict is Verdict.EXPORT and (until := _being_edited(parts, connection, order)):
        decision = replace(decision, decide_again_at=until)
        state, waits = ExportState.WAITING, EDITED_JUST_NOW
    elif decision.verdict is Verdict.EXPORT:
        try:
            require_rate(order, connection.settings.gross_channels)
            priced = with_prices_understood(order, connection.settings.gross_channels)
            today = local_date(parts.clock.now(), connection.settings.timezone)
            terms = terms_of(connection, order, today)
            invoice = build_invoice(priced, connection.mapping, terms)
            parts.target.check(invoice, connection.organisation_known)
            if connection.settings.invoice_date == "exported":  # tomorrow it has another date
                again = midnight(today + timedelta(days=1), connection.settings.timezone)
                decision = replace(decision, decide_again_at=again)
        except NeedsPerson as problem:
            state, error, invoice = ExportState.REFUSED, problem, None
    note = invoice.note if invoice else ""
    return DecidedDocument(
        identity=Identity.of(order),
        state=state,
        code=error.code if error else decision.code,
        message=error.message if error else waits or note or decision.message,
        fix=error.fix if error else decision.fix,
        decision=decision,
        invoice=invoice,
        document_at=order.document_at,
        total=order.stated_gross,
        currency=connection.mapping.currency(order.currency),
    )


def _being_edited(parts: ExportContext, connection: Connection, order: Order) -> datetime | None:
    """Until when an order that was changed just now is left to its editor; None: it is not.

    A change in the future says that the source's clock is ahead, and nothing of an editor.
    """
    until = order.changed_at + timedelta(seconds=connection.settings.quiet_seconds)
    return until if order.changed_at <= parts.clock.now() < until else None


def _settled(known: Mapping[str, KnownDocument], order: Order) -> bool:
    """Whether nothing is decided on the order any more: it is exported, or a worker has it."""
    row = known.get(order.source_id)
    return row is not None and row.state in _SETTLED


def _edit(order: Order, connection: Connection) -> Edit:
    facts = _facts(order, connection)
    return Edit(identity=Identity.of(order), facts=facts, changed_at=order.changed_at)


def _facts(order: Order, connection: Connection) -> Facts:
    """The order's own facts, in the words of its connection: time zone and prices."""
    priced = with_prices_understood(order, connection.settings.gross_channels)
    return facts_of_order(priced, local_date(order.ordered_at, connection.settings.timezone))


def _needs_decision(row: KnownDocument | None, order: Order, basis: str, now: datetime) -> bool:
    """Whether anything that a decision rests on is new. Never for what is out of reach."""
    if row is None:
        return True
    if row.state in _SETTLED:
        return False
    if row.seen != Identity.of(order).seen:
        return True
    # A person has cleared it: only a change of the order itself brings it back.
    if row.state is ExportState.CLEARED:
        return False
    return row.basis != basis or (row.decide_again_at is not None and row.decide_again_at <= now)


def _without_twins(orders: Sequence[Order]) -> Iterator[list[Order]]:
    """Groups in which nothing is entered twice: the first twin is recorded before the next."""
    rest = sorted(orders, key=lambda x: (len(x.source_id), x.source_id))
    while rest:
        group: dict[tuple[str, str, str], Order] = {}
        later = []
        for order in rest:
            key = (order.client, order.number.lower(), order.content)
            if group.setdefault(key, order) is not order:
                later.append(order)
        yield list(group.values())
        rest = later


def _unreadable(document: Unreadable) -> DecidedDocument:
    nothing = Identity(
        kind=DocumentKind.ORDER,
        # Even a document without a usable id leaves a row behind.
        source_id=document.source_id or "without id",
        number=document.number,
        client="",
        content="",
        split=False,
        fingerprint="",
        seen="",
    )
    return refused_row(nothing, document.error)


def _gone(identity: Identity) -> DecidedDocument:
    return refused_row(identity, NeedsPerson(code="MX-503"))


def refused_row(identity: Identity, error: NeedsPerson) -> DecidedDocument:
    """What is kept of a document that a person must see to, and of which nothing else is known."""
    return DecidedDocument(
        identity=identity,
        state=ExportState.REFUSED,
        code=error.code,
        message=error.message,
        fix=error.fix,
        decision=None,
        invoice=None,
        document_at=None,
        total=ZERO,
        currency="",
    )
