"""When jobs run: spread over connections, and once a night whatever the clocks do."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ....plugin.domain.connections.job import JobName, every, next_run
from ....plugin.domain.connections.settings import Settings

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def runs(
    job: JobName, now: datetime, count: int, minutes: int | None = None, **settings: object
) -> list[datetime]:
    """So many runs after a moment."""
    kept = Settings(start_date=None, **settings)  # type: ignore[arg-type]
    found: list[datetime] = []
    for _ in range(count):
        after = found[-1] if found else now
        slot = next_run(job, connection_id=1, minutes=minutes, settings=kept, now=after)
        assert slot is not None
        found.append(slot)
    return found


def test_usual_intervals() -> None:
    """Documents every 15 minutes or as the setting says, accounts each hour, the rest daily."""
    usual, often = Settings(start_date=None), Settings(start_date=None, sync_minutes=5)
    assert {job: every(job, None, usual) for job in JobName} == {
        "export_orders": 15,
        "import_sales_invoices": 15,
        "import_purchase_orders": 15,
        "export_client_invoices": 15,
        "catalogue": 60,
        "reconcile": 1440,
        "keep_alive": 1440,
    }
    assert every(JobName.EXPORT_ORDERS, None, often) == 5
    assert every(JobName.CATALOGUE, None, often) == 60
    assert every(JobName.EXPORT_ORDERS, 7, often) == 7


def test_phase_is_its_own_and_stays() -> None:
    """A job's slots are an interval apart, and lie the same from wherever one looks."""
    slots = runs(JobName.EXPORT_ORDERS, NOW, 4)
    assert {after - slot for slot, after in itertools.pairwise(slots)} == {timedelta(minutes=15)}
    assert NOW < slots[0] <= NOW + timedelta(minutes=15)
    late = slots[0] + timedelta(minutes=14, seconds=59)
    assert runs(JobName.EXPORT_ORDERS, late, 1) == [slots[1]]


def test_connections_are_spread() -> None:
    """Of a thousand connections no minute of the interval gets more than twice its share."""
    settings, share = Settings(start_date=None), [0] * 15
    for number in range(1000):
        slot = next_run(
            JobName.EXPORT_ORDERS, connection_id=number, minutes=None, settings=settings, now=NOW
        )
        assert slot is not None
        share[slot.minute % 15] += 1
    assert max(share) < 2 * 1000 / 15


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/London", date(2026, 3, 27)),  # put forward on the 29th, from 1:00 to 2:00
        ("Europe/London", date(2026, 10, 23)),  # put back on the 25th, from 2:00 to 1:00
        ("America/New_York", date(2026, 3, 6)),
        ("Australia/Lord_Howe", date(2026, 4, 3)),
        ("Asia/Kathmandu", date(2026, 1, 1)),
    ],
)
def test_one_run_a_night(zone: str, first: date) -> None:
    """Each day there has one nightly run, between 1 and 6, also when clocks are changed."""
    begin = datetime(first.year, first.month, first.day, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    there = [x.astimezone(ZoneInfo(zone)) for x in runs(JobName.RECONCILE, begin, 5, timezone=zone)]
    assert [x.date() for x in there] == [first + timedelta(days=n) for n in range(1, 6)]
    assert {1 <= x.hour < 6 for x in there} == {True}


def test_never() -> None:
    """Nothing is planned for a job without an interval."""
    settings = Settings(start_date=None, sync_minutes=0)
    none = {"connection_id": 1, "minutes": None, "settings": settings, "now": NOW}
    assert next_run(JobName.EXPORT_ORDERS, **none) is None  # type: ignore[arg-type]
    assert next_run(JobName.CATALOGUE, **none) is not None  # type: ignore[arg-type]
