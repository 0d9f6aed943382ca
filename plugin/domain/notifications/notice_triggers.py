"""Notice triggers: what is new about a connection since it was last looked at. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..connections.connection import Connection, ConnectionState
from ..times import local_date
from .notice import Noticed

#: An error that comes back within this time is the same one: a Retry makes nothing new of it.
GONE_FOR_GOOD = timedelta(hours=1)

#: A connection that holds for less is not worth a notice: it goes on by itself.
HELD_LONG = timedelta(minutes=30)

ERROR, PAUSED, HELD, DIGEST = "error:", "paused", "held", "digest"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be kept of a look, and what of it is told."""

    noticed: Noticed
    #: Whether it has begun and is worth a notice, or has ended after it was told.
    begins: bool = False
    ends: bool = False


def look_at_errors(
    known: Mapping[str, Noticed], keys: Collection[str], now: datetime
) -> list[Change]:
    """What changed about the errors of a connection; `keys`: those of the causes there are."""
    changes = []
    for key in keys:
        before = known.get(f"{ERROR}{key}")
        if before is None:
            fresh = Noticed(thing=f"{ERROR}{key}", since=now, told_at=now)
            changes.append(Change(noticed=fresh, begins=True))
        elif before.gone_at is not None:
            anew = now - before.gone_at >= GONE_FOR_GOOD
            since, told_at = (now, now) if anew else (before.since, before.told_at)
            back = replace(before, since=since, told_at=told_at, gone_at=None)
            changes.append(Change(noticed=back, begins=anew))
    there = {f"{ERROR}{key}" for key in keys}
    for thing, before in known.items():
        if thing.startswith(ERROR) and thing not in there and before.gone_at is None:
            changes.append(Change(noticed=replace(before, gone_at=now)))
    return changes


def look_at_state(
    before: Noticed | None, thing: str, now: datetime, *, is_so: bool, after: timedelta
) -> list[Change]:
    """What changed about being paused or held: told once it has been so for `after`."""
    if not is_so:
        if before is None or before.gone_at is not None:
            return []
        told = before.told_at is not None
        return [Change(noticed=replace(before, gone_at=now), ends=told)]
    if before is None or before.gone_at is not None:
        version = before.version if before else 0
        before = Noticed(thing=thing, since=now, version=version)
        if after:
            return [Change(noticed=before)]
    if before.told_at is None and now - before.since >= after:
        return [Change(noticed=replace(before, told_at=now), begins=True)]
    return []


def look_at_clock(before: Noticed | None, connection: Connection, now: datetime) -> list[Change]:
    """Whether the day's figures are due: at the hour of the settings, a missed day once.

    `Noticed.since` is the moment of the next ones; `told_at` that of the last ones.
    """
    coming = next_digest(connection, now)
    if before is None:
        return [Change(noticed=Noticed(thing=DIGEST, since=coming))]
    if before.since <= now:
        kept = replace(before, since=coming, told_at=now)
        return [Change(noticed=kept, begins=True)]
    # The hour or the timezone was changed.
    return [Change(noticed=replace(before, since=coming))] if before.since != coming else []


def next_digest(connection: Connection, now: datetime) -> datetime:
    """When the connection's next figures are due (UTC); where the clock leaps, that day's next."""
    zone = ZoneInfo(connection.settings.timezone)
    today = local_date(now, connection.settings.timezone)
    days: list[date] = [today + timedelta(days=x) for x in range(3)]
    hour = time(connection.settings.digest_hour)
    # By way of the timestamp: an hour that the clock leaps over is the one after it.
    moments = (datetime.combine(day, hour, zone).timestamp() for day in days)
    coming = next(x for x in moments if x > now.timestamp())
    return datetime.fromtimestamp(coming, tz=now.tzinfo)


def stopped(connection: Connection) -> bool:
    """Whether it ran once and does not any more; one that was never connected is just new."""
    if connection.state is ConnectionState.ACTIVE:
        return False
    never = connection.organisation is None and connection.state is ConnectionState.NEEDS_CONSENT
    return not never
