"""The mirror of the organisation's invoice numbers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.decisions.decided_document import Identity
from ..target import TargetDocument


class NumberMirror(Protocol):
    """Numbers that are in the target, whoever made them."""

    def taken(self, connection: Connection, documents: Sequence[Identity]) -> set[str]:
        """Source ids whose invoice number is in the organisation, but not from us."""

    def numbers_read_until(self, connection: Connection) -> datetime | None:
        """The same as the cursor for the mirror of the organisation's numbers."""

    def keep_numbers(
        self, connection: Connection, documents: Sequence[TargetDocument], until: datetime | None
    ) -> None:
        """Add to the mirror; with `until` the mirror is complete up to that moment."""
