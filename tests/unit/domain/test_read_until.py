"""Read until: cursors follow the other side's clock."""

from datetime import UTC, datetime, timedelta

import pytest

from ....plugin.domain.read_until import read_until

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("newest", "before", "until"),
    [
        ([], None, None),
        ([], NOW - MINUTE, NOW - MINUTE),
        # Ours is fast, or nothing happened for a while: what was read counts.
        ([NOW - 200 * MINUTE, NOW - 180 * MINUTE], None, NOW - 180 * MINUTE),
        ([NOW - 5 * MINUTE], NOW - 9 * MINUTE, NOW - 5 * MINUTE),
        # Ours is slow, or one change lies in the future.
        ([NOW + 10 * MINUTE], NOW - MINUTE, NOW),
        # It never goes back.
        ([NOW - 9 * MINUTE], NOW - MINUTE, NOW - MINUTE),
    ],
)
def test_by_whose_clock(
    newest: list[datetime], before: datetime | None, until: datetime | None
) -> None:
    """The newest change that was read is the cursor, and never a moment ahead of our own clock."""
    assert read_until(newest, NOW, before) == until
