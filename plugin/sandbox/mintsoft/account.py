"""The simulated Mintsoft account: its records in the store, its clock, and its one user."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from ..day import Day
from ..store import Document, Store
from .control.settings import Settings
from .orders.callbacks import Callbacks

KEY_LIFE = timedelta(hours=24)

#: Where the app keeps its parts.
EXTENSION = "mintsoft_sandbox"
FAULTS = "mintsoft_sandbox_faults"
REQUESTS = "mintsoft_sandbox_requests"

#: The first ID of a kind that has no record yet; 1 for the kinds not named.
FIRST_IDS = {"order": 9001, "item": 70001, "asn": 6001, "product": 501}


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
        settings: Settings,
    ) -> None:
        self.store = store
        self.user = user
        self.callbacks = Callbacks()
        self._day = day
        self._clock = clock
        self._by_id: list[Document] | None = None
        self._first_settings = settings
        self.settings = settings.changed(store.table("settings").get("settings", {}))
        if not (store.table("order") and store.table("loaded")):
            self.load()

    def load(self) -> None:
        """Put the day into the store: all kinds of which there is nothing."""
        with self.store.changing():
            for kind, documents in self._day.records().items():
                missing = () if self.store.table(kind) else documents
                for document in missing:
                    self.store.put(kind, str(document["ID"]), document)
            self.store.put("loaded", "loaded", {})
            self._by_id = None
            if self.user.key and not self.store.table("key"):
                self.give_key(self.user.key)

    def reset(self) -> None:
        """Forget everything that happened since the day was loaded."""
        with self.store.changing():
            self.store.clear()
            self.settings = self._first_settings
            self.load()

    def set(self, changes: Mapping[str, Any]) -> None:
        """Change settings. Raises ValueError: there is no such setting, or it can't be that."""
        with self.store.changing():
            self.settings = self.settings.changed(changes)
            self.store.put("settings", "settings", self.settings.shown())

    # Time

    def now(self) -> datetime:
        """The sandbox's time, aware: the real one unless somebody has set the clock."""
        ahead = self.store.table("clock").get("clock", {}).get("seconds_ahead", 0)
        return self._clock().astimezone(UTC) + timedelta(seconds=ahead)

    def set_clock(self, now: datetime | None) -> None:
        """Let it be this time from now on, or the real time; without offset: the account's."""
        if now is None:
            self.store.delete("clock", "clock")
            return
        now = now if now.tzinfo else now.replace(tzinfo=self.zone)
        ahead = (now - self._clock()).total_seconds()
        self.store.put("clock", "clock", {"seconds_ahead": ahead})

    @property
    def zone(self) -> ZoneInfo:
        """The account's own time zone, in which it stores and compares times (1.4)."""
        return ZoneInfo(self.settings.time_zone)

    def local_text(self, moment: datetime) -> str:
        """A moment as the API writes it: local time, no offset, no trailing zeros."""
        if moment.tzinfo is not None:
            moment = moment.astimezone(self.zone).replace(tzinfo=None)
        text = moment.isoformat()
        return text.rstrip("0") if "." in text else text

    def stamp(self) -> str:
        """Now, as `LastUpdated` writes it."""
        return self.local_text(self.now())

    def stamps(self, by: str | None = None) -> Document:
        """The properties that say when a record was changed, and by whom."""
        return {"LastUpdated": self.stamp(), "LastUpdatedByUser": by or self.user.username}

    # The key

    def give_key(self, key: str) -> None:
        """Make this the user's key; the only one, unless a setting lets the old ones live."""
        held = self.store.table("key").get(self.user.username, {})
        others = [] if self.settings.login_rotates else [*held.get("others", []), held.get("key")]
        eternal = self.user.key or not self.settings.keys_expire
        expires = None if eternal else (self.now() + KEY_LIFE).isoformat()
        document = {"key": key, "expires": expires, "others": others}
        self.store.put("key", self.user.username, document)

    @property
    def password(self) -> str:
        """The user's, as it was last changed."""
        changed = self.store.table("password").get(self.user.username, {})
        return str(changed.get("password", self.user.password))

    def change_password(self, password: str) -> None:
        """Another password; the key that was made with the one before has ended."""
        self.store.put("password", self.user.username, {"password": password})
        self.drop_key()

    def drop_key(self) -> None:
        """Let the user's key be expired."""
        self.store.delete("key", self.user.username)

    def accepts(self, key: str | None) -> bool:
        """Whether this is the user's key, and still alive."""
        held = self.store.table("key").get(self.user.username)
        if held is None or key is None or key not in (held["key"], *held.get("others", ())):
            return False
        return not held["expires"] or self.now() < datetime.fromisoformat(held["expires"])

    # Records

    def records(self, kind: str) -> list[Document]:
        """The records of a kind by ascending ID."""
        with self.store.lock:
            return sorted(self.store.table(kind).values(), key=lambda record: record["ID"])

    def record(self, kind: str, record_id: int) -> Document | None:
        """One record that the user may see, or None."""
        found = self.store.table(kind).get(str(record_id))
        return found if found is not None and self.shows(found) else None

    def own_records(self, kind: str) -> list[Document]:
        """The records of a kind that the user may see, by ascending ID."""
        return [record for record in self.records(kind) if self.shows(record)]

    def shows(self, record: Document) -> bool:
        """Whether the user may see it: an administrator all, another its own client's."""
        return self.user.admin or record.get("ClientId") in (None, self.own_client())

    def own_client(self) -> int:
        """The ID of the client that the user belongs to."""
        return int(self.records("client")[0]["ID"])

    def named(self, kind: str, value: int | str | None) -> Document | None:
        """The record of a kind with this ID, name or code, or None."""
        wanted = str(value).lower()
        for record in self.records(kind) if value not in (None, "") else ():
            names = (record["ID"], record["Name"], record.get("Code"), record.get("Code3"))
            if wanted in (str(name).lower() for name in names if name is not None):
                return record
        return None

    def write(self, kind: str, record: Document, *, by: str | None = None) -> Document:
        """Keep a record with new stamps, under its ID or a new one."""
        record_id = int(record.get("ID") or self.new_id(kind))
        written = {**record, "ID": record_id, **self.stamps(by)}
        self.store.put(kind, str(record_id), written)
        return written

    def new_id(self, kind: str) -> int:
        """An ID that no record of this kind ever had (an ``item`` is a row of an order)."""
        with self.store.lock:
            new = self._last_id(kind) + 1
            self.store.put("last_id", kind, {"ID": new})
        return new

    def _last_id(self, kind: str) -> int:
        given = self.store.table("last_id").get(kind)
        return int(given["ID"]) if given else self._highest_id(kind)

    def destroy(self, kind: str, record_id: int) -> None:
        """Let there be no such record any more; its ID is never given again."""
        with self.store.changing():
            self.store.put("last_id", kind, {"ID": self._last_id(kind)})
            self.store.delete(kind, str(record_id))
            self._by_id = None

    def _highest_id(self, kind: str) -> int:
        none = FIRST_IDS.get(kind, 1) - 1
        if kind != "item":
            return max((row["ID"] for row in self.store.table(kind).values()), default=none)
        orders = self.store.table("order").values()
        items = (item["ID"] for order in orders for item in order.get("OrderItems") or ())
        return max(items, default=none)

    # What hangs on a record: comments, documents, actions, former statuses

    def attached(self, kind: str, record_id: int) -> list[Document]:
        """What hangs on a record, oldest first."""
        kept = self.store.table(kind).get(str(record_id), {})
        return list(kept.get(f"{kind}s", []))

    def attach(self, kind: str, record_id: int, document: Document) -> Document:
        """Hang something on a record; it gets an ID and stamps."""
        with self.store.changing():
            added = {**document, "ID": self._next_attached(kind), **self.stamps()}
            self.set_attached(kind, record_id, [*self.attached(kind, record_id), added])
        return added

    def set_attached(self, kind: str, record_id: int, documents: list[Document]) -> None:
        """Replace what hangs on a record."""
        self.store.put(kind, str(record_id), {f"{kind}s": documents})

    def _next_attached(self, kind: str) -> int:
        last = int(self.store.table("last_id").get(kind, {"ID": 0})["ID"])
        self.store.put("last_id", kind, {"ID": last + 1})
        return last + 1

    # Orders

    def all_orders(self) -> list[Document]:
        """Every order by ascending ID; sorted once between two changes."""
        with self.store.lock:
            if self._by_id is None:
                self._by_id = self.records("order")
            return list(self._by_id)

    def orders(self) -> list[Document]:
        """The orders that the user may see, by ascending ID."""
        rows = self.all_orders()
        if self.user.admin:
            return rows
        own = self.own_client()
        return [row for row in rows if row.get("ClientId") == own]

    def order(self, order_id: int) -> Document | None:
        """One order that the user may see, or None."""
        return self.record("order", order_id)

    def add(self, order: Document) -> int:
        """Keep a new order, under its own ID or a new one; return that ID."""
        order_id = int(order.get("ID") or self.new_id("order"))
        self.keep({**order, "ID": order_id})
        for kind in ("order", "item"):  # the new ones may have raised the highest
            self.store.delete("last_id", kind)
        return order_id

    def change(self, order: Document, *, by: str | None = None, **changes: Any) -> Document:
        """Replace an order by one with these changes and a new `LastUpdated`."""
        return self.keep({**order, **self.stamps(by), **changes})

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
