"""Health: what a connection may do and what it lacks, point by point."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from .connection import Connection

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


#: Zones lie apart by quarters of an hour; what is less is clocks and calls.
_QUARTER = timedelta(minutes=15)


def zone_points(
    side: str, connection: Connection, written: datetime, told: datetime
) -> list[Point]:
    """Whether a side writes its times in the zone that a connection takes them to be of.

    Nothing in the nights in which clocks are put forward or back: an hour more or less says
    nothing there.

    Args:
        side: its name.
        connection: its setting `timezone` says which zone it takes them to be of.
        written: when we wrote something there, by its clock (UTC).
        told: when that was by its own times, taken for times of that zone (UTC).
    """
    zone = connection.settings.timezone
    here = ZoneInfo(zone)
    around = {(written + x * timedelta(hours=3)).astimezone(here).utcoffset() for x in (-1, 1)}
    if len(around) > 1:
        return []
    apart = round((told - written) / _QUARTER) * _QUARTER
    if not apart:
        words = f"{side} writes its times in the zone {zone}."
        return [Point(side=side, name="zone", state=PointState.OK, sentence=words)]
    quarters = round((told + (around.pop() or timedelta()) - written) / _QUARTER)
    sign, (hours, minutes) = "-" if quarters < 0 else "+", divmod(abs(quarters) * 15, 60)
    words = (
        f"{side} writes its times in another time zone than {zone}: it was "
        f"UTC{sign}{hours:02d}:{minutes:02d} there when we wrote our last comment. Changes are "
        "passed over by that."
    )
    name, since = connection.name, connection.settings.start_date or "DATE"
    fix = (
        f"Set the account's zone: mintsoft-xero connection set {name} timezone=ZONE. Then read "
        f"again what was passed over: mintsoft-xero export {name} --since {since}."
    )
    return [Point(side=side, name="zone", state=PointState.MISSING, sentence=words, fix=fix)]
