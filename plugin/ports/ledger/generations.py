"""Exported documents that are let go, to be exported once more."""

from typing import Protocol

from ...domain.connections.connection import Connection


class Generations(Protocol):
    """The next generation of a document."""

    def again(self, connection: Connection, export_id: int, invoice_number: str, why: str) -> bool:
        """Have an exported document decided again, under a number of its next generation.

        False, and nothing changed, when it is not exported under this number any more.
        """
