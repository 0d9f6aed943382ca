"""A small world for flows: a real ledger, the real default rules, both sides as fakes."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ...plugin.database.connections import Connections
from ...plugin.database.database import Database
from ...plugin.database.ledger import SqlLedger
from ...plugin.domain.connections.connection import Connection, Grant
from ...plugin.domain.connections.mapping import assumptions
from ...plugin.domain.connections.settings import Settings
from ...plugin.domain.exports.export import Export
from ...plugin.domain.orders.order import Order
from ...plugin.exports.context import ExportContext
from ...plugin.exports.orders import OrderKind
from ...plugin.exports.pipeline import export_batch, settle, sync
from ...plugin.testing.infrastructure import FakeClock
from ...plugin.testing.source import FakeSource
from ...plugin.testing.target import FakeTarget
from ...rules.engine.books import load_orders_book, packaged_rules
from ...rules.engine.decider import BookDecider


class World:
    """Orders in, invoices out, and what the ledger says of both."""

    def __init__(self, url: str, **settings: Any) -> None:
        self.clock = FakeClock()
        self.database = Database(url)
        self.database.upgrade()
        self.source = FakeSource()
        self.target = FakeTarget(self.clock)
        self.ledger = SqlLedger(self.database, self.clock, who="test")
        self.connections = Connections(self.database, self.clock)
        book = load_orders_book(packaged_rules() / "orders.yaml")
        self.parts = ExportContext(
            ledger=self.ledger,
            source=self.source,
            target=self.target,
            decider=BookDecider(book, engine=False),
            clock=self.clock,
            kind=OrderKind(),
        )
        self.connection = self.connect("one", **settings)

    def connect(self, name: str, mode: str = "accounting", **settings: Any) -> Connection:
        """Another connection to the same organisation, mapped as a new one is."""
        organisation = self.target.here
        return self.connections.add(
            name=name,
            mode=mode,
            grant=Grant.new("custom", "app"),
            mintsoft_username="user",
            mintsoft_client="",
            settings=replace(Settings(start_date=None, quiet_seconds=0), **settings),
            organisation=organisation,
            entries=assumptions(organisation),
        )

    def put(self, *orders: Order) -> None:
        """Put orders into the source, changed now."""
        for order in orders:
            self.source.orders[order.source_id] = replace(order, changed_at=self.clock.now())

    def sync(self, **how: Any) -> None:
        """One sync with the connection as it is now."""
        self.connection = self.connections.named(self.connection.name)
        sync(self.parts, self.connection, **how)

    def export(self) -> None:
        """Settle, sync, and send all that is due, as one process would."""
        settle(self.parts, self.connection)
        self.sync()
        self.send()

    def send(self, ids: Sequence[int] | None = None) -> None:
        """Send what is due, as one worker would."""
        due = self.ledger.due_to_send(self.connection) if ids is None else list(ids)
        if due:
            export_batch(self.parts, self.connection, due)

    def change(self, **settings: Any) -> None:
        """Change settings as `connection set` does."""
        self.connections.keep_settings(
            self.connection, replace(self.connection.settings, **settings)
        )
        self.connection = self.connections.named(self.connection.name)

    def rows(self) -> dict[str, Export]:
        """All rows by source id."""
        return {row.source_id: row for row in self.ledger.exports(self.connection)}

    def row(self, source_id: str = "1") -> Export:
        """The row of one order."""
        return self.rows()[source_id]

    def states(self) -> dict[str, str]:
        """State of each order by source id."""
        return {source_id: str(row.state) for source_id, row in self.rows().items()}

    def invoices(self) -> dict[str, Decimal]:
        """Total of each living document in the target, by number; twice the same number fails."""
        alive = [document for document in self.target.documents if document.alive]
        found = {document.number: document.total for document in alive}
        assert len(found) == len(alive), "a number is there twice"
        return found

    def close(self) -> None:
        """Close the database."""
        self.database.close()
