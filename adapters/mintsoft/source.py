"""MintsoftSource: the Source port over one account of Mintsoft, or one client of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import ValidationError

from ...plugin.domain.order import Order
from ...plugin.errors import NeedsPerson, SettingsError
from ...plugin.ports import Unreadable
from .client import COMMENTS, ORDER, ORDER_LIST, STATUSES, TAG, MintsoftClient
from .orders import read_order, text_id
from .shapes import COMMENT
from .statuses import STATUS_NAMES, read_statuses

Row = Any

#: Rows of a page: the most that is safe to ask for (mintsoft.md 1.3).
LIMIT = 100
#: A walk over several pages is repeated at most this often.
PASSES = 3
#: A page that equals the one before is believed to be the end when it has come so often.
REPEATS = 3
GONE = "MX-503"


class MintsoftSource:
    """Orders of one account, or of one client of it."""

    def __init__(self, client: MintsoftClient, *, zone: str, client_id: str = "") -> None:
        """Makes no call.

        Args:
            client: logged in as a user that sees the orders.
            zone: IANA name of the zone in which the account writes its times; the API does
                not tell (mintsoft.md 1.4).
            client_id: Mintsoft's id of the one client whose orders are wanted (`find_client`);
                empty for all that the user sees.

        Raises:
            SettingsError: there is no such zone.
        """
        self._client = client
        self._client_id = client_id
        self._names: Mapping[int, str] = {}
        try:
            self._zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise SettingsError(f"There is no time zone {zone}.") from None

    def __repr__(self) -> str:
        return f"MintsoftSource({self._client!r}, {self._zone.key!r}, {self._client_id!r})"

    def changed_since(self, since: datetime | None) -> Iterator[list[Order | Unreadable]]:
        """As `Source.changed_since`, oldest first.

        Pages are counted by Mintsoft while it goes on working, so a row that leaves a page
        lets the first row of the next one slip through. A walk over more than one page is
        therefore repeated until it meets no order for the first time. An order that *changes*
        during the walk may still be missed in its new state: the overlap of the next call's
        `since` is what catches it.
        """
        self._read_names()
        seen: dict[str, set[str]] = {}
        for _ in range(PASSES):
            before, slipped = len(seen), False
            for rows in self._pages(since):
                slipped = slipped or len(rows) >= LIMIT or len(seen) > before
                page = [self._whole(row) for row in rows if self._is_new(row, seen)]
                orders = [self._order_of(row) for row in page if row is not None]
                if orders:
                    yield orders
            if not slipped or len(seen) == before:
                return

    def order(self, source_id: str) -> Order | Unreadable | None:
        """As `Source.order`; None also for an order of another client, and for no id at all."""
        if not source_id.isdecimal():
            return None
        if not self._names:
            self._read_names()
        row = self._read_one(source_id)
        return self._order_of(row) if row is not None and self._is_ours(row) else None

    def statuses(self) -> tuple[str, ...]:
        """As `Source.statuses`, in the order of their ids."""
        self._read_names()
        return tuple(name for _, name in sorted(self._names.items()))

    def comment(self, source_id: str, text: str) -> None:
        """As `Source.comment`. Spaces and line ends don't make a comment another one."""
        rows = self._client.read_list(COMMENTS, order_id=source_id)
        if " ".join(text.split()) in {_comment(row) for row in rows}:
            return
        body = {"Comment": text, "Admin": False}
        self._client.write("POST", COMMENTS, order_id=source_id, body=body)

    def tag(self, source_id: str, label: str) -> None:
        """As `Source.tag`.

        Neither whether Mintsoft refuses a tag that is there already is known (mintsoft.md 9.4),
        nor what it says when the order is gone; so after a refusal the order is read.
        """
        try:
            self._client.write("PUT", TAG, order_id=source_id, query={"Tag": label})
        except NeedsPerson:
            found = self.order(source_id)
            if found is None:
                raise NeedsPerson(code=GONE) from None
            if not isinstance(found, Order) or not _has_tag(found, label):
                raise

    def _read_names(self) -> None:
        names = read_statuses(self._client.read_list(STATUSES))
        self._names = {**STATUS_NAMES, **names}

    def _pages(self, since: datetime | None) -> Iterator[list[Row]]:
        """Non-empty pages, until an empty one; a short page is not the end (mintsoft.md 1.3)."""
        query: dict[str, str | int] = {
            "Limit": LIMIT,
            "IncludeOrderItems": "true",
            "SortOldestFirst": "true",
        }
        if self._client_id:
            query["ClientId"] = self._client_id
        if since is not None:
            query["SinceLastUpdated"] = local_text(since, self._zone)
        previous: list[str] = []
        times = 0
        for number in count(1):
            rows = self._client.read_list(ORDER_LIST, query={**query, "PageNo": number})
            ids = [text_id(row) for row in rows]
            # Some lists ignore PageNo and answer the same for ever. One equal page may also
            # come of 100 rows that were moved in front meanwhile, so it is no proof yet.
            times = times + 1 if ids == previous else 1
            if not rows or times == REPEATS:
                return
            previous = ids
            yield rows

    def _is_new(self, row: Row, seen: dict[str, set[str]]) -> bool:
        """Whether the row is ours, and its order is met in this state for the first time."""
        if not self._is_ours(row):
            return False
        states = seen.setdefault(text_id(row), set())
        state = str(row.get("LastUpdated")) if isinstance(row, dict) else ""
        is_new = state not in states
        states.add(state)
        return is_new

    def _is_ours(self, row: Row) -> bool:
        """False for another client's order: names of parameters are silently ignored there."""
        owner = row.get("ClientId") if isinstance(row, dict) else None
        return not self._client_id or owner is None or str(owner) == self._client_id

    def _whole(self, row: Row) -> Row | None:
        """The row with its lines, which a list may leave out; None when it is gone by now."""
        source_id = text_id(row)
        if not source_id or row.get("OrderItems") is not None:
            return row
        return self._read_one(source_id)

    def _read_one(self, source_id: str) -> Row | None:
        try:
            return self._client.read_object(ORDER, order_id=source_id)
        except NeedsPerson as error:
            if error.code != GONE:
                raise
            return None

    def _order_of(self, row: Row) -> Order | Unreadable:
        return read_order(row, statuses=self._names, zone=self._zone)


def local_text(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as ``SinceLastUpdated`` wants it: the account's own time without offset.

    In the hour that comes twice in autumn the clock may show less later on, so an hour is
    taken off: rather too many orders than one too few.
    """
    local = moment.astimezone(zone).replace(tzinfo=None, microsecond=0)
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if first is not None and second is not None and first > second:
        local -= first - second
    return local.isoformat()


def _has_tag(order: Order, label: str) -> bool:
    return label.casefold() in {tag.casefold() for tag in order.tags}


def _comment(row: Row) -> str:
    try:
        text: str = COMMENT.load(row)["Comment"] or ""
    except ValidationError:
        return ""
    return " ".join(text.split())
