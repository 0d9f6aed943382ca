"""Outcome: what the target said of one invoice that was sent."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from ..times import require_utc


class OutcomeKind(StrEnum):
    """The four answers there are."""

    #: It is in the target: id, number and total are known.
    EXPORTED = "exported"
    #: A person must put something right.
    REFUSED = "refused"
    #: Certainly not in the target; to be tried again at a time.
    LATER = "later"
    #: The answer was lost: it may or may not be there.
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The target's word on one invoice."""

    kind: OutcomeKind
    #: The target's id of the document; empty unless exported.
    invoice_id: str = ""
    #: What the target says the document comes to; None unless exported.
    total: Decimal | None = None
    #: Stable error code, a sentence for people, and what to do; empty when exported.
    code: str = ""
    message: str = ""
    fix: str = ""
    #: When to try again (UTC), for `LATER`.
    again_at: datetime | None = None
    #: A refusal that is about the request as a whole: nothing of it was created, and which of its
    #: documents is to blame is not said.
    of_request: bool = False

    def __post_init__(self) -> None:
        require_utc(self, "again_at")
