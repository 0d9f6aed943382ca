"""Exported documents that are let go, to be exported once more."""

from collections.abc import Sequence
from typing import Protocol

from ...domain.connections.connection import Connection


class Generations(Protocol):
    """The next generation of a document."""

    def numbers_now(self, connection: Connection, invoice_ids: Sequence[str]) -> dict[str, str]:
        """Which number documents have in the target, by id, as far as the mirror has read."""

    def again(self, connection: Connection, export_id: int, invoice_number: str, why: str) -> bool:
        """Have an exported document decided again, under a number of its next generation.

        False, and nothing changed, when it is not exported under this number any more.
        """
