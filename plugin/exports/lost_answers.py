"""Lost answers: what came of calls of which nobody knows. Looked up, never sent again blindly."""

from collections.abc import Sequence
from datetime import timedelta

from ..domain.connections.connection import Connection
from ..domain.exports.claim import Claim
from ..ports.clock import by_its_clock
from ..ports.target import TargetDocument
from .context import ExportContext
from .send import adopt_or_refuse, is_own

#: What was made is looked for by its mark from this much before its call on.
BEFORE_THE_CALL = timedelta(minutes=5)


def settle_lost_answers(parts: ExportContext, connection: Connection) -> None:
    """Record what is in the target as exported; what is not there is ready again.

    Raises:
        TryLater, Disconnected: the target can't be asked; everything stays as it is.
    """
    claims = parts.ledger.doubtful(connection)
    found = look_up(parts, claims) if claims else {}
    there = [claim for claim in claims if claim.export_id in found]
    answers = [(claim, adopt_or_refuse(claim, found[claim.export_id])) for claim in there]
    parts.ledger.record_outcomes(answers)
    parts.ledger.note_drift(connection, list(found.values()))
    parts.ledger.release_absent([claim for claim in claims if claim.export_id not in found])


def look_up(parts: ExportContext, claims: Sequence[Claim]) -> dict[int, TargetDocument]:
    """The documents of claims, by export id: by their numbers, else by their marks.

    Somebody may have given one another number meanwhile. Looking for marks is one call, and is
    made only where a number leads to nothing of ours.
    """
    numbered = parts.target.find([claim.invoice_number for claim in claims])
    there = [claim for claim in claims if claim.invoice_number in numbered]
    found = {claim.export_id: numbered[claim.invoice_number] for claim in there}
    lost = [x for x in claims if x.export_id not in found or not is_own(x, found[x.export_id])]
    begun = [claim.call_started_at for claim in lost if claim.call_started_at]
    if begun:
        since = by_its_clock(parts.target, min(begun)) - BEFORE_THE_CALL
        for page in parts.target.changed_since(since):
            for claim in lost:
                found.update((claim.export_id, x) for x in page if is_own(claim, x))
    return found
