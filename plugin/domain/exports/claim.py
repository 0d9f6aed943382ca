"""Claim: one worker's right to send one invoice, under a number that nobody else may use."""

from dataclasses import dataclass
from datetime import datetime

from ..decisions.decided_document import Identity
from ..invoices.invoice import Invoice
from ..times import require_utc

#: The most that an invoice number may hold, with room for an id and a generation behind it.
NUMBER_LENGTH = 220


def plain_number(prefix: str, number: str) -> str:
    """The invoice number that an order's own number asks for: printable ASCII (xero.md 4)."""
    text = "".join(x if " " <= x <= "~" else "_" for x in f"{prefix}{number}".strip())
    return text[:NUMBER_LENGTH]


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A ledger row in a worker's hands. Committed before any call is made."""

    export_id: int
    #: Who holds it: every later word on the claim is heard only while this is unchanged.
    token: str
    #: The document as it was decided.
    identity: Identity
    #: Fixed for this row for good: unique in the organisation, ignoring case.
    invoice_number: str
    invoice: Invoice
    #: When it was decided (UTC).
    decided_at: datetime
    #: Digest of what the decision rested on beside the document (`basis.basis_of`).
    basis: str
    #: When the call that may have created it began; None when none has.
    call_started_at: datetime | None

    def __post_init__(self) -> None:
        require_utc(self, "decided_at", "call_started_at")

    @property
    def source_id(self) -> str:
        """The document's id at the source."""
        return self.identity.source_id

    @property
    def mark(self) -> str:
        """What its invoice's reference ends with: how we know a document for ours."""
        return self.identity.kind.mark(self.source_id)
