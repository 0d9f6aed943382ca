"""The Date of both sandboxes' answers is that of their own clocks."""

from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from ....plugin.sandbox import mintsoft, xero
from ....plugin.sandbox.store import Store
from ..web.serving import serving


def now() -> datetime:
    return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("app", "path", "fault"),
    [
        (mintsoft.create_app(Store(), clock=now), "/api/Order/Statuses", "unavailable"),
        (xero.create_app(Store(), clock=now), "/api.xro/2.0/Organisation", "unavailable503"),
    ],
    ids=["mintsoft", "xero"],
)
def test_the_date_follows_the_clock(app: Any, path: str, fault: str) -> None:
    """An answer, a refusal and an outage have the sandbox's time, also when it was moved."""
    http = app.test_client()
    assert http.get("/_sandbox/state").headers.getlist("Date") == ["Fri, 02 Jan 2026 03:04:05 GMT"]
    http.post("/_sandbox/clock", json={"now": "2026-05-06T07:08:09Z"})
    http.post("/_sandbox/faults", json={"faults": [{"kind": fault}]})
    answers = [http.get(path) for _ in range(2)]
    assert [x.status_code for x in answers] == [503, 401]
    assert {x.headers["Date"] for x in answers} == {"Wed, 06 May 2026 07:08:09 GMT"}


def test_a_server_adds_no_date_of_its_own() -> None:
    """Over HTTP, too, an answer has one Date: the sandbox's."""
    with serving(xero.create_app(Store(), clock=now)) as address:
        answer = requests.get(f"{address}/_sandbox/state", timeout=30)
    assert answer.headers["Date"] == "Fri, 02 Jan 2026 03:04:05 GMT"
