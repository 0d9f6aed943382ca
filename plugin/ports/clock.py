"""Clock: the time, so that tests may set it; and that of this machine."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The time, so that tests may set it."""

    def now(self) -> datetime:
        """Now, aware UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait; not negative."""


class SystemClock:
    """`ports.clock.Clock` of this machine."""

    def now(self) -> datetime:
        """See `ports.clock.Clock`."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """See `ports.clock.Clock`."""
        time.sleep(seconds)
