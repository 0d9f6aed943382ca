"""From a claimed row to a recorded outcome: recheck, address, send, record."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from .deciding import basis_of, consider
from .domain.claim import Claim
from .domain.connection import Connection
from .domain.considered import Identity
from .domain.order import Order
from .domain.outcome import Outcome, OutcomeKind
from .errors import CODES, Disconnected, NeedsPerson, TryLater
from .parts import Parts
from .ports import Numbered, TargetDocument

#: The source's clock and zone may differ from ours: changes are read from this much earlier.
OVERLAP = timedelta(hours=1)


def recheck(parts: Parts, connection: Connection, claims: Sequence[Claim]) -> list[Claim]:
    """Give back the claims whose order changed since its decision; it is decided again.

    One list of the changes since the oldest decision, not one call per order. What was decided by
    rules or settings that are no longer the active ones is decided again too.
    """
    basis = basis_of(connection, parts.decider.digest)
    outdated = [claim for claim in claims if claim.basis != basis]
    if outdated:
        parts.ledger.release(outdated, "the rules or settings changed before it was sent")
        read = [parts.source.order(claim.source_id) for claim in outdated]
        consider(parts, connection, [order for order in read if order is not None], basis)
    claims = [claim for claim in claims if claim.basis == basis]
    if not claims:
        return []
    since = min(claim.decided_at for claim in claims) - OVERLAP
    mine = {claim.source_id: claim for claim in claims}
    edited: dict[str, Order] = {}
    for page in parts.source.changed_since(since):
        for order in page:
            claim = mine.get(order.source_id)
            if claim and isinstance(order, Order) and Identity.of(order).seen != claim.seen:
                edited[order.source_id] = order
    if edited:
        parts.ledger.release([mine[x] for x in edited], "changed in Mintsoft before it was sent")
        consider(parts, connection, list(edited.values()), basis)
    return [claim for claim in claims if claim.source_id not in edited]


def address(parts: Parts, connection: Connection, claims: Sequence[Claim]) -> list[Numbered]:
    """Put number and contact to each invoice; contacts are found or made, once for all.

    Raises:
        NeedsPerson: a contact can't be used; `refuse_unaddressable` finds out whose.
    """
    wanted = sorted({x.invoice.contact for x in claims if not x.invoice.contact_id})
    ids = parts.ledger.contact_ids(connection, wanted)
    missing = [name for name in wanted if name not in ids]
    if missing:
        found = parts.target.contacts(missing)
        parts.ledger.keep_contacts(connection, found)
        ids |= found
    return [
        Numbered(
            number=claim.invoice_number,
            contact_id=claim.invoice.contact_id or ids[claim.invoice.contact],
            invoice=claim.invoice,
        )
        for claim in claims
    ]


def refuse_unaddressable(
    parts: Parts, connection: Connection, claims: Sequence[Claim]
) -> list[Claim]:
    """Refuse the claims whose contact can't be used; the rest can be sent."""
    try:
        address(parts, connection, claims)
    except NeedsPerson:
        pass  # one of them: find out which, below
    else:
        return list(claims)
    good = []
    for claim in claims:
        try:
            address(parts, connection, [claim])
        except NeedsPerson as error:
            parts.ledger.record_outcomes([(claim, refused(error))])
        else:
            good.append(claim)
    return good


def send(parts: Parts, connection: Connection, claims: Sequence[Claim]) -> None:
    """One call for the batch, and one recorded outcome for each of its claims.

    The call is noted, with a digest of its exact bytes, before it goes out. A batch that is
    too large for one call goes in halves; a document that is too large by itself is refused.
    """
    try:
        body = parts.target.prepare(address(parts, connection, claims))
    except NeedsPerson as error:
        half = len(claims) // 2
        if half == 0:
            parts.ledger.record_outcomes([(claims[0], refused(error))])
            return
        send(parts, connection, claims[:half])
        send(parts, connection, claims[half:])
        return
    key = parts.ledger.start_call(connection, claims, hashlib.sha256(body).hexdigest())
    numbers = [claim.invoice_number for claim in claims]
    answers = parts.target.send(body, key, numbers)
    outcomes = investigate(parts, claims, [answers[number] for number in numbers])
    parts.ledger.record_outcomes(list(zip(claims, outcomes, strict=True)))


def investigate(
    parts: Parts, claims: Sequence[Claim], outcomes: Sequence[Outcome]
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
    """Ours: this row claimed the number, the document bears our mark, the totals agree."""
    ours = document.reference.endswith(claim.mark) and document.alive
    if ours and document.total == claim.invoice.total:
        return Outcome(
            kind=OutcomeKind.EXPORTED, invoice_id=document.invoice_id, total=document.total
        )
    return refused(NeedsPerson(code="MX-402", number=claim.invoice_number))


def refused(error: NeedsPerson) -> Outcome:
    """The outcome of a claim that a person must look at."""
    return Outcome(kind=OutcomeKind.REFUSED, code=error.code, message=error.message, fix=error.fix)
