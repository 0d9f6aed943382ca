"""FakeSource: orders in memory, for tests of the flows and for adapter authors.

It passes the contract tests of the real sources.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from ..domain.orders.order import Order
from ..errors import NeedsPerson, PluginError
from ..ports.source import Unreadable


class FakeSource:
    """A Source that holds orders in memory."""

    def __init__(self, *orders: Order, page_size: int = 100) -> None:
        #: Orders by id; put, replace or delete them at will.
        self.orders: dict[str, Order] = {order.source_id: order for order in orders}
        #: Orders that can't be read, by id; `changed_since` yields them whatever the moment.
        self.unreadable: dict[str, Unreadable] = {}
        #: Comments by order's id, oldest first.
        self.comments: dict[str, list[str]] = {}
        #: When the comments of an order were written, as far as it says.
        self.comment_times: dict[str, datetime] = {}
        #: Raised by every call while it is set.
        self.failure: PluginError | None = None
        #: Called with the method's name before each call, to fail or change something there.
        self.before: Callable[[str], None] = lambda _method: None
        #: Names of statuses beside those of the orders.
        self.known_statuses: tuple[str, ...] = ("NEW", "CANCELLED", "DESPATCHED", "INVOICED")
        #: By how much our clock is ahead of this side's; None: it does not say.
        self.clock_ahead: timedelta | None = None
        self._page_size = page_size

    def changed_since(self, since: datetime | None) -> Iterator[list[Order | Unreadable]]:
        """As `Source.changed_since`, oldest change first."""
        self._begin("changed_since")
        changed = [x for x in self.orders.values() if since is None or x.changed_at >= since]
        ordered = sorted(changed, key=lambda order: order.changed_at)
        found: list[Order | Unreadable] = [*ordered, *self.unreadable.values()]
        for start in range(0, len(found), self._page_size):
            yield found[start : start + self._page_size]

    def order(self, source_id: str) -> Order | Unreadable | None:
        """As `Source.order`."""
        self._begin("order")
        return self.orders.get(source_id) or self.unreadable.get(source_id)

    def statuses(self) -> tuple[str, ...]:
        """As `Source.statuses`."""
        self._begin("statuses")
        used = (order.status for order in self.orders.values())
        return tuple(dict.fromkeys([*self.known_statuses, *used]))

    def comment(self, source_id: str, text: str) -> None:
        """As `Source.comment`."""
        self._begin("comment")
        self._require(source_id)
        comments = self.comments.setdefault(source_id, [])
        if text not in comments:
            comments.append(text)

    def commented_at(self, source_id: str, text: str) -> datetime | None:
        """As `Source.commented_at`; it says what `comment_times` says."""
        self._begin("commented_at")
        there = text in self.comments.get(source_id, ())
        return self.comment_times.get(source_id) if there else None

    def tag(self, source_id: str, label: str) -> None:
        """As `Source.tag`; the order's `changed_at` stays."""
        self._begin("tag")
        self._require(source_id)
        order = self.orders.get(source_id)
        if order is not None and label not in order.tags:
            self.orders[source_id] = replace(order, tags=(*order.tags, label))

    def _begin(self, method: str) -> None:
        self.before(method)
        if self.failure is not None:
            raise self.failure

    def _require(self, source_id: str) -> None:
        if source_id not in self.orders and source_id not in self.unreadable:
            raise NeedsPerson(code="MX-503")
