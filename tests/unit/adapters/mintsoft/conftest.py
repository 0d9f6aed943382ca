"""A client of a scripted server, with fakes around it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from .....adapters.mintsoft.api.client import MintsoftClient
from .....plugin.testing.infrastructure import FakeClock, FakeLeases, FakeLimiter, FakeVault
from .server import Scripted, serving

NewClient = Callable[..., MintsoftClient]


@pytest.fixture
def server() -> Scripted:
    return Scripted()


@pytest.fixture
def address(server: Scripted) -> Iterator[str]:
    with serving(server) as address:
        yield address


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def leases() -> FakeLeases:
    return FakeLeases()


@pytest.fixture
def limiter(clock: FakeClock) -> FakeLimiter:
    return FakeLimiter(clock)


@pytest.fixture
def vault() -> FakeVault:
    return FakeVault(**{"mintsoft:mia:password": Scripted.password})


@pytest.fixture
def new_client(
    address: str, clock: FakeClock, vault: FakeVault, leases: FakeLeases, limiter: FakeLimiter
) -> Iterator[NewClient]:
    """Make clients that share clock, vault, leases and limits, as processes do."""
    made: list[MintsoftClient] = []

    def make(base_url: str = address, **options: Any) -> MintsoftClient:
        parts: dict[str, Any] = {"vault": vault, "leases": leases, "clock": clock}
        made.append(MintsoftClient(base_url, "mia", **{**parts, "limiter": limiter, **options}))
        return made[-1]

    yield make
    for one in made:
        with closing(one):
            pass


@pytest.fixture
def client(new_client: NewClient) -> MintsoftClient:
    return new_client()
