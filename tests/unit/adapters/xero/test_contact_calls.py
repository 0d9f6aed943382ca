"""What contacts cost in calls, and what becomes of them in a Xero: against the simulated one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from .....adapters.xero.api.pages import pages
from .....plugin.domain.invoices.contact import customer_of
from .....plugin.domain.orders.order import Order
from .....plugin.exports.pipeline import export_batch, settle
from ...orders import an_order
from ...world import World
from .sandbox import Sandbox, serving


@dataclass
class Shop:
    """A world whose target is the simulated Xero."""

    world: World
    sandbox: Sandbox

    def export(self, *orders: Order) -> None:
        """Export orders in batches of 50."""
        world = self.world
        world.put(*orders)
        settle(world.parts, world.connection)
        world.sync()
        due = world.ledger.due_to_send(world.connection)
        for start in range(0, len(due), 50):
            export_batch(world.parts, world.connection, due[start : start + 50])
        world.clock.advance(minutes=1)
        self.sandbox.clock.advance(minutes=1)

    def calls(self) -> dict[str, int]:
        """Calls that were made so far, by what they ask for."""
        found: dict[str, int] = self.sandbox.state()["calls"]
        return found

    def contacts(self) -> dict[str, Mapping[str, Any]]:
        """All contacts in Xero by name, whatever their state."""
        asked = pages(self.sandbox.client(), "Contacts", {"includeArchived": "true"})
        return {x["Name"]: x for page in asked for x in page}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """Return a shop with a contact for each customer."""
    world = World(f"sqlite:///{tmp_path / 'ledger.db'}")
    with serving(world.clock, limits=False) as sandbox:
        target = sandbox.target()
        world.target.here = target.organisation()
        world.connection = world.connect("xero", contact_policy="customer")
        world.parts = replace(world.parts, target=target)
        yield Shop(world, sandbox)
    world.close()


def ordered_by(number: int, name: str = "", **changes: Any) -> Order:
    """An order of a customer, whose name some share."""
    name = name or f"Customer {number % 450}"
    own = {"customer": name, "customer_email": f"c{number}@example.com", "customer_town": "York"}
    return an_order(str(number), **{**own, **changes})


def test_calls_of_a_first_export(shop: Shop) -> None:
    """500 orders of 500 customers make at most 22 calls, so 10,000 make at most 440.

    10 for invoices and 10 for contacts, by batches of 50; the mirror's first reading is one call
    here. 50 of the customers have another one's name, and cost no call more.
    """
    before = sum(shop.calls().values())
    shop.export(*(ordered_by(number) for number in range(1, 501)))
    assert set(shop.world.states().values()) == {"exported"}
    mirror_of_numbers = 1
    assert sum(shop.calls().values()) - before - mirror_of_numbers <= 22
    assert len({x for x in shop.contacts() if x.startswith("Customer ")}) == 500


def test_known_customers_cost_nothing(shop: Shop) -> None:
    """A second export for the same customers, and one of nothing, make no call for contacts."""
    shop.export(*(ordered_by(number) for number in range(1, 11)))
    before = {k: n for k, n in shop.calls().items() if "Contacts" in k}
    shop.export(*(replace(ordered_by(x), source_id=f"9{x}", number=f"9{x}") for x in range(1, 11)))
    shop.export()
    assert {k: n for k, n in shop.calls().items() if "Contacts" in k} == before
    assert len(shop.world.states()) == 20


@pytest.mark.parametrize("fault", ["error500_after", "drop_after"])
def test_answer_lost(shop: Shop, fault: str) -> None:
    """Contacts that were made by a call without an answer are found by number, and not doubled."""
    lost = {"kind": fault, "path": "/Contacts", "method": "PUT", "times": 1}
    shop.sandbox.control("faults", faults=[lost])
    shop.export(*(ordered_by(number) for number in range(1, 4)))
    assert set(shop.world.states().values()) == {"later"}
    there = len(shop.contacts())
    shop.world.clock.advance(minutes=2)
    shop.export()
    assert set(shop.world.states().values()) == {"exported"}
    assert len(shop.contacts()) == there


def test_archived_merged_and_taken(shop: Shop) -> None:
    """Archived: refused alone. Merged: followed. Taken: another name, and theirs is untouched."""
    shop.export(*(ordered_by(number, f"Customer {number}") for number in range(1, 4)))
    ids = {name: x["ContactID"] for name, x in shop.contacts().items()}
    archived = {"ContactStatus": "ARCHIVED"}
    shop.sandbox.control("edit", contact=ids["Customer 1"], set=archived)
    shop.sandbox.control("merge", **{"from": ids["Customer 2"], "to": ids["Customer 3"]})
    again = [
        replace(ordered_by(x, f"Customer {x}"), source_id=f"9{x}", number=f"9{x}")
        for x in (1, 2, 3)
    ]
    stranger = ordered_by(4, "Customer 3", customer_email="stranger@example.com")
    shop.export(*again, stranger)
    states = shop.world.states()
    assert {x: states[x] for x in ("93", "4")} == {"93": "exported", "4": "exported"}
    assert shop.world.row("91").code == "MX-405"
    world = shop.world
    world.ledger.retry(world.connection, [world.row(x).export_id for x in ("91", "92")])
    shop.export()
    assert (world.row("91").state, world.row("91").code) == ("refused", "MX-405")
    assert world.row("92").state == "exported"
    found = world.parts.target.find(["92", "93", "WEB-4"])
    assert found["92"].contact_id == found["93"].contact_id == ids["Customer 3"]
    assert found["WEB-4"].contact_id == shop.contacts()["Customer 3 (York)"]["ContactID"]
    assert shop.contacts()["Customer 3"]["EmailAddress"] == "c3@example.com"


def test_contact_bears_our_key(shop: Shop) -> None:
    """A customer's contact has our key as its number and an address only if that is valid."""
    bad = ordered_by(2, "Bob", customer_email="böb@example.com")
    shop.export(ordered_by(1, "Ada"), bad)
    contacts = shop.contacts()
    assert contacts["Ada"]["EmailAddress"] == "c1@example.com"
    assert not contacts["Bob"]["EmailAddress"]
    customer = customer_of(bad)
    assert customer
    assert contacts["Bob"]["ContactNumber"] == customer.key
