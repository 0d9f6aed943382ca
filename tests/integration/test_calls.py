"""How many calls an export makes, by the sandboxes' own counters.

The first export of 10,000 orders is a command, of about four minutes:
MINTSOFT_XERO_ORDERS=10000 pytest tests/integration/test_calls.py
"""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import request

from ...plugin.config import read_environment
from ...plugin.domain.exports.export import ExportState
from ...plugin.ports.clock import SystemClock
from ...plugin.sandbox.serve import Beginning, mintsoft_app, xero_app
from ...plugin.services.connections.setup import add_connection
from ...plugin.services.container import Container
from ...plugin.services.export_run import run
from ...plugin.services.export_wait import ExportRequest
from ...plugin.services.jobs import sync_now
from ..unit.web.serving import serving

pytestmark = pytest.mark.integration

ORDERS = int(os.environ.get("MINTSOFT_XERO_ORDERS", "1000"))

#: Calls of a first export of 10,000 orders with a contact for each channel, at most: as many for
#: each order here, and beside them the first reading of the mirror of numbers.
MOST = 230 * ORDERS // 10_000 + 2


class Silent:
    """A watcher who looks elsewhere."""

    def step(self, words: str) -> None:
        """Nothing."""

    def say(self, words: str) -> None:
        """Nothing."""

    def counts(self, counts: Any) -> None:
        """Nothing."""


class Ahead(SystemClock):
    """A clock that can be put ahead."""

    ahead = timedelta(0)

    def now(self) -> datetime:
        """Later than it is."""
        return super().now() + self.ahead


class Both:
    """An installation between two sandboxes, and what they counted."""

    def __init__(self, settings: Mapping[str, str], xero: str, mintsoft: Counter[str]) -> None:
        self.clock = Ahead()
        self.plugin = Container(read_environment(settings), clock=self.clock)
        self._xero, self._mintsoft = xero, mintsoft

    def counted(self) -> tuple[int, int]:
        """Calls to Mintsoft and to Xero so far."""
        state = requests.get(f"{self._xero}/_sandbox/state", timeout=60).json()
        return sum(self._mintsoft.values()), int(state["calls_total"])


@pytest.fixture
def both(home: Path) -> Iterator[Both]:
    """Yield an installation whose connection has never exported."""
    today = datetime.now(UTC).date().isoformat()
    beginning, seen = Beginning(orders=ORDERS, seed=1, today=today), Counter[str]()
    app = mintsoft_app(beginning, None)

    @app.before_request
    def count() -> None:
        seen[f"{request.method} {request.path}"] += 1

    with serving(app) as mintsoft, serving(xero_app(beginning, None, limits=False)) as xero:
        urls = {f"MINTSOFT_XERO_{x}_URL": xero for x in ("XERO", "XERO_IDENTITY", "XERO_LOGIN")}
        settings = {
            "MINTSOFT_XERO_HOME": str(home),
            "MINTSOFT_XERO_DATABASE_URL": "",
            "MINTSOFT_XERO_REDIS_URL": "",
            "MINTSOFT_XERO_MINTSOFT_URL": mintsoft,
        }
        made = Both({**settings, **urls}, xero, seen)
        plugin = made.plugin
        plugin.prepare()
        add_connection(
            plugin,
            name="one",
            mode="accounting",
            mintsoft_username="sandbox",
            mintsoft_client="",
            xero_client_id="custom",
            settings={"start_date": "any", "quiet_seconds": "0"},
            secrets={"mintsoft_password": "sandbox", "xero_client_secret": "custom"},
        )
        yield made
        plugin.decider.close()
        plugin.database.close()


def test_calls_of_a_first_export_and_of_a_quiet_sync(both: Both) -> None:
    """A first export takes hardly more calls than batches; a sync without news two to each side."""
    plugin = both.plugin
    before = both.counted()[1]
    report = run(
        plugin, plugin.connections.named("one"), ExportRequest(inline=True, wait=0), Silent()
    )
    assert report.counts[ExportState.EXPORTED] > ORDERS / 2
    calls = both.counted()[1] - before
    assert calls <= MOST
    connection = plugin.connections.named("one")
    # What was just sent is read once more, a page for each thousand: it may have been changed.
    sync_now(plugin, connection)
    both.clock.ahead = timedelta(minutes=5)
    sync_now(plugin, connection)
    before_quiet = both.counted()
    sync_now(plugin, connection)
    quiet = [now - then for now, then in zip(both.counted(), before_quiet, strict=True)]
    assert max(quiet) <= 2, quiet
