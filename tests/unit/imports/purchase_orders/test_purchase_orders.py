from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from .....plugin.domain.connections.connection import Connection, ConnectionState, Grant
from .....plugin.domain.connections.mapping import Mapping
from .....plugin.domain.connections.settings import Settings
from .....plugin.domain.decisions.decision import Verdict
from .....plugin.domain.imports.asn_building import content_of
from .....plugin.domain.imports.imported import Changed, Made
from .....plugin.domain.imports.purchase_order import PurchaseOrder
from .....plugin.domain.warehouse.goods_in import Asn
from .....plugin.errors import NeedsPerson, Unknown
from .....plugin.imports.purchase_orders import PurchaseOrderMaker
from .....plugin.ports.choices import Listed
from .....plugin.ports.imports import Maker
from .....plugin.testing.infrastructure import FakeClock
from .....plugin.testing.warehouse import FakeGoodsIn, FakeProducts
from .....rules.engine.books import book_for, packaged_rules
from .....rules.engine.decider import BookDecider
from .samples import LINES, ORDER, line


class World:
    """A warehouse with two products, and the maker of one connection."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.goods_in = FakeGoodsIn(self.clock)
        self.goods_in.skus = {"WID-1", "wid-2"}
        self.products = FakeProducts(self.goods_in, self.clock)
        self.maker: Maker = self.new_maker()
        self.settings = Settings(start_date=None)

    def new_maker(self) -> PurchaseOrderMaker:
        """As another run of the job has it."""
        return PurchaseOrderMaker(
            goods_in=self.goods_in, lists=self.goods_in, products=self.products, clock=self.clock
        )

    @property
    def connection(self) -> Connection:
        return Connection(
            connection_id=1,
            name="shop",
            mode="accounting",
            state=ConnectionState.ACTIVE,
            paused_because="",
            mintsoft_username="user",
            mintsoft_client="3",
            grant=Grant.new("custom", "app"),
            settings=self.settings,
            mapping=Mapping(entries={}),
            organisation=None,
        )

    def make(self, order: PurchaseOrder = ORDER) -> Made:
        return self.maker.make(order, self.maker.build(self.connection, order))

    def change(self, made: Made, **changes: Any) -> Changed:
        return self.maker.change(self.connection, replace(ORDER, **changes), made)

    def asn(self, made: Made) -> Asn:
        asn = self.goods_in.asns[made.made_id]
        assert isinstance(asn, Asn)
        return asn


@pytest.fixture
def world() -> World:
    return World()


MORE: dict[str, Any] = {"lines": (line("WID-1", "120"), *LINES[1:])}


def test_an_asn_is_made_and_what_is_left_out_is_said(world: World) -> None:
    """The ASN has the units of the items; the line without an item is named in the note."""
    built = world.maker.build(world.connection, ORDER)
    assert built.note == "Line 2 has no item and is not on the ASN."
    made = world.maker.make(ORDER, built)
    assert [(x.sku, x.expected) for x in world.asn(made).lines] == [("WID-1", 100), ("WID-2", 5)]
    assert made.content == content_of(world.asn(made))


@pytest.mark.parametrize("mishap", ["lost", "dropped"])
def test_a_lost_asn_is_found_if_it_is_there(world: World, mishap: str) -> None:
    """Only what was carried out is found, by what was sent alone."""
    asked_at = world.clock.now()
    world.goods_in.mishaps.append(mishap)
    with pytest.raises(Unknown):
        world.make()
    world.clock.advance(hours=5)
    sent = world.maker.incoming(ORDER)
    found = world.maker.find(sent, asked_at=asked_at)
    assert (found is not None) is (mishap == "lost")
    if found is not None:
        assert found.content == content_of(world.asn(found))
        assert found.fingerprint == sent.fingerprint


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"import_warehouse": "elsewhere"}, "MX-521"),
        ({"goods_in_type": "Boat"}, "MX-522"),
        ({}, ""),
        ({"import_warehouse": "main", "goods_in_type": "pallet"}, ""),
        ({"import_warehouse": "4"}, ""),
    ],
)
def test_warehouse_and_type_are_the_accounts_own(world: World, settings: Any, code: str) -> None:
    """They are named by id, code or name; the only one need not be named; others are refused."""
    world.settings = replace(world.settings, **settings)
    if not code:
        assert world.maker.build(world.connection, ORDER).asn.warehouse_id == "4"
        return
    with pytest.raises(NeedsPerson) as refused:
        world.maker.build(world.connection, ORDER)
    assert refused.value.code == code
    assert "Main (4)" in refused.value.message or "Pallet (1)" in refused.value.message


def test_one_of_several_must_be_chosen(world: World) -> None:
    """With two warehouses nothing is guessed; one that is closed can't be chosen."""
    world.goods_in.all_warehouses.append(Listed(id="5", code="", name="North"))
    with pytest.raises(NeedsPerson) as refused:
        world.maker.build(world.connection, ORDER)
    assert refused.value.code == "MX-521"
    world.goods_in.all_warehouses[1] = Listed(id="5", code="", name="North", active=False)
    assert world.new_maker().build(world.connection, ORDER).asn.warehouse_id == "4"


def test_an_unknown_product_is_refused_before_any_call(world: World) -> None:
    """Also if a book of somebody's own lets it out."""
    order = replace(ORDER, lines=(line("NOPE", "1"),))
    with pytest.raises(NeedsPerson) as refused:
        world.make(order)
    assert refused.value.code == "MX-529"
    assert "make" not in world.goods_in.calls


# Later edits


@pytest.mark.parametrize("mishap", ["", "lost"])
def test_an_edit_changes_the_asn_once(world: World, mishap: str) -> None:
    """Quantity, line and day are as on the order, at one write, though its answer be lost."""
    made = world.make()
    if mishap:
        world.goods_in.mishaps.append(mishap)
    wish = {"lines": (line("WID-1", "120"),), "delivery_date": date(2026, 7, 1)}
    changed = world.change(made, **wish)
    assert (changed.changed, changed.problem) == (True, None)
    asn = world.asn(made)
    assert [(x.sku, x.expected) for x in asn.lines] == [("WID-1", 120)]
    assert asn.expected_on == date(2026, 7, 1)
    again = world.change(replace(made, content=changed.content), **wish)
    assert not again.changed
    assert world.goods_in.calls["change"] == 1


def test_a_change_that_was_not_carried_out_is_done_again(world: World) -> None:
    """The ASN still says what we last sent, so the second try is free to change it."""
    made = world.make()
    world.goods_in.mishaps.append("dropped")
    with pytest.raises(Unknown):
        world.change(made, **MORE)
    assert world.change(made, **MORE).changed


def refused_change(world: World, made: Made, **changes: Any) -> str:
    before = world.goods_in.asns[made.made_id]
    found = world.change(made, **changes)
    assert found.problem is not None
    assert world.goods_in.asns.get(made.made_id) == before
    assert "change" not in world.goods_in.calls
    return f"{found.problem.code} {found.problem.message}"


@pytest.mark.parametrize("arrival", [{"arrived": 1}, {"status": "AWAITINGPUTAWAY"}])
def test_nothing_is_changed_once_goods_are_there(world: World, arrival: Any) -> None:
    """Drift with both versions is shown instead, also when only the status tells."""
    made = world.make()
    world.goods_in.edit(made.made_id, **arrival)
    said = refused_change(world, made, **MORE)
    assert said.startswith("MX-524")
    assert "WID-1 x 100" in said
    assert "WID-1 x 120" in said


def test_what_a_person_edited_is_never_overwritten(world: World) -> None:
    """An ASN that says something else than we last sent is somebody's."""
    made = world.make()
    world.goods_in.edit(made.made_id, expected_on=date(2026, 8, 1))
    assert refused_change(world, made, **MORE).startswith("MX-525")


def test_a_person_may_have_made_the_change_already(world: World) -> None:
    """An ASN that says what the order says now is right, whoever wrote it, arrived or not."""
    made = world.make()
    world.goods_in.edit(made.made_id, expected_on=date(2026, 8, 1), status="BOOKEDIN")
    found = world.change(made, delivery_date=date(2026, 8, 1))
    assert (found.changed, found.problem) == (False, None)
    assert found.content == content_of(world.asn(made))


def test_a_deleted_order_deletes_nothing(world: World) -> None:
    """The ASN stays and a person is told; once it is gone there too, all is well."""
    made = world.make()
    assert refused_change(world, made, status="DELETED").startswith("MX-526")
    del world.goods_in.asns[made.made_id]
    assert world.change(made, status="DELETED").problem is None


@pytest.mark.parametrize("cancelled", [True, False])
def test_an_asn_that_is_gone_is_not_made_again(world: World, cancelled: object) -> None:
    """Somebody deleted or cancelled it; a person is told of the edit."""
    made = world.make()
    if cancelled:
        world.goods_in.edit(made.made_id, status="CANCELLED")
    else:
        del world.goods_in.asns[made.made_id]
    problem = world.change(made, **MORE).problem
    assert problem is not None
    assert problem.code == "MX-528"


def test_a_change_that_did_not_take_is_told(world: World) -> None:
    """Mintsoft's answer does not say whether it changed lines (mintsoft.md 4): they are read."""
    made = world.make()
    world.goods_in.mishaps.append("ignored")
    found = world.change(made, delivery_date=date(2026, 7, 1), **MORE)
    assert found.problem is not None
    assert found.problem.code == "MX-527"
    assert found.content == content_of(world.asn(made))


# Facts


def decided(world: World, order: PurchaseOrder, made: Made | None = None) -> Any:
    file = packaged_rules() / "purchase_orders.yaml"
    decider = BookDecider(book_for("purchase_orders", file.read_text(), str(file)), engine=False)
    facts = world.maker.facts(world.connection, order, made)
    (decision,) = decider.decide([facts], world.maker.overrides(world.connection))
    return decision


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, "default"),
        ({"status": "DRAFT"}, "purchase_order_status"),
        ({"status": "BILLED"}, "billed"),
        ({"lines": (line("", "1"),)}, "no_goods"),
        ({"lines": (line("NOPE", "1"),)}, "sku_unknown"),
        ({"lines": (line("WID-1", "2.5"),)}, "quantity_not_whole"),
        ({"delivery_date": None}, "arrival_missing"),
    ],
)
def test_the_packaged_book_decides(world: World, changes: Any, rule: str) -> None:
    """Every reason not to make an ASN has its rule."""
    assert decided(world, replace(ORDER, **changes)).rule == rule


def test_settings_open_what_the_book_holds_back(world: World) -> None:
    """More statuses, and a rule for the arrival, are the connection's to set."""
    world.settings = replace(
        world.settings, import_purchase_order_statuses=("BILLED",), arrival_days=7
    )
    order = replace(ORDER, status="BILLED", delivery_date=None)
    assert decided(world, order).verdict is Verdict.EXPORT


def test_an_order_that_was_only_billed_is_not_edited(world: World) -> None:
    """What was imported is edited when it says something else, not when it was touched."""
    made = world.make()
    assert decided(world, replace(ORDER, status="BILLED"), made).rule == "already_imported"
    assert "asn" not in world.goods_in.calls
    for changes in (MORE, {"status": "DELETED"}, {"lines": ()}):
        assert decided(world, replace(ORDER, **changes), made).rule == "changed_after_import"
    world.goods_in.edit(made.made_id, arrived=1)
    assert decided(world, replace(ORDER, **MORE), made).facts["goods_in_begun"]


def test_products_are_looked_up_only_for_what_may_go_out(world: World) -> None:
    """Old orders and drafts cost no call; a SKU is asked for once."""
    world.settings = replace(world.settings, start_date=date(2026, 6, 1))
    world.maker.facts(world.connection, replace(ORDER, date=date(2026, 5, 1)), None)
    world.maker.facts(world.connection, replace(ORDER, status="DRAFT"), None)
    assert world.products.looked_for == []
    for _ in range(2):
        world.maker.facts(world.connection, ORDER, None)
    assert sorted(world.products.looked_for) == ["WID-1", "WID-2"]
