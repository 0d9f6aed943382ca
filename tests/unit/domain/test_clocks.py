"""This machine's clock beside that of a side, as its answers date themselves."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ....plugin.domain.connections.connection import Connection, ConnectionState, Grant
from ....plugin.domain.connections.health import Point, PointState, clock_points, zone_points
from ....plugin.domain.connections.mapping import Mapping
from ....plugin.domain.connections.settings import Settings
from ....plugin.domain.times import ahead_of

SHOP = Connection(
    connection_id=1,
    name="shop",
    mode="accounting",
    state=ConnectionState.ACTIVE,
    paused_because="",
    mintsoft_username="user",
    mintsoft_client="",
    grant=Grant.new("custom", "app"),
    settings=Settings(start_date=None, timezone="Europe/London"),
    mapping=Mapping({}),
    organisation=None,
)
NOW = datetime(2026, 11, 30, 12, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("dated", "seconds"),
    [
        ("Mon, 30 Nov 2026 12:00:00 GMT", 30),
        ("Mon, 30 Nov 2026 12:04:30 GMT", -240),
        ("Mon, 30 Nov 2026 13:00:30 +0100", 0),
        ("Mon, 30 Nov 2026 12:00:00 -0000", 30),
        ("", None),
        ("yesterday", None),
        ("Mon, 99 Nov 2026 12:00:00 GMT", None),
    ],
)
def test_how_far_a_clock_is_ahead(dated: str, seconds: int | None) -> None:
    """By the Date of an answer, whatever its zone; nothing is known of one that is none."""
    assert ahead_of(dated, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("ahead", "state", "words"),
    [
        (timedelta(seconds=60), PointState.OK, "clock is Xero's"),
        (timedelta(seconds=-20), PointState.OK, "clock is Xero's"),
        (timedelta(minutes=3), PointState.MISSING, "0:03:00 (hours, minutes, seconds) ahead of"),
        (timedelta(hours=-2), PointState.MISSING, "2:00:00 (hours, minutes, seconds) behind Xero"),
    ],
)
def test_a_wrong_clock_is_said(ahead: timedelta, state: PointState, words: str) -> None:
    """Clocks that differ by more than a minute are a point with its fix; a silent side is none."""
    (point,) = clock_points("Xero", ahead)
    assert (point.state, words in point.sentence) == (state, True), point
    assert bool(point.fix) is (state is PointState.MISSING)
    assert clock_points("Xero", None) == []


@pytest.mark.parametrize(
    ("account", "seconds", "said"),
    [
        ("Europe/London", 20, ""),
        ("Europe/London", -400, ""),
        ("America/New_York", 5, "UTC-05:00"),
        ("Australia/Adelaide", 5, "UTC+10:30"),
        ("Asia/Kathmandu", 5, "UTC+05:45"),
        ("America/St_Johns", 5, "UTC-03:30"),
        ("Europe/Berlin", 5, "UTC+01:00"),
    ],
)
def test_times_of_another_zone_are_said(account: str, seconds: int, said: str) -> None:
    """A side that writes its times in another zone than it is taken for is found out by one."""
    points = told_by(account, NOW, seconds)
    assert [x.state for x in points] == [PointState.MISSING if said else PointState.OK]
    assert said in points[0].sentence
    assert not said or "time zone than Europe/London" in points[0].sentence
    assert ("timezone=" in points[0].fix) is bool(said)


@pytest.mark.parametrize("account", ["Europe/London", "Europe/Berlin"])
def test_in_the_night_of_the_clocks_nothing_is_said(account: str) -> None:
    """An hour that comes twice, or never, says nothing of a zone."""
    assert told_by(account, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 5) == []
    assert told_by(account, datetime(2026, 3, 29, 1, 30, tzinfo=UTC), 5) == []


def told_by(account: str, written: datetime, seconds: int) -> list[Point]:
    """The points of what was written then, by an account's local times without a zone."""
    local = (written + timedelta(seconds=seconds)).astimezone(ZoneInfo(account))
    taken_for = local.replace(tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)
    return zone_points("Mintsoft", SHOP, written, taken_for)
