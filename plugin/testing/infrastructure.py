"""Fakes of the ports, for tests of the flows and for adapter authors. No network, no files.

They keep the promises of ``plugin/ports``. What a test may set or look at is a plain public
attribute.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from ..errors import TryLater
from ..ports.infrastructure import Quota


class FakeClock:
    """A clock that stands still until it is set, or somebody sleeps on it."""

    def __init__(self, now: datetime = datetime(2026, 6, 15, 12, tzinfo=UTC)) -> None:
        self._now = now
        self._lock = threading.Lock()
        #: Every sleep so far, in seconds.
        self.slept: list[float] = []

    def now(self) -> datetime:
        """The moment it shows."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move on by so much at once."""
        if seconds < 0:
            raise ValueError("can't sleep a negative time")
        with self._lock:
            self.slept.append(seconds)
            self._now += timedelta(seconds=seconds)

    def advance(self, **duration: float) -> None:
        """Move on, such as ``advance(hours=2)``; counts as no sleep."""
        with self._lock:
            self._now += timedelta(**duration)


class FakeVault:
    """Secrets in memory; none of them in its repr."""

    def __init__(self, **secrets: str) -> None:
        self._secrets = dict(secrets)

    def __repr__(self) -> str:
        return f"FakeVault({sorted(self._secrets)})"

    def read(self, name: str) -> str | None:
        """As `Vault.read`."""
        return self._secrets.get(name)

    def keep(self, name: str, secret: str) -> None:
        """As `Vault.keep`, until the process ends."""
        self._secrets[name] = secret

    def forget(self, name: str) -> None:
        """As `Vault.forget`."""
        self._secrets.pop(name, None)


class FakeLeases:
    """Leases between the threads of one process. They don't end by themselves."""

    def __init__(self) -> None:
        #: Leases that somebody else holds for good: asking for one fails at once.
        self.taken: set[str] = set()
        #: Every lease that was held, in order.
        self.held: list[str] = []
        self._lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    @contextmanager
    def hold(self, name: str, *, seconds: float, wait: float) -> Iterator[None]:
        """As `Leases.hold`; `seconds` is not looked at."""
        if seconds <= 0:
            raise ValueError("a lease needs a time")
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        if name in self.taken or not lock.acquire(timeout=wait):
            raise TryLater(f"Somebody else holds {name}.", after=wait)
        try:
            self.held.append(name)
            yield
        finally:
            lock.release()

    def rest(self, name: str, *, seconds: float) -> None:  # noqa: ARG002 - a port's name
        """As `Leases.rest`, for good."""
        self.taken.add(name)


class FakeLimiter:
    """Gives every slot at once, unless `block` was called; counts them, and notes what it heard."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._blocked: dict[tuple[str, str], datetime] = {}
        #: How many slots each organisation was given.
        self.given: dict[str, int] = {}
        #: How many of all slots were for people at the page.
        self.given_to_people = 0
        #: What was last heard of each organisation's minute, day and app's minute.
        self.told: dict[str, tuple[int | None, int | None, int | None]] = {}

    @contextmanager
    def slot(
        self, organisation_id: str, *, app: str = "", by_person: bool = False
    ) -> Iterator[None]:
        """As `Limiter.slot`; while blocked it does not wait but raises."""
        left = self.left(organisation_id, app=app).wait
        if left > 0:
            time = f"{self._clock.now() + timedelta(seconds=left):%H:%M:%S} UTC"
            raise TryLater(after=left, code="MX-601", service="Xero", time=time)
        self.given[organisation_id] = self.given.get(organisation_id, 0) + 1
        self.given_to_people += by_person
        yield

    def block(self, organisation_id: str, seconds: float, *, app: str = "") -> None:
        """As `Limiter.block`."""
        self._blocked[app, organisation_id] = self._clock.now() + timedelta(seconds=seconds)

    def heard(
        self,
        organisation_id: str,
        *,
        app: str = "",
        minute_left: int | None = None,
        day_left: int | None = None,
        app_left: int | None = None,
    ) -> None:
        """As `Limiter.heard`, but nothing follows from it."""
        del app
        self.told[organisation_id] = (minute_left, day_left, app_left)

    def left(self, organisation_id: str, *, app: str = "") -> Quota:
        """As `Limiter.left`; of minute and day, what was last heard."""
        minute, day, _ = self.told.get(organisation_id, (None, None, None))
        now = self._clock.now()
        until = max(self._blocked.get((app, x), now) for x in (organisation_id, ""))
        wait = max(0.0, (until - now).total_seconds())
        return Quota(minute=60 if minute is None else minute, day=day, wait=wait, turn=wait)
