"""Source: where orders come from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ..domain.orders.order import Order
from ..errors import NeedsPerson


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """A document that the source gave, but that can't be put into our words."""

    source_id: str
    #: Empty when that can't be read either.
    number: str
    error: NeedsPerson


class Source(Protocol):
    """Where orders come from: one account of the warehouse system, or one client of it."""

    def changed_since(self, since: datetime | None) -> Iterator[list[Order | Unreadable]]:
        """Pages of all orders changed at or after a moment (UTC); None: all there are.

        An order may come twice. Each page holds whole orders with their lines.

        Raises:
            TryLater: the source can't be reached or is busy.
            Disconnected: the login is refused.
        """

    def order(self, source_id: str) -> Order | Unreadable | None:
        """One order as it is now; None when it is gone. Raises as `changed_since`."""

    def statuses(self) -> tuple[str, ...]:
        """The names of all order statuses of the account. Raises as `changed_since`."""

    def comment(self, source_id: str, text: str) -> None:
        """Put a comment on an order, unless the same comment is there already.

        Raises:
            NeedsPerson: the source refuses it (MX-502), or the order is gone (MX-503).
            TryLater, Disconnected: as `changed_since`.
        """

    def commented_at(self, source_id: str, text: str) -> datetime | None:
        """When a comment was put on an order (UTC), by the source's own clock and time zone.

        None where it has no such comment, or does not say. Raises as `changed_since`.
        """

    def tag(self, source_id: str, label: str) -> None:
        """Put a label on an order; a second call changes nothing. Raises as `comment`."""
