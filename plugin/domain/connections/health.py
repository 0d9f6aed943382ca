"""Health: what a connection may do and what it lacks, point by point."""

from dataclasses import dataclass
from enum import StrEnum


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
