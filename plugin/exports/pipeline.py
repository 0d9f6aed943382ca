"""The way of a document, as flows of named steps, the same for every kind. Start reading here.

    sync          fetch -> normalise -> decide -> build -> check      every one gets a row
    export_batch  claim -> recheck -> send -> record                  one worker, one batch
    settle        dead claims and lost answers: looked up, never sent again blindly
    write_back    the comment and the label at the source, at a pace of their own

Each may be killed between any two lines, and each may run twice: the ledger is the truth.
What orders and client invoices do in ways of their own is their `ExportKind`'s: `kinds`.
"""

import logging
from collections.abc import Sequence
from datetime import date, timedelta

from ..domain.connections.connection import Connection
from ..domain.exports.claim import Claim
from ..domain.exports.outcome import Outcome, OutcomeKind
from ..errors import Disconnected, NeedsPerson, TryLater
from ..ports.clock import by_its_clock
from .basis import basis_of
from .context import ExportContext
from .decide import consider, decide_again, read_and_consider
from .lost_answers import settle_lost_answers
from .send import hold_on, recheck, refuse_unaddressable, send

log = logging.getLogger("mintsoft_xero.export")

#: The mirror of the target's numbers is read again from this much earlier.
NUMBERS_OVERLAP = timedelta(minutes=1)

#: A reading of them that is older says too little of what is there.
NUMBERS_ARE_OLD = timedelta(minutes=30)

#: The longest that a worker may hold a claim, in seconds: waiting its turn, the call with its
#: time-outs, and a margin. An older claim has no living call any more.
CLAIM_IS_DEAD_AFTER = 300.0


def sync(parts: ExportContext, connection: Connection, *, since: date | None = None) -> None:
    """Fetch, normalise, decide, build and check: every document seen has a row afterwards.

    With `since` the documents from that day on are read again, whatever the cursor says, and
    the cursor stays.

    Raises:
        TryLater: either side can't be reached; what was recorded stays, the cursor too.
        Disconnected: either side refuses access.
    """
    begun = parts.clock.now()
    basis = basis_of(connection, parts.decider.digest)
    mirror_numbers(parts, connection)
    for page in parts.kind.fetch(parts, connection, since, basis):
        consider(parts, connection, page, basis)
    if since is None:
        parts.ledger.move_orders_cursor(connection, by_its_clock(parts.source, begun))
    decide_again(parts, connection, basis)
    read_and_consider(parts, connection, parts.ledger.edited_meanwhile(connection), basis)
    parts.ledger.name_successors(connection)


def export_batch(parts: ExportContext, connection: Connection, export_ids: Sequence[int]) -> None:
    """Claim rows, recheck them at the source, send them in one call, record the outcomes.

    Raises:
        Disconnected: access has ended; the claims are handed back first.
    """
    claims: list[Claim] = []
    try:
        mirror_old_numbers(parts, connection)
        claims = parts.ledger.claim(connection, export_ids)
        claims = recheck(parts, connection, claims) if claims else []
        claims = refuse_unaddressable(parts, connection, claims)
        if claims:
            send(parts, connection, claims)
    except TryLater as error:
        until = parts.clock.now() + timedelta(seconds=error.after)
        parts.ledger.postpone(claims, error, until)
        log.info("a batch of %d waits: %s %s", len(claims), error.code, error.detail)
        if error.service:  # not for a claim or a lease that another process has
            hold_on(parts, connection, error)
    except Disconnected as error:
        parts.ledger.release(claims, error.message)
        parts.ledger.pause(connection, error.message)
        raise


def settle(parts: ExportContext, connection: Connection) -> None:
    """Free the claims of the dead, look up what was sent without an answer, and let time pass.

    A claim whose call never began is ready again; one whose call did is looked up: in the target
    it is exported, not there it is ready again under the same number. What only waited for a
    moment that has come is decided again.

    Raises:
        TryLater, Disconnected: the target can't be asked; everything stays as it is.
    """
    dead = parts.ledger.abandoned(connection, older_than=CLAIM_IS_DEAD_AFTER)
    idle = [x for x in dead if x.call_started_at is None]
    parts.ledger.release(idle, "its worker died", unsent=True)
    lost = Outcome(kind=OutcomeKind.UNKNOWN, code="MX-603", message="the worker died in the call")
    parts.ledger.record_outcomes([(x, lost) for x in dead if x.call_started_at is not None])
    settle_lost_answers(parts, connection)
    basis = basis_of(connection, parts.decider.digest)
    decide_again(parts, connection, basis, by_time_only=True)


def write_back(parts: ExportContext, connection: Connection, *, limit: int = 100) -> int:
    """Write what is owed to the source: a comment with the number, then the label.

    Returns how many documents were dealt with; 0 when nothing is owed.

    Raises:
        TryLater, Disconnected: the source can't be reached; the rest stays owed.
    """
    owed = parts.ledger.owed(connection, limit)
    for document in owed:
        text = parts.comment_on(document.invoice_number)
        try:
            if not document.commented:
                parts.source.comment(document.source_id, text)
                parts.ledger.written(document.export_id, "comment")
            if connection.settings.tag and not document.tagged:
                parts.source.tag(document.source_id, connection.settings.tag)
            parts.ledger.written(document.export_id, "tag")
        except NeedsPerson as error:
            parts.ledger.write_refused(document.export_id, error)
    return len(owed)


def mirror_old_numbers(parts: ExportContext, connection: Connection) -> None:
    """Read the target's numbers where no sync has for long, as with a ledger from a backup.

    What it has forgotten is in the target, and must not be sent again.
    """
    last = parts.ledger.numbers_read_until(connection)
    if last is None or by_its_clock(parts.target, parts.clock.now()) - last > NUMBERS_ARE_OLD:
        mirror_numbers(parts, connection)


def mirror_numbers(parts: ExportContext, connection: Connection) -> None:
    """Read which invoices are in the target, from where the last reading ended.

    What has our mark there, and is no row's, is its order's export from then on.
    """
    begun = parts.clock.now()
    last = parts.ledger.numbers_read_until(connection)
    for page in parts.target.changed_since(last - NUMBERS_OVERLAP if last else None):
        parts.ledger.keep_numbers(connection, page, None)
        parts.ledger.note_drift(connection, page)
    parts.ledger.keep_numbers(connection, [], by_its_clock(parts.target, begun))
