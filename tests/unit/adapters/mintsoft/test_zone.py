from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from .....adapters.mintsoft.api.zone import account_zone, date_text, local_date, local_text, utc_of
from .....plugin.errors import SettingsError
from .raw import LONDON, utc

SPRING, AUTUMN = utc(2026, 3, 29, 1), utc(2026, 10, 25, 1)
SYDNEY = ZoneInfo("Australia/Sydney")


def moments(around: datetime) -> list[datetime]:
    """Every five minutes of the six hours around a change of the clocks."""
    return [around + timedelta(minutes=5 * step) for step in range(-36, 37)]


def stamped(moment: datetime, zone: ZoneInfo) -> datetime:
    """`LastUpdated` of a row that changes at this moment: the account's clock, no offset."""
    return moment.astimezone(zone).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        (LONDON, SPRING),
        (LONDON, AUTUMN),
        (SYDNEY, utc(2026, 4, 4, 16)),
        (SYDNEY, utc(2026, 10, 3, 16)),
    ],
)
def test_no_change_is_hidden_by_the_clocks(zone: ZoneInfo, change: datetime) -> None:
    """What changes at or after a cursor is never before what the cursor asks for."""
    around = moments(change)
    for number, cursor in enumerate(around):
        asked = datetime.fromisoformat(local_text(cursor, zone))
        assert all(stamped(later, zone) >= asked for later in around[number:])
        assert stamped(cursor, zone) - asked <= timedelta(hours=1)


@pytest.mark.parametrize("change", [SPRING, AUTUMN])
def test_a_row_read_back_is_rather_early_than_late(change: datetime) -> None:
    """The time of a row becomes a cursor that is its own moment, or at most an hour before it."""
    for moment in moments(change):
        read = utc_of(stamped(moment, LONDON), LONDON)
        assert read in {moment, moment - timedelta(hours=1)}


def test_a_cursor_made_of_rows_moves_through_the_autumn_hour() -> None:
    """A cursor that follows the rows does not stand still, or jump over any of them, in autumn."""
    around = moments(AUTUMN)
    seen: set[datetime] = set()
    cursor = around[0]
    for now in around:
        asked = datetime.fromisoformat(local_text(cursor, LONDON))
        found = [m for m in around if m <= now and stamped(m, LONDON) >= asked]
        seen.update(found)
        cursor = max(cursor, *(utc_of(stamped(m, LONDON), LONDON) for m in found))
    assert seen == set(around)
    assert cursor == around[-1]


def test_a_skipped_time_is_still_a_time() -> None:
    """A time that the clocks skip in spring is read as an hour later on the new clock."""
    assert utc_of(datetime.fromisoformat("2026-03-29T01:30:00"), LONDON) == utc(2026, 3, 29, 1, 30)


def test_texts_grow_with_time() -> None:
    """But for the change of the clocks, a later cursor asks for later rows."""
    around = moments(SPRING)
    texts = [local_text(moment, LONDON) for moment in around]
    assert all(first < second for first, second in pairwise(texts))


def test_dates_are_nobodys_zone() -> None:
    """A date is the account's own day, and goes out as its midnight."""
    assert date_text(date(2026, 3, 29)) == "2026-03-29T00:00:00"
    assert local_date(datetime.fromisoformat("2026-10-01T00:00:00"), LONDON) == date(2026, 10, 1)
    assert local_date(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), LONDON) == date(2026, 7, 1)


@pytest.mark.parametrize("name", ["Europe/Atlantis", "../../etc/passwd", ""])
def test_a_zone_that_is_none(name: str) -> None:
    """An unknown time zone is a wrong setting."""
    with pytest.raises(SettingsError):
        account_zone(name)
