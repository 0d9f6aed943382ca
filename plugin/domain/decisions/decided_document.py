"""Decided document: one after it was read, decided, built and checked."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ...errors import NeedsPerson
from ..exports.export import DocumentKind, ExportState
from ..invoices.invoice import Invoice
from ..money import ZERO
from ..orders.order import Order
from ..times import require_utc
from .decision import Decision


@dataclass(frozen=True, kw_only=True)
class Identity:
    """By what a document is told from others, and recognised again."""

    kind: DocumentKind
    source_id: str
    number: str
    client: str
    #: Digest of what was sold; equal for an order entered twice.
    content: str
    #: One of several parts, which share their number on purpose.
    split: bool
    #: Digest of all that matters to the invoice.
    fingerprint: str
    #: Digest of that and of all that rules may read: when this is unchanged, so is the document.
    seen: str

    @staticmethod
    def of(order: Order) -> "Identity":
        """The identity of an order as it was just read."""
        return Identity(
            kind=DocumentKind.ORDER,
            source_id=order.source_id,
            number=order.number,
            client=order.client,
            content=order.content,
            split=order.parts > 1,
            fingerprint=order.fingerprint,
            seen=order.seen,
        )

    @staticmethod
    def unreadable(kind: DocumentKind, source_id: str, number: str) -> "Identity":
        """All that is known of a document that could not be read; one without an id has it too."""
        return Identity(
            kind=kind,
            source_id=source_id or "without id",
            number=number,
            client="",
            content="",
            split=False,
            fingerprint="",
            seen="",
        )


@dataclass(frozen=True, kw_only=True)
class DecidedDocument:
    """What came of one document: a state with its reason, and the invoice when it is ready."""

    identity: Identity
    state: ExportState
    #: Error code, sentence and fix of the state; empty where there is none.
    code: str
    message: str
    fix: str
    #: None for a document that could not be read.
    decision: Decision | None
    #: Set exactly when the state is ready.
    invoice: Invoice | None
    #: The moment that dates the document (UTC); None when unreadable.
    document_at: datetime | None
    #: The stated gross.
    total: Decimal
    currency: str

    def __post_init__(self) -> None:
        require_utc(self, "document_at")
        if (self.state is ExportState.READY) != (self.invoice is not None):
            raise ValueError("a document is ready exactly when its invoice is built")

    @staticmethod
    def refused(identity: Identity, error: NeedsPerson) -> "DecidedDocument":
        """One that a person must see to, and of which nothing else is known."""
        return DecidedDocument(
            identity=identity,
            state=ExportState.REFUSED,
            code=error.code,
            message=error.message,
            fix=error.fix,
            decision=None,
            invoice=None,
            document_at=None,
            total=ZERO,
            currency="",
        )
