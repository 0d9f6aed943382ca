"""A sandbox with a small day of orders, its clock in the test's hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from .....plugin.sandbox.day import Day, make_day
from .....plugin.sandbox.mintsoft import create_app
from .....plugin.sandbox.store import Store

Sandbox = Callable[..., FlaskClient]


class Clock:
    """Shows the time that it was given."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 15, 11, 0, 0, 250000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="session")
def day() -> Day:
    return make_day(orders=120, seed=7, today=date(2026, 6, 15))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(day: Day, clock: Clock) -> Sandbox:
    """Make a client that is not logged in; options as of `create_app`."""

    def make(**options: Any) -> FlaskClient:
        app = create_app(options.pop("store", Store()), **{"day": day, "clock": clock, **options})
        app.testing = True
        return app.test_client()

    return make


@pytest.fixture
def client(sandbox: Sandbox) -> FlaskClient:
    """Return a client that is logged in."""
    return log_in(sandbox())


def log_in(client: FlaskClient) -> FlaskClient:
    """Get a key and send it with every request from now on."""
    answer = client.post("/api/Auth", json={"Username": "sandbox", "Password": "sandbox"})
    assert answer.status_code == 200
    client.environ_base["HTTP_MS_APIKEY"] = answer.get_json()
    return client
