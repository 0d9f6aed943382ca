"""Xero's limits: how many calls are in flight, in a minute, in a day (xero.md 2.3).

They are counted for each app's use of an organisation; another minute's limit goes for the app
in all organisations together. While not `enforced` nothing is refused or counted down; the
headers are still sent.
"""

import math
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from ..tenant import Clock, Tenant
from .envelope import Answer, RefusalError

#: Calls a day in each of Xero's tiers.
TIERS = {"core": 5000, "starter": 1000}


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """How many calls may be made."""

    concurrent: int = 5
    minute: int = 60
    day: int = TIERS["core"]
    app_minute: int = 10_000
    enforced: bool = True


class _Counted:
    """The calls of one app to one organisation."""

    def __init__(self, day: dict[str, Any]) -> None:
        self.in_flight = 0
        #: When the calls of the last minute came.
        self.recent: deque[datetime] = deque()
        #: The date of the last call, and how many there were that day.
        self.day = (str(day["date"]), int(day["calls"]))


class Limits:
    """Counts the calls of all apps to all organisations."""

    def __init__(self, clock: Clock, allowed: Allowed) -> None:
        self._clock = clock
        self._at_first = allowed
        self.allowed = allowed
        self._lock = threading.RLock()
        self._counted: dict[tuple[str, str], _Counted] = {}
        #: By app, when its calls of the last minute came.
        self._apps: dict[str, deque[datetime]] = {}

    def change(self, **changes: Any) -> None:
        """Allow something else from now on. Raises ValueError with a sentence."""
        known = {field.name: bool if field.name == "enforced" else int for field in fields(Allowed)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"Limits are {', '.join(known)}; not {name}.")
            if type(value) is not known[name] or value < 0:
                wanted = "true or false" if known[name] is bool else "a whole number from 0"
                raise ValueError(f"{name} is {wanted}, not {value!r}.")
        self.allowed = replace(self.allowed, **changes)

    @contextmanager
    def call(self, app: str, tenant: Tenant) -> Iterator[dict[str, str]]:
        """Admit one call and yield its headers; raises the 429 that refuses it."""
        with self._lock:
            counted = self._of(app, tenant)
            headers = self._admit(app, tenant, counted)
            counted.in_flight += 1
        try:
            yield headers
        finally:
            with self._lock:
                counted.in_flight -= 1
            # Not while admitting: whoever waits for the store's lock would hold up the rest,
            # and more than five calls in flight would never be seen.
            if self.allowed.enforced:
                date, calls = counted.day
                tenant.store.put("xero_setting", f"day {app}", {"date": date, "calls": calls})

    def _of(self, app: str, tenant: Tenant) -> _Counted:
        found = self._counted.get((app, tenant.id))
        if found is None:
            kept = tenant.find("xero_setting", f"day {app}") or {"date": "", "calls": 0}
            found = self._counted[app, tenant.id] = _Counted(kept)
        return found

    def _admit(self, app: str, tenant: Tenant, counted: _Counted) -> dict[str, str]:
        allowed = self.allowed
        if not allowed.enforced:
            return _headers(allowed.day - 1, allowed.minute - 1, allowed.app_minute - 1)
        now = self._clock()
        in_minute = _of_last_minute(counted.recent, now)
        of_app = _of_last_minute(self._apps.setdefault(app, deque()), now)
        today = _today(counted, now)
        full = {
            "concurrent": counted.in_flight >= allowed.concurrent,
            "day": today >= allowed.day,
            "minute": len(in_minute) >= allowed.minute,
            "appminute": len(of_app) >= allowed.app_minute,
        }
        for limit, is_full in full.items():
            if is_full:
                raise self.refusal(limit, app, tenant)
        in_minute.append(now)
        of_app.append(now)
        counted.day = (now.date().isoformat(), today + 1)
        return self._headers(app, counted, now)

    def refusal(
        self, limit: str, app: str, tenant: Tenant, wait: float | None = None
    ) -> RefusalError:
        """The 429 of a limit: "minute", "day", "concurrent" or "appminute"; its body is empty.

        `wait` is the Retry-After in seconds where a fault says so, instead of the true one.
        """
        now = self._clock()
        with self._lock:
            counted = self._of(app, tenant)
            headers = self._headers(app, counted, now)
            oldest = counted.recent[0] if counted.recent else now
        headers["X-Rate-Limit-Problem"] = limit
        if limit == "minute":
            headers["X-MinLimit-Remaining"] = "0"
            wait = 60 - (now - oldest).total_seconds() if wait is None else wait
        if limit == "day":
            headers["X-DayLimit-Remaining"] = "0"
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            wait = (midnight - now).total_seconds() if wait is None else wait
        if limit in {"minute", "day"} and wait is not None:
            headers["Retry-After"] = str(max(1, math.ceil(wait)))
        return RefusalError(Answer(status=429, headers=headers, content_type="text/plain"))

    def _headers(self, app: str, counted: _Counted, now: datetime) -> dict[str, str]:
        allowed = self.allowed
        return _headers(
            allowed.day - _today(counted, now),
            allowed.minute - len(counted.recent),
            allowed.app_minute - len(self._apps.get(app, ())),
        )

    def forget(self) -> None:
        """Start counting anew, with the limits of the beginning."""
        with self._lock:
            self.allowed = self._at_first
            self._counted.clear()
            self._apps.clear()


def _of_last_minute(calls: deque[datetime], now: datetime) -> deque[datetime]:
    """The calls without those that are over a minute old (or ahead of a clock set back)."""
    while calls and not 0 <= (now - calls[0]).total_seconds() < 60:  # noqa: PLR2004
        calls.popleft()
    return calls


def _today(counted: _Counted, now: datetime) -> int:
    """Calls in the day's fixed window, from midnight UTC here."""
    date, calls = counted.day
    return calls if date == now.date().isoformat() else 0


def _headers(day: int, minute: int, app_minute: int) -> dict[str, str]:
    return {
        "X-DayLimit-Remaining": str(max(day, 0)),
        "X-MinLimit-Remaining": str(max(minute, 0)),
        "X-AppMinLimit-Remaining": str(max(app_minute, 0)),
    }
