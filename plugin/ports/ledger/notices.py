"""What was noticed about connections, and what people were told of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ...domain.connections.connection import Connection
from ...domain.notifications.notice import Channel, Draft, Notice, Noticed


class Notices(Protocol):
    """Notices from what was noticed until a receiver has them."""

    def noticed(self, connection: Connection) -> dict[str, Noticed]:
        """What was noticed about a connection, by thing."""

    def note(
        self,
        connection: Connection,
        noticed: Sequence[Noticed],
        drafts: Sequence[tuple[Draft, Sequence[Channel]]],
    ) -> bool:
        """Keep what was noticed and write its notices: all of it, or nothing.

        False when another process was first: something of `noticed` has another version by now.
        """

    def changed_since(self, connection: Connection, moment: datetime) -> bool:
        """Whether a document of the connection has changed since then."""

    def take_notices(self, limit: int) -> list[Notice]:
        """Begin an attempt at notices that are due, the longest due first; nobody else gets them.

        One whose attempt is not ended within `notice.ATTEMPT` is due again.
        """

    def end_attempt(self, notice: Notice, answer: str, *, sent: bool, gone: bool = False) -> None:
        """Keep what the receiver said; what was not sent is due later, unless it is `gone`."""

    def put_back(self, notices: Sequence[Notice]) -> None:
        """Take the attempts back that were not made after all."""

    def forget_notices(self, before: datetime) -> None:
        """Forget what was sent or given up before a moment."""
