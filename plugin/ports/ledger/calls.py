"""The one call that may create documents, and what the target said to it."""

from collections.abc import Sequence
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.exports.claim import Claim
from ...domain.exports.outcome import Outcome


class Calls(Protocol):
    """From the start of a call to its outcomes."""

    def start_call(self, connection: Connection, claims: Sequence[Claim], digest: str) -> str:
        """Note that a call which may create these documents goes out now; its key.

        Raises:
            TryLater: a claim was taken away meanwhile; nothing may be sent.
        """

    def end_call(self, claims: Sequence[Claim]) -> None:
        """Note that their call has ended and created nothing: another one may begin."""

    def record_outcomes(self, outcomes: Sequence[tuple[Claim, Outcome]]) -> None:
        """Keep what the target said, one state for each claim."""
