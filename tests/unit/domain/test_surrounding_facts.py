"""What is known about an order from outside of it: from the ledger, and from the settings."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from ....plugin.database.tables import export
from ....plugin.domain.decisions.decided_document import Identity
from ....plugin.domain.decisions.facts import Facts
from ....plugin.domain.orders.order import Order
from ....plugin.domain.orders.order_facts import SURROUNDING_FACTS, facts_of_order
from ....plugin.exports.order_inputs import surroundings
from ....rules.engine.decider import BookDecider
from ....rules.engine.read_book import load_book
from ..orders import DAY, a_line, an_order
from ..world import World


def around(world: World, order: Order) -> Facts:
    """The surroundings of an order as the source has it now."""
    known = world.ledger.known(world.connection, [order.source_id])
    dated = (Identity.of(order), order.document_at, facts_of_order(order, DAY.date()))
    (found,) = surroundings(world.parts, world.connection, [dated], known, [True])
    return found.facts()


def test_exported_and_edited(tmp_path: Path) -> None:
    """An order is exported once its invoice is there, and edited when what matters has changed."""
    world = World(f"sqlite:///{tmp_path / 'ledger.db'}")
    order = an_order()
    names = ("already_exported", "edited_since_export")

    def said(order: Order) -> list[object]:
        return [around(world, order)[name] for name in names]

    assert said(order) == [False, False]
    world.put(order, replace(an_order("2"), status="NEW"))
    world.export()
    assert said(an_order("2", lines=(a_line(quantity=3),))) == [False, False]
    assert said(order) == [True, False]
    assert said(replace(order, status="INVOICED", tags=("xero",))) == [True, False]
    assert said(replace(order, lines=(a_line(quantity=3),))) == [True, True]
    facts = around(world, order)
    assert list(facts) == [fact.name for fact in SURROUNDING_FACTS]
    assert facts["contact_policy"] == "channel"
    world.close()


@pytest.mark.parametrize(
    "book", ["", "  - {id: nobody, then: wait, when: {client: ACME}, message: m}\n"]
)
def test_stored_by_an_older_version(tmp_path: Path, book: str) -> None:
    """Where stored facts can't tell whether a channel is chosen, its order is read again."""
    world = World(f"sqlite:///{tmp_path / 'ledger.db'}")
    if book:  # one that does not look at channels
        text = f"book: orders\nmode: first\ndefault: export\nrules:\n{book}"
        decider = BookDecider(load_book(text, "mine.yaml"), engine=False)
        world.parts = replace(world.parts, decider=decider)
    world.put(an_order(status="NEW"))
    world.sync()
    with world.database.transaction() as transaction:
        kept = transaction.scalar(select(export.c.facts)) or {}
        transaction.execute(
            update(export).values(facts={x: kept[x] for x in kept if x != "channel_id"})
        )
    world.change(channels=("9",))
    world.sync()
    assert world.row().state == ("waiting" if book else "skipped")
    world.close()
