"""The contract of the Source port.

class TestMySource(SourceContract):
    @pytest.fixture
    def world(self) -> SourceWorld: ...
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import pytest

from ...domain.orders.order import Order
from ...errors import Disconnected, NeedsPerson, TryLater
from ...ports.source import Source, Unreadable


class SourceWorld(Protocol):
    """A source, and what a test must be able to do behind its back."""

    @property
    def source(self) -> Source:
        """The source under test, empty at first."""

    def add(self, number: str) -> str:
        """Put an order of two lines there, a minute after the one before; return its id."""

    def change(self, source_id: str) -> None:
        """Change an order's status, a minute after what happened last."""

    def damage(self, source_id: str) -> None:
        """Make an order unreadable."""

    def remove(self, source_id: str) -> None:
        """Let an order be gone."""

    def comments(self, source_id: str) -> Sequence[str]:
        """All comments on an order."""

    def cut(self) -> None:
        """Make the source unreachable."""

    def lock_out(self) -> None:
        """Make the source refuse the login."""


def ids(world: SourceWorld, since: datetime | None = None) -> list[str]:
    return [order.source_id for page in world.source.changed_since(since) for order in page]


def read(world: SourceWorld, source_id: str) -> Order:
    order = world.source.order(source_id)
    assert isinstance(order, Order)
    return order


class SourceContract:
    """Subclass it with a fixture `world`."""

    def test_all_orders_come_with_their_lines(self, world: SourceWorld) -> None:
        """Without a moment, every order there is comes, whole."""
        added = [world.add(f"A-{n}") for n in range(3)]
        orders = [order for page in world.source.changed_since(None) for order in page]
        assert {order.source_id for order in orders} == set(added)
        assert all(isinstance(order, Order) and len(order.lines) == 2 for order in orders)

    def test_more_orders_than_a_page_holds(self, world: SourceWorld) -> None:
        """Pages are read on until there are no more."""
        added = [world.add(f"A-{n}") for n in range(230)]
        assert set(ids(world)) == set(added)

    def test_only_what_changed_since(self, world: SourceWorld) -> None:
        """An order changed at the moment or after it comes, an older one does not."""
        old, edge, new = (world.add(number) for number in ("old", "edge", "new"))
        assert set(ids(world, read(world, edge).changed_at)) == {edge, new}
        world.change(old)
        assert old in ids(world, read(world, new).changed_at + timedelta(seconds=1))

    def test_one_order_is_as_in_the_list(self, world: SourceWorld) -> None:
        """An order is the same whether it comes in a page or is asked for."""
        source_id = world.add("A-1")
        (page,) = world.source.changed_since(None)
        assert page == [world.source.order(source_id)]

    def test_a_gone_order_is_none(self, world: SourceWorld) -> None:
        """An order that is gone is no error when it is read, and MX-503 when written to."""
        source_id = world.add("A-1")
        world.remove(source_id)
        assert world.source.order(source_id) is None
        with pytest.raises(NeedsPerson) as comment:
            world.source.comment(source_id, "Exported")
        with pytest.raises(NeedsPerson) as tag:
            world.source.tag(source_id, "xero")
        assert comment.value.code == tag.value.code == "MX-503"

    def test_a_damaged_order_stops_no_other(self, world: SourceWorld) -> None:
        """An unreadable order comes with its id and MX-501, beside the readable ones."""
        good, bad = world.add("good"), world.add("bad")
        world.damage(bad)
        orders = [order for page in world.source.changed_since(None) for order in page]
        damaged = [order for order in orders if not isinstance(order, Order)]
        assert [(x.source_id, x.error.code) for x in damaged] == [(bad, "MX-501")]
        assert good in {order.source_id for order in orders}
        assert isinstance(world.source.order(bad), Unreadable)

    def test_the_same_comment_twice_is_one(self, world: SourceWorld) -> None:
        """A comment is not repeated; another one is added."""
        source_id = world.add("A-1")
        for text in ("Exported as INV-1", "Exported as INV-1", "Voided"):
            world.source.comment(source_id, text)
        assert list(world.comments(source_id)) == ["Exported as INV-1", "Voided"]

    def test_when_a_comment_was_written(self, world: SourceWorld) -> None:
        """A source says when a comment was written, or that it does not know; never of another."""
        source_id = world.add("A-1")
        world.source.comment(source_id, "Exported as INV-1")
        told = world.source.commented_at(source_id, "Exported as INV-1")
        assert told is None or told.tzinfo is not None
        assert world.source.commented_at(source_id, "Voided") is None

    def test_the_same_tag_twice_is_one(self, world: SourceWorld) -> None:
        """A tag is on the order after it was put, and once however often it is put."""
        source_id = world.add("A-1")
        world.source.tag(source_id, "xero")
        world.source.tag(source_id, "xero")
        assert read(world, source_id).tags.count("xero") == 1

    def test_statuses_name_what_orders_have(self, world: SourceWorld) -> None:
        """Every order's status is one of the account's."""
        source_id = world.add("A-1")
        assert read(world, source_id).status in world.source.statuses()

    def test_unreachable_is_try_later(self, world: SourceWorld) -> None:
        """Each call on an unreachable source says when to try again."""
        source_id = world.add("A-1")
        world.cut()
        self._each_call_raises(world, source_id, TryLater)

    def test_locked_out_is_disconnected(self, world: SourceWorld) -> None:
        """Each call with a login that is refused says that access has ended."""
        source_id = world.add("A-1")
        world.lock_out()
        self._each_call_raises(world, source_id, Disconnected)

    def _each_call_raises(self, world: SourceWorld, source_id: str, kind: type[Exception]) -> None:
        source = world.source
        calls = (
            lambda: list(source.changed_since(None)),
            lambda: source.order(source_id),
            source.statuses,
            lambda: source.comment(source_id, "text"),
            lambda: source.tag(source_id, "label"),
        )
        for call in calls:
            with pytest.raises(kind):
                call()
