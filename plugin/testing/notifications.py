"""A fake of the way that notices take, for tests of the flow. No network."""

from ..domain.connections.connection import Connection
from ..domain.notifications.notice import Notice
from ..ports.notifications import Answer


class FakeSender:
    """A `ports.notifications.Sender` that keeps what it is given, in memory."""

    def __init__(self) -> None:
        #: What was sent, in order, whether it was taken or not.
        self.sent: list[Notice] = []
        #: What the receiver says from now on.
        self.answer = Answer(words="200 OK", taken=True)
        #: Raised instead of an answer, as when the process is killed; after it was sent.
        self.failure: BaseException | None = None

    def send(self, connection: Connection, notice: Notice) -> Answer:
        """As `Sender.send`."""
        del connection
        self.sent.append(notice)
        if self.failure is not None:
            raise self.failure
        return self.answer

    def subjects(self) -> list[str]:
        """One line of each since the last question."""
        subjects = [notice.subject for notice in self.sent]
        self.sent.clear()
        return subjects
