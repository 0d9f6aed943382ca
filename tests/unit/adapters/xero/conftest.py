"""What the tests of the Xero adapter share."""

from collections.abc import Iterator

import pytest

from .....adapters.xero.api.client import XeroClient
from .....plugin.testing.infrastructure import FakeClock, FakeLimiter
from .fakes import FixedLogin, ScriptedXero
from .sandbox import Sandbox, serving


@pytest.fixture
def xero() -> Iterator[ScriptedXero]:
    """Return a Xero that says what the test writes down."""
    scripted = ScriptedXero()
    yield scripted
    scripted.close()


@pytest.fixture
def login() -> FixedLogin:
    """Return a login with one token."""
    return FixedLogin()


@pytest.fixture
def limiter(clock: FakeClock) -> FakeLimiter:
    """Return a limiter without limits."""
    return FakeLimiter(clock)


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock that stands still."""
    return FakeClock()


@pytest.fixture
def client(
    xero: ScriptedXero, login: FixedLogin, limiter: FakeLimiter, clock: FakeClock
) -> XeroClient:
    """Return a client of the scripted Xero."""
    return XeroClient(
        xero.url,
        login=login,
        organisation_id="org-1",
        limiter=limiter,
        clock=clock,
    )


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Return a Xero without limits, whose clock stands still."""
    with serving(FakeClock(), limits=False) as running:
        yield running
