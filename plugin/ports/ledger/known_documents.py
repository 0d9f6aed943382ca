"""What was seen before, so that nothing is decided or sent twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.decisions.decided_document import Identity
from ...domain.exports.export import ExportState


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


class KnownDocuments(Protocol):
    """What is known of documents that are read."""

    def known(self, connection: Connection, source_ids: Sequence[str]) -> dict[str, KnownDocument]:
        """What is known of these documents, by source id; unseen ones are left out."""

    def forgotten(self, connection: Connection, source_ids: Sequence[str]) -> set[str]:
        """Those of which the target has a document with our mark that no row knows of."""

    def twins(self, connection: Connection, documents: Sequence[Identity]) -> dict[str, str]:
        """Documents that equal another one under way in client, number and content.

        Their source ids -> the other's. Split parts have no twins, and what was voided in the
        target is nobody's. One of which a person said that it is a sale of its own has none, nor
        is it one of those that came before it.
        """

    def siblings(
        self, connection: Connection, sought: Mapping[str, tuple[str, Sequence[str]]]
    ) -> dict[str, str]:
        """Exported orders that have the goods of others, from before a split or merger.

        `sought`: by source id the client, and the numbers that such an order may have. Returns the
        source ids -> the other's.
        """
