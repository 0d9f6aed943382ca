"""A connection that stops, holds for long, and goes on; and the day's figures."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from .....plugin.domain.connections.connection import ConnectionState
from .....plugin.domain.notifications.notice_triggers import next_digest
from .....plugin.domain.reconciliation.reconciliation import Reconciliation
from ...orders import an_order
from .conftest import Told

STOPPED = "one: the connection has stopped"
AWAY = "one: a side is away for long"
ON = "one: the connection goes on"


def stop(told: Told) -> None:
    """As when access was revoked in Xero."""
    told.world.connections.pause(told.world.connection, "The connection to Xero has ended: gone.")


def test_a_pause_and_its_end(told: Told) -> None:
    """A connection that stopped is told once, with what to do, and that it goes on."""
    stop(told)
    assert told.turn(minutes=1) == [STOPPED]
    assert "mintsoft-xero connection" in told.kept()[0].text
    assert told.turn(minutes=1) == []
    told.world.connections.resume(told.world.connection)
    assert told.turn(minutes=1) == [ON]
    assert told.turn(minutes=1) == []
    stop(told)
    assert told.turn(minutes=1) == [STOPPED]


def test_switched_off(told: Told) -> None:
    """Where nobody wants to hear of pauses, nobody does; nor later that it goes on."""
    told.world.change(notify_paused="no")
    stop(told)
    assert told.turn(minutes=1) == []
    told.world.connections.resume(told.world.connection)
    assert told.turn(minutes=1) == []


def test_a_long_hold(told: Told) -> None:
    """A side that is away is told of after half an hour, and then that it goes on."""
    ledger, connection = told.world.ledger, told.world.connection
    ledger.hold(connection, "Xero is away.", code="MX-601", after=7200)
    assert told.turn(minutes=1) == []
    assert told.turn(minutes=29) == []
    assert told.turn(minutes=1) == [AWAY]
    assert told.turn(minutes=1) == []
    ledger.go_on(connection)
    assert told.turn(minutes=1) == [ON]


def test_a_short_hold(told: Told) -> None:
    """One that ends before is nobody's business."""
    ledger, connection = told.world.ledger, told.world.connection
    for _ in range(3):
        ledger.hold(connection, "Xero is away.", code="MX-601", after=600)
        assert told.turn(minutes=20) == []
        ledger.go_on(connection)
        assert told.turn(minutes=1) == []


def test_paused_while_it_held(told: Told) -> None:
    """A hold that a pause follows has not ended: it does not go on."""
    ledger, connection = told.world.ledger, told.world.connection
    ledger.hold(connection, "Xero is away.", code="MX-601", after=7200)
    told.turn(minutes=1)
    assert told.turn(minutes=31) == [AWAY]
    stop(told)
    assert told.turn(minutes=1) == [STOPPED]
    assert told.turn(minutes=1) == []
    told.world.connections.resume(connection)
    ledger.go_on(connection)
    assert told.turn(minutes=1) == [ON]


def test_a_new_connection_is_not_stopped(told: Told) -> None:
    """One that waits for its first consent is new; nothing has stopped."""
    new = told.world.connection
    told.world.connections.add(
        name="two",
        mode="accounting",
        grant=type(new.grant).new("consent", "app"),
        mintsoft_username="user",
        mintsoft_client="",
        settings=new.settings,
        organisation=None,
        entries={},
    )
    assert told.world.connections.named("two").state is ConnectionState.NEEDS_CONSENT
    assert told.turn(minutes=1) == []


def test_the_days_figures(told: Told) -> None:
    """Once a day, at its hour: what was exported, what stands where, causes, reconciliation."""
    world = told.world
    world.connections.start(world.connection)
    world.put(an_order("1"), an_order("2"), an_order("3", status="NEW"))
    told.refused("4")
    told.turn(minutes=1)
    day = date(2026, 6, 15)
    days = {"first": day, "last": day, "at": world.clock.now()}
    result = Reconciliation(**days, findings=(), lines=(), standing={})  # type: ignore[arg-type]
    world.ledger.keep_reconciliation(world.connection, result)
    # 13:01 in London; 7:00 is 17 hours and 59 minutes away.
    assert told.turn(hours=17, minutes=58) == []
    assert told.turn(minutes=1) == ["one: the figures of 2026-06-16"]
    assert told.turn(minutes=1) == []
    data = told.kept(kind="digest")[0].data
    assert data["exported"] == [
        {"kind": "order", "currency": "GBP", "documents": 2, "total": "48.00"}
    ]
    assert data["states"] == {"waiting": 1, "refused": 1, "exported": 2}
    assert data["errors"][0]["waiting"] == [{"currency": "GBP", "total": "24.00"}]
    assert data["reconciled"]["findings"] == 0
    assert told.turn(days=1) == ["one: the figures of 2026-06-17"]
    assert told.kept(kind="digest")[1].data["exported"] == []


def test_a_missed_day(told: Told) -> None:
    """Figures that nobody sent, because no process ran, are made up for once."""
    told.world.connections.start(told.world.connection)
    assert told.turn(days=3) == ["one: the figures of 2026-06-18"]
    assert told.turn(minutes=1) == []


def test_no_figures_before_the_first_export(told: Told) -> None:
    """A connection that nobody has started yet has no figures."""
    assert told.turn(days=2) == []


def test_another_hour(told: Told) -> None:
    """A changed hour counts at once, and a day has figures once."""
    told.world.connections.start(told.world.connection)
    told.world.change(digest_hour=20)
    assert told.turn(minutes=1) == []
    assert told.turn(hours=7) == ["one: the figures of 2026-06-15"]
    assert told.turn(hours=11) == []


@pytest.mark.parametrize(
    ("now", "hour", "moment"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=UTC), 1, datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), 1, datetime(2026, 10, 25, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 1, datetime(2026, 10, 26, 1, tzinfo=UTC)),
    ],
)
def test_when_the_clock_leaps(told: Told, now: datetime, hour: int, moment: datetime) -> None:
    """On the days on which the clock is put forward or back there are figures once."""
    told.world.change(digest_hour=hour)
    assert next_digest(told.world.connection, now) == moment


def test_the_sum_is_exact(told: Told) -> None:
    """Sums of many pennies are exact, on either database."""
    world = told.world
    world.connections.start(world.connection)
    world.put(*[an_order(str(n)) for n in range(1, 40)])
    world.export()
    now = world.clock.now()
    digest = world.ledger.digest(world.connection, now - timedelta(days=1), now + timedelta(days=1))
    assert [x.total for x in digest.exported] == [Decimal("936.00")]
