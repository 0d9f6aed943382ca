"""What the tests of the Xero adapter share."""

from collections.abc import Iterator

import pytest

from ....adapters.xero.client import XeroClient
from .fakes import FixedLogin, HandClock, OpenLimiter, ScriptedXero


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
def limiter() -> OpenLimiter:
    """Return a limiter without limits."""
    return OpenLimiter()


@pytest.fixture
def clock() -> HandClock:
    """Return a clock that stands still."""
    return HandClock()


@pytest.fixture
def client(
    xero: ScriptedXero, login: FixedLogin, limiter: OpenLimiter, clock: HandClock
) -> XeroClient:
    """Return a client of the scripted Xero."""
    return XeroClient(
        xero.url,
        login=login,
        organisation_id="org-1",
        limiter=limiter,
        clock=clock,
        timeout=(1, 1),
    )
