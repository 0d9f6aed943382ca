"""How documents were edited at the source after they were decided."""

from collections.abc import Sequence
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.decisions.decided_document import Identity
from ...domain.exports.claim import Claim
from ...domain.exports.drift import Edit


class Edits(Protocol):
    """Edits of what a worker holds or what is exported."""

    def note_edits(self, connection: Connection, edits: Sequence[Edit]) -> None:
        """Keep how documents are now that a worker holds or that are exported.

        An exported one whose fingerprint changed is marked (MX-504), or that has ended (MX-505);
        the others are unmarked.
        """

    def name_successors(self, connection: Connection) -> None:
        """Say of each exported order that has ended which one was entered in its place, if any."""

    def changed(self, claims: Sequence[Claim]) -> set[int]:
        """Ids of the claims whose document was read in another version than was decided."""

    def edited_meanwhile(self, connection: Connection) -> list[Identity]:
        """Exported documents that were edited while a worker held them: to be compared yet."""
