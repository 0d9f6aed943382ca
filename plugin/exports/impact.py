"""Impact: what a change of settings or mapping would do to stored orders, before it is made.

    stored facts -> surroundings -> rules -> build -> check     by the connection as it would be

The next sync takes the same way, so it comes to the same; but here nothing is read and nothing
is changed. Only orders that rules may still move are looked at: what is in Xero, on its way
there or cleared by a person stays as it is, whatever is set.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..domain.connections.connection import Connection
from ..domain.connections.setting import same_shape
from ..domain.decisions.decision import UNDECIDABLE, Verdict
from ..domain.decisions.facts import Facts
from ..domain.exports.export import ExportState
from ..domain.invoices.invoice import Invoice
from ..domain.reconciliation.differences import Cause, Change, Differences, Standing, Tally
from ..domain.reconciliation.impact import Impact
from ..errors import NeedsPerson
from ..ports.ledger.due_decisions import StoredDocument
from .basis import basis_of
from .context import ExportContext, Trial
from .decide import AT_ONCE

#: No decision rests on this basis, so every open row rests on another one.
NO_BASIS = ""

#: What the codes begin with that the target's own refusals have: such an order is sent again.
_OF_TARGET = "MX-4"

_NOW = {
    ExportState.READY: Change.EXPORTED,
    ExportState.LATER: Change.EXPORTED,
    ExportState.WAITING: Change.WAITING,
    ExportState.SKIPPED: Change.SKIPPED,
    ExportState.REFUSED: Change.REFUSED,
}


@dataclass(frozen=True, kw_only=True)
class _Stands:
    """Where an order would stand."""

    becomes: Change
    #: The deciding rule, or the code of what could not be built.
    why: str
    code: str
    #: None where it would not be exported, or was not built.
    invoice: Invoice | None = None


def moved(parts: ExportContext, before: Connection, after: Connection) -> Impact:
    """What becomes of a connection's stored orders when it is changed from `before` to `after`.

    A piece at a time, in bounded memory. Makes no call and changes nothing.

    Raises:
        SettingsError: a setting does not fit the list or amount of the rules that it replaces.
        TryLater: the ledger can't be asked.
    """
    found = Impact(differences=Differences(kind=before.kind))
    if before.organisation is None or basis_of(before, "") == basis_of(after, ""):
        return found
    made: set[str] = set()
    same = _same_invoices(before, after)
    for rows in _open(parts, before):
        became = _tried(parts, after, rows, made, same=same)
        doubtful = [x for x in rows if _in_doubt(x, became.get(x.export_id))]
        was = _tried(parts, before, doubtful, set(), same=False)
        for row in rows:
            _tell(found, row, was.get(row.export_id), became.get(row.export_id))
    found.unforeseen += [
        *_unforeseen(before, after),
        *parts.kind.unforeseen(before, after),
    ]
    return found


def _same_invoices(before: Connection, after: Connection) -> bool:
    """Whether each order that is exported in both cases has the same invoice."""
    same = same_shape(before.settings, after.settings, before.kind)
    return same and before.mapping == after.mapping


def _open(parts: ExportContext, connection: Connection) -> Iterator[list[StoredDocument]]:
    """Pieces of the orders that rules may still move, by the ledger's id."""
    after = 0
    while rows := parts.ledger.due_again(connection, NO_BASIS, after=after, limit=AT_ONCE):
        after = rows[-1].export_id
        # One that could not be read has no date, and nothing stored to decide on.
        yield [x for x in rows if x.document_at is not None]


def _tried(
    parts: ExportContext,
    connection: Connection,
    rows: Sequence[StoredDocument],
    made: set[str],
    *,
    same: bool,
) -> dict[int, _Stands]:
    """Where each would stand, by its id; what can't be decided on its facts is left out.

    `made`: contents of orders that would be exported; a second one of them is a duplicate.
    `same`: what would be exported, and now would be too, has the invoice that it has.
    """
    trial = parts.kind.trial(parts, connection)
    stored = [(row, x) for row, x in zip(rows, trial.facts(rows), strict=True) if x is not None]
    wanted, facts = trial.overrides(), [known for _, known in stored]
    decisions = parts.decider.decide(facts, wanted) if facts else []
    tried: dict[int, _Stands] = {}
    for (row, known), first in zip(stored, decisions, strict=True):
        decision, twin = first, "" if row.identity.split else row.identity.content
        if first.verdict is Verdict.EXPORT and twin in made:
            again = {**known, "duplicate_of": row.identity.source_id}
            (decision,) = parts.decider.decide([again], wanted)
        if decision.verdict is Verdict.EXPORT and not (same and _goes_out(row)):
            stands = _built(trial, row, known)
        else:
            becomes = Change.to(decision.verdict)
            stands = _Stands(becomes=becomes, why=decision.rule, code=decision.code)
        if stands is None or stands.code == UNDECIDABLE:
            continue
        tried[row.export_id] = stands
        if stands.becomes is Change.EXPORTED and twin:
            made.add(twin)
    return tried


def _goes_out(row: StoredDocument) -> bool:
    """Whether it is exported as things are."""
    return _NOW[row.state] is Change.EXPORTED


def _built(trial: Trial, row: StoredDocument, facts: Facts) -> _Stands | None:
    """Whether the invoice of a document that may go out can be built, and would be taken.

    None where an older version stored its facts, and one is missing.
    """
    try:
        invoice = trial.built(row, facts)
    except NeedsPerson as error:
        return _Stands(becomes=Change.REFUSED, why=error.code, code=error.code)
    except KeyError:
        return None
    return _Stands(becomes=Change.EXPORTED, why="", code="", invoice=invoice)


def _in_doubt(row: StoredDocument, became: _Stands | None) -> bool:
    """Whether the change is known only once the order was tried without it, too.

    Facts are not the order: what could be built of it may look otherwise on them.
    """
    stands = _NOW[row.state]
    if became is None or became.becomes not in (Change.EXPORTED, Change.REFUSED):
        return False
    if stands is Change.EXPORTED:
        return became.becomes is Change.REFUSED or became.invoice is not None
    return stands is Change.REFUSED and not row.code.startswith(_OF_TARGET)


def _tell(found: Impact, row: StoredDocument, was: _Stands | None, became: _Stands | None) -> None:
    """Count what becomes of one order."""
    differences, stands = found.differences, _NOW[row.state]
    if became is None:
        problem = "an older version stored it; the next export reads it again"
        differences.incomplete[problem] = differences.incomplete.get(problem, 0) + 1
        return
    differences.compared += 1
    number = row.identity.number or row.identity.source_id
    # A client invoice that could not be built is stored without its tax.
    total = became.invoice.total if became.invoice else row.total
    if was is not None and was.becomes is became.becomes and was.code == became.code:
        if became.invoice != was.invoice and stands is Change.EXPORTED:
            found.otherwise.add(number, total, row.currency)
        return
    if became.becomes is not stands:
        exported = became.becomes is Change.EXPORTED
        why = (row.code or row.state) if exported else became.why
        cause = Cause(change=became.becomes, rule=why, no_longer=exported)
    elif became.code != row.code:
        cause = Cause(change=Change.MESSAGE, rule=became.why, no_longer=False)
    else:
        return
    tally = differences.changes[Standing.OPEN].setdefault(cause, Tally())
    tally.add(number, total, row.currency)


def _unforeseen(before: Connection, after: Connection) -> list[str]:
    """What the change does beside that, which nothing stored can tell."""
    old, new = before.settings, after.settings
    if old.start_date is not None and (new.start_date is None or new.start_date < old.start_date):
        said = (
            f"Orders from before {old.start_date} that were never read are read at the next "
            "export; they are not counted here."
        )
        return [said]
    return []
