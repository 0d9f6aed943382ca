"""Times: aware UTC times inside, a connection's own zone only at the edges."""

from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo


def require_utc(owner: object, *names: str) -> None:
    """Refuse a time without a zone, or in another zone than UTC; None is allowed.

    Raises:
        ValueError: a named field of `owner` is not aware UTC. Our bug, not the user's.
    """
    for name in names:
        value = getattr(owner, name)
        if value is not None and value.tzinfo is not UTC:
            raise ValueError(f"{type(owner).__name__}.{name} must be an aware UTC time")


def local_date(moment: datetime, zone: str) -> date:
    """The calendar date that people in `zone` (an IANA name) see at this moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """The moment at which a day begins for people in `zone` (UTC)."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def to_text(moment: datetime) -> str:
    """ISO 8601 in UTC with ``Z``, to the microsecond where there is one."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """Read what `to_text` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)


def local(moment: datetime | None, zone: str) -> str:
    """A moment as people at the connection see it; a dash for none."""
    if moment is None:
        return "-"
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S %Z}"


def ahead_of(dated: str, now: datetime) -> timedelta | None:
    """By how much a clock that shows `now` is ahead of the Date of an HTTP answer.

    To the second. None where there is no Date, or none that can be read.
    """
    try:
        theirs = parsedate_to_datetime(dated)
    except ValueError:
        return None
    # One that says -0000 has no zone, and is UTC.
    return now - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))
