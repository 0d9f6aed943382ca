"""MintsoftSource: the Source port over one account of Mintsoft, or one client of it."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from marshmallow import ValidationError

from ...plugin.domain.orders.order import Order
from ...plugin.errors import NeedsPerson
from ...plugin.ports.choices import Listed
from ...plugin.ports.source import Unreadable
from .api.calls import COMMENTS, ORDER, STATUSES, TAG
from .api.client import MintsoftClient
from .api.errors import GONE, NotAllowed
from .api.fields import text_id
from .api.paging import ORDERS, Row, belongs, read_row, walk
from .api.shapes import COMMENT, utc
from .api.zone import account_zone, local_text
from .choices import MintsoftLists
from .orders.orders import read_order
from .orders.statuses import STATUS_NAMES, read_statuses


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
        #: Ids of statuses that the list of names does not have.
        self._nameless: set[str] = set()
        self._zone = account_zone(zone)

    @property
    def clock_ahead(self) -> timedelta | None:
        """See `ports.clock.Dated`."""
        return self._client.clock_ahead

    def __repr__(self) -> str:
        return f"MintsoftSource({self._client!r}, {self._zone.key!r}, {self._client_id!r})"

    def changed_since(self, since: datetime | None) -> Iterator[list[Order | Unreadable]]:
        """As `Source.changed_since`, oldest first; what changes meanwhile: see `walk`."""
        if not self._names:
            self._read_names()
        query: dict[str, str | int] = {"IncludeOrderItems": "true", "SortOldestFirst": "true"}
        if self._client_id:
            query["ClientId"] = self._client_id
        if since is not None:
            query["SinceLastUpdated"] = local_text(since, self._zone)
        for rows in walk(self._client, ORDERS, query):
            page = [self._whole(row) for row in rows if belongs(row, self._client_id)]
            orders = [self._order_of(row) for row in page if row is not None]
            if orders:
                yield orders

    def order(self, source_id: str) -> Order | Unreadable | None:
        """As `Source.order`; None also for an order of another client, and for no id at all."""
        if not self._names:
            self._read_names()
        row = read_row(self._client, ORDER, source_id)
        return self._order_of(row) if row is not None and belongs(row, self._client_id) else None

    def statuses(self) -> tuple[str, ...]:
        """As `Source.statuses`, in the order of their ids."""
        self._read_names()
        return tuple(name for _, name in sorted(self._names.items()))

    def channels(self) -> list[Listed]:
        """As `SourceLists.channels`."""
        return MintsoftLists(self._client).channels()

    def warehouses(self) -> list[Listed]:
        """As `SourceLists.warehouses`."""
        return MintsoftLists(self._client).warehouses()

    def clients(self) -> list[Listed]:
        """As `SourceLists.clients`; a user that is no administrator sees none (mintsoft.md 1.2)."""
        try:
            found = MintsoftLists(self._client).clients()
        except NotAllowed:
            return []
        only = self._client_id
        return [
            Listed(id=client.client_id, code=client.code, name=client.name)
            for client in found
            if not only or client.client_id == only
        ]

    def comment(self, source_id: str, text: str) -> None:
        """As `Source.comment`. Spaces and line ends don't make a comment another one."""
        if self._comments(source_id, text):
            return
        body = {"Comment": text, "Admin": False}
        self._client.write("POST", COMMENTS, document_id=source_id, body=body)

    def commented_at(self, source_id: str, text: str) -> datetime | None:
        """As `Source.commented_at`: nothing but our own writing moves that (mintsoft.md 3)."""
        for row in self._comments(source_id, text):
            with suppress(ValidationError):
                said = COMMENT.load(row)
                return utc(said, "LastUpdated", self._zone) if said["LastUpdated"] else None
        return None

    def _comments(self, source_id: str, text: str) -> list[Row]:
        """Comments of an order that say this, but for spaces and line ends."""
        wanted = " ".join(text.split())
        rows = self._client.read_list(COMMENTS, document_id=source_id)
        return [row for row in rows if _comment(row) == wanted]

    def tag(self, source_id: str, label: str) -> None:
        """As `Source.tag`.

        Neither whether Mintsoft refuses a tag that is there already is known (mintsoft.md 9.4),
        nor what it says when the order is gone; so after a refusal the order is read.
        """
        try:
            self._client.write("PUT", TAG, document_id=source_id, query={"Tag": label})
        except NeedsPerson:
            found = self.order(source_id)
            if found is None:
                raise NeedsPerson(code=GONE) from None
            if not isinstance(found, Order) or not _has_tag(found, label):
                raise

    def _read_names(self) -> None:
        names = read_statuses(self._client.read_list(STATUSES))
        self._names = {**STATUS_NAMES, **names}

    def _whole(self, row: Row) -> Row | None:
        """The row with its lines, which a list may leave out; None when it is gone by now."""
        source_id = text_id(row)
        if not source_id or row.get("OrderItems") is not None:
            return row
        return read_row(self._client, ORDER, source_id)

    def _order_of(self, row: Row) -> Order | Unreadable:
        status = row.get("OrderStatusId")
        if status not in self._names and repr(status) not in self._nameless:
            self._read_names()  # a status of the account's own, made since we looked
            self._nameless.add(repr(status))
        return read_order(row, statuses=self._names, zone=self._zone)


def _has_tag(order: Order, label: str) -> bool:
    return label.casefold() in {tag.casefold() for tag in order.tags}


def _comment(row: Row) -> str:
    try:
        text: str = COMMENT.load(row)["Comment"] or ""
    except ValidationError:
        return ""
    return " ".join(text.split())
