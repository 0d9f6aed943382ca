"""The target's limits: one set of promises, kept in Redis, in the database, and by the fake."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from operator import itemgetter
from typing import Any

import pytest
from fakeredis import FakeRedis, FakeServer
from redis import Redis

from ....adapters.xero.api.limits import XERO
from ....plugin.database.database import Database
from ....plugin.domain.connections.limits import Limits
from ....plugin.errors import TryLater
from ....plugin.ports.clock import Clock, SystemClock
from ....plugin.ports.infrastructure import Limiter, Quota
from ....plugin.rate_limits.database import DatabaseLimiter
from ....plugin.rate_limits.redis import RedisLimiter
from ....plugin.testing.infrastructure import FakeClock, FakeLimiter
from ...waiting import LONG
from ..database.at_once import at_once

#: Redis counts in whole ones.
A_MILLISECOND = 0.001

Make = Callable[[Limits, Clock], Limiter]

#: Two calls at once, ten a "minute" of 0.5 seconds: what takes minutes with Xero's own figures.
SMALL = replace(XERO, at_once=2, a_minute=10, minute=0.5, patience=LONG, lease=LONG)


class Looking(SystemClock):
    """The real time, which notes when each thread last began to ask for a turn."""

    def __init__(self) -> None:
        self.thread = threading.local()

    def begin(self) -> None:
        """Note it: not before this moment may a call have begun."""
        self.thread.asked = time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, and ask again."""
        super().sleep(seconds)
        self.begin()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return a database with its tables."""
    database = Database(database_url)
    database.upgrade()
    yield database
    database.close()


@pytest.fixture(params=["fakeredis", "redis", "sqlite", "postgresql"])
def make(request: pytest.FixtureRequest, tmp_path: Any, organisation: str) -> Iterator[Make]:
    """Return what makes limiters over one store."""
    if "redis" in request.param:
        client: Any = FakeRedis(server=FakeServer())
        if request.param == "redis":
            client = Redis.from_url(request.getfixturevalue("redis_url"))
        yield lambda limits, clock: RedisLimiter(client, clock, limits)
        for key in client.scan_iter(f"*{organisation}*"):
            client.delete(key)
        client.close()
        return
    url = f"sqlite:///{tmp_path / 'limits.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_schema")
    database = Database(url)
    database.upgrade()
    yield lambda limits, clock: DatabaseLimiter(database, clock, limits)
    database.close()


@pytest.fixture
def organisation() -> str:
    """Return an organisation that nobody else's test calls."""
    return uuid.uuid4().hex


def test_never_more_in_any_minute_nor_at_once(make: Make, organisation: str) -> None:
    """However many want to, no rolling minute sees more calls begin than allowed, nor more out."""
    clock = Looking()
    limiter = make(SMALL, clock)
    # The store counts a call at some moment between its last question and its note here, which
    # on a busy machine are far apart: only what is certain counts.
    begun: list[tuple[float, float]] = []
    out, most = 0, 0
    lock = threading.Lock()

    def caller() -> None:
        nonlocal out, most
        for _ in range(4):
            clock.begin()
            with limiter.slot(organisation):
                with lock:
                    begun.append((clock.thread.asked, time.monotonic()))
                    out += 1
                    most = max(most, out)
                time.sleep(0.002)
                with lock:
                    out -= 1

    at_once(*[caller] * 6)
    begun.sort(key=itemgetter(1))
    assert len(begun) == 24
    assert most <= SMALL.at_once
    for first in range(len(begun) - SMALL.a_minute):
        asked, noted = zip(*begun[first : first + SMALL.a_minute + 1], strict=True)
        assert max(noted) - min(asked) >= SMALL.minute - A_MILLISECOND


def test_organisations_do_not_wait_for_each_other(make: Make, organisation: str) -> None:
    """Each organisation has limits of its own."""
    limiter = make(replace(XERO, at_once=1, patience=0), SystemClock())
    with limiter.slot(organisation), limiter.slot(f"{organisation}-2"):
        pass


def test_place_of_a_dead_caller_frees_itself(make: Make, organisation: str) -> None:
    """A caller that died in its call holds its place only until its lease ends."""
    limiter = make(replace(XERO, at_once=1, lease=0.3, patience=LONG), SystemClock())
    # The first one does not end before the second one has had its turn.
    with limiter.slot(organisation), limiter.slot(organisation):
        pass


def test_place_is_given_back_after_a_failure(make: Make, organisation: str) -> None:
    """A call that fails gives its place back like any other."""
    limiter = make(replace(XERO, at_once=1, patience=0), SystemClock())
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), limiter.slot(organisation):
            raise ZeroDivisionError


def test_patience_ends_with_the_time_of_the_turn(make: Make, organisation: str) -> None:
    """A turn that is further away than a worker should wait is said, with its time; no call is."""
    clock = FakeClock()
    limiter = make(replace(XERO, a_minute=1, patience=30), clock)
    with limiter.slot(organisation):
        pass
    with pytest.raises(TryLater) as caught, limiter.slot(organisation):
        pytest.fail("no turn yet")
    assert caught.value.code == "MX-601"
    assert 58 <= caught.value.after <= XERO.minute
    assert clock.slept == []


def test_block_is_honoured_and_never_shortened(make: Make, organisation: str) -> None:
    """While the target asks to wait nobody calls; a later, shorter wish does not end it."""
    limiter = make(replace(XERO, patience=1), SystemClock())
    limiter.block(organisation, 300)
    limiter.block(organisation, 0.001)
    with pytest.raises(TryLater) as caught, limiter.slot(organisation):
        pytest.fail("blocked")
    assert caught.value.code == "MX-601"
    assert 290 < caught.value.after <= 300
    with limiter.slot(f"{organisation}-2"):
        pass


def test_block_ends(make: Make, organisation: str) -> None:
    """When the time that the target asked for is over, calls go on by themselves."""
    limiter = make(replace(XERO, patience=LONG), SystemClock())
    limiter.block(organisation, 0.2)
    with limiter.slot(organisation):
        pass


def begin(limiter: Limiter, organisation: str, *, by_person: bool = False) -> bool:
    """Tell whether a call may begin now."""
    with suppress(TryLater), limiter.slot(organisation, by_person=by_person):
        return True
    return False


def test_apps_do_not_share(make: Make, organisation: str) -> None:
    """Two apps of one organisation have limits of their own; what one is told, the other is not."""
    limiter = make(replace(XERO, a_minute=1, patience=0), SystemClock())
    long_id = "0123456789ABCDEF0123456789ABCDEF"
    for app in ("", "one", long_id):
        with limiter.slot(organisation, app=app):
            pass
        with pytest.raises(TryLater), limiter.slot(organisation, app=app):
            pytest.fail("the minute is used up")
    limiter.block(f"{organisation}-2", 60, app="one")
    with limiter.slot(f"{organisation}-2", app=long_id):
        pass


def test_minute_of_an_app(make: Make, organisation: str) -> None:
    """When the app's own minute is nearly used up, all its organisations wait, and no others'."""
    limiter = make(replace(XERO, patience=0, app_pause=60), SystemClock())
    app = f"app-{organisation}"
    limiter.heard(organisation, app=app, app_left=9000)
    with limiter.slot(organisation, app=app):
        pass
    limiter.heard(organisation, app=app, app_left=150)
    for each in (organisation, f"{organisation}-2"):
        with pytest.raises(TryLater) as caught, limiter.slot(each, app=app):
            pytest.fail("the app waits")
        assert 55 < caught.value.after <= 60
    with limiter.slot(organisation, app=f"{app}-2"):
        pass


def test_reserve_of_the_minute(make: Make, organisation: str) -> None:
    """Workers leave a few calls of each minute to people, who take them at once."""
    limiter = make(
        replace(XERO, a_minute=4, reserved=2, patience=0, patience_of_people=0), SystemClock()
    )
    assert [begin(limiter, organisation) for _ in range(5)] == [True] * 4 + [False]
    assert limiter.left(organisation).minute == 2
    people = [begin(limiter, organisation, by_person=True) for _ in range(3)]
    assert people == [True, True, False]
    assert not begin(limiter, organisation)
    assert limiter.left(organisation).minute == 0


def test_target_knows_better(make: Make, organisation: str) -> None:
    """When the target says that less of the minute is left than we count, it is believed."""
    limits = replace(XERO, a_minute=8, reserved=2, minute=600, tolerance=2)
    limiter = make(replace(limits, patience=0), SystemClock())
    assert begin(limiter, organisation)
    # Within what the edges of the minute may make; more than we count is no news either.
    limiter.heard(organisation, minute_left=7)
    limiter.heard(organisation, minute_left=10)
    assert limiter.left(organisation).minute == 9
    limiter.heard(organisation, minute_left=1)
    assert [begin(limiter, organisation) for _ in range(2)] == [True, False]
    # What was believed leaves with its minute, which for this one is over soon.
    patient = make(replace(limits, minute=0.5, patience=LONG), SystemClock())
    with patient.slot(organisation):
        pass


@pytest.mark.parametrize(("most", "low"), [(5000, 100), (1000, 20), (400, 20)])
def test_reserve_of_the_day(make: Make, organisation: str, most: int, low: int) -> None:
    """The last calls of a day, 2 % or at least 20, are for people; workers are told when to ask."""
    limiter = make(replace(XERO, patience=70), SystemClock())
    assert limiter.left(organisation).day is None
    limiter.heard(organisation, day_left=most)
    limiter.heard(organisation, day_left=low + 1)
    assert begin(limiter, organisation)
    limiter.heard(organisation, day_left=low)
    assert limiter.left(organisation).day == low
    with pytest.raises(TryLater) as caught, limiter.slot(organisation):
        pytest.fail("the rest is for people")
    assert 890 < caught.value.after <= 900
    assert begin(limiter, organisation, by_person=True)
    # The day has begun again, as a call of a person has found out.
    limiter.heard(organisation, day_left=most)
    assert begin(limiter, organisation)


def test_one_call_finds_out(make: Make, organisation: str) -> None:
    """What is known of the day expires; then one call goes, and the others wait for its answer."""
    limiter = make(replace(XERO, patience=0), SystemClock())
    patient = make(replace(XERO, day_known=0.2, patience=LONG), SystemClock())
    limiter.heard(organisation, day_left=3)
    assert not begin(limiter, organisation)
    patient.heard(organisation, day_left=3)  # and that is soon too long ago
    with patient.slot(organisation):
        assert patient.left(organisation).day is None
    assert not begin(limiter, organisation)
    limiter.heard(organisation, day_left=4000)
    assert begin(limiter, organisation)


def test_nothing_left(make: Make, organisation: str) -> None:
    """A block is told with what is left: how long the target asked to wait."""
    limiter = make(XERO, SystemClock())
    assert limiter.left(organisation) == Quota(
        minute=60, day=None, wait=0, turn=0, a_minute=XERO.rate
    )
    limiter.block(organisation, 66975)
    assert 66970 < limiter.left(organisation).wait <= 66975


def test_database_counts_a_real_minute(database: Database, organisation: str) -> None:
    """With Xero's figures a 60th call of a minute waits for the first one's minute to end."""
    clock = FakeClock()
    limiter = DatabaseLimiter(database, clock, replace(XERO, burst=None))
    begun = clock.now()
    for _ in range(XERO.a_minute):
        with limiter.slot(organisation):
            clock.advance(seconds=0.5)
    assert clock.now() - begun == timedelta(seconds=0.5 * XERO.a_minute)
    with limiter.slot(organisation):
        assert clock.now() - begun >= timedelta(seconds=60)
    assert XERO.a_minute + XERO.reserved <= 60
    assert XERO.at_once <= 5


@pytest.mark.parametrize("latency", [0.1, 0.4])
def test_minutes_are_used_up(database: Database, organisation: str, latency: float) -> None:
    """From the second minute on 57 of 60 calls go out or more, and no turn is ever far away."""
    clock = FakeClock()
    limiter = DatabaseLimiter(database, clock, XERO)
    first, begun = clock.now(), []
    while clock.now() - first < timedelta(minutes=3):
        if clock.now() - first > timedelta(seconds=62):
            assert limiter.left(organisation).turn < 2
        with limiter.slot(organisation):
            begun.append((clock.now() - first).total_seconds())
            clock.advance(seconds=latency)
    minutes = [sum(x // 60 == minute for x in begun) for minute in range(1, 3)]
    assert min(minutes) >= 57
    rolling = [sum(start <= x < start + 60 for x in begun) for start in begun]
    assert max(rolling) < 60
    assert begun[19] < 20 * latency


def test_people_do_not_wait_for_the_backlog(database: Database, organisation: str) -> None:
    """While workers use up the minutes, somebody at the page waits less than two seconds."""
    clock = FakeClock()
    limiter = DatabaseLimiter(database, clock, XERO)
    first = clock.now()
    while clock.now() - first < timedelta(minutes=2):
        with limiter.slot(organisation):
            clock.advance(seconds=0.1)
        if (clock.now() - first).total_seconds() % 20 < 1:
            asked = clock.now()
            with limiter.slot(organisation, by_person=True):
                assert clock.now() - asked < timedelta(seconds=2)
                clock.advance(seconds=0.1)


def test_asking_for_the_turn_takes_none(make: Make, organisation: str) -> None:
    """How far the next turn is can be asked for without counting as a call."""
    limiter = make(replace(XERO, a_minute=2, burst=1, patience=0), SystemClock())
    assert [limiter.left(organisation).turn for _ in range(3)] == [0, 0, 0]
    assert begin(limiter, organisation)
    assert 25 < limiter.left(organisation).turn <= 30  # beyond the burst they are spread
    limiter.block(organisation, 300)
    assert 290 < limiter.left(organisation).turn <= 300


def test_answer_is_not_lost_with_the_database(tmp_path: Any, organisation: str) -> None:
    """A database that goes away during a call does not take the call's answer with it."""
    database = Database(f"sqlite:///{tmp_path / 'limits.db'}")
    database.upgrade()
    limiter = DatabaseLimiter(database, FakeClock(), XERO)
    answer = ""
    with limiter.slot(organisation):
        with database.transaction() as transaction:
            transaction.exec_driver_sql("DROP TABLE mintsoft_xero_limit_call")
        answer = "created"
    assert answer == "created"
    with pytest.raises(TryLater), limiter.slot(organisation):
        pytest.fail("not counted")
    database.close()


def test_redis_that_is_away(organisation: str) -> None:
    """A Redis that is away puts the work off; one that goes away in a call changes nothing."""
    server = FakeServer()
    limiter = RedisLimiter(FakeRedis(server=server), FakeClock(), XERO)
    with limiter.slot(organisation):
        server.connected = False
    with pytest.raises(TryLater, match="Redis can't be reached"):
        limiter.block(organisation, 1)
    with pytest.raises(TryLater, match="Redis can't be reached"), limiter.slot(organisation):
        pytest.fail("not counted")


def test_fake_keeps_the_same_promises(organisation: str) -> None:
    """The fake of the tests counts its slots, and is blocked as long as it was told."""
    clock = FakeClock()
    limiter = FakeLimiter(clock)
    with limiter.slot(organisation):
        pass
    limiter.block(organisation, 60)
    with pytest.raises(TryLater) as caught, limiter.slot(organisation):
        pytest.fail("blocked")
    assert (caught.value.code, caught.value.after) == ("MX-601", 60)
    clock.advance(seconds=60)
    with limiter.slot(organisation):
        assert limiter.given == {organisation: 2}
