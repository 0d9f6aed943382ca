"""Xero's limits: its figures, and its words in the headers of answers (xero.md 2.3). Pure."""

import re
from collections.abc import Mapping

from ....plugin.domain.connections.limits import Limits

#: Five calls at once and sixty a minute for each organisation; ten thousand for the app. Our
#: minute is longer than Xero's by what a call's way there may differ from another's.
XERO = Limits(
    service="Xero",
    at_once=5,
    a_minute=59,
    reserved=1,
    burst=20,
    minute=60.5,
    tolerance=1,
    app_reserved=200,
    app_pause=5.0,
)

#: The header that says how many calls are left -> its name at `Limiter.heard`.
_LEFT = {
    "X-MinLimit-Remaining": "minute_left",
    "X-DayLimit-Remaining": "day_left",
    "X-AppMinLimit-Remaining": "app_left",
}

#: Which limit a 429 is about, by the beginning of its word, and the seconds to wait where no
#: `Retry-After` says it. Xero's documents spell the words in several ways; that of the app's
#: own minute was never seen.
_PROBLEMS = (
    ("appminute", ("app",), 60.0),
    ("minute", ("min",), 60.0),
    ("day", ("day",), 3600.0),
    ("concurrent", ("concurrent",), 5.0),
)

_UNNAMED_WAIT = 60.0


def left_of(headers: Mapping[str, str]) -> dict[str, int]:
    """The calls left, by the names of `Limiter.heard`; what is not said is not there."""
    told = {name: headers.get(header, "").strip() for header, name in _LEFT.items()}
    return {name: int(text) for name, text in told.items() if re.fullmatch(r"[0-9]{1,9}", text)}


def problem_of(headers: Mapping[str, str]) -> str:
    """Which limit a 429 is about: minute, day, concurrent or appminute; empty if it isn't said."""
    word = headers.get("X-Rate-Limit-Problem", "").strip().lower()
    return next((name for name, starts, _ in _PROBLEMS if word.startswith(starts)), "")


def wait_of(headers: Mapping[str, str]) -> float:
    """Seconds to wait after a 429; Xero names them for its minute and day limits."""
    named = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", named):
        return max(1.0, float(named))
    problem = problem_of(headers)
    return next((wait for name, _, wait in _PROBLEMS if name == problem), _UNNAMED_WAIT)
