"""The way of a document from the accounting side to the warehouse, one at a time.

    import_documents    settle -> fetch -> decide -> build      each gets a row that says where it
                        -> make                                 stands and why
    settle_imports      what a lost answer left open is looked up; sent again only when it is not
                        there

Mintsoft knows no idempotency key: a row is marked before its call goes out, so that whoever dies
between leaves something to be looked up. One process at a time works on an account; the caller
holds its lease. What is made of each kind is a `Maker`'s: `sales_invoices`, `purchase_orders`.
"""

import hashlib
import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..domain.connections.connection import Connection
from ..domain.connections.setting import resting
from ..domain.decisions.decision import Decision, Verdict
from ..domain.decisions.redecision import is_time, needs_decision
from ..domain.exports.export import DocumentKind
from ..domain.imports.imported import (
    OUT_OF_REACH,
    DecidedImport,
    Import,
    ImportState,
    Incoming,
    Made,
)
from ..errors import Disconnected, NeedsPerson, TryLater, Unknown
from ..ports.clock import Clock, by_its_clock
from ..ports.decider import Decider, decisions
from ..ports.imports import ImportLedger, ImportSource, Maker
from ..ports.source import Unreadable

log = logging.getLogger("mintsoft_xero.import")

#: How long a call whose answer was lost may still be at work, or be missing in a search: until
#: then "it is not there" is not believed. Longer than any call may take; that Mintsoft's search
#: lags behind no longer than this is assumed (mintsoft.md 1.5).
BELIEVED_ABSENT_AFTER = timedelta(minutes=3)

#: What could not be changed or looked up is tried again after so long.
AGAIN_AFTER = timedelta(minutes=5)

#: Rows decided again, or made, in one go.
AT_ONCE = 200

_STATES = {
    Verdict.EXPORT: ImportState.READY,
    Verdict.WAIT: ImportState.WAITING,
    Verdict.SKIP: ImportState.SKIPPED,
    Verdict.REFUSE: ImportState.REFUSED,
}


@dataclass(frozen=True, kw_only=True)
class ImportContext:
    """What an import works with, of one connection and one kind of document."""

    kind: DocumentKind
    documents: ImportSource
    maker: Maker
    ledger: ImportLedger
    #: Of the book of the kind.
    decider: Decider
    clock: Clock


def import_documents(
    parts: ImportContext,
    connection: Connection,
    *,
    since: datetime | None = None,
    only: Collection[str] = (),
    dry_run: bool = False,
) -> None:
    """Fetch what changed, decide it, and make what is due; each document has a row afterwards.

    Args:
        parts: of the connection and the kind.
        connection: as it is now.
        since: read what changed since then again, and leave the cursor.
        only: numbers or ids of the documents to make; empty for all.
        dry_run: decide and build, make nothing.

    Raises:
        TryLater: a side can't be reached; what was recorded stays, the cursor too.
        Disconnected: a side refuses access.
    """
    settle_imports(parts, connection)
    begun, kind = parts.clock.now(), parts.kind
    basis = basis_of(connection, kind, parts.decider.digest)
    read_until = parts.ledger.read_until(connection, kind)
    for page in parts.documents.changed_since(since or read_until):
        new = consider_imports(parts, connection, page, basis)
        _recognise(parts, connection, new, read_until)
    if since is None:
        parts.ledger.move_cursor(connection, kind, by_its_clock(parts.documents, begun))
    decide_imports_again(parts, connection, basis)
    if not dry_run:
        make_documents(parts, connection, basis, only)


def basis_of(connection: Connection, kind: DocumentKind, book: str) -> str:
    """Digest of all that a decision rests on beside the document: when it changes, decide again."""
    content = [book, resting(connection.settings, kind)]
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()


def settle_imports(parts: ImportContext, connection: Connection) -> None:
    """Look up what came of the calls whose answers were lost. Raises as `import_documents`.

    As they were sent: what became of the document since, or of its number, plays no part.
    """
    for row in parts.ledger.doubtful(connection, parts.kind):
        asked_at = row.first_called_at or row.updated_at
        try:
            found = parts.maker.find(row.incoming, asked_at=asked_at)
        except NeedsPerson as problem:
            parts.ledger.in_doubt(row, problem)
            continue
        if found is not None:
            parts.ledger.made(row, found, row.note)
            parts.ledger.look_again(row, parts.clock.now())
        elif parts.clock.now() - (row.called_at or asked_at) >= BELIEVED_ABSENT_AFTER:
            parts.ledger.absent(row)


def consider_imports(
    parts: ImportContext, connection: Connection, documents: Sequence[Any], basis: str
) -> list[Incoming]:
    """Decide the documents that need it, and keep what came of each; those that have no row yet."""
    kind = parts.kind
    unreadable = [x for x in documents if isinstance(x, Unreadable)]
    parts.ledger.record(connection, kind, [_unreadable(x) for x in unreadable], basis)
    read = [x for x in documents if not isinstance(x, Unreadable)]
    latest = {parts.maker.incoming(x).source_id: x for x in read}
    known = parts.ledger.known(connection, kind, list(latest))
    for source_id, document in latest.items():
        row = known.get(source_id)
        if _needs_decision(parts, row, parts.maker.incoming(document), basis):
            _consider(parts, connection, document, row, basis)
    return [parts.maker.incoming(x) for source_id, x in latest.items() if source_id not in known]


def _recognise(
    parts: ImportContext, connection: Connection, new: Sequence[Incoming], since: datetime | None
) -> None:
    """Documents without a row of which something was made: the ledger was lost, or is a copy.

    A copy's cursor is no younger than the copy: what it does not know was made after that.
    """
    made = parts.maker.standing(new, since=since) if new else {}
    rows = parts.ledger.known(connection, parts.kind, list(made)) if made else {}
    for source_id, row in rows.items():
        log.warning("import %s: it is %s already", row.import_id, made[source_id].made_id)
        parts.ledger.made(row, made[source_id], row.note)
        parts.ledger.look_again(row, parts.clock.now())


def decide_imports_again(parts: ImportContext, connection: Connection, basis: str) -> None:
    """Read again the documents whose rules, settings or time changed: one call each."""
    after = 0
    while rows := parts.ledger.due_again(connection, parts.kind, basis, after=after, limit=AT_ONCE):
        after = rows[-1].import_id
        for row in rows:
            _read_and_consider(parts, connection, row, basis)


def make_documents(
    parts: ImportContext, connection: Connection, basis: str, only: Collection[str] = ()
) -> None:
    """Make what is due, one by one; what was changed meanwhile is decided again first."""
    after = 0
    while rows := parts.ledger.due(connection, parts.kind, after=after, limit=AT_ONCE, only=only):
        after = rows[-1].import_id
        for row in rows:
            document = _read_and_consider(parts, connection, row, basis)
            known = parts.ledger.known(connection, parts.kind, [row.incoming.source_id])
            now = known.get(row.incoming.source_id)
            if document is not None and now is not None and now.state in _DUE:
                make_document(parts, connection, now, document)


def make_document(parts: ImportContext, connection: Connection, row: Import, document: Any) -> None:
    """Build it, mark it, make it, keep what came of it."""
    try:
        built = parts.maker.build(connection, document)
        made = _made_before(parts, row)
        if made is None:
            if not parts.ledger.begin_call(row, built.note):
                return
            made = parts.maker.make(document, built)
    except NeedsPerson as problem:
        parts.ledger.refused(row, problem)
    except Unknown as lost:
        log.warning("import %s: %s %s", row.import_id, lost.code, lost.message)
    except (TryLater, Disconnected) as away:
        parts.ledger.later(row, parts.clock.now() + AGAIN_AFTER, away.message)
        raise
    else:
        parts.ledger.made(row, made, built.note)


def _made_before(parts: ImportContext, row: Import) -> Made | None:
    """What was made of it that this ledger forgot: a copy that is older than the call.

    Of what it made itself, lost answers are looked up by `settle_imports`.
    """
    if row.first_called_at is not None:
        return None
    return parts.maker.find(row.incoming, asked_at=row.created_at)


_DUE = (ImportState.READY, ImportState.LATER)


def _read_and_consider(
    parts: ImportContext, connection: Connection, row: Import, basis: str
) -> Any:
    """A document as it is now, decided again if that is needed; None: it can't be made."""
    document = parts.documents.document(row.incoming.source_id)
    if document is None:
        parts.ledger.refused(row, NeedsPerson(code="MX-511", number=row.incoming.number))
        return None
    if isinstance(document, Unreadable):
        parts.ledger.refused(row, document.error)
        return None
    consider_imports(parts, connection, [document], basis)
    return document


def _needs_decision(
    parts: ImportContext, row: Import | None, incoming: Incoming, basis: str
) -> bool:
    """Whether anything that a decision rests on is new; time brings back what was cleared too."""
    if row is None:
        return True
    its_time = is_time(row.decide_again_at, parts.clock.now())
    return needs_decision(
        settled=row.state in OUT_OF_REACH,
        changed=row.incoming != incoming or its_time,
        outdated=row.basis != basis,
        cleared=row.state is ImportState.CLEARED,
    )


def _consider(
    parts: ImportContext, connection: Connection, document: Any, row: Import | None, basis: str
) -> None:
    made = row.made if row else None
    facts = parts.maker.facts(connection, document, made)
    wanted = parts.maker.overrides(connection)
    (decision,) = decisions(parts.decider, [facts], wanted, parts.clock.now())
    if made is not None and row is not None and decision.verdict is Verdict.EXPORT:
        _change(parts, connection, document, row, basis)
        return
    state, problem = _STATES[decision.verdict], None
    if decision.verdict is Verdict.EXPORT:
        try:
            parts.maker.build(connection, document)
        except NeedsPerson as error:
            state, problem = ImportState.REFUSED, error
    said: Decision | NeedsPerson = problem or decision
    # Of what is imported, only what is the matter with it is said.
    quiet = made is not None and decision.verdict is not Verdict.REFUSE
    considered = DecidedImport(
        incoming=parts.maker.incoming(document),
        state=state,
        code="" if quiet else said.code,
        message="" if quiet else said.message,
        fix="" if quiet else said.fix,
        decision=decision,
        document_date=parts.maker.date_of(connection, document),
    )
    parts.ledger.record(connection, parts.kind, [considered], basis)


def _change(
    parts: ImportContext, connection: Connection, document: Any, row: Import, basis: str
) -> None:
    """A document that was edited after it was imported, and whose order or ASN may follow."""
    assert row.made is not None
    try:
        change = parts.maker.change(connection, document, row.made)
    except Unknown as lost:
        log.warning("import %s: %s %s", row.import_id, lost.code, lost.message)
        parts.ledger.look_again(row, parts.clock.now() + AGAIN_AFTER)
    else:
        parts.ledger.changed(row, parts.maker.incoming(document), change, basis)


def _unreadable(document: Unreadable) -> DecidedImport:
    return DecidedImport(
        incoming=Incoming(
            source_id=document.source_id or "without id",
            number=document.number,
            fingerprint="",
            seen="",
        ),
        state=ImportState.REFUSED,
        code=document.error.code,
        message=document.error.message,
        fix=document.error.fix,
        decision=None,
        document_date=None,
    )
