"""Which documents are due to be sent, and which of them workers were told of."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.invoices.invoice import Invoice


class Dispatch(Protocol):
    """What is due, and who was told."""

    def due_to_send(self, connection: Connection) -> list[int]:
        """Ids of the rows that are ready, or later and due; oldest first."""

    def invoices_due(self, connection: Connection) -> Iterator[Invoice]:
        """The invoices of `due_to_send`."""

    def dispatch(self, connection: Connection, *, told_before: float, most: int) -> list[int]:
        """Those of them that no worker was told of within so many seconds; they are now.

        No more than `most` documents are in workers' hands by that. While more than that are
        due, whole batches are told only.
        """

    def untell(self, export_ids: Sequence[int]) -> None:
        """No worker knows of these rows any more: they are told again with the next ones."""
