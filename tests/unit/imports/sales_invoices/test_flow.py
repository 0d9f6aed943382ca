"""Sales invoices through the whole flow: a real ledger and rules, both sides as fakes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from .....plugin.database.connections import Connections
from .....plugin.database.database import Database
from .....plugin.database.imports import SqlImports
from .....plugin.domain.connections.connection import Grant
from .....plugin.domain.connections.settings import Settings
from .....plugin.domain.exports.export import DocumentKind
from .....plugin.domain.imports.imported import Import, ImportState
from .....plugin.imports.pipeline import AT_ONCE, ImportContext, import_documents
from .....plugin.imports.sales_invoices import SalesInvoiceMaker
from .....plugin.testing.imports import FakeDocuments
from .....plugin.testing.infrastructure import FakeClock
from .....plugin.testing.target import FakeTarget
from .....plugin.testing.warehouse import FakeOrders
from .....rules.engine.books import book_for, packaged_rules
from .....rules.engine.decider import BookDecider
from ...domain.test_order_building import DELIVERY, invoice, line

KIND = DocumentKind.SALES_INVOICE
_OTHER = replace(FakeOrders(FakeClock()).all_warehouses[0], id="5", code="B", name="Other")
INVOICE = invoice([line("WID-1", "3", "9.99", "2.00"), line("", "1", "5.00", "1.00")])


class Flow:
    """One connection that imports sales invoices."""

    def __init__(self, url: str) -> None:
        self.clock = FakeClock()
        self.database = Database(url)
        self.database.upgrade()
        self.ledger = SqlImports(self.database, self.clock, who="test")
        self.documents = FakeDocuments(self.clock)
        self.documents.addresses["c1"] = DELIVERY
        self.orders = FakeOrders(self.clock)
        self.orders.skus = {"WID-1"}
        self.ours: set[str] = set()
        file = packaged_rules() / "sales_invoices.yaml"
        book = book_for(file.stem, file.read_text(), str(file))
        self.decider = BookDecider(book, engine=False)
        self.connections = Connections(self.database, self.clock)
        self.connection = self.connections.add(
            name="one",
            mode="accounting",
            grant=Grant.new("custom", "app"),
            mintsoft_username="user",
            mintsoft_client="3",
            settings=Settings(start_date=date(2026, 1, 1)),
            organisation=FakeTarget(self.clock).here,
            entries={},
        )

    def put(self, **changes: Any) -> None:
        """Write the invoice, changed now."""
        self.documents.put("i1", INVOICE, **changes)

    def run(self, **how: Any) -> None:
        """One run of the job, by a process of its own."""
        maker = SalesInvoiceMaker(
            orders=self.orders,
            lists=self.orders,
            products=self.orders,
            deliveries=self.documents,
            exported=lambda ids: self.ours & set(ids),
            clock=self.clock,
        )
        parts = ImportContext(
            kind=KIND,
            documents=self.documents,
            maker=maker,
            ledger=self.ledger,
            decider=self.decider,
            clock=self.clock,
        )
        import_documents(parts, self.connections.named("one"), **how)

    def runs(self) -> None:
        """As many runs as any trouble needs to be over, some minutes apart."""
        for _ in range(4):
            self.clock.advance(minutes=6)
            self.run()

    def row(self) -> Import:
        (row,) = self.ledger.rows(self.connection, KIND)
        return row


@pytest.fixture
def flow(database_url: str) -> Iterator[Flow]:
    """Yield a flow, once on SQLite and once on PostgreSQL."""
    flow = Flow(database_url)
    yield flow
    flow.decider.close()
    flow.database.close()


def test_one_order_of_the_invoices_total(flow: Flow) -> None:
    """An approved invoice becomes one order of its total, however often it is read."""
    flow.put()
    flow.run(dry_run=True)
    assert (flow.row().state, flow.orders.orders) == (ImportState.READY, {})
    flow.run()
    flow.put(status="PAID")
    flow.runs()
    (order,) = flow.orders.orders.values()
    assert order.gross == INVOICE.total
    assert (flow.row().state, flow.row().code) == (ImportState.IMPORTED, "")
    assert "Delivery" in flow.row().note


@pytest.mark.parametrize("mishap", ["lost", "dropped"])
def test_a_lost_answer(flow: Flow, mishap: str) -> None:
    """Whether it was carried out or not: it is looked up, and there is one order in the end."""
    flow.put()
    flow.orders.mishaps.append(mishap)
    flow.run()
    assert flow.row().state is ImportState.UNKNOWN
    flow.runs()
    assert len(flow.orders.orders) == 1
    assert (flow.row().state, flow.row().code) == (ImportState.IMPORTED, "")


def test_absence_is_not_believed_at_once(flow: Flow) -> None:
    """An order may be missing in a search for a while: until then none is made again."""
    flow.put()
    flow.orders.mishaps.append("dropped")
    flow.run()
    flow.clock.advance(minutes=2)
    flow.run()
    assert (flow.row().state, flow.orders.orders) == (ImportState.UNKNOWN, {})


def test_a_lost_order_is_found_under_the_number_it_was_sent_with(flow: Flow) -> None:
    """Mintsoft searches by number: one that was renumbered meanwhile is no second order."""
    flow.put()
    flow.orders.mishaps.append("lost")
    flow.run()
    flow.clock.advance(minutes=1)
    flow.put(number="INV-2")
    flow.runs()
    assert [x.number for x in flow.orders.orders.values()] == ["INV-1"]
    assert flow.row().state is ImportState.IMPORTED
    assert flow.row().needs_attention  # the two numbers differ, and that is said


def test_nobody_can_shorten_the_rest_after_a_lost_answer(flow: Flow) -> None:
    """Neither a document that is gone for a while nor a retry by hand sends it again sooner."""
    flow.put()
    flow.orders.mishaps.append("dropped")
    flow.run()
    document = flow.documents.all.pop("i1")
    flow.run()
    assert flow.ledger.retry([flow.row().import_id]) == 0
    flow.clock.advance(minutes=1)
    flow.run()
    assert (flow.row().state, flow.row().attempts) == (ImportState.UNKNOWN, 1)
    flow.documents.all["i1"] = document
    flow.runs()
    assert (flow.row().state, len(flow.orders.orders)) == (ImportState.IMPORTED, 1)


def test_what_was_lost_is_found_though_its_document_is_gone(flow: Flow) -> None:
    """The look-up needs no document; then the row says that it is gone, and what it became."""
    flow.put()
    flow.orders.mishaps.append("lost")
    flow.run()
    flow.documents.all.clear()
    flow.runs()
    row = flow.row()
    assert (row.state, row.code) == (ImportState.IMPORTED, "MX-511")
    assert row.made is not None
    assert row.made.made_id == "1"


def test_one_of_many_can_be_named(flow: Flow) -> None:
    """However many others are due before it."""
    for n in range(AT_ONCE + 1):
        flow.documents.put(f"i{n}", INVOICE, invoice_id=f"i{n}", number=f"INV-{n}")
    flow.run(only=[f"INV-{AT_ONCE}"])
    assert [x.number for x in flow.orders.orders.values()] == [f"INV-{AT_ONCE}"]


def test_what_we_made_is_not_imported(flow: Flow) -> None:
    """By the ledger, and by the mark alone, an invoice of ours is known and never becomes one."""
    flow.ours = {"i1"}
    flow.put()
    flow.runs()
    assert flow.row().state is ImportState.SKIPPED
    flow.ours = set()
    flow.put(reference="WEB-1 (Mintsoft 7)")
    flow.runs()
    assert (flow.row().state, flow.orders.orders) == (ImportState.SKIPPED, {})


@pytest.mark.parametrize("change", [{"status": "VOIDED"}, {"number": "INV-2"}])
def test_an_edit_afterwards_is_shown(flow: Flow, change: dict[str, Any]) -> None:
    """The order stays as it is, the row says how they differ until somebody accepts that."""
    flow.put()
    flow.run()
    flow.clock.advance(minutes=1)
    flow.put(**change)
    flow.runs()
    assert [x.number for x in flow.orders.orders.values()] == ["INV-1"]
    row = flow.row()
    assert row.needs_attention
    assert row.fix
    assert flow.ledger.clear([row.import_id]) == 1
    flow.runs()
    assert (flow.row().state, flow.row().code) == (ImportState.IMPORTED, "")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda flow: flow.orders.skus.clear(), "no product in Mintsoft"),
        (lambda flow: flow.documents.addresses.clear(), "no whole address"),
        (lambda flow: flow.orders.all_warehouses.append(_OTHER), "warehouse"),
    ],
)
def test_what_is_refused_goes_after_the_fix(flow: Flow, spoil: Any, words: str) -> None:
    """It is refused before any call, with what to do; after the fix a retry imports it."""
    before = list(flow.orders.all_warehouses)
    flow.put()
    spoil(flow)
    flow.runs()
    row = flow.row()
    assert (row.state, row.attempts, flow.orders.orders) == (ImportState.REFUSED, 0, {})
    assert words in row.message
    flow.orders.skus, flow.orders.all_warehouses = {"WID-1"}, before
    flow.documents.addresses["c1"] = DELIVERY
    assert flow.ledger.retry([row.import_id]) == 1
    flow.runs()
    assert (flow.row().state, len(flow.orders.orders)) == (ImportState.IMPORTED, 1)


def test_a_busy_warehouse(flow: Flow) -> None:
    """What time heals is tried again by itself."""
    flow.put()
    flow.orders.mishaps.append("busy")
    with pytest.raises(Exception, match="busy"):
        flow.run()
    assert flow.row().state is ImportState.LATER
    flow.runs()
    assert (flow.row().state, len(flow.orders.orders)) == (ImportState.IMPORTED, 1)
