"""The installation of a run as beat, a person and the judge see it: told, looked after, read."""

import time
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import requests
from sqlalchemy import func, or_, select

from ...plugin.database.tables import export, lease
from ...plugin.domain.connections.connection import Connection
from ...plugin.domain.exports.export import ExportState
from ...plugin.errors import PluginError
from ...plugin.services.celery_app import EXPORT_BATCH, SYNC, TICK_TASK
from ...plugin.services.connections.access import consent_address, finish_consent
from ...plugin.services.connections.setup import add_connection
from ...plugin.services.queue import send
from ...plugin.services.settings.change import change_settings
from .judge import MOVING, Row
from .worker import joined
from .world import TIMEOUT, World

NAME = "chaos"
#: Orders in one message; and of how many at most workers are told twice at a time.
BATCH, TWICE_AT_MOST = 5, 50
SETTINGS = {
    "start_date": "any",
    "batch_size": str(BATCH),
    "write_pace": "1000",
    "sync_minutes": "4",
}
#: Real seconds between two ticks of this beat, and after which a sync is asked for again.
TICK_EVERY, SYNC_EVERY = 0.4, 1.5
#: What waits for a moment so near has not settled, in the fast clock's time.
SOON = timedelta(minutes=30)


class Installation:
    """A connection that has just been made, and what this process does for it."""

    def __init__(self, world: World, grant: str, fired: Counter[str]) -> None:
        """`grant`: ``custom``, or ``consent``, which a person gives at once."""
        self._world, self._fired = world, fired
        self._ticked = self._synced = 0.0
        self.plugin = joined(world.begun, world.speed)
        self.connection = self._connect(grant)
        self.plugin.connections.start(self.connection)

    def _connect(self, grant: str) -> Connection:
        app = "custom" if grant == "custom" else "sandbox"
        connection = add_connection(
            self.plugin,
            name=NAME,
            mode="accounting",
            mintsoft_username="sandbox",
            mintsoft_client="",
            xero_client_id=app,
            settings=SETTINGS,
            secrets={"mintsoft_password": "sandbox", "xero_client_secret": app},
        )
        if app == "custom":
            return connection
        address = consent_address(self.plugin, connection)
        answer = requests.get(address, allow_redirects=False, timeout=TIMEOUT)
        told = parse_qs(urlsplit(answer.headers["Location"]).query)
        return finish_consent(self.plugin, "xero", told["state"][0], told["code"][0])

    # What beat, a supervisor and a person do

    def look_after(self) -> None:
        """Tick; start workers again; reconnect and resume what was paused."""
        self._world.keep_workers()
        if time.monotonic() - self._ticked >= TICK_EVERY:
            self._ticked = time.monotonic()
            self._tell(TICK_TASK)
        with suppress(PluginError):
            connection = self.plugin.connections.named(NAME)
            if not connection.may_run()[0]:
                app = {"app": connection.grant.client_id}
                self._world.tell("xero", "/_sandbox/connect", app)
                self.plugin.connections.resume(connection)
                self._fired["resumed by a person"] += 1

    def sync(self) -> None:
        """Ask for a sync."""
        self._synced = time.monotonic()
        self._tell(SYNC, self.connection.connection_id)

    def sync_until_read(self, since: datetime | None = None) -> None:
        """Ask again from time to time, until a whole sync was made that began after a moment."""
        if time.monotonic() - self._synced > SYNC_EVERY and not self.read_since(since):
            self.sync()

    def tell_twice(self) -> None:
        """Messages come twice: two workers are told of the same at once, of all that is due."""
        with suppress(PluginError):
            due = self.plugin.ledger.due_to_send(self.connection)
            for start in range(0, min(len(due), TWICE_AT_MOST), BATCH):
                for _ in range(2):
                    self._tell(EXPORT_BATCH, self.connection.connection_id, due[start:][:BATCH])

    def change_a_setting(self, days: int) -> None:
        """All that is not in Xero yet rests on it, and is decided and built again."""
        with suppress(PluginError):
            connection = self.plugin.connections.named(NAME)
            change_settings(self.plugin, connection, {"due_days": str(days)})

    def _tell(self, name: str, *arguments: object) -> None:
        with suppress(PluginError):
            send(self.plugin, name, *arguments)

    # What the ledger says

    def read_since(self, moment: datetime | None) -> bool:
        """Whether a whole sync was made, and begun after a moment."""
        with suppress(PluginError):
            read = self.plugin.ledger.orders_read_until(self.connection)
            return read is not None and (moment is None or read >= moment)
        return False

    def ready(self) -> int:
        """How many orders wait for their turn."""
        with suppress(PluginError):
            return self.plugin.ledger.counts(self.connection).get(ExportState.READY, 0)
        return 0

    def left(self) -> int | None:
        """How many orders are on their way; None before all were read."""
        with suppress(PluginError):
            counts = self.plugin.ledger.counts(self.connection)
            left = sum(count for state, count in counts.items() if state in MOVING)
            return left if self.read_since(None) else None
        return None

    def still(self, since: datetime, *, marks: bool) -> bool:
        """Whether a sync was made since a moment, and now nothing moves, or will soon."""
        with suppress(PluginError):
            return self.read_since(since) and not self._moving(marks=marks)
        return False

    def _moving(self, *, marks: bool) -> bool:
        moving = [
            export.c.state.in_(MOVING),
            export.c.decide_again_at <= self.plugin.clock.now() + SOON,
        ]
        if marks:
            moving.append(export.c.write_back_owed.is_(True))
        with self.plugin.database.transaction() as transaction:
            rows = transaction.scalar(select(func.count()).select_from(export).where(or_(*moving)))
            held = select(func.count()).select_from(lease).where(lease.c.name.like("sync:%"))
            return bool(rows or transaction.scalar(held))

    def rows(self) -> list[Row]:
        """All rows, for the judge."""
        names = ("source_id", "state", "code", "invoice_id", "total")
        query = select(*(export.c[name] for name in names), export.c.write_back_owed)
        with self.plugin.database.transaction() as transaction:
            found = transaction.execute(query).mappings().all()
        return [Row(**{x: row[x] for x in names}, owed=row["write_back_owed"]) for row in found]
