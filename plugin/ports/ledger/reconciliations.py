"""What a reconciliation compares, and what it came to."""

from collections.abc import Collection
from datetime import date
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.reconciliation.reconciliation import Booked, Reconciliation


class Reconciliations(Protocol):
    """Rows to compare, and results."""

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
