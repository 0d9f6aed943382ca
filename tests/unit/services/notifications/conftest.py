"""What the tests of notices share."""

import socket
from typing import Any

import pytest

from .....plugin.domain.notifications.notice import Channel, Notice
from .....plugin.ports.notifications import NotificationContext
from .....plugin.services.notifications.notify import notify
from .....plugin.testing.notifications import FakeSender
from ...orders import an_order
from ...world import World


class Told:
    """A world whose connection tells people, and who has heard what."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.email, self.webhook = FakeSender(), FakeSender()
        senders = {Channel.EMAIL: self.email, Channel.WEBHOOK: self.webhook}
        self.parts = NotificationContext(ledger=world.ledger, senders=senders, clock=world.clock)
        world.change(notify_email=("books@example.com",), digest_hour=7)

    def turn(self, **later: float) -> list[str]:
        """One turn, so much later: the subjects that came by e-mail."""
        self.world.clock.advance(**later)
        connections = self.world.connections.all()
        notify(self.parts, connections, self.world.clock.now())
        return self.email.subjects()

    def refused(self, *numbers: str, why: str = "Account code '200' is not valid.") -> None:
        """Have the target refuse these orders from now on, and export them."""
        for number in numbers:
            self.world.target.refuse(f"WEB-{number}", why)
        self.world.put(*[an_order(number) for number in numbers])
        self.world.export()

    def retried(self) -> None:
        """Retry all that is refused, and export."""
        rows = self.world.rows().values()
        self.world.ledger.retry(self.world.connection, [x.export_id for x in rows])
        self.world.export()

    def kept(self, **wanted: Any) -> list[Notice]:
        """What the ledger has, the oldest first."""
        found = self.world.ledger.notices(self.world.connection)[::-1]
        return [x for x in found if all(getattr(x, k) == v for k, v in wanted.items())]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the name ``receiver.example`` lead to this machine."""
    look_up = socket.getaddrinfo

    def found(host: str, *rest: Any, **more: Any) -> Any:
        return look_up("127.0.0.1" if host == "receiver.example" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", found)


@pytest.fixture
def told(world: World) -> Told:
    """Return a world with an e-mail address, looked at once: the first figures are due at 7."""
    told = Told(world)
    assert told.turn() == []
    return told
