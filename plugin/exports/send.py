"""From a claimed row to a recorded outcome: recheck, address, send, record."""

import hashlib
import logging
from collections.abc import Sequence

from ..domain.connections.connection import Connection
from ..domain.exports.claim import Claim
from ..domain.exports.outcome import Outcome, OutcomeKind
from ..error_codes import CODES
from ..errors import Disconnected, NeedsPerson, TryLater
from ..ports.target import Numbered, TargetDocument
from .basis import basis_of
from .contacts import CONTACT_REFUSED, contacts_of, forget_refused
from .context import ExportContext
from .decide import consider, read_and_consider
from .items import with_items

log = logging.getLogger("mintsoft_xero.export")

#: What a target says of an item on an invoice.
ITEM_REFUSED = ("MX-416",)

#: How long a target that gives no answers is left alone at first, in seconds.
LOST_ANSWER_WAIT = 30.0


def recheck(parts: ExportContext, connection: Connection, claims: Sequence[Claim]) -> list[Claim]:
    """Give back the claims whose order changed since its decision; it is decided again.

    So is what was decided by rules or settings that are no longer the active ones.
    """
    basis = basis_of(connection, parts.decider.digest)
    outdated = [claim for claim in claims if claim.basis != basis]
    why = "the rules or settings changed before it was sent"
    give_back(parts, connection, outdated, why, basis)
    claims = [claim for claim in claims if claim.basis == basis]
    if not claims:
        return []
    changes = parts.kind.changes(parts, connection, min(claim.decided_at for claim in claims))
    if changes is None:
        read_and_consider(parts, connection, [claim.identity for claim in claims], basis)
    else:
        for page in changes:
            consider(parts, connection, page, basis)
    changed = parts.ledger.changed(claims)
    edited = [claim for claim in claims if claim.export_id in changed]
    give_back(parts, connection, edited, "changed in Mintsoft before it was sent", basis)
    return [claim for claim in claims if claim.export_id not in changed]


def give_back(
    parts: ExportContext, connection: Connection, claims: Sequence[Claim], why: str, basis: str
) -> None:
    """Hand back claims that must not be sent as they are, and decide their documents anew."""
    parts.ledger.release(claims, why)
    read_and_consider(parts, connection, [claim.identity for claim in claims], basis)


def address(
    parts: ExportContext, connection: Connection, claims: Sequence[Claim]
) -> list[Numbered]:
    """Put number and contact to each invoice.

    Raises:
        NeedsPerson: a contact can't be used; `refuse_unaddressable` has found whose before.
    """
    answers = contacts_of(parts, connection, claims)
    for answer in answers.values():
        if isinstance(answer, NeedsPerson):
            raise answer
    return [
        Numbered(
            number=claim.invoice_number,
            contact_id=str(answers[claim.export_id]),
            invoice=claim.invoice,
        )
        for claim in claims
    ]


def refuse_unaddressable(
    parts: ExportContext, connection: Connection, claims: Sequence[Claim]
) -> list[Claim]:
    """Refuse the claims whose contact can't be used; the rest can be sent."""
    answers = contacts_of(parts, connection, claims)
    bad = [(x, answers[x.export_id]) for x in claims]
    refusals = [(x, refused(answer)) for x, answer in bad if isinstance(answer, NeedsPerson)]
    if refusals:
        parts.ledger.record_outcomes(refusals)
    return [x for x in claims if isinstance(answers[x.export_id], str)]


def send(
    parts: ExportContext, connection: Connection, claims: Sequence[Claim], *, again: bool = False
) -> None:
    """One call for the batch, and one recorded outcome for each of its claims.

    The call is noted, with a digest of its exact bytes, before it goes out. A batch that is
    too large for one call, or that is refused as a whole, goes in halves until it is found
    which document is to blame; that one is refused.

    `again`: what was remembered of the target has just been read anew, so that its word counts.
    """
    try:
        batch = with_items(parts, connection, address(parts, connection, claims))
        body = parts.target.prepare(batch)
    except NeedsPerson as error:
        if len(claims) == 1:
            parts.ledger.record_outcomes([(claims[0], refused(error))])
        else:
            send_halves(parts, connection, claims, again=again)
        return
    key = parts.ledger.start_call(connection, claims, hashlib.sha256(body).hexdigest())
    numbers = [claim.invoice_number for claim in claims]
    answers = parts.target.send(body, key, numbers)
    if len(claims) > 1 and all(answer.of_request for answer in answers.values()):
        parts.ledger.end_call(claims)
        send_halves(parts, connection, claims, again=again)
        return
    outcomes = investigate(parts, claims, [answers[number] for number in numbers])
    forget_refused(parts, connection, [(x.contact_id, answers[x.number]) for x in batch])
    answered = list(zip(claims, outcomes, strict=True))
    stale = [] if again else [claim for claim, outcome in answered if _from_memory(claim, outcome)]
    ids = {claim.export_id for claim in stale}
    parts.ledger.record_outcomes([(x, y) for x, y in answered if x.export_id not in ids])
    notice(parts, connection, outcomes)
    if stale:
        send_anew(parts, connection, stale)


def send_anew(parts: ExportContext, connection: Connection, claims: Sequence[Claim]) -> None:
    """Send once more what was refused for something that was remembered, and is now forgotten."""
    parts.ledger.end_call(claims)
    left = refuse_unaddressable(parts, connection, claims)
    if left:
        send(parts, connection, left, again=True)


def _from_memory(claim: Claim, outcome: Outcome) -> bool:
    """Whether what was refused of a document is what we had remembered, not what it says itself."""
    contact = outcome.code in CONTACT_REFUSED and not claim.invoice.contact_id
    return contact or outcome.code in ITEM_REFUSED


def notice(parts: ExportContext, connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Hold the connection while the target gives no answers; let it go on when it does."""
    open_ = [x for x in outcomes if x.kind in (OutcomeKind.LATER, OutcomeKind.UNKNOWN)]
    if len(open_) < len(outcomes):
        if parts.ledger.go_on(connection):
            log.info("connection %s goes on", connection.connection_id)
        return
    now = parts.clock.now()
    after = max(((x.again_at - now).total_seconds() for x in open_ if x.again_at), default=0)
    first = open_[0]
    hold_on(
        parts, connection, TryLater(first.message, code=first.code, after=after or LOST_ANSWER_WAIT)
    )


def hold_on(parts: ExportContext, connection: Connection, error: TryLater) -> None:
    """Count what could not be sent; after a few in a row the connection waits, and says so."""
    hold = parts.ledger.hold(connection, error.message, code=error.code, after=error.after)
    if hold is not None:
        words = (connection.connection_id, hold.until.isoformat(), hold.because)
        log.warning("connection %s holds on until %s: %s", *words)


def send_halves(
    parts: ExportContext, connection: Connection, claims: Sequence[Claim], *, again: bool
) -> None:
    """Send two or more claims in two calls."""
    half = len(claims) // 2
    send(parts, connection, claims[:half], again=again)
    send(parts, connection, claims[half:], again=again)


def investigate(
    parts: ExportContext, claims: Sequence[Claim], outcomes: Sequence[Outcome]
) -> list[Outcome]:
    """Look at the documents that hold our numbers already: ours are adopted, others refused."""
    taken = [
        claim.invoice_number
        for claim, outcome in zip(claims, outcomes, strict=True)
        if outcome.code == "MX-402"
    ]
    try:
        found = parts.target.find(taken) if taken else {}
    except (TryLater, Disconnected):
        # The rest of the batch was answered: only these stay open, and are settled later.
        lost = Outcome(kind=OutcomeKind.UNKNOWN, code="MX-603", message=CODES["MX-603"].sentence)
        return [lost if outcome.code == "MX-402" else outcome for outcome in outcomes]
    return [
        adopt_or_refuse(claim, found[claim.invoice_number])
        if outcome.code == "MX-402" and claim.invoice_number in found
        else outcome
        for claim, outcome in zip(claims, outcomes, strict=True)
    ]


def adopt_or_refuse(claim: Claim, document: TargetDocument) -> Outcome:
    """Ours is what bears our mark, whatever became of it since; the ledger shows that."""
    if not is_own(claim, document):
        return refused(NeedsPerson(code="MX-402", number=claim.invoice_number))
    return Outcome(kind=OutcomeKind.EXPORTED, invoice_id=document.invoice_id, total=document.total)


def is_own(claim: Claim, document: TargetDocument) -> bool:
    """Whether a document was made of what was claimed."""
    return claim.identity.kind.marked_id(document.reference) == claim.source_id


def refused(error: NeedsPerson) -> Outcome:
    """The outcome of a claim that a person must look at."""
    return Outcome(kind=OutcomeKind.REFUSED, code=error.code, message=error.message, fix=error.fix)
