"""Export: the passage of one document over one connection. One ledger row, one state."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self


@dataclass(frozen=True, kw_only=True)
class ExportTraits:
    """What is known of a kind of exported document wherever nothing else of it is."""

    #: Mode of the connections that export it.
    mode: str
    #: The kind of rule book that decides on it, which says what facts it has too.
    book: str
    #: The fact by which control totals are told apart.
    told_apart_by: str
    #: Whether the source has a place for a comment and a label on an exported one.
    marked_back: bool
    #: Whether it states its total with the tax; else the total is known once it is built.
    states_gross: bool
    #: How the reference of what is made of one ends, around its id.
    mark: str


class DocumentKind(StrEnum):
    """Which document passes, and so in which direction; those that are exported have traits."""

    ORDER = (
        "order",
        ExportTraits(
            mode="accounting",
            book="orders",
            told_apart_by="channel",
            marked_back=True,
            states_gross=True,
            mark="(Mintsoft {id})",
        ),
    )
    CLIENT_INVOICE = (
        "client_invoice",
        # Mintsoft has no place for a mark on one, and states no tax (mintsoft.md 5).
        ExportTraits(
            mode="fulfilment",
            book="client_invoices",
            told_apart_by="client",
            marked_back=False,
            states_gross=False,
            mark="(Mintsoft invoice {id})",
        ),
    )
    SALES_INVOICE = "sales_invoice"
    PURCHASE_ORDER = "purchase_order"

    def __new__(cls, value: str, traits: ExportTraits | None = None) -> Self:
        """A kind by its stored value."""
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.exported_as = traits
        return kind

    #: None for one that is imported.
    exported_as: ExportTraits | None

    @property
    def traits(self) -> ExportTraits:
        """Of a kind that is exported. Raises ValueError for one that is imported."""
        if self.exported_as is None:
            raise ValueError(f"{self.plural} are not exported")
        return self.exported_as

    @classmethod
    def exported(cls) -> "tuple[DocumentKind, ...]":
        """The kinds that are exported."""
        return tuple(kind for kind in cls if kind.exported_as is not None)

    @classmethod
    def of_mode(cls, mode: str) -> "DocumentKind":
        """What connections of a mode export. Raises ValueError where there is no such mode."""
        for kind in cls.exported():
            if kind.traits.mode == mode:
                return kind
        raise ValueError(f"there is no mode {mode}")

    def mark(self, source_id: str) -> str:
        """What the reference ends with of what was made of one: how we know it for ours."""
        return self.traits.mark.format(id=source_id)

    def marked_id(self, reference: str) -> str:
        """The id that our mark at the end of a reference names; empty where no mark of one is."""
        kind, source_id = type(self).marked(reference)
        return source_id if kind is self else ""

    @classmethod
    def marked(cls, reference: str) -> "tuple[DocumentKind | None, str]":
        """Whose mark a reference ends with: kind and id; None and empty where it has none.

        A mark that fits two kinds is that of the more particular one.
        """
        if not reference.endswith(_END_OF_MARKS):
            return None, ""
        found = [(len(x.traits.mark), x, _id_in(reference, x.traits.mark)) for x in cls.exported()]
        fitting = [(length, kind, source_id) for length, kind, source_id in found if source_id]
        _, kind, source_id = max(fitting, default=(0, None, ""))
        return kind, source_id

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


#: With this every mark ends: most documents of an organisation are told from ours by it alone.
_END_OF_MARKS = ")"


def _id_in(reference: str, mark: str) -> str:
    before, _, after = mark.partition("{id}")
    found = re.search(f"{re.escape(before)}([^()]+){re.escape(after)}$", reference)
    return found[1] if found else ""


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
