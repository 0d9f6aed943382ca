"""Imported: where a document of the accounting side stands on its way to the warehouse."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ...errors import NeedsPerson
from ..decisions.decision import Decision
from ..exports.export import DocumentKind

#: The documents that come in, and what each becomes.
BECOMES = {DocumentKind.SALES_INVOICE: "order", DocumentKind.PURCHASE_ORDER: "ASN"}


class ImportState(StrEnum):
    """Where an import stands. The value is stored; `label` is what a person reads.

    There is no state for a call that is out: a row is `UNKNOWN` from before the call until its
    answer is kept, so that whatever dies between leaves what is looked up before it is sent again.
    """

    #: The rules say not yet.
    WAITING = "waiting"
    #: The rules say never.
    SKIPPED = "skipped"
    #: A person must fix something; has a code, a sentence, a fix.
    REFUSED = "refused"
    #: Decided and built; the next run makes it.
    READY = "ready"
    #: A call went out, and nobody knows yet what came of it.
    UNKNOWN = "unknown"
    #: The warehouse was busy or away; has a moment from which it is tried again.
    LATER = "later"
    #: Its order or ASN exists.
    IMPORTED = "imported"
    #: A person has put the error aside; decided again when the document changes.
    CLEARED = "cleared"

    @property
    def label(self) -> str:
        """What a person reads."""
        return _LABELS[self]


_LABELS = {
    ImportState.WAITING: "Waiting",
    ImportState.SKIPPED: "Skipped",
    ImportState.REFUSED: "Needs attention",
    ImportState.READY: "Ready",
    ImportState.UNKNOWN: "Checking Mintsoft",
    ImportState.LATER: "Retrying",
    ImportState.IMPORTED: "Imported",
    ImportState.CLEARED: "Cleared",
}

#: Rows of which a call may be out or may have been carried out: no decision touches them.
OUT_OF_REACH = frozenset({ImportState.UNKNOWN})


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """By what a document of the accounting side is recognised."""

    #: Its id there, stable.
    source_id: str
    #: What people call it; may be empty.
    number: str
    #: Digest of all that matters to the warehouse: when it differs, the document was edited.
    fingerprint: str
    #: Differs after every change there, of whatever: then it is decided again.
    seen: str


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a document became at the warehouse."""

    #: Id of the order or the ASN there.
    made_id: str
    #: Digest of what we last wrote: what says something else was edited there; may be empty.
    content: str
    #: `Incoming.fingerprint` of the version that it was made from; empty where that is not known.
    fingerprint: str


@dataclass(frozen=True, kw_only=True)
class Changed:
    """How what was made stands after its document was changed."""

    #: `Made.content` as we know it now.
    content: str
    #: Whether it was written.
    changed: bool = False
    #: Why it does not say what the document says; None when it does.
    problem: NeedsPerson | None = None
    #: What is not in it, in a sentence; None: as before.
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class DecidedImport:
    """What was decided on a document, as it is kept. No personal data is in it."""

    incoming: Incoming
    state: ImportState
    code: str
    message: str
    fix: str
    #: The rule's word; None where the document could not be read.
    decision: Decision | None
    #: The document's date; None when it is not known.
    document_date: date | None


@dataclass(frozen=True, kw_only=True)
class Import:
    """One row: a document of the accounting side and what became of it."""

    import_id: int
    connection_id: int
    kind: DocumentKind
    incoming: Incoming
    state: ImportState
    #: Why it is not imported, or what is the matter with it since; empty when nothing is.
    code: str
    message: str
    fix: str
    #: Id of the rule that decided; may be empty.
    decided_by: str
    #: Digest of rules and settings that the decision rests on.
    basis: str
    decide_again_at: datetime | None
    document_date: date | None
    #: What it became; None when it became nothing yet.
    made: Made | None
    #: Beside a document that was imported: what is not in its order or ASN; else empty.
    note: str
    #: When the first call and the last one for it went out (UTC); None when none did.
    first_called_at: datetime | None
    called_at: datetime | None
    again_at: datetime | None
    attempts: int
    created_at: datetime
    updated_at: datetime

    @property
    def needs_attention(self) -> bool:
        """Whether a person must see to it: it is refused, or differs from what it became.

        Or nobody can tell what came of a call, since what it made can't be read.
        """
        told = self.state in (ImportState.IMPORTED, ImportState.UNKNOWN) and bool(self.code)
        return told or self.state is ImportState.REFUSED
