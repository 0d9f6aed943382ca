"""Xero's limits per organisation: calls in flight, a minute, a day (xero.md 2.3).

With ``enforced=False`` nothing is refused or counted down; the headers are still sent.
"""

import math
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from ..store import Store
from .envelope import Answer, RefusalError
from .tenant import Clock

CONCURRENT = 5
A_MINUTE = 60
APP_MINUTE = 10_000


class Limits:
    """Counts the calls of one organisation."""

    def __init__(self, store: Store, clock: Clock, *, a_day: int, enforced: bool) -> None:
        self._store = store
        self._clock = clock
        self._a_day = a_day
        self._enforced = enforced
        self._lock = threading.RLock()
        self._in_flight = 0
        self._recent: deque[datetime] = deque()
        kept = store.table("xero_setting").get("day") or {"date": "", "calls": 0}
        self._day = (str(kept["date"]), int(kept["calls"]))

    @contextmanager
    def call(self) -> Iterator[dict[str, str]]:
        """Admit one call and yield its headers; raises the 429 that refuses it."""
        with self._lock:
            headers = self._admit()
            self._in_flight += 1
        try:
            yield headers
        finally:
            with self._lock:
                self._in_flight -= 1
            # Not while admitting: whoever waits for the store's lock would hold up the rest,
            # and more than five calls in flight would never be seen.
            if self._enforced:
                date, calls = self._day
                self._store.put("xero_setting", "day", {"date": date, "calls": calls})

    def _admit(self) -> dict[str, str]:
        if not self._enforced:
            return _headers(self._a_day - 1, A_MINUTE - 1)
        now = self._clock()
        if self._in_flight >= CONCURRENT:
            raise self.refusal("concurrent", now)
        today = self._today(now)
        if today >= self._a_day:
            raise self.refusal("day", now)
        if len(self._recent) >= A_MINUTE:
            raise self.refusal("minute", now)
        self._recent.append(now)
        self._day = (now.date().isoformat(), today + 1)
        return _headers(self._a_day - today - 1, A_MINUTE - len(self._recent))

    def _today(self, now: datetime) -> int:
        """Calls in the day's fixed window (midnight UTC here); drops those over a minute old."""
        while self._recent and not 0 <= (now - self._recent[0]).total_seconds() < 60:  # noqa: PLR2004
            self._recent.popleft()
        date, calls = self._day
        return calls if date == now.date().isoformat() else 0

    def refusal(
        self, limit: str, now: datetime | None = None, wait: float | None = None
    ) -> RefusalError:
        """The 429 of a limit: "minute", "day" or "concurrent"; its body is empty.

        `wait` is the Retry-After in seconds where a fault says so, instead of the true one.
        """
        now = now or self._clock()
        with self._lock:
            today = self._today(now)
            oldest = self._recent[0] if self._recent else now
            minute = A_MINUTE - len(self._recent)
        headers = _headers(
            0 if limit == "day" else self._a_day - today, 0 if limit == "minute" else minute
        )
        headers["X-Rate-Limit-Problem"] = limit
        if limit == "minute":
            wait = 60 - (now - oldest).total_seconds() if wait is None else wait
        if limit == "day":
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            wait = (midnight - now).total_seconds() if wait is None else wait
        if limit != "concurrent" and wait is not None:
            headers["Retry-After"] = str(max(1, math.ceil(wait)))
        return RefusalError(Answer(status=429, headers=headers, content_type="text/plain"))

    def forget(self) -> None:
        """Start counting anew."""
        with self._lock:
            self._recent.clear()
            self._day = ("", 0)
        self._store.delete("xero_setting", "day")


def _headers(day: int, minute: int) -> dict[str, str]:
    return {
        "X-DayLimit-Remaining": str(max(day, 0)),
        "X-MinLimit-Remaining": str(max(minute, 0)),
        "X-AppMinLimit-Remaining": str(APP_MINUTE - (A_MINUTE - max(minute, 0))),
    }
