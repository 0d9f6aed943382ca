"""What is known of incoming documents, and what was decided on them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.exports.export import DocumentKind
from ...domain.imports.imported import DecidedImport, Import


class ImportDecisions(Protocol):
    """Rows of incoming documents, and decisions on them."""

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

    def due_again(
        self, connection: Connection, kind: DocumentKind, basis: str, *, after: int, limit: int
    ) -> list[Import]:
        """Rows above an id whose basis is another one, or whose time to be decided again came."""

    def look_again(self, row: Import, at: datetime) -> None:
        """Decide a row anew from a moment on, whatever happens to its document."""

    def exported(self, connection: Connection, invoice_ids: Collection[str]) -> set[str]:
        """Those of some invoices of the accounting side that we made ourselves."""
