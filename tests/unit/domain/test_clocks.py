"""This machine's clock beside that of a side, as its answers date themselves."""

from datetime import UTC, datetime, timedelta

import pytest

from ....plugin.domain.connections.health import PointState, clock_points
from ....plugin.domain.times import ahead_of

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
