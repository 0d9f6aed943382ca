"""The simulated Mintsoft account: its records in the store, its clock, and its one user."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from ..day import Day
from ..store import Document, Store

#: The account's own time zone, in which it stores and compares times (mintsoft.md 1.4).
LONDON = ZoneInfo("Europe/London")
KEY_LIFE = timedelta(hours=24)

#: Where the app keeps its parts.
EXTENSION = "mintsoft_sandbox"
FAULTS = "mintsoft_sandbox_faults"
REQUESTS = "mintsoft_sandbox_requests"


@dataclass(frozen=True, kw_only=True)
class User:
    """Who may log in, and what that user may see."""

    username: str
    password: str
    #: Sees all clients; another user sees the orders of the first client only.
    admin: bool
    #: A key that holds from the start; this user's keys never expire.
    key: str | None


class Account:
    """All that the views share. Documents in the store are replaced, never edited."""

    def __init__(
        self,
        *,
        store: Store,
        day: Day,
        clock: Callable[[], datetime],
        user: User,
        tagging_touches: bool,
    ) -> None:
        self.store = store
        self.user = user
        self.tagging_touches = tagging_touches
        self._day = day
        self._clock = clock
        self._by_id: list[Document] | None = None
        if not (store.table("order") and store.table("status")):
            self.load()

    def load(self) -> None:
        """Put the day into the store, unless orders are there."""
        records = {
            "status": self._day.statuses,
            "channel": self._day.channels,
            "client": self._day.clients,
            "warehouse": self._day.warehouses,
            "currency": self._day.currencies,
            "country": self._day.countries,
            "courier_service": self._day.courier_services,
        }
        if not self.store.table("order"):
            records["order"] = self._day.orders
        with self.store.changing():
            for kind, documents in records.items():
                for document in documents:
                    self.store.put(kind, str(document["ID"]), document)
            self._by_id = None
            if self.user.key and not self.store.table("key"):
                self.give_key(self.user.key)

    def reset(self) -> None:
        """Forget everything that happened since the day was loaded."""
        with self.store.changing():
            self.store.clear()
            self.load()

    # Time

    def now(self) -> datetime:
        """The sandbox's time, aware: the real one unless somebody has set the clock."""
        ahead = self.store.table("clock").get("clock", {}).get("seconds_ahead", 0)
        return self._clock().astimezone(UTC) + timedelta(seconds=ahead)

    def set_clock(self, now: datetime | None) -> None:
        """Let it be this (aware) time from now on, or the real time again."""
        if now is None:
            self.store.delete("clock", "clock")
            return
        ahead = (now - self._clock()).total_seconds()
        self.store.put("clock", "clock", {"seconds_ahead": ahead})

    def stamp(self) -> str:
        """Now, as `LastUpdated` writes it."""
        return local_text(self.now())

    # The key

    def give_key(self, key: str) -> None:
        """Make this the user's only key."""
        expires = None if self.user.key else (self.now() + KEY_LIFE).isoformat()
        self.store.put("key", self.user.username, {"key": key, "expires": expires})

    def drop_key(self) -> None:
        """Let the user's key be expired."""
        self.store.delete("key", self.user.username)

    def accepts(self, key: str | None) -> bool:
        """Whether this is the user's key, and still alive."""
        held = self.store.table("key").get(self.user.username)
        if held is None or key != held["key"]:
            return False
        return not held["expires"] or self.now() < datetime.fromisoformat(held["expires"])

    # Records

    def records(self, kind: str) -> list[Document]:
        """The records of a kind by ascending ID."""
        with self.store.lock:
            return sorted(self.store.table(kind).values(), key=lambda record: record["ID"])

    def named(self, kind: str, value: Any) -> Document | None:
        """The record of a kind with this ID, name or code, or None."""
        for record in self.records(kind):
            if value in (record["ID"], record["Name"], record.get("Code")):
                return record
        return None

    def new_id(self, kind: str) -> int:
        """An ID that no record of this kind (``order``, ``item``, ``comment``) ever had."""
        last = self.store.table("last_id").get(kind, {}).get("ID")
        if last is None:
            last = self._highest_id(kind)
        self.store.put("last_id", kind, {"ID": last + 1})
        return int(last) + 1

    def _highest_id(self, kind: str) -> int:
        orders = self.store.table("order").values()
        if kind == "order":
            return max((order["ID"] for order in orders), default=9000)
        if kind == "item":
            items = (item["ID"] for order in orders for item in order.get("OrderItems") or ())
            return max(items, default=70000)
        return 0

    # Orders

    def all_orders(self) -> list[Document]:
        """Every order by ascending ID; sorted once between two changes."""
        with self.store.lock:
            if self._by_id is None:
                self._by_id = self.records("order")
            return list(self._by_id)

    def orders(self) -> list[Document]:
        """The orders that the user may see, by ascending ID."""
        if self.user.admin:
            return self.all_orders()
        own = self.records("client")[0]["ID"]
        return [row for row in self.all_orders() if row.get("ClientId") == own]

    def order(self, order_id: int) -> Document | None:
        """One order that the user may see, or None."""
        found = self.store.table("order").get(str(order_id))
        if found is None or self.user.admin:
            return found
        return found if found.get("ClientId") == self.records("client")[0]["ID"] else None

    def add(self, order: Document) -> int:
        """Keep a new order, under its own ID or a new one; return that ID."""
        order_id = int(order.get("ID") or self.new_id("order"))
        self.keep({**order, "ID": order_id})
        for kind in ("order", "item"):  # the new ones may have raised the highest
            self.store.delete("last_id", kind)
        return order_id

    def change(self, order: Document, *, by: str, **changes: Any) -> Document:
        """Replace an order by one with these changes and a new `LastUpdated`."""
        stamp = {"LastUpdated": self.stamp(), "LastUpdatedByUser": by}
        return self.keep({**order, **stamp, **changes})

    def keep(self, order: Document) -> Document:
        """Store an order as it is, in place of the one with its ID."""
        with self.store.changing():
            self.store.put("order", str(order["ID"]), order)
            self._by_id = None
        return order


def this_account() -> Account:
    """The account of the app that answers the present request."""
    account: Account = current_app.extensions[EXTENSION]
    return account


def local_text(moment: datetime) -> str:
    """A moment as the API writes it: local time, no offset, no trailing zeros."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(LONDON).replace(tzinfo=None)
    text = moment.isoformat()
    return text.rstrip("0") if "." in text else text
