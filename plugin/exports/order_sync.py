"""Orders: from what changed at the source to a row for each that says where it stands."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from ..domain.connections.connection import Connection
from ..domain.orders.order import Order
from ..domain.times import local_date
from ..ports.ledger.cursors import ReadMark
from ..ports.source import Unreadable
from .context import ExportContext
from .order_decide import consider, decide_again, read_and_consider
from .order_inputs import basis_of
from .pipeline import mirror_numbers
from .send import OVERLAP, newest_change


def sync(parts: ExportContext, connection: Connection, *, since: date | None = None) -> None:
    """Fetch, normalise, decide, build and check: every order seen has a row afterwards.

    With `since` the orders of documents from that day on are read again, whatever the cursor
    says, and the cursor stays.

    Raises:
        TryLater: either side can't be reached; what was recorded stays, the cursor too.
        Disconnected: either side refuses access.
    """
    begun = parts.clock.now()
    basis = basis_of(connection, parts.decider.digest)
    mirror_numbers(parts, connection)
    latest = None
    for page in fetch(parts, connection, since):
        consider(parts, connection, page, basis)
        latest = newest_change(page, latest, begun)
    if since is None:
        parts.ledger.move_orders_cursor(connection, begun)
        if latest is not None:
            parts.ledger.keep_look(connection, ReadMark(changes_until=latest, at=parts.clock.now()))
    decide_again(parts, connection, basis)
    for identity in parts.ledger.edited_meanwhile(connection):
        read_and_consider(parts, connection, identity, basis)


def fetch(
    parts: ExportContext, connection: Connection, since: date | None
) -> Iterator[list[Order | Unreadable]]:
    """Pages of orders: from the cursor on, or those of documents from a day on."""
    zone = connection.settings.timezone
    if since is None:
        cursor = parts.ledger.orders_read_until(connection)
        first = _midnight(connection.settings.start_date, zone)
        yield from parts.source.changed_since(cursor - OVERLAP if cursor else first)
        return
    # An order of that day was changed on that day or later.
    for page in parts.source.changed_since(_midnight(since, zone)):
        yield [
            x for x in page if isinstance(x, Unreadable) or local_date(x.document_at, zone) >= since
        ]


def _midnight(day: date | None, zone: str) -> datetime | None:
    """The moment at which a day begins where the connection is; None for no day."""
    if day is None:
        return None
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
