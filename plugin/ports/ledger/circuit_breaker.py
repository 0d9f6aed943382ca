"""When a connection holds on, or stops until a person resumes it."""

from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.connections.hold import Hold


class CircuitBreaker(Protocol):
    """Holds and pauses, one memory for all processes."""

    def hold(self, connection: Connection, because: str, *, code: str, after: float) -> Hold | None:
        """Note that a batch could not be sent; the hold that follows, after a few in a row.

        `after`: seconds that the side asked for, or that are usual. A limit (MX-601) is held on
        for at once.
        """

    def go_on(self, connection: Connection) -> bool:
        """Note that a batch was answered, or that a person wants to try; whether it was held."""

    def held(self, connection: Connection) -> Hold | None:
        """The hold of a connection, also one that is over and waits for one batch to try."""

    def pause(self, connection: Connection, why: str) -> None:
        """Stop the connection until a person resumes it. Nothing fails meanwhile."""
