"""From a document as it was read to a row that says where it stands: decide, build, check."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import DecidedDocument, Identity
from ..domain.decisions.decision import UNDECIDABLE, Decision, Verdict
from ..domain.decisions.facts import Facts
from ..domain.decisions.redecision import is_time, needs_decision
from ..domain.exports.export import ExportState
from ..domain.times import local_date, midnight
from ..errors import NeedsPerson
from ..ports.decider import decisions
from ..ports.ledger.known_documents import KnownDocument
from ..ports.source import Unreadable
from .context import Asked, ExportContext

#: What is said of a document that may be in somebody's hands.
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
    parts: ExportContext, connection: Connection, documents: Sequence[Any], basis: str
) -> None:
    """Decide, build and check the documents that need it, and record what came of each."""
    kind, ledger = parts.kind, parts.ledger
    unreadable = [x for x in documents if isinstance(x, Unreadable)]
    ledger.record(connection, [kind.unreadable(x) for x in unreadable], basis)
    read = [(kind.identity(x), x) for x in documents if not isinstance(x, Unreadable)]
    known = ledger.known(connection, [identity.source_id for identity, _ in read])
    settled = [x for identity, x in read if _settled(known.get(identity.source_id))]
    ledger.note_edits(connection, [kind.edit(connection, x) for x in settled])
    fresh = [
        x
        for identity, x in read
        if _is_fresh(parts, known.get(identity.source_id), identity, basis)
    ]
    for group in _groups(parts, connection, fresh):
        asked = kind.facts(parts, connection, group, known)
        answers = _ask(parts, connection, [x.facts for x in asked])
        rows = [_decided(parts, connection, *x) for x in zip(asked, answers, strict=True)]
        ledger.record(connection, rows, basis)


def _groups(
    parts: ExportContext, connection: Connection, fresh: Sequence[Any]
) -> Iterator[list[Any]]:
    """Documents in groups, of which each is recorded before the next.

    First come those that were exported and forgotten: what was split off one must find it there.
    """
    by_id = {parts.kind.identity(document).source_id: document for document in fresh}
    forgotten = parts.ledger.forgotten(connection, list(by_id))
    yield from parts.kind.groups([x for source_id, x in by_id.items() if source_id in forgotten])
    yield from parts.kind.groups(
        [x for source_id, x in by_id.items() if source_id not in forgotten]
    )


def decide_again(
    parts: ExportContext, connection: Connection, basis: str, *, by_time_only: bool = False
) -> None:
    """Decide stored rows whose rules, settings or time changed; read again what may go out."""
    after, other = 0, None if by_time_only else basis
    while rows := parts.ledger.due_again(connection, other, after=after, limit=AT_ONCE):
        after = rows[-1].export_id
        facts = parts.kind.stored_facts(parts, connection, rows)
        stored = [(row, x) for row, x in zip(rows, facts, strict=True) if x is not None]
        answers = _ask(parts, connection, [x for _, x in stored]) if stored else []
        for (row, _), decision in zip(stored, answers, strict=True):
            # One that could not be decided may have facts of an older version: read it again.
            if decision.verdict is Verdict.EXPORT or decision.code == UNDECIDABLE:
                read_and_consider(parts, connection, [row.identity], basis)
            else:
                state = STATES[decision.verdict]
                parts.ledger.keep_decision(row.export_id, decision, state, basis)
        unknown = [row.identity for row, x in zip(rows, facts, strict=True) if x is None]
        read_and_consider(parts, connection, unknown, basis)


def read_and_consider(
    parts: ExportContext, connection: Connection, identities: Sequence[Identity], basis: str
) -> None:
    """Read known documents again and consider them; one that is gone is refused, not forgotten."""
    documents = parts.kind.read(parts, identities)
    for identity, document in zip(identities, documents, strict=True):
        if document is None:
            parts.ledger.record(connection, [parts.kind.gone(identity)], basis)
        else:
            consider(parts, connection, [document], basis)


def _ask(
    parts: ExportContext, connection: Connection, documents: Sequence[Facts]
) -> list[Decision]:
    wanted = parts.kind.overrides(connection)
    return decisions(parts.decider, documents, wanted, parts.clock.now())


def _decided(
    parts: ExportContext, connection: Connection, asked: Asked, decision: Decision
) -> DecidedDocument:
    """What came of one document that the rules were asked about: built and checked if it may go."""
    until, problem, invoice = None, None, None
    try:
        asked, decision = _completed(parts, connection, asked, decision)
        if decision.verdict is Verdict.EXPORT:
            until = parts.kind.in_hands_until(parts, connection, asked.document)
            if until is None:
                invoice = parts.kind.build(parts, connection, asked.document)
    except NeedsPerson as error:
        problem = error
    again = until or (_tomorrow(parts, connection) if invoice else None)
    said, head = problem or decision, parts.kind.head(connection, asked.document, invoice)
    said_of_it = " ".join(filter(None, (invoice.note, invoice.remark))) if invoice else ""
    note = EDITED_JUST_NOW if until else said_of_it
    return DecidedDocument(
        identity=parts.kind.identity(asked.document),
        state=_state(decision, until, problem),
        code=said.code,
        message=note or said.message,
        fix=said.fix,
        decision=replace(decision, decide_again_at=again) if again else decision,
        invoice=invoice,
        document_at=head.document_at,
        total=head.total,
        currency=head.currency,
    )


def _completed(
    parts: ExportContext, connection: Connection, asked: Asked, decision: Decision
) -> tuple[Asked, Decision]:
    """What is to go out with all that can be known of it, and the decision on that."""
    if decision.verdict is not Verdict.EXPORT:
        return asked, decision
    complete = parts.kind.complete(parts, connection, asked)
    if complete is asked:
        return asked, decision
    (decision,) = _ask(parts, connection, [complete.facts])
    return complete, decision


def _state(decision: Decision, until: datetime | None, problem: NeedsPerson | None) -> ExportState:
    if problem is not None:
        return ExportState.REFUSED
    return STATES[decision.verdict] if until is None else ExportState.WAITING


def _tomorrow(parts: ExportContext, connection: Connection) -> datetime | None:
    """When a document that is dated when it is exported has another date."""
    settings = connection.settings
    if settings.invoice_date != "exported":
        return None
    tomorrow = local_date(parts.clock.now(), settings.timezone) + timedelta(days=1)
    return midnight(tomorrow, settings.timezone)


def _settled(row: KnownDocument | None) -> bool:
    """Whether nothing is decided on it any more: it is exported, or a worker has it."""
    return row is not None and row.state in _SETTLED


def _is_fresh(
    parts: ExportContext, row: KnownDocument | None, identity: Identity, basis: str
) -> bool:
    """Whether anything that a decision rests on is new. Never for what is out of reach."""
    if row is None:
        return True
    return needs_decision(
        settled=_settled(row),
        changed=row.seen != identity.seen,
        outdated=row.basis != basis or is_time(row.decide_again_at, parts.clock.now()),
        cleared=row.state is ExportState.CLEARED,
    )
