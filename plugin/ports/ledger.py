"""Ledger: decisions, exports and outcomes: what the pipelines need of the database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from ..domain.connections.connection import Connection
from ..domain.connections.hold import Hold
from ..domain.decisions.decided_document import DecidedDocument, Identity
from ..domain.decisions.decision import Decision
from ..domain.decisions.facts import Facts
from ..domain.exports.claim import Claim
from ..domain.exports.drift import Edit
from ..domain.exports.export import ExportState
from ..domain.exports.outcome import Outcome
from ..domain.invoices.contact import Customer, KnownContact
from ..domain.invoices.invoice import Invoice
from ..domain.reconciliation.reconciliation import Booked, Reconciliation
from ..errors import PluginError
from .target import TargetDocument


@dataclass(frozen=True, kw_only=True)
class KnownDocument:
    """What the ledger knows of a document that was seen before."""

    state: ExportState
    #: `Identity.seen` and `Identity.fingerprint` at that time.
    seen: str
    fingerprint: str
    #: Digest of what the decision rested on beside the document.
    basis: str
    #: When the clock alone may change the decision (UTC); None when it can't.
    decide_again_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class StoredDocument:
    """A decided document as the ledger keeps it: enough to decide again without a call."""

    export_id: int
    identity: Identity
    #: Where it stands, and the code of why; empty where there is none.
    state: ExportState
    code: str
    #: Empty for a document that could not be read, or that was gone.
    facts: Facts
    #: The moment that dates the document (UTC); None where there are no facts.
    document_at: datetime | None
    total: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class PendingMark:
    """An exported document whose mark at the source is still to be written."""

    export_id: int
    source_id: str
    invoice_number: str
    invoice_id: str
    commented: bool
    tagged: bool


@dataclass(frozen=True, kw_only=True)
class ReadMark:
    """How far changes at the source were read."""

    #: By the source's own clock, which may be another than ours (UTC).
    changes_until: datetime
    #: When that was, by ours: from then on both clocks went on alike.
    at: datetime


class Ledger(Protocol):
    """Decisions, exports and outcomes: the truth. Every method is one short transaction.

    Each change of state appends an event. No method overwrites a row that a worker holds or
    that is exported, whatever it is told.
    """

    def known(self, connection: Connection, source_ids: Sequence[str]) -> dict[str, KnownDocument]:
        """What is known of these documents, by source id; unseen ones are left out."""

    def twins(self, connection: Connection, documents: Sequence[Identity]) -> dict[str, str]:
        """Documents that equal another one under way in client, number and content.

        Their source ids -> the other's. Split parts have no twins.
        """

    def taken(self, connection: Connection, documents: Sequence[Identity]) -> set[str]:
        """Source ids whose invoice number is in the organisation, but not from us."""

    def note_edits(self, connection: Connection, edits: Sequence[Edit]) -> None:
        """Keep how documents are now that a worker holds or that are exported.

        An exported one whose fingerprint changed is marked (MX-504), the others are unmarked.
        """

    def changed(self, claims: Sequence[Claim]) -> set[int]:
        """Ids of the claims whose document was read in another version than was decided."""

    def edited_meanwhile(self, connection: Connection) -> list[Identity]:
        """Exported documents that were edited while a worker held them: to be compared yet."""

    def note_drift(self, connection: Connection, documents: Sequence[TargetDocument]) -> None:
        """Mark exports whose document the target has voided, deleted or changed (MX-410 to 413).

        Documents of others are left out, and those that are as they were exported are unmarked.
        """

    def record(self, connection: Connection, rows: Sequence[DecidedDocument], basis: str) -> None:
        """Keep what came of these documents; a second time changes nothing."""

    def keep_decision(
        self, export_id: int, decision: Decision, state: ExportState, basis: str
    ) -> None:
        """Replace the decision of a row that no worker holds."""

    def due_again(
        self, connection: Connection, basis: str | None, *, after: int, limit: int
    ) -> list[StoredDocument]:
        """Rows that nobody holds and that rest on another basis, or whose time has come.

        By id, beginning after one. Cleared ones are left out. No basis: only by their time.
        """

    def decides_again_at(
        self, connection: Connection, numbers: Sequence[str] = ()
    ) -> datetime | None:
        """When the next row is decided again by the clock alone; None: nothing waits for it.

        `numbers`: of these orders; of all where there are none.
        """

    def orders_read_until(self, connection: Connection) -> datetime | None:
        """The cursor: all changes before it have been seen. None: nothing has."""

    def move_orders_cursor(self, connection: Connection, until: datetime) -> None:
        """Move the cursor; never backwards."""

    def look(self, connection: Connection) -> ReadMark | None:
        """How far changes of orders were last read; None: never."""

    def keep_look(self, connection: Connection, look: ReadMark) -> None:
        """Keep that; never backwards."""

    def numbers_read_until(self, connection: Connection) -> datetime | None:
        """The same as the cursor for the mirror of the organisation's numbers."""

    def keep_numbers(
        self, connection: Connection, documents: Sequence[TargetDocument], until: datetime | None
    ) -> None:
        """Add to the mirror; with `until` the mirror is complete up to that moment."""

    def due_to_send(self, connection: Connection) -> list[int]:
        """Ids of the rows that are ready, or later and due; oldest first."""

    def invoices_due(self, connection: Connection) -> Iterator[Invoice]:
        """The invoices of `due_to_send`."""

    def dispatch(self, connection: Connection, *, told_before: float, most: int) -> list[int]:
        """Those of them that no worker was told of within so many seconds; they are now.

        No more than `most` documents are in workers' hands by that. While more than that are
        due, whole batches are told only.
        """

    def untell(self, export_ids: Sequence[int]) -> None:
        """No worker knows of these rows any more: they are told again with the next ones."""

    def claim(self, connection: Connection, export_ids: Sequence[int]) -> list[Claim]:
        """Claim those of the rows that still are due, each under its number.

        The loser of a race gets nothing. Rows of a connection that may not run are left.
        """

    def release(self, claims: Sequence[Claim], why: str, *, unsent: bool = False) -> None:
        """Hand back claims of which nothing was created: ready again.

        `unsent`: only those whose call has not begun, whatever the caller believes.

        Those whose answer was lost stay as they are, they must be looked up.
        """

    def release_absent(self, claims: Sequence[Claim]) -> None:
        """Hand back claims that were looked up and are not in the target: ready again."""

    def postpone(self, claims: Sequence[Claim], error: PluginError, until: datetime) -> None:
        """Put off the claims whose call has not begun: time will heal it."""

    def start_call(self, connection: Connection, claims: Sequence[Claim], digest: str) -> str:
        """Note that a call which may create these documents goes out now; its key.

        Raises:
            TryLater: a claim was taken away meanwhile; nothing may be sent.
        """

    def end_call(self, claims: Sequence[Claim]) -> None:
        """Note that their call has ended and created nothing: another one may begin."""

    def record_outcomes(self, outcomes: Sequence[tuple[Claim, Outcome]]) -> None:
        """Keep what the target said, one state for each claim."""

    def abandoned(self, connection: Connection, *, older_than: float) -> list[Claim]:
        """Claims of workers that are dead, or that held them for more seconds than allowed."""

    def doubtful(self, connection: Connection) -> list[Claim]:
        """Claims whose answer was lost and that are due to be looked up."""

    def contact_ids(self, connection: Connection, keys: Sequence[str]) -> dict[str, str]:
        """Ids of contacts that were found or made before, by key.

        A key is a sales channel's name or `Customer.key`. The id is empty where
        `contacts_wanted` was told of the key and nothing since.
        """

    def contacts_wanted(self, connection: Connection, keys: Sequence[str]) -> None:
        """Note that contacts are about to be made: the answer may be lost."""

    def keep_contacts(self, connection: Connection, contacts: Mapping[str, str]) -> None:
        """Remember ids of contacts, by key."""

    def forget_contacts(self, connection: Connection, contact_ids: Sequence[str]) -> None:
        """Forget ids that the target refuses: what became of them is read again."""

    def contacts_read_until(self, connection: Connection) -> datetime | None:
        """Until when the mirror of the organisation's contacts is complete. None: never read."""

    def keep_known_contacts(
        self, connection: Connection, contacts: Sequence[KnownContact], until: datetime | None
    ) -> None:
        """Add to that mirror; with `until` it is complete up to that moment."""

    def known_contacts(
        self, connection: Connection, customers: Sequence[Customer]
    ) -> dict[str, list[KnownContact]]:
        """What the mirror has for customers (`contact.choose`), by their keys."""

    def owed(self, connection: Connection, limit: int) -> list[PendingMark]:
        """Exported documents whose marks at the source are still to be written."""

    def written(self, export_id: int, what: str) -> None:
        """A mark was written: ``comment`` or ``tag``."""

    def write_refused(self, export_id: int, error: PluginError) -> None:
        """The source refuses the marks: noted, and not tried again."""

    def booked(
        self,
        connection: Connection,
        first: date,
        last: date,
        *,
        source_ids: Collection[str],
        invoice_ids: Collection[str],
    ) -> list[Booked]:
        """Rows of documents of these days, those of these orders and of these invoices.

        And those whose document is just being created, whosever they are.
        """

    def keep_reconciliation(
        self, connection: Connection, result: Reconciliation, kept: int = 30
    ) -> None:
        """Keep what a period came to; only so many of a connection are kept."""

    def hold(self, connection: Connection, because: str, *, code: str, after: float) -> Hold | None:
        """Note that a batch could not be sent; the hold that follows, after a few in a row.

        `after`: seconds that the side asked for, or that are usual. A limit (MX-601) is held on
        for at once.
        """

    def go_on(self, connection: Connection) -> bool:
        """Note that a batch was answered, or that a person wants to try; whether it was held."""

    def held(self, connection: Connection) -> Hold | None:
        """The hold of a connection, also one that is over and waits for one batch to try."""

    def pause(self, connection: Connection, why: str) -> None:
        """Stop the connection until a person resumes it. Nothing fails meanwhile."""
