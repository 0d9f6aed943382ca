"""The contract of the Source port, for the fake and for Mintsoft over its sandbox."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from .....adapters.mintsoft.api.client import MintsoftClient
from .....adapters.mintsoft.source import MintsoftSource
from .....plugin.errors import Disconnected, NeedsPerson, TryLater
from .....plugin.ports.source import Source, Unreadable
from .....plugin.sandbox.mintsoft import create_app
from .....plugin.sandbox.mintsoft.control.settings import Settings
from .....plugin.sandbox.store import Store
from .....plugin.testing.contracts.source import SourceContract, SourceWorld
from .....plugin.testing.infrastructure import FakeClock, FakeLeases, FakeLimiter, FakeVault
from .....plugin.testing.source import FakeSource
from .raw import order, raw_order
from .server import serving


class FakeWorld:
    """A world around `FakeSource`."""

    def __init__(self) -> None:
        self.source = FakeSource()
        self._clock = FakeClock()

    def add(self, number: str) -> str:
        self._clock.advance(minutes=1)
        source_id = str(len(self.source.orders) + 1)
        self.source.orders[source_id] = replace(
            order(), source_id=source_id, number=number, changed_at=self._clock.now()
        )
        return source_id

    def change(self, source_id: str) -> None:
        self._clock.advance(minutes=1)
        orders = self.source.orders
        changes: dict[str, Any] = {"status": "INVOICED", "changed_at": self._clock.now()}
        orders[source_id] = replace(orders[source_id], **changes)

    def damage(self, source_id: str) -> None:
        gone = self.source.orders.pop(source_id)
        error = NeedsPerson(code="MX-501", field="Currency.Code", problem="is missing")
        self.source.unreadable[source_id] = Unreadable(
            source_id=source_id, number=gone.number, error=error
        )

    def remove(self, source_id: str) -> None:
        del self.source.orders[source_id]

    def comments(self, source_id: str) -> Sequence[str]:
        return self.source.comments[source_id]

    def cut(self) -> None:
        self.source.failure = TryLater(after=60, service="Mintsoft")

    def lock_out(self) -> None:
        self.source.failure = Disconnected(code="MX-102", service="Mintsoft")


class SandboxWorld:
    """A world around the Mintsoft sandbox, served on the loopback."""

    source: Source

    def __init__(self, doing: ExitStack, settings: Settings) -> None:
        self._clock = FakeClock()
        self._store = Store()
        self._vault = FakeVault(**{"mintsoft:sandbox:password": "sandbox"})
        app = create_app(self._store, clock=self._clock.now, settings=settings)
        self._control = app.test_client()
        self._server = doing.enter_context(ExitStack())
        client = MintsoftClient(
            self._server.enter_context(serving(app)),
            "sandbox",
            vault=self._vault,
            leases=FakeLeases(),
            clock=FakeClock(),
            limiter=FakeLimiter(FakeClock()),
        )
        doing.callback(client.close)
        self.source = MintsoftSource(client, zone="Europe/London")

    def add(self, number: str) -> str:
        raw = raw_order(OrderNumber=number, Tags=None, LastUpdated=self._stamp())
        del raw["ID"]
        answer = self._do("orders", orders=[raw])
        return str(answer["ids"][0])

    def change(self, source_id: str) -> None:
        self._stamp()
        self._do("edit", id=int(source_id), set={"OrderStatusId": 5})

    def damage(self, source_id: str) -> None:
        self._do("edit", id=int(source_id), set={"OrderDate": None})

    def remove(self, source_id: str) -> None:
        self._store.delete("order", source_id)

    def comments(self, source_id: str) -> Sequence[str]:
        kept = self._store.table("comment")[source_id]["comments"]
        return [comment["Comment"] for comment in kept]

    def cut(self) -> None:
        self.source.statuses()
        self._server.close()

    def lock_out(self) -> None:
        self._vault.keep("mintsoft:sandbox:password", "wrong")
        self._vault.forget("mintsoft:sandbox:key")

    def _stamp(self) -> str:
        self._clock.advance(minutes=1)
        local = self._clock.now().astimezone(ZoneInfo("Europe/London"))
        return local.replace(tzinfo=None).isoformat()

    def _do(self, what: str, **body: Any) -> Any:
        answer = self._control.post(f"/_sandbox/{what}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.get_json()


class TestFakeSource(SourceContract):
    @pytest.fixture
    def world(self) -> SourceWorld:
        return FakeWorld()


#: Mintsoft as it is thought to be, and as it may be where nobody knows (mintsoft.md 9).
WAYS = {
    "likely": Settings(),
    "contrary": Settings(
        order_limit="ignore",
        order_sort="LastUpdated",
        unasked_items="absent",
        any_case=False,
        tagging_touches=False,
        tag_twice="refused",
        nulls=False,
    ),
}


class TestMintsoftSource(SourceContract):
    @pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
    def world(self, request: pytest.FixtureRequest) -> Iterator[SourceWorld]:
        with ExitStack() as doing:
            yield SandboxWorld(doing, request.param)


def test_a_day_of_the_sandbox_is_read_whole() -> None:
    """Every order of a realistic day comes once, in full, and its odd ones are no accident."""
    from .....plugin.sandbox.day import make_day

    clock = FakeClock()
    day = make_day(orders=300, seed=3, today=clock.now().date() - timedelta(days=1))
    store = Store()
    vault = FakeVault(**{"mintsoft:sandbox:password": "sandbox"})
    with serving(create_app(store, day=day, clock=clock.now)) as address, ExitStack() as doing:
        client = MintsoftClient(
            address,
            "sandbox",
            vault=vault,
            leases=FakeLeases(),
            clock=FakeClock(),
            limiter=FakeLimiter(FakeClock()),
        )
        doing.callback(client.close)
        source = MintsoftSource(client, zone="Europe/London")
        found = [one for page in source.changed_since(None) for one in page]
    assert sorted(one.source_id for one in found) == sorted(store.table("order"))
    unread = [one for one in found if isinstance(one, Unreadable)]
    assert [one.error.message for one in unread] == []
