"""The contract of the GoodsIn port.

class TestMyGoodsIn(GoodsInContract):
    @pytest.fixture
    def world(self) -> GoodsInWorld: ...
"""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

import pytest

from ...domain.imports.asn_building import content_of
from ...domain.warehouse.goods_in import Asn, NewAsn
from ...errors import NeedsPerson, TryLater, Unknown
from ...ports.warehouse import GoodsIn

ORIGIN = "xero:po1:"


class GoodsInWorld(Protocol):
    """A warehouse system, and what a test must be able to do behind its back."""

    @property
    def goods_in(self) -> GoodsIn:
        """The system under test."""

    def now(self) -> datetime:
        """The moment by its clock (UTC)."""

    def new_asn(self) -> NewAsn:
        """One that would be taken, with two lines whose marks begin with `ORIGIN`."""

    def receive(self, asn_id: str) -> None:
        """Let a unit of it arrive."""

    def lose_answer(self) -> None:
        """Let the next write be carried out, and its answer be lost."""

    def cut(self) -> None:
        """Make the system unreachable."""


class GoodsInContract:
    """Subclass it with a fixture `world`."""

    def test_what_was_asked_for_is_read_alike(self, world: GoodsInWorld) -> None:
        """The ASN says what was asked for, keeps the marks, and nothing of it has arrived."""
        new = world.new_asn()
        asn = world.goods_in.asn(world.goods_in.make(new))
        assert isinstance(asn, Asn)
        assert content_of(asn) == content_of(new)
        assert asn.marks == new.marks
        assert asn.untouched
        assert world.goods_in.asn("987654321") is None

    def test_what_was_lost_is_found_by_its_marks(self, world: GoodsInWorld) -> None:
        """A lost ASN is found by what its marks begin with, and no other is."""
        new, begun = world.new_asn(), world.now()
        other = replace(new.lines[0], source_line_id="xero:po2:1")
        world.goods_in.make(replace(new, lines=(other,)))
        number, find = new.po_reference, world.goods_in.find
        assert find(ORIGIN, number=number, asked_at=begun) is None
        world.lose_answer()
        with pytest.raises(Unknown):
            world.goods_in.make(new)
        found = find(ORIGIN, number=number, asked_at=begun)
        assert found is not None
        assert found.marks == new.marks

    def test_the_oldest_comes_before_a_part(self, world: GoodsInWorld) -> None:
        """A part delivery is split off later; the ASN that was there first is the one."""
        new = world.new_asn()
        made = world.goods_in.make(new)
        world.goods_in.make(replace(new, lines=new.lines[:1]))
        found = world.goods_in.find(ORIGIN, number=new.po_reference, asked_at=world.now())
        assert found is not None
        assert found.asn_id == made

    def test_a_change_says_the_whole_asn(self, world: GoodsInWorld) -> None:
        """Quantities, lines and the supplier are as wanted afterwards; what has come is seen."""
        new = world.new_asn()
        asn_id = world.goods_in.make(new)
        wanted = replace(new, supplier="Another", lines=(replace(new.lines[0], quantity=7),))
        world.goods_in.change(asn_id, wanted)
        asn = world.goods_in.asn(asn_id)
        assert isinstance(asn, Asn)
        assert content_of(asn) == content_of(wanted)
        world.receive(asn_id)
        asn = world.goods_in.asn(asn_id)
        assert isinstance(asn, Asn)
        assert not asn.untouched

    def test_an_unknown_product_is_refused(self, world: GoodsInWorld) -> None:
        """Nothing is made of an ASN with a product that is not there."""
        new = world.new_asn()
        with pytest.raises(NeedsPerson) as refused:
            world.goods_in.make(replace(new, lines=(replace(new.lines[0], sku="NO-SUCH"),)))
        assert refused.value.code == "MX-502"

    def test_an_unreachable_system_is_for_later(self, world: GoodsInWorld) -> None:
        """A system that is away fails no document."""
        world.cut()
        with pytest.raises(TryLater):
            world.goods_in.asn("1")
