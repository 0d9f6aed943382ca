"""Story: all that is known of one document, and each change of its state."""

from dataclasses import dataclass
from datetime import datetime

from ..decisions.decision import Reason
from ..decisions.facts import Facts
from ..invoices.invoice import Invoice
from .export import Export


@dataclass(frozen=True, kw_only=True)
class Event:
    """One change of an export's state."""

    at: datetime
    who: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Story:
    """All that the ledger knows of one document."""

    export: Export
    #: None for a document that could not be read.
    facts: Facts | None
    reasons: tuple[Reason, ...]
    #: Digest of the book that decided, and who evaluated it.
    book: str
    evaluated_by: str
    #: The invoice as it was or will be sent; None when none was built.
    invoice: Invoice | None
    events: tuple[Event, ...]
    #: Who said that it is a sale of its own, though it equals another, and when; None: nobody.
    single: tuple[str, datetime] | None = None
