"""Health: what a connection may do and what it lacks, point by point."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

#: Clocks that are no further apart are alike: an answer is under way for seconds, too.
ALIKE = timedelta(minutes=1)


class PointState(StrEnum):
    """What a point comes to."""

    OK = "ok"
    #: Good to know; nothing is wrong.
    NOTE = "note"
    #: Something that is needed is not there, or not allowed.
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class Point:
    """One thing that was looked at."""

    #: Whose it is: ``Mintsoft``, ``Xero``, or ``mapping``.
    side: str
    #: Stable name: ``login``, ``scopes``, ``lock_dates``.
    name: str
    state: PointState
    sentence: str
    #: What to do; empty where nothing is to be done.
    fix: str = ""


def clock_points(side: str, ahead: timedelta | None) -> list[Point]:
    """Whether this machine's clock is a side's; nothing where the side did not say its time.

    `ahead`: by how much this machine's is ahead of it.
    """
    if ahead is None:
        return []
    if abs(ahead) <= ALIKE:
        words, state, fix = f"This machine's clock is {side}'s.", PointState.OK, ""
    else:
        apart = timedelta(seconds=round(abs(ahead).total_seconds()))
        way = "ahead of" if ahead > timedelta(0) else "behind"
        words = f"This machine's clock is {apart} (hours, minutes, seconds) {way} {side}'s."
        state, fix = PointState.MISSING, "Let a time service (NTP) set this machine's clock."
    return [Point(side=side, name="clock", state=state, sentence=words, fix=fix)]
