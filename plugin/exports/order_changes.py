"""Orders as they changed at the source: from the cursor on, from a day on, or since a look."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ..domain.connections.connection import Connection
from ..domain.orders.order import Order
from ..domain.times import local_date, midnight
from ..ports.ledger.cursors import ReadMark
from ..ports.source import Unreadable
from .context import ExportContext

#: The source's clock and zone may differ from ours: changes are read from this much earlier.
OVERLAP = timedelta(hours=1)

#: The same where its clock is compared with itself: changes may come to light a little late.
LATE = timedelta(seconds=20)

#: So far at most it is taken for granted that both clocks have gone on alike.
LONGEST_GUESS = timedelta(minutes=15)

Page = list[Order | Unreadable]


def fetch(parts: ExportContext, connection: Connection, since: date | None) -> Iterator[Page]:
    """Pages of orders: from the cursor on, or those of documents from a day on.

    What was read from the cursor on is marked as looked at, once all of it was worked on.
    """
    zone = connection.settings.timezone
    if since is not None:
        # An order of that day was changed on that day or later.
        for page in parts.source.changed_since(midnight(since, zone)):
            yield [
                x
                for x in page
                if isinstance(x, Unreadable) or local_date(x.document_at, zone) >= since
            ]
        return
    begun, latest = parts.clock.now(), None
    cursor, start = parts.ledger.orders_read_until(connection), connection.settings.start_date
    first = midnight(start, zone) if start else None
    for page in parts.source.changed_since(cursor - OVERLAP if cursor else first):
        yield page
        latest = newest_change(page, latest, begun)
    _keep_look(parts, connection, latest)


def catch_up(parts: ExportContext, connection: Connection, since: datetime) -> Iterator[Page]:
    """Pages of what changed at the source since anybody last looked.

    One short list per batch or more, not one call per order. Rows that somebody holds keep what
    was read (`Edits.changed`), whoever read it. `since`: the oldest decision that this is for.
    """
    look, latest, first = parts.ledger.look(connection), None, since - OVERLAP
    if look is not None:
        first = look.changes_until - late(look.changes_until, connection)
        # Both clocks have gone on since: what the source has by now is read below. No further than
        # is made up for by the overlap, since ours may have been put forward meanwhile.
        latest = look.changes_until + min(parts.clock.now() - look.at, LONGEST_GUESS)
    for page in parts.source.changed_since(first):
        yield page
        latest = newest_change(page, latest, parts.clock.now())
    _keep_look(parts, connection, latest)


def _keep_look(parts: ExportContext, connection: Connection, latest: datetime | None) -> None:
    if latest is not None:
        parts.ledger.keep_look(connection, ReadMark(changes_until=latest, at=parts.clock.now()))


def newest_change(
    page: Sequence[Order | Unreadable], latest: datetime | None, now: datetime
) -> datetime | None:
    """The newest change among orders and a moment, by the source's own clock.

    One in the future is left out: by it, everything that follows would be taken for old.
    """
    moments = [order.changed_at for order in page if isinstance(order, Order)]
    known = [moment for moment in moments if moment <= now]
    return max([*known, *filter(None, [latest])], default=None)


def late(moment: datetime, connection: Connection) -> timedelta:
    """How much earlier than a change of the source to read from.

    Its times are local: in the night in which clocks are put back, an hour comes twice.
    """
    zone = ZoneInfo(connection.settings.timezone)
    around = [(moment + x).astimezone(zone).utcoffset() for x in (-2 * OVERLAP, 2 * OVERLAP)]
    return LATE if around[0] == around[1] else 2 * OVERLAP
