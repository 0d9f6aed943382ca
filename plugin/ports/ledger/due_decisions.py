"""Which documents are to be decided again, from what is kept of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.decisions.decided_document import Identity
from ...domain.decisions.facts import Facts
from ...domain.exports.export import ExportState


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


class DueDecisions(Protocol):
    """Rows that settings, rules or time move on."""

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
