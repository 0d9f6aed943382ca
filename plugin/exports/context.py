"""Context: what a pipeline works with, and what one kind of document does in its own way.

The container makes it; tests make it of fakes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import DecidedDocument, Identity
from ..domain.decisions.facts import Facts
from ..domain.exports.drift import Edit
from ..domain.invoices.invoice import Invoice
from ..domain.reconciliation.reconciliation import Booked, Stated
from ..ports.adapter import AdapterContext, SourceAdapter
from ..ports.clock import Clock
from ..ports.decider import Decider, Overrides
from ..ports.ledger.due_decisions import StoredDocument
from ..ports.ledger.known_documents import KnownDocument
from ..ports.ledger.ledger import Ledger
from ..ports.source import Source, Unreadable
from ..ports.target import Target


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A document as the rules are asked about it."""

    #: As its kind reads it, with what was found out about it beside.
    document: Any
    #: All that the rules may read.
    facts: Facts


@dataclass(frozen=True, kw_only=True)
class Head:
    """What is kept of a document whatever is decided on it."""

    #: The moment that dates it (UTC).
    document_at: datetime
    total: Decimal
    #: Empty where nobody knows it.
    currency: str


class Trial(Protocol):
    """Stored documents by a connection as it would be: their facts then, and their invoices.

    What rests on the connection is made new; what only its source could tell stays as it was
    stored. Makes no call.
    """

    def overrides(self) -> Overrides:
        """What it puts in place of the rules' own lists and amounts."""

    def facts(self, rows: Sequence[StoredDocument]) -> list[Facts | None]:
        """The facts of each; None where an older version stored them, and one is missing."""

    def built(self, row: StoredDocument, facts: Facts) -> Invoice:
        """The invoice of one that may go out.

        Raises:
            NeedsPerson: it can't be built, or would not be taken.
            KeyError: an older version stored its facts, and one is missing.
        """


class ExportKind(Protocol):
    """What one kind of exported document does in its own way; all else is `pipeline`'s.

    Documents are what `fetch` gives. A kind is one module here and a line in `kinds.KINDS`,
    beside its entry in `DocumentKind`: stored value, mode of the connections that export it, book.
    Command, preview, redecision and reconciliation know it by these. More is needed only for a
    book of its own (the engine's `language/kinds`, and its facts in `json_columns.CATALOGUES`),
    settings of its own (`basis.basis_of`), a mode that people may choose (`connection
    add`), and a job of its own (`JobName`, `job.EXPORTS_OF`, `queue.JOB_TASKS`, `jobs.WORK`).

    What asks a side raises:
        TryLater: it can't be reached or is busy.
        Disconnected: it refuses access.
    """

    # Made without a call

    @classmethod
    def of(
        cls, source: SourceAdapter, means: AdapterContext, connection: Connection
    ) -> "ExportKind":
        """The kind for a connection. Raises SettingsError where its source has none of it."""

    @staticmethod
    def overrides(connection: Connection) -> Overrides:
        """What the connection puts in place of the rules' own lists and amounts."""

    # Read

    def fetch(
        self, parts: "ExportContext", connection: Connection, since: date | None, basis: str
    ) -> Iterator[list[Any]]:
        """Pages of documents, `Unreadable` ones too: from the cursor on, or from a day on."""

    def changes(
        self, parts: "ExportContext", connection: Connection, since: datetime
    ) -> Iterator[list[Any]] | None:
        """Pages of what changed at the source since anybody last looked.

        `since`: when the oldest decision was made that this is for. None where no list says
        what changed: then each document is read again.
        """

    def read(self, parts: "ExportContext", identities: Sequence[Identity]) -> Iterator[Any]:
        """Each of some known documents as it is now, `Unreadable` or None when it is gone."""

    def is_gone(self, parts: "ExportContext", source_id: str) -> bool:
        """Whether the source has it no more. One call."""

    def gone(self, identity: Identity) -> DecidedDocument:
        """What is kept of one that is gone. No call."""

    # Recognise; no calls

    def identity(self, document: Any) -> Identity:
        """By what it is recognised."""

    def unreadable(self, document: Unreadable) -> DecidedDocument:
        """What is kept of one that can't be read."""

    def edit(self, connection: Connection, document: Any) -> Edit:
        """What one that is exported, or on its way, says now."""

    def groups(self, documents: Sequence[Any]) -> Iterator[list[Any]]:
        """Groups in which nothing is entered twice: each is recorded before the next."""

    # Decide and build

    def facts(
        self,
        parts: "ExportContext",
        connection: Connection,
        documents: Sequence[Any],
        known: Mapping[str, KnownDocument],
    ) -> list[Asked]:
        """Each document with its facts and those of its surroundings.

        `known`: their rows by source id, as the ledger had them.
        """

    def stored_facts(
        self, parts: "ExportContext", connection: Connection, rows: Sequence[StoredDocument]
    ) -> list[Facts | None]:
        """Facts of stored documents in the surroundings of now; None: it must be read again."""

    def complete(self, parts: "ExportContext", connection: Connection, asked: Asked) -> Asked:
        """One that the rules let out, with what more calls tell; the same where all is known.

        Raises:
            NeedsPerson: it can't be read.
        """

    def in_hands_until(
        self, parts: "ExportContext", connection: Connection, document: Any
    ) -> datetime | None:
        """Until when it is left to somebody who edits it; None: nobody does. No call."""

    def build(self, parts: "ExportContext", connection: Connection, document: Any) -> Invoice:
        """Its invoice, checked. No call.

        Raises:
            NeedsPerson: it can't be built, or would not be taken.
        """

    def head(self, connection: Connection, document: Any, invoice: Invoice | None) -> Head:
        """What is kept of it; `invoice`: as it was built, None where it was not. No call."""

    # Look back

    def trial(self, parts: "ExportContext", connection: Connection) -> Trial:
        """How stored ones would stand by a connection as it would be."""

    def unforeseen(self, before: Connection, after: Connection) -> list[str]:
        """What a change does to them that nothing stored can tell, a sentence each. No call."""

    def stated(
        self, parts: "ExportContext", connection: Connection, since: datetime
    ) -> Iterator[Stated | Unreadable]:
        """All that the source states of documents from a moment on; one may come twice."""

    def as_built(self, stated: Sequence[Stated], rows: Sequence[Booked]) -> list[Stated]:
        """What the source states, with what only building it tells. No call."""


@dataclass(frozen=True, kw_only=True)
class ExportContext:
    """One connection's parts."""

    ledger: Ledger
    source: Source
    target: Target
    decider: Decider
    clock: Clock
    #: What the connection exports.
    kind: ExportKind
    #: Name of the target for people, in comments at the source.
    target_title: str = "Xero"

    def comment_on(self, invoice_number: str) -> str:
        """What is written at the source to a document that was exported."""
        return f"Exported to {self.target_title} as invoice {invoice_number}"
