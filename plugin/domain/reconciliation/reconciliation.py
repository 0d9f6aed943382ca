"""Reconciliation: what Mintsoft, the ledger and Xero say of some days, and what does not agree.

The words alone; `comparison` holds the three sides against each other.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from ..exports.drift import Difference
from ..exports.export import ExportState
from ..money import ZERO
from ..times import require_utc

#: Where an order of Mintsoft stands that has no row: beside the words of `ExportState`.
UNSEEN, UNREAD = "unseen", "not read yet"


class FindingClass(StrEnum):
    """What does not agree. The value is stored; `label` is what a person reads."""

    MISSING = "missing"
    EXTRA = "extra"
    FORGOTTEN = "forgotten"
    COLLISION = "collision"
    VOIDED = "voided"
    DELETED = "deleted"
    AMOUNT = "amount"
    EDITED = "edited"
    ORDER_EDITED = "order_edited"
    ENDED = "ended"
    GONE = "gone"
    UNSEEN = "unseen"
    LATE = "late"

    @property
    def label(self) -> str:
        """What is wrong, in a sentence about one document or many."""
        return _WORDS[self][0]

    @property
    def fix(self) -> str:
        """The one thing to do; NAME and ORDER stand for the connection's and the order's."""
        return _WORDS[self][1]


_COMPARE = "Compare it with the invoice in Xero, and correct one of them."
_AGAIN = "Nothing if that was meant; else: mintsoft-xero retry NAME ORDER --again."
_WORDS = {
    FindingClass.MISSING: (
        "Exported, but not in Xero any more.",
        "Look for it in Xero; if it is lost: mintsoft-xero retry NAME ORDER --again.",
    ),
    FindingClass.EXTRA: (
        "In Xero with our mark, but not what was exported.",
        "Void it in Xero, or keep it and void the other invoice there.",
    ),
    FindingClass.FORGOTTEN: (
        "In Xero with our mark, but the ledger knows nothing of it.",
        "Read its period again: mintsoft-xero export NAME --since DATE.",
    ),
    FindingClass.COLLISION: (
        "Its number is another document's in Xero now.",
        "Give that document another number in Xero, then: mintsoft-xero retry NAME ORDER --again.",
    ),
    FindingClass.VOIDED: ("Voided in Xero.", _AGAIN),
    FindingClass.DELETED: ("Deleted in Xero.", _AGAIN),
    FindingClass.AMOUNT: ("The amounts differ.", _COMPARE),
    FindingClass.EDITED: (
        "Changed in Xero after the export.",
        "Put it right in Xero, unless it was meant.",
    ),
    FindingClass.ORDER_EDITED: ("Changed in Mintsoft after the export.", _COMPARE),
    FindingClass.ENDED: (
        "Cancelled, failed or taken back in Mintsoft after the export.",
        "Void the invoice in Xero or credit it there; or leave it: mintsoft-xero clear NAME ORDER.",
    ),
    FindingClass.GONE: (
        "Exported, but not in Mintsoft any more (merged or deleted there).",
        "Void the invoice in Xero, unless it was only tidied away in Mintsoft.",
    ),
    FindingClass.UNSEEN: (
        "In Mintsoft, but never read.",
        "Read the period again: mintsoft-xero export NAME --since DATE.",
    ),
    FindingClass.LATE: (
        "On its way to Xero for more than a day.",
        "Run mintsoft-xero export NAME; if it stays: mintsoft-xero explain NAME ORDER.",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Stated:
    """An order, or a client invoice, as Mintsoft states it now."""

    source_id: str
    number: str
    #: Day of its document, in the connection's time zone.
    day: dt.date
    #: Name of the sales channel, of a client invoice the client's code; may be empty.
    channel: str
    currency: str
    #: With tax.
    gross: Decimal
    fingerprint: str
    #: When it was last changed, by the source's clock (UTC).
    changed_at: dt.datetime
    #: Its status, and whether documents with it are exported.
    status: str = ""
    due: bool = True


@dataclass(frozen=True, kw_only=True)
class Booked:
    """A row of the ledger."""

    source_id: str
    number: str
    #: Whether it is this connection's; others' rows only say whose a document is.
    own: bool
    state: ExportState
    #: Why it is in that state; may be empty.
    reason: str
    #: Empty until claimed.
    invoice_number: str
    #: Empty unless exported.
    invoice_id: str
    #: Day of the invoice as it was built, else of the order; None for an unreadable one.
    day: dt.date | None
    channel: str
    currency: str
    #: The target's total when exported, else the stated gross.
    total: Decimal
    #: What Mintsoft stated when it was decided, of a client invoice what was built of it; None
    #: where that is not known.
    gross: Decimal | None
    fingerprint: str
    #: Id of the contact that its invoice was made for; empty where that is not known.
    contact_id: str
    #: Since when it is as it is (UTC).
    since: dt.datetime
    #: A person has looked at what changed in Mintsoft, or in Xero, and cleared it.
    order_cleared: bool
    document_cleared: bool
    #: Its number in the target, where that was changed there; else empty.
    number_now: str = ""
    #: The status with which it was exported; empty where it has none.
    status: str = ""

    def __post_init__(self) -> None:
        require_utc(self, "since")

    @property
    def exported(self) -> bool:
        """Whether it is in the target, as far as the ledger knows."""
        return self.state is ExportState.EXPORTED


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A sales invoice that is in the target."""

    invoice_id: str
    number: str
    #: Id of the order that our mark in its reference names; empty without a mark.
    source_id: str
    #: The target's word.
    status: str
    alive: bool
    #: None where the target did not say.
    day: dt.date | None
    contact_id: str
    currency: str
    #: With tax.
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class Tally:
    """So many documents, and what they come to with tax."""

    count: int = 0
    total: Decimal = ZERO

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(count=self.count + other.count, total=self.total + other.total)

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(count=self.count - other.count, total=self.total - other.total)


@dataclass(frozen=True, kw_only=True)
class ControlLine:
    """One day, channel and currency: three sums that ought to be one."""

    day: dt.date
    channel: str
    currency: str
    #: Orders whose row is exported or on its way, by what Mintsoft states now.
    mintsoft: Tally = field(default_factory=Tally)
    #: Exported rows, by what Xero said at the export.
    ledger: Tally = field(default_factory=Tally)
    #: Living documents of ours, by what they come to now.
    xero: Tally = field(default_factory=Tally)

    @property
    def difference(self) -> Tally:
        """Xero less Mintsoft: nothing when all is well and nothing is on its way."""
        return self.xero - self.mintsoft

    def with_(self, other: "ControlLine") -> "ControlLine":
        """This line with the sums of another one added."""
        return replace(
            self,
            mintsoft=self.mintsoft + other.mintsoft,
            ledger=self.ledger + other.ledger,
            xero=self.xero + other.xero,
        )

    @property
    def agrees(self) -> bool:
        """Whether all three are the same."""
        return self.mintsoft == self.ledger == self.xero


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One document that is not as it should be."""

    what: FindingClass
    #: The order's, both empty for a document without one.
    source_id: str
    number: str
    #: The document's, both empty for an order without one.
    invoice_number: str
    invoice_id: str
    day: dt.date | None
    channel: str
    currency: str
    total: Decimal
    #: What differs, where it is known; `exported` is what was to be expected.
    differences: tuple[Difference, ...] = ()

    def fix(self, connection: str) -> str:
        """What to do about it, for a connection of this name."""
        day = str(self.day) if self.day else "DATE"
        words = {"NAME": connection, "ORDER": self.number or "ORDER", "DATE": day}
        return " ".join(words.get(x.rstrip(":;."), x) for x in self.what.fix.split(" "))


@dataclass(frozen=True, kw_only=True)
class Sides:
    """What the three said, and what is needed to judge it."""

    #: First and last day of the period.
    first: dt.date
    last: dt.date
    now: dt.datetime
    #: Until when Mintsoft's changes are in the ledger (UTC); None: nothing was read yet.
    read_until: dt.datetime | None
    #: What the connection puts before its invoice numbers; may be empty.
    prefix: str
    #: All orders that were read, also some of other days.
    orders: Sequence[Stated]
    #: Ids of orders that Mintsoft has no more.
    gone: frozenset[str]
    #: Rows of the period, and those that the orders and the documents belong to.
    rows: Sequence[Booked]
    #: Documents of the period, and those that were looked up for the rows.
    documents: Sequence[Filed]

    def within(self, day: dt.date | None) -> bool:
        """Whether a day is one of the period."""
        return day is not None and self.first <= day <= self.last


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """What a period came to."""

    first: dt.date
    last: dt.date
    #: When the sides were read (UTC).
    at: dt.datetime
    findings: tuple[Finding, ...]
    #: By day, channel and currency.
    lines: tuple[ControlLine, ...]
    #: All orders of the period by where they stand (`ExportState`, `UNSEEN`, `UNREAD`) and
    #: currency: together they are all that Mintsoft has.
    standing: Mapping[tuple[str, str], Tally]

    @property
    def totals(self) -> dict[str, ControlLine]:
        """The lines added up, by currency."""
        sums: dict[str, ControlLine] = {}
        for line in self.lines:
            before = sums.get(line.currency)
            sums[line.currency] = before.with_(line) if before else line
        return sums

    @property
    def of_mintsoft(self) -> dict[str, Tally]:
        """All orders of the period, by currency."""
        sums: dict[str, Tally] = {}
        for (_, currency), tally in self.standing.items():
            sums[currency] = sums.get(currency, Tally()) + tally
        return sums
