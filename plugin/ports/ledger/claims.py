"""Who has a document in hand: from the claim until it is handed back or looked up."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.exports.claim import Claim
from ...errors import PluginError


class Claims(Protocol):
    """Rows in workers' hands."""

    def claim(self, connection: Connection, export_ids: Sequence[int]) -> list[Claim]:
        """Claim those of the rows that still are due, each under its number.

        The loser of a race gets nothing. Rows of a connection that may not run are left.
        """

    def release(self, claims: Sequence[Claim], why: str, *, unsent: bool = False) -> None:
        """Hand back claims of which nothing was created: ready again.

        `unsent`: only those whose call has not begun, whatever the caller believes.

        Those whose answer was lost stay as they are, they must be looked up.
        """

    def release_absent(self, claims: Sequence[Claim]) -> None:
        """Hand back claims that were looked up and are not in the target: ready again."""

    def postpone(self, claims: Sequence[Claim], error: PluginError, until: datetime) -> None:
        """Put off the claims whose call has not begun: time will heal it."""

    def abandoned(self, connection: Connection, *, older_than: float) -> list[Claim]:
        """Claims of workers that are dead, or that held them for more seconds than allowed."""

    def doubtful(self, connection: Connection) -> list[Claim]:
        """Claims whose answer was lost and that are due to be looked up."""
