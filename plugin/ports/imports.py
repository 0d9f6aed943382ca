"""Imports: what comes in needs from both sides and from the ledger; see ``imports/pipeline``.

The fakes are in ``plugin/testing/imports.py``.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from ..domain.connections.connection import Connection
from ..domain.decisions.facts import Facts
from ..domain.imports.imported import Changed, Incoming, Made
from .decider import Overrides
from .ledger.import_calls import ImportCalls
from .ledger.import_cursors import ImportCursors
from .ledger.import_decisions import ImportDecisions


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

    def standing(self, seen: Sequence[Incoming], *, since: datetime | None) -> Mapping[str, Made]:
        """What was made of documents that nobody here knows any more, by their ids.

        So it is when the ledger was lost, or is an older copy. Only what is told without a call
        for each document; before one is made, `find` looks as well.

        Args:
            seen: the documents as they are now.
            since: nothing was made of them before; None: at any time.
        """

    def change(self, connection: Connection, document: Any, made: Made) -> Changed:
        """Let what was made say what the document says now, if that is still possible.

        Safe to do again.

        Raises:
            Unknown: the answer was lost, and it does not say it yet.
        """


class ImportLedger(ImportDecisions, ImportCalls, ImportCursors, Protocol):
    """What the database knows of imports. Each method is a short transaction of its own."""
