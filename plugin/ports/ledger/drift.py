"""What the target has made of exported documents."""

from collections.abc import Sequence
from typing import Protocol

from ...domain.connections.connection import Connection
from ..target import TargetDocument


class Drift(Protocol):
    """Changes of documents in the target."""

    def note_drift(self, connection: Connection, documents: Sequence[TargetDocument]) -> None:
        """Mark exports whose document the target has voided, deleted or changed (MX-410 to 413).

        Documents of others are left out, and those that are as they were exported are unmarked.
        """
