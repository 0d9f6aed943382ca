"""Export: the passage of one document over one connection. One ledger row, one state."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class DocumentKind(StrEnum):
    """Which document passes, and so in which direction."""

    ORDER = "order"
    CLIENT_INVOICE = "client_invoice"
    SALES_INVOICE = "sales_invoice"
    PURCHASE_ORDER = "purchase_order"

    @property
    def words(self) -> str:
        """What a person reads: ``client invoice``."""
        return self.value.replace("_", " ")

    @property
    def plural(self) -> str:
        """Of several: ``client invoices``."""
        return f"{self.words}s"

    def counted(self, count: int) -> str:
        """So many of them: ``1 order``, ``12 client invoices``."""
        return f"{count:,} {self.words if count == 1 else self.plural}"


class ExportState(StrEnum):
    """Where an export stands. The value is stored; `label` is what a person reads."""

    #: The rules say not yet.
    WAITING = "waiting"
    #: The rules say never.
    SKIPPED = "skipped"
    #: A person must fix something; has a code, a sentence, a fix.
    REFUSED = "refused"
    #: A person has cleared the error.
    CLEARED = "cleared"
    #: Decided, built, checked; waits for its turn.
    READY = "ready"
    #: A worker has it, its invoice number is fixed.
    CLAIMED = "claimed"
    #: Limits, an outage or a lost connection; the clock moves it on.
    LATER = "later"
    #: A write whose answer was lost; looked up before anything is sent again.
    UNKNOWN = "unknown"
    #: In the target.
    EXPORTED = "exported"

    @property
    def label(self) -> str:
        """The words that pages and tables use."""
        return _LABELS[self]


_LABELS = {
    ExportState.WAITING: "Waiting",
    ExportState.SKIPPED: "Skipped",
    ExportState.REFUSED: "Needs attention",
    ExportState.CLEARED: "Cleared",
    ExportState.READY: "Ready",
    ExportState.CLAIMED: "Sending",
    ExportState.LATER: "Retrying",
    ExportState.UNKNOWN: "Checking Xero",
    ExportState.EXPORTED: "Exported",
}

#: States that the rules may still move: nothing has been sent, nobody holds the row.
UNDECIDED = (ExportState.WAITING, ExportState.SKIPPED, ExportState.REFUSED)

#: States from which a person may have a document decided again, wherever he asks for it.
RETRIED = (
    ExportState.REFUSED,
    ExportState.CLEARED,
    ExportState.WAITING,
    ExportState.SKIPPED,
    ExportState.LATER,
)

#: States of a document that is in the target, or on its way there.
UNDER_WAY = (
    ExportState.READY,
    ExportState.CLAIMED,
    ExportState.LATER,
    ExportState.UNKNOWN,
    ExportState.EXPORTED,
)

#: States that still owe an answer: `export` waits for them.
UNSETTLED = (ExportState.READY, ExportState.CLAIMED, ExportState.LATER, ExportState.UNKNOWN)


@dataclass(frozen=True, kw_only=True)
class Export:
    """One ledger row, as everybody but the ledger sees it."""

    #: The ledger's own id; the only thing that travels in task arguments.
    export_id: int
    connection_id: int
    kind: DocumentKind
    source_id: str
    number: str
    client: str
    state: ExportState
    #: Stable error code, sentence and fix of the state; empty where there is none.
    code: str
    message: str
    fix: str
    #: The number claimed in the target; empty until claimed.
    invoice_number: str
    #: The target's id; empty until exported.
    invoice_id: str
    #: The target's total when exported, else the stated gross.
    total: Decimal
    currency: str
    #: Id of the rule that decided.
    decided_by: str
    #: 1, or more after a voided document was exported again.
    generation: int
    #: When the clock moves the row on (UTC); None when it does not.
    again_at: datetime | None
    updated_at: datetime

    @property
    def may_be_retried(self) -> bool:
        """Whether a person may have it decided again."""
        return self.state in RETRIED

    @property
    def may_be_cleared(self) -> bool:
        """Whether there is an error to clear: it is refused, or was changed after its export."""
        changed = self.state is ExportState.EXPORTED and bool(self.code)
        return self.state is ExportState.REFUSED or changed


#: Larger ones don't fit their column, and PostgreSQL refuses to compare with one.
LARGEST_ID = 2**31 - 1
