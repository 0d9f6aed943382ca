"""Ports: what the flows need from the outside, as small Protocols.

Whoever implements one is held to the contract tests in ``tests/contracts``; the fakes in
``plugin/testing.py`` are too. A port never hands out its own library's types or errors: only
the domain's words and the errors of ``plugin/errors.py``. What no adapter implements, because all
processes share it, is in ``plugin/shared.py``.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from .domain.claim import Claim
from .domain.connection import Connection
from .domain.considered import Considered, Identity
from .domain.contact import Customer, KnownContact
from .domain.decision import Decision, RuleTrace
from .domain.drift import Edit
from .domain.export import ExportState
from .domain.facts import Facts
from .domain.hold import Hold
from .domain.invoice import Invoice
from .domain.item import Item
from .domain.order import Order
from .domain.organisation import Organisation
from .domain.outcome import Outcome
from .domain.reconciliation import Booked, Reconciliation
from .errors import NeedsPerson, PluginError

#: What a connection puts in place of a book's own lists and amounts, by their names.
Overrides = Mapping[str, tuple[str, ...] | Decimal]


class Clock(Protocol):
    """The time, so that tests may set it."""

    def now(self) -> datetime:
        """Now, aware UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait; not negative."""


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """A document that the source gave, but that can't be put into our words."""

    source_id: str
    #: Empty when that can't be read either.
    number: str
    error: NeedsPerson


class Source(Protocol):
    """Where orders come from: one account of the warehouse system, or one client of it."""

    def changed_since(self, since: datetime | None) -> Iterator[list[Order | Unreadable]]:
        """Pages of all orders changed at or after a moment (UTC); None: all there are.

        An order may come twice. Each page holds whole orders with their lines.

        Raises:
            TryLater: the source can't be reached or is busy.
            Disconnected: the login is refused.
        """

    def order(self, source_id: str) -> Order | Unreadable | None:
        """One order as it is now; None when it is gone. Raises as `changed_since`."""

    def statuses(self) -> tuple[str, ...]:
        """The names of all order statuses of the account. Raises as `changed_since`."""

    def comment(self, source_id: str, text: str) -> None:
        """Put a comment on an order, unless the same comment is there already.

        Raises:
            NeedsPerson: the source refuses it (MX-502), or the order is gone (MX-503).
            TryLater, Disconnected: as `changed_since`.
        """

    def tag(self, source_id: str, label: str) -> None:
        """Put a label on an order; a second call changes nothing. Raises as `comment`."""


class Decider(Protocol):
    """One checked rule book, the same for good. Safe to use from several threads."""

    @property
    def digest(self) -> str:
        """SHA-256 of the book's text."""

    @property
    def note(self) -> str:
        """A sentence for people when it works in a reduced way; else empty."""

    def decide(self, documents: Sequence[Facts], overrides: Overrides) -> list[Decision]:
        """One decision for each document, in their order. Never raises for a document."""

    def explain(self, document: Facts, overrides: Overrides) -> list[RuleTrace]:
        """Every rule held against one document, in the book's order."""

    def close(self) -> None:
        """Give back what it holds (a child process); it may be used again afterwards."""


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """An invoice with the number that was claimed for it, and its contact's id."""

    number: str
    contact_id: str
    invoice: Invoice
    #: What the target's price list calls the items of the lines, by their codes; a line whose
    #: code is not among them names no item.
    item_codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TargetDocument:
    """A sales invoice that is in the target, whoever made it."""

    invoice_id: str
    number: str
    reference: str
    #: The target's word: DRAFT, SUBMITTED, AUTHORISED, PAID, VOIDED, DELETED.
    status: str
    contact_id: str
    currency: str
    #: With tax.
    total: Decimal
    #: When the target last changed it (UTC).
    changed_at: datetime
    #: Its own date, nobody's time zone; None where the target did not say.
    dated: date | None = None

    @property
    def alive(self) -> bool:
        """Whether it counts: neither voided nor deleted."""
        return self.status not in {"VOIDED", "DELETED"}


class Target(Protocol):
    """Where invoices go: one organisation of the accounting system."""

    def organisation(self) -> Organisation:
        """The organisation as it is now.

        Raises:
            TryLater: it can't be reached, is offline, or a limit is used up.
            Disconnected: access has ended.
        """

    def changed_since(self, since: datetime | None) -> Iterator[list[TargetDocument]]:
        """Pages of all sales invoices changed at or after a moment; None: all.

        A document may come twice. Raises as `organisation`.
        """

    def check(self, invoice: Invoice, organisation: Organisation) -> None:
        """Predict, without a call, what the target would refuse or compute differently.

        Raises:
            NeedsPerson: with the target's own words (MX-306, or the code of such a refusal where
                it is not for the order to change), or both totals (MX-304).
        """

    def contacts(self, names: Sequence[str]) -> dict[str, str | NeedsPerson]:
        """The contacts with these names, by name; those that don't exist are made.

        An id, or why there is none: archived or refused (MX-405), ambiguous (MX-408). One that
        can't be used takes no other along. Raises as `organisation`; what a lost answer has made
        is found the next time.
        """

    def contacts_changed_since(self, since: datetime | None) -> Iterator[list[KnownContact]]:
        """Pages of all contacts changed at or after a moment, archived ones too; None: all.

        A contact may come twice. Raises as `organisation`.
        """

    def make_contacts(self, new: Mapping[str, Customer]) -> dict[str, str | NeedsPerson]:
        """Make contacts for customers, by the name that each is to have; answers by key.

        An id, or why there is none: its name or number is taken (MX-409), or it is refused
        (MX-405). Nobody else's contact is ever changed. Raises as `organisation`; where
        `TryLater` is raised they may have been made all the same.
        """

    def items(self, wanted: Sequence[Item], *, create: bool) -> dict[str, str]:
        """Codes that lines may name, as the price list spells them, by those of wanted items.

        With `create` those that it lacks are made. What can't be made, or can't be on a sales
        line, is left out. Raises as `organisation`; what a lost answer made is found the next time.
        """

    def prepare(self, batch: Sequence[Numbered]) -> bytes:
        """The exact bytes of the request that would create these invoices. No call."""

    def send(self, body: bytes, key: str, numbers: Sequence[str]) -> dict[str, Outcome]:
        """Create the invoices of a prepared body: one outcome for each of `numbers`.

        Never raises for what the target answers. Where the answer is lost, all outcomes are
        unknown; where the target certainly did nothing, all are later. `key` makes this one
        attempt repeatable within minutes: the same key with the same bytes has one effect.

        Raises:
            Disconnected: access has ended, and nothing was created.
        """

    def find(self, numbers: Sequence[str]) -> dict[str, TargetDocument]:
        """Those of the numbers that exist, by number as asked for. Raises as `organisation`."""

    def dated(self, first: date, last: date) -> Iterator[list[TargetDocument]]:
        """Pages of all sales invoices of these days, voided and deleted ones among them.

        As few calls as can be. A document may come twice. Raises as `organisation`.
        """

    def link(self, organisation: Organisation, invoice_id: str) -> str:
        """Address at which a person sees the document. No call."""


@dataclass(frozen=True, kw_only=True)
class Known:
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
class Stored:
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
class Owed:
    """An exported document whose mark at the source is still to be written."""

    export_id: int
    source_id: str
    invoice_number: str
    invoice_id: str
    commented: bool
    tagged: bool


@dataclass(frozen=True, kw_only=True)
class Look:
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

    def known(self, connection: Connection, source_ids: Sequence[str]) -> dict[str, Known]:
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

    def record(self, connection: Connection, rows: Sequence[Considered], basis: str) -> None:
        """Keep what came of these documents; a second time changes nothing."""

    def keep_decision(
        self, export_id: int, decision: Decision, state: ExportState, basis: str
    ) -> None:
        """Replace the decision of a row that no worker holds."""

    def due_again(
        self, connection: Connection, basis: str | None, *, after: int, limit: int
    ) -> list[Stored]:
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

    def look(self, connection: Connection) -> Look | None:
        """How far changes of orders were last read; None: never."""

    def keep_look(self, connection: Connection, look: Look) -> None:
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

    def owed(self, connection: Connection, limit: int) -> list[Owed]:
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
