"""By its clock: cursors follow the clock of the side that is read."""

from datetime import UTC, datetime, timedelta

import pytest

from ....plugin.ports.clock import by_its_clock
from ....plugin.testing.source import FakeSource

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "there"),
    [
        (timedelta(hours=2), NOW - timedelta(hours=2)),
        (timedelta(minutes=-10), NOW + timedelta(minutes=10)),
        (None, NOW),
        # Nobody's clock is years off: the answer is odd.
        (timedelta(days=900), NOW),
    ],
)
def test_what_time_it_is_there(ahead: timedelta | None, there: datetime) -> None:
    """A moment of ours is told by the other side's clock, as far as its answers say it."""
    source = FakeSource()
    source.clock_ahead = ahead
    assert by_its_clock(source, NOW) == there
    assert by_its_clock(object(), NOW) == NOW
