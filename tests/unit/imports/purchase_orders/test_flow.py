"""Purchase orders through the whole flow: a real ledger and rules, both sides as fakes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from .....plugin.database.connections import Connections
from .....plugin.database.database import Database
from .....plugin.database.imports import SqlImports
from .....plugin.domain.connections.connection import Connection, Grant
from .....plugin.domain.connections.settings import Settings
from .....plugin.domain.exports.export import DocumentKind
from .....plugin.domain.imports.imported import Import, ImportState
from .....plugin.domain.imports.purchase_order import PurchaseOrder
from .....plugin.domain.warehouse.goods_in import Asn
from .....plugin.errors import NeedsPerson, TryLater
from .....plugin.imports.pipeline import ImportContext, import_documents
from .....plugin.imports.purchase_orders import PurchaseOrderMaker
from .....plugin.ports.imports import ImportLedger
from .....plugin.ports.source import Unreadable
from .....plugin.testing.infrastructure import FakeClock
from .....plugin.testing.target import FakeTarget
from .....plugin.testing.warehouse import FakeGoodsIn, FakeProducts
from .....rules.engine.books import book_for, packaged_rules
from .....rules.engine.decider import BookDecider
from .samples import LINES, ORDER, line

KIND = DocumentKind.PURCHASE_ORDER


def packaged_decider() -> BookDecider:
    """The rules as they come."""
    file = packaged_rules() / "purchase_orders.yaml"
    return BookDecider(book_for(file.stem, file.read_text(), str(file)), engine=False)


class Orders:
    """Purchase orders of the accounting side."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.orders: dict[str, PurchaseOrder] = {}

    def put(self, order: PurchaseOrder = ORDER, **changes: Any) -> None:
        """Write one, changed now."""
        order = replace(order, **{"changed_at": self._clock.now(), **changes})
        self.orders[order.purchase_order_id] = order

    def changed_since(self, since: datetime | None) -> Iterator[list[Any]]:
        """See `ImportSource`."""
        yield [x for x in self.orders.values() if since is None or x.changed_at >= since]

    def document(self, source_id: str) -> Any:
        """See `ImportSource`."""
        return self.orders.get(source_id)


class Death(BaseException):
    """The end of a process."""


class Dying:
    """A ledger whose process dies at one of its calls, before or after it is kept."""

    def __init__(self, ledger: ImportLedger, method: str, *, kept: bool) -> None:
        self._ledger, self._method, self._kept = ledger, method, kept

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._ledger, name)
        return self._die if name == self._method else method

    def _die(self, *given: Any, **named: Any) -> Any:
        if self._kept:
            getattr(self._ledger, self._method)(*given, **named)
        raise Death


class Overtaken:
    """A ledger to which another process comes first, just before the call is marked."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow

    def __getattr__(self, name: str) -> Any:
        if name == "begin_call":
            self._flow.run()
        return getattr(self._flow.ledger, name)


class Flow:
    """One connection that imports purchase orders."""

    def __init__(self, url: str) -> None:
        self.clock = FakeClock()
        self.database = Database(url)
        self.database.upgrade()
        self.connections = Connections(self.database, self.clock)
        self.connection = self.connect("one")
        self.ledger = SqlImports(self.database, self.clock, who="test")
        self.source = Orders(self.clock)
        self.goods_in = FakeGoodsIn(self.clock)
        self.goods_in.skus = {"WID-1", "WID-2"}
        self.decider = packaged_decider()

    def connect(self, name: str) -> Connection:
        """Another connection to the same organisation."""
        return self.connections.add(
            name=name,
            mode="accounting",
            grant=Grant.new("custom", "app"),
            mintsoft_username="user",
            mintsoft_client="3",
            settings=Settings(start_date=date(2026, 1, 1)),
            organisation=FakeTarget(self.clock).here,
            entries={},
        )

    def run(self, ledger: Any = None, **how: Any) -> None:
        """One run of the job, by a process of its own."""
        products = FakeProducts(self.goods_in, self.clock)
        maker = PurchaseOrderMaker(
            goods_in=self.goods_in, lists=self.goods_in, products=products, clock=self.clock
        )
        parts = ImportContext(
            kind=KIND,
            documents=self.source,
            maker=maker,
            ledger=ledger or self.ledger,
            decider=self.decider,
            clock=self.clock,
        )
        import_documents(parts, self.connection, **how)

    def runs(self) -> None:
        """As many runs as any trouble needs to be over, some minutes apart."""
        for _ in range(4):
            self.clock.advance(minutes=6)
            self.run()

    def row(self) -> Import:
        (row,) = self.ledger.rows(self.connection, KIND)
        return row

    def asn(self) -> Asn:
        """The only ASN that there is."""
        (asn,) = self.goods_in.asns.values()
        assert isinstance(asn, Asn)
        return asn

    def close(self) -> None:
        self.decider.close()
        self.database.close()


@pytest.fixture
def flow(database_url: str) -> Iterator[Flow]:
    """Yield a flow, once on SQLite and once on PostgreSQL."""
    flow = Flow(database_url)
    yield flow
    flow.close()


EDIT: dict[str, Any] = {"lines": (line("WID-1", "120"), *LINES[1:])}


def goods(asn: Asn) -> list[tuple[str, int]]:
    return [(x.sku, x.expected) for x in asn.lines]


def test_an_order_becomes_one_asn(flow: Flow) -> None:
    """However often it is read, billed or touched; the row says what is not on the ASN."""
    flow.source.put()
    flow.run(dry_run=True)
    assert flow.row().state is ImportState.READY
    assert flow.goods_in.asns == {}
    flow.run()
    flow.source.put(status="BILLED")
    flow.runs()
    row = flow.row()
    assert (row.state, row.code) == (ImportState.IMPORTED, "")
    assert row.note == "Line 2 has no item and is not on the ASN."
    assert row.made is not None
    assert row.made.made_id == flow.asn().asn_id
    assert goods(flow.asn()) == [("WID-1", 100), ("WID-2", 5)]
    assert (flow.goods_in.calls["make"], flow.goods_in.calls.get("change", 0)) == (1, 0)


@pytest.mark.parametrize("mishap", ["lost", "dropped"])
def test_a_lost_answer_is_looked_up(flow: Flow, mishap: str) -> None:
    """There is one ASN in the end, with what the order says by then."""
    flow.source.put()
    flow.goods_in.mishaps.append(mishap)
    flow.run()
    assert flow.row().state is ImportState.UNKNOWN
    flow.source.put(**EDIT)
    flow.runs()
    assert flow.row().state is ImportState.IMPORTED
    assert goods(flow.asn()) == [("WID-1", 120), ("WID-2", 5)]
    changes = flow.goods_in.calls.get("change", 0)
    assert (flow.goods_in.calls["make"], changes) == ((1, 1) if mishap == "lost" else (2, 0))


def test_a_lost_answer_is_looked_up_after_any_detour(flow: Flow) -> None:
    """Also when the order could not be read meanwhile, and a person has asked for a retry."""
    flow.source.put()
    flow.goods_in.mishaps.append("lost")
    flow.run()
    kept = flow.source.orders.pop("po1")
    flow.runs()
    assert flow.row().code
    flow.source.orders["po1"] = kept
    flow.ledger.retry([flow.row().import_id])
    flow.runs()
    assert flow.row().state is ImportState.IMPORTED
    assert flow.goods_in.calls["make"] == 1


def test_one_that_can_not_be_looked_up_stops_no_other(flow: Flow) -> None:
    """An ASN that can't be read keeps its row in doubt, and says so; the others go on."""
    flow.source.put()
    flow.goods_in.mishaps.append("dropped")
    flow.run()
    problem = NeedsPerson("The ASN can't be read.", code="MX-501", fix="Save it again.")
    flow.goods_in.asns["7"] = Unreadable(source_id="7", number=ORDER.number, error=problem)
    flow.source.put(purchase_order_id="po2", number="PO-2")
    flow.runs()
    rows = {x.incoming.number: x for x in flow.ledger.rows(flow.connection, KIND)}
    assert rows["PO-2"].state is ImportState.IMPORTED
    doubtful = rows[ORDER.number]
    assert (doubtful.state, doubtful.code) == (ImportState.UNKNOWN, "MX-501")
    assert doubtful.needs_attention
    del flow.goods_in.asns["7"]
    flow.runs()
    rows = {x.incoming.number: x for x in flow.ledger.rows(flow.connection, KIND)}
    assert (rows[ORDER.number].state, rows[ORDER.number].code) == (ImportState.IMPORTED, "")


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("method", ["record", "begin_call", "made", "move_cursor"])
def test_whoever_dies_leaves_one_asn(flow: Flow, method: str, *, kept: bool) -> None:
    """A process that dies between any two steps neither loses an order nor doubles it."""
    flow.source.put()
    with pytest.raises(Death):
        flow.run(Dying(flow.ledger, method, kept=kept))
    flow.runs()
    assert flow.row().state is ImportState.IMPORTED
    assert goods(flow.asn()) == [("WID-1", 100), ("WID-2", 5)]


def test_of_two_workers_one_makes_it(flow: Flow) -> None:
    """Whoever marks the row makes the ASN; the other one calls nobody."""
    flow.source.put()
    flow.run(Overtaken(flow))
    flow.runs()
    assert goods(flow.asn()) == [("WID-1", 100), ("WID-2", 5)]
    assert flow.goods_in.calls["make"] == 1


@pytest.mark.parametrize("mishap", ["", "lost", "dropped"])
def test_an_edit_is_applied_once(flow: Flow, mishap: str) -> None:
    """The ASN says what the order says, whatever became of the answer."""
    flow.source.put()
    flow.run()
    flow.goods_in.mishaps += [mishap] if mishap else []
    flow.source.put(**EDIT)
    flow.clock.advance(minutes=1)
    flow.runs()
    assert goods(flow.asn()) == [("WID-1", 120), ("WID-2", 5)]
    assert flow.row().code == ""
    assert flow.goods_in.calls["change"] == (2 if mishap == "dropped" else 1)


@pytest.mark.parametrize("kept", [True, False])
def test_whoever_dies_at_an_edit_applies_it_once(flow: Flow, *, kept: bool) -> None:
    """The ASN itself tells that it was changed already."""
    flow.source.put()
    flow.run()
    flow.source.put(**EDIT)
    with pytest.raises(Death):
        flow.run(Dying(flow.ledger, "changed", kept=kept))
    flow.runs()
    assert goods(flow.asn()) == [("WID-1", 120), ("WID-2", 5)]
    assert (flow.row().code, flow.goods_in.calls["change"]) == ("", 1)


@pytest.mark.parametrize(
    ("arrange", "changes", "code"),
    [
        ({"arrived": 1}, EDIT, "MX-524"),
        ({"expected_on": date(2026, 8, 1)}, EDIT, "MX-525"),
        ({}, {"status": "DELETED"}, "MX-526"),
        ({"status": "CANCELLED"}, EDIT, "MX-528"),
        ({}, {"lines": (line("WID-1", "2.5"),)}, "MX-520"),
        ({}, {"lines": (line("NOPE", "2"),)}, "MX-529"),
        ({}, {"lines": ()}, "MX-502"),
    ],
)
def test_what_can_not_follow_is_shown(flow: Flow, arrange: Any, changes: Any, code: str) -> None:
    """The row stays imported and says what differs and what to do; the ASN stays as it is."""
    flow.source.put()
    flow.run()
    flow.goods_in.edit(flow.asn().asn_id, **arrange)
    before = flow.asn()
    flow.clock.advance(minutes=1)
    flow.source.put(**changes)
    flow.runs()
    row = flow.row()
    assert (row.state, row.code) == (ImportState.IMPORTED, code)
    assert row.fix
    assert flow.asn() == before
    assert "change" not in flow.goods_in.calls


def test_a_person_mends_the_difference(flow: Flow) -> None:
    """Once the ASN says what the order says, a retry finds nothing to complain of."""
    flow.source.put()
    flow.run()
    flow.goods_in.edit(flow.asn().asn_id, expected_on=date(2026, 8, 1))
    flow.source.put(delivery_date=date(2026, 8, 2))
    flow.run()
    assert flow.row().code == "MX-525"
    flow.goods_in.edit(flow.asn().asn_id, expected_on=date(2026, 8, 2))
    flow.ledger.retry([flow.row().import_id])
    flow.run()
    assert flow.row().code == ""


def test_a_draft_becomes_an_asn_once_it_is_approved(flow: Flow) -> None:
    """What a warehouse is told is the same before and after; the rules see the difference."""
    flow.source.put(status="DRAFT")
    flow.run()
    assert flow.row().state is ImportState.WAITING
    flow.clock.advance(minutes=1)
    flow.source.put()
    flow.run()
    assert flow.row().state is ImportState.IMPORTED


def test_what_is_mended_becomes_an_asn(flow: Flow) -> None:
    """A refused order is decided again when it, its settings or the products change."""
    flow.source.put(delivery_date=None)
    flow.run()
    assert flow.row().state is ImportState.REFUSED
    settings = replace(flow.connection.settings, arrival_days=10)
    flow.connections.keep_settings(flow.connection, settings)
    flow.connection = flow.connections.named("one")
    flow.run()
    assert flow.asn().expected_on == date(2026, 6, 11)


def test_a_warehouse_that_is_away_loses_nothing(flow: Flow) -> None:
    """The run ends, and the next one goes on where it stood."""
    flow.source.put()
    flow.goods_in.failure = TryLater(code="MX-602", service="Mintsoft", after=30)
    with pytest.raises(TryLater):
        flow.run()
    flow.goods_in.failure = None
    flow.runs()
    assert goods(flow.asn()) == [("WID-1", 100), ("WID-2", 5)]


def test_another_connection_of_the_account_makes_no_second_asn(flow: Flow) -> None:
    """A purchase order has one row in an account and organisation, whoever reads it."""
    flow.source.put()
    flow.run()
    flow.connection = flow.connect("two")
    flow.runs()
    assert goods(flow.asn()) == [("WID-1", 100), ("WID-2", 5)]
    assert flow.goods_in.calls["make"] == 1
