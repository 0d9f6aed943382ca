"""Clock: the time, so that tests may set it; and that of this machine."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable


class Clock(Protocol):
    """The time, so that tests may set it."""

    def now(self) -> datetime:
        """Now, aware UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait; not negative."""


@runtime_checkable
class Dated(Protocol):
    """A side whose answers say what time it is there."""

    @property
    def clock_ahead(self) -> timedelta | None:
        """By how much our clock was ahead of its at the last answer; None: it did not say."""


#: A clock that is further off than this is not believed: it is the answer that is odd.
MOST_AHEAD = timedelta(days=2)


def by_its_clock(side: object, moment: datetime) -> datetime:
    """A moment of our clock as the other side's clock shows it, as far as its answers told.

    Cursors follow that clock: what changes there is passed over for ever by one that runs ahead.
    """
    ahead = side.clock_ahead if isinstance(side, Dated) else None
    return moment if ahead is None or abs(ahead) > MOST_AHEAD else moment - ahead


class SystemClock:
    """`ports.clock.Clock` of this machine."""

    def now(self) -> datetime:
        """See `ports.clock.Clock`."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """See `ports.clock.Clock`."""
        time.sleep(seconds)
