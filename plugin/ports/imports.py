"""Imports: what comes in needs from both sides and from the ledger; see ``imports/pipeline``.

The fakes are in ``plugin/testing/imports.py``.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from ..domain.connections.connection import Connection
from ..domain.decisions.facts import Facts
from ..domain.exports.export import DocumentKind
from ..domain.imports.imported import Changed, DecidedImport, Import, Incoming, Made
from ..errors import NeedsPerson
from .decider import Overrides


class ImportSource(Protocol):
    """Documents of one kind on the accounting side: sales invoices, or purchase orders.

    Each method raises:
        TryLater: the side can't be reached or is busy.
        Disconnected: it refuses access.
    """

    def changed_since(self, since: datetime | None) -> Iterator[list[Any]]:
        """Pages of documents changed at or after a moment (UTC), `Unreadable` ones among them.

        One may come twice, the later word counts. None: all there are.
        """

    def document(self, source_id: str) -> Any:
        """One as it is now, perhaps `Unreadable`; None when it is not shown. One call."""


class Maker(Protocol):
    """How documents of one kind become something at the warehouse, for one connection.

    Documents are those of the `ImportSource`. Each method that asks a side raises:
        TryLater: it can't be reached or is busy; nothing was made or changed.
        Disconnected: it refuses access.
    """

    def incoming(self, document: Any) -> Incoming:
        """By what it is recognised. No call."""

    def date_of(self, connection: Connection, document: Any) -> date:
        """The date of a document, else the day of its last change. No call."""

    def basis(self, connection: Connection, book: str) -> str:
        """Digest of all that a decision rests on beside the document. No call."""

    def overrides(self, connection: Connection) -> Overrides:
        """What the connection puts in place of the book's own lists. No call."""

    def facts(self, connection: Connection, document: Any, made: Made | None) -> Facts:
        """All that the rules may read; `made`: what became of it before."""

    def build(self, connection: Connection, document: Any) -> Any:
        """What it is to become; has a `note` of what is not in it.

        Raises:
            NeedsPerson: it can't be that, or the warehouse would refuse it.
        """

    def make(self, document: Any, built: Any) -> Made:
        """Make it, one call; what is there already from the same document counts as made.

        Raises:
            NeedsPerson: it is refused.
            Unknown: the answer was lost: `find` it before it is made again.
        """

    def find(self, sent: Incoming, *, asked_at: datetime) -> Made | None:
        """What became of a call whose answer was lost; None: nothing.

        Args:
            sent: the document as it was sent; it may be another one, or gone, by now.
            asked_at: when the first call for it went out.

        Raises:
            NeedsPerson: what may be it can't be read.
        """

    def change(self, connection: Connection, document: Any, made: Made) -> Changed:
        """Let what was made say what the document says now, if that is still possible.

        Safe to do again.

        Raises:
            Unknown: the answer was lost, and it does not say it yet.
        """


class ImportLedger(Protocol):
    """What the database knows of imports. Each method is a short transaction of its own."""

    def known(
        self, connection: Connection, kind: DocumentKind, source_ids: Sequence[str]
    ) -> Mapping[str, Import]:
        """The rows of documents, by source id, whichever connection of the account made them."""

    def record(
        self,
        connection: Connection,
        kind: DocumentKind,
        rows: Sequence[DecidedImport],
        basis: str,
    ) -> None:
        """Keep what was decided; a call that is out, or what it made, is not forgotten.

        Of an imported document only what is the matter with it changes, never its state.
        """

    def due(
        self,
        connection: Connection,
        kind: DocumentKind,
        *,
        after: int,
        limit: int,
        only: Collection[str] = (),
    ) -> list[Import]:
        """Rows above an id to be made now: ready, or tried before and due again.

        `only`: those of these numbers or ids alone; empty for all.
        """

    def due_again(
        self, connection: Connection, kind: DocumentKind, basis: str, *, after: int, limit: int
    ) -> list[Import]:
        """Rows above an id whose basis is another one, or whose time to be decided again came."""

    def doubtful(self, connection: Connection, kind: DocumentKind) -> list[Import]:
        """Rows of which a call went out and nobody knows what came of it."""

    def begin_call(self, row: Import, note: str) -> bool:
        """Mark a row unknown before its call; False: somebody else was faster, don't call.

        `note`: what will not be in what is made; kept for when the answer is lost.
        """

    def made(self, row: Import, made: Made, note: str) -> None:
        """Its order or ASN exists."""

    def refused(self, row: Import, problem: NeedsPerson) -> None:
        """A person must see to it; what was made of it stays."""

    def in_doubt(self, row: Import, problem: NeedsPerson) -> None:
        """Nobody can tell yet what came of the call; looked up again by the next run."""

    def absent(self, row: Import) -> None:
        """Nothing came of the call: ready again."""

    def later(self, row: Import, at: datetime, why: str) -> None:
        """Nothing was made; try again from a moment on."""

    def changed(self, row: Import, incoming: Incoming, change: Changed, basis: str) -> None:
        """What was made says what the document says now, or why it does not."""

    def look_again(self, row: Import, at: datetime) -> None:
        """Decide a row anew from a moment on, whatever happens to its document."""

    def exported(self, connection: Connection, invoice_ids: Collection[str]) -> set[str]:
        """Those of some invoices of the accounting side that we made ourselves."""

    def read_until(self, connection: Connection, kind: DocumentKind) -> datetime | None:
        """Until when (UTC) documents were read; None: never."""

    def move_cursor(self, connection: Connection, kind: DocumentKind, until: datetime) -> None:
        """They were read until a moment."""

    def rows(
        self,
        connection: Connection,
        kind: DocumentKind | None = None,
        *,
        numbers: Sequence[str] = (),
    ) -> list[Import]:
        """Rows of the connection for people, the newest change first; those with some numbers."""

    def retry(self, import_ids: Sequence[int]) -> int:
        """Decide refused rows and cleared ones again; how many these were."""

    def clear(self, import_ids: Sequence[int]) -> int:
        """Put the errors of rows aside; how many these were."""
