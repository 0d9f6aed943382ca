"""The account's own time zone, in which Mintsoft writes and compares times (mintsoft.md 1.4)."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ....plugin.errors import SettingsError


def account_zone(name: str) -> ZoneInfo:
    """The zone with an IANA name; the API does not tell which is the account's.

    Raises:
        SettingsError: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(f"There is no time zone {name}.") from None


def local_text(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as ``SinceLastUpdated`` wants it: the account's own time without offset.

    In the hour that comes twice in autumn the clock may show less later on, so an hour is
    taken off: rather too many rows than one too few.
    """
    local = moment.astimezone(zone).replace(tzinfo=None, microsecond=0)
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if first is not None and second is not None and first > second:
        local -= first - second
    return local.isoformat()


def utc_of(moment: datetime, zone: ZoneInfo) -> datetime:
    """A time of the account in UTC; one with an offset is what it says.

    A time that the clocks skip in spring is taken as if they had not been put forward yet; one
    that occurs twice in autumn is taken as the first of the two, so that a cursor is rather an
    hour early than late.

    Raises:
        OverflowError: it has no moment in UTC (the ends of the calendar).
    """
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar date that the account means by a time of its own."""
    return (moment.astimezone(zone) if moment.tzinfo else moment).date()


def date_text(day: date) -> str:
    """A calendar date as Mintsoft takes it: its midnight, in nobody's zone."""
    return datetime.combine(day, time()).isoformat()
