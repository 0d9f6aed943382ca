"""What incoming documents become at the warehouse: which are due, and what came of each call."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.exports.export import DocumentKind
from ...domain.imports.imported import Changed, Import, Incoming, Made
from ...errors import NeedsPerson


class ImportCalls(Protocol):
    """From what is due to what was made."""

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
