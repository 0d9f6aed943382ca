"""What is sent was decided by the rules and settings that are active when it is sent."""

from dataclasses import replace

from ....rules.engine.decider import BookDecider
from ....rules.engine.read_book import load_book
from ..orders import an_order
from ..world import World

SKIP = """\
book: orders
mode: first
default: export
rules:
  - {id: stop, then: skip, when: {number: {starts with: WEB-1}}, message: stopped}
"""


def test_nothing_is_sent_by_rules_of_yesterday(world: World) -> None:
    """An order that was ready under another book is decided again before it is sent."""
    world.put(an_order("1"), an_order("2"))
    world.sync()
    assert world.states() == {"1": "ready", "2": "ready"}
    decider = BookDecider(load_book(SKIP, "orders.yaml"), engine=False)
    world.parts = replace(world.parts, decider=decider)
    world.send()
    assert world.invoices() == {}
    assert world.states() == {"1": "skipped", "2": "ready"}
    world.send()
    assert world.states() == {"1": "skipped", "2": "exported"}


def test_an_order_that_is_gone_is_not_decided_for_ever(world: World) -> None:
    """One that is gone from Mintsoft when its rules have changed is refused, and stays so."""
    world.put(an_order("1"))
    world.sync()
    del world.source.orders["1"]
    decider = BookDecider(load_book(SKIP, "orders.yaml"), engine=False)
    world.parts = replace(world.parts, decider=decider)
    world.send()
    assert (world.row().state, world.row().code) == ("refused", "MX-503")
    world.send()
    assert world.invoices() == {}


def test_nothing_is_sent_by_settings_of_yesterday(world: World) -> None:
    """Nor is one that was ready under other settings."""
    world.put(an_order("1"))
    world.sync()
    world.change(export_statuses=("INVOICED",))
    world.send()
    assert (world.invoices(), world.states()) == ({}, {"1": "waiting"})
