"""What a process has heard of the target's day."""

import threading
from datetime import datetime, timedelta

from ..domain.connections.limits import Limits
from ..ports.clock import Clock
from .policy import day_reserve


class DayHeard:
    """The calls left of each organisation's day, as last heard; believed for a while."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self._limits = limits
        self._lock = threading.Lock()
        self._left: dict[str, tuple[int, datetime]] = {}
        self._most: dict[str, int] = {}

    def hear(self, name: str, day_left: int) -> bool:
        """Note what was said; whether the day is down to what is reserved for people."""
        with self._lock:
            self._left[name] = (day_left, self._clock.now())
            self._most[name] = most = max(day_left, self._most.get(name, 0))
        return day_left <= day_reserve(most)

    def left(self, name: str) -> int | None:
        """The calls left of the day; None when that was not heard, or too long ago."""
        with self._lock:
            day_left, at = self._left.get(name, (None, None))
        if at is None or self._clock.now() - at >= timedelta(seconds=self._limits.day_known):
            return None
        return day_left
