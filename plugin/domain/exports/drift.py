"""Drift: what changed on either side after an export. Noticed and shown, never overwritten."""

from dataclasses import dataclass
from datetime import datetime

from ..decisions.decided_document import Identity
from ..decisions.facts import Facts
from ..times import require_utc


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A document as it was just read, while its row is a worker's or is exported."""

    identity: Identity
    #: What the document itself says; kept beside the facts that it was exported with.
    facts: Facts
    #: Name of the status that it has now, and whether documents with it are exported.
    status: str = ""
    due: bool = True
    #: When it was changed, by the source's clock (UTC).
    changed_at: datetime

    def __post_init__(self) -> None:
        require_utc(self, "changed_at")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that was another when the document was exported."""

    #: A fact's name, or a field of the target's document.
    what: str
    #: Both as text, as a person reads them.
    exported: str
    now: str
