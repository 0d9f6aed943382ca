"""Whom invoices go to: contacts found and made in batches, over a real ledger."""

import logging
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from ....plugin.database.tables import contact, event, export, known_contact, metadata
from ....plugin.domain.connections.mapping import Entry
from ....plugin.domain.invoices.contact import customer_of
from ....plugin.domain.orders.order import Order
from ..orders import an_order
from ..world import World

CONTACT = "11111111-1111-1111-1111-111111111111"


@pytest.fixture
def customers(world: World) -> World:
    """Return a world in which each customer has a contact."""
    world.change(contact_policy="customer")
    return world


def ordered_by(name: str, source_id: str = "1", email: str = "", **changes: Any) -> Order:
    """An order of a customer."""
    return an_order(source_id, customer=name, customer_email=email, **changes)


def key(order: Order) -> str:
    """The key of an order's customer."""
    found = customer_of(order)
    assert found
    return found.key


def names(world: World) -> dict[str, str]:
    """Name of the contact of each invoice, by the invoice's number."""
    called = {x.contact_id: x.name for x in world.target.people}
    return {x.number: called.get(x.contact_id, x.contact_id) for x in world.target.documents}


def test_customers_are_made_in_one_call(customers: World) -> None:
    """A batch of new customers costs a reading of the mirror and one creation; a known none."""
    orders = [ordered_by(f"Customer {i}", str(i), f"{i}@example.com") for i in range(1, 31)]
    customers.put(*orders)
    customers.export()
    assert names(customers) == {x.number: x.customer for x in orders}
    assert customers.target.contact_calls == 2
    customers.put(
        *(replace(x, source_id=f"9{x.source_id}", number=f"9-{x.number}") for x in orders)
    )
    customers.export()
    assert len(customers.target.documents) == 60
    assert (customers.target.contact_calls, len(customers.target.people)) == (2, 30)


def test_nothing_new_makes_no_contact_call(customers: World) -> None:
    """A second sync, and another order of a known customer, ask nothing of contacts."""
    customers.put(ordered_by("Ada"))
    customers.export()
    before = customers.target.contact_calls
    customers.clock.advance(hours=1)
    customers.export()
    customers.put(ordered_by("Ada", "2"))
    customers.export()
    assert names(customers) == {"WEB-1": "Ada", "WEB-2": "Ada"}
    assert customers.target.contact_calls == before


def test_two_people_of_one_name(customers: World) -> None:
    """Two customers of one name, in one batch or two, have two contacts, told apart by town."""
    one, two, three = (
        ordered_by("Ada", str(i), f"{town}@example.com", customer_town=town)
        for i, town in enumerate(("York", "Bath", "Hull"), 1)
    )
    customers.put(one, two)
    customers.export()
    customers.put(three)
    customers.export()
    assert names(customers) == {"WEB-1": "Ada", "WEB-2": "Ada (Bath)", "WEB-3": "Ada (Hull)"}
    assert customers.target.contact_calls == 3


@pytest.mark.parametrize(
    ("email", "name"),
    [("ada@example.com", "Ada"), ("other@example.com", "Ada (York)"), ("", "Ada (York)")],
)
def test_somebody_elses_contact_of_the_name(customers: World, email: str, name: str) -> None:
    """A person's contact of the same name is adopted only if its address agrees; never changed."""
    theirs = customers.target.put_contact("Ada", email=email, contact_id="theirs")
    customers.put(ordered_by("Ada", email="ada@example.com", customer_town="York"))
    customers.export()
    assert names(customers) == {"WEB-1": name}
    assert theirs in customers.target.people


def test_name_taken_meanwhile(customers: World) -> None:
    """A name that somebody takes after the mirror was read costs a second round, no order."""
    customers.put(ordered_by("Zoe"))
    customers.export()
    bob = ordered_by("Bob", "3")
    theirs = customers.target.put_contact("Ada", email="other@example.com")
    by_another_worker = customers.target.put_contact("Bob", key=key(bob))
    customers.put(ordered_by("Ada", "2", customer_town="York"), bob)
    customers.export()
    assert names(customers) == {"WEB-1": "Zoe", "WEB-2": "Ada (York)", "WEB-3": "Bob"}
    assert theirs in customers.target.people
    assert [x for x in customers.target.people if x.name == "Bob"] == [by_another_worker]


def test_lost_answer_is_looked_up_before_a_second_call(customers: World) -> None:
    """Contacts whose creation was not answered are found by their number and not made again."""
    customers.put(ordered_by("Ada", email="ada@example.com"), ordered_by("Bob", "2"))
    customers.target.lose_contacts = True
    customers.export()
    assert customers.states() == {"1": "later", "2": "later"}
    made = {x.contact_id for x in customers.target.people}
    customers.clock.advance(minutes=2)
    before = customers.target.contact_calls
    customers.export()
    assert customers.states() == {"1": "exported", "2": "exported"}
    assert {x.contact_id for x in customers.target.people} == made
    assert customers.target.contact_calls == before + 1


def test_a_bad_contact_refuses_its_own_orders_only(customers: World) -> None:
    """One archived customer is refused with MX-405; the others go out in the same call."""
    ada, *others = [ordered_by(f"C{i}", str(i)) for i in range(1, 6)]
    customers.target.put_contact("Somebody", key=key(ada), active=False)
    customers.put(ada, *others)
    customers.export()
    assert customers.states() == {"1": "refused"} | dict.fromkeys("2345", "exported")
    assert customers.row("1").code == "MX-405"
    assert len(customers.target.sent) == 1
    assert customers.target.contact_calls == 2


@pytest.mark.parametrize("policy", ["customer", "channel"])
def test_contact_archived_after_it_was_known(world: World, policy: str) -> None:
    """A known contact that the target refuses is forgotten: a retry finds the new state."""
    world.change(contact_policy=policy)
    world.put(ordered_by("Ada"))
    world.export()
    (there,) = world.target.people
    world.target.put_contact(**{**vars(there), "active": False, "changed_at": world.clock.now()})
    world.put(ordered_by("Ada", "2"))
    world.export()
    assert (world.row("2").state, world.row("2").code) == ("refused", "MX-405")
    world.ledger.retry(world.connection, [world.row("2").export_id])
    world.export()
    assert world.row("2").state == "refused"
    world.target.put_contact(**{**vars(there), "changed_at": world.clock.now()})
    world.ledger.retry(world.connection, [world.row("2").export_id])
    world.export()
    assert world.states() == {"1": "exported", "2": "exported"}
    assert len(world.target.people) == 1


def test_contact_merged_after_it_was_known(customers: World) -> None:
    """A contact that was merged into another one is followed to it at once, by nobody's retry."""
    customers.put(ordered_by("Ada"))
    customers.export()
    (there,) = customers.target.people
    left = customers.target.put_contact("Ada Ltd")
    merged = {"active": False, "merged_into": left.contact_id, "changed_at": customers.clock.now()}
    customers.target.put_contact(**{**vars(there), **merged})
    customers.put(ordered_by("Ada", "2"), ordered_by("Bob", "3"))
    customers.export()
    assert names(customers) == {"WEB-1": "Ada", "WEB-2": "Ada Ltd", "WEB-3": "Bob"}


def test_fixed_contact(world: World) -> None:
    """By `fixed` every invoice goes to the mapped contact; with none mapped, none goes out."""
    world.change(contact_policy="fixed")
    world.put(an_order(personal_data_removed=True, customer=""))
    world.export()
    assert (world.row().state, world.row().code) == ("refused", "MX-310")
    assert "contact default" in world.row().fix
    world.connections.keep_entries(
        world.connection, {("contact", "default"): Entry(target=CONTACT)}
    )
    world.export()
    assert names(world) == {"WEB-1": CONTACT}
    assert not world.target.contact_calls


def test_customer_whom_the_source_removed(customers: World) -> None:
    """Without a customer the order is refused: the channel's contact would hide the gap."""
    customers.put(an_order(personal_data_removed=True, customer=""))
    customers.export()
    assert customers.row().state == "refused"
    assert customers.row().fix
    assert not customers.target.people


def test_changed_customer_is_decided_again(customers: World) -> None:
    """An order whose customer is corrected before it is sent goes to the new one."""
    customers.put(ordered_by("Ada"))
    customers.sync()
    customers.clock.advance(minutes=5)
    customers.put(ordered_by("Bob"))
    customers.send()
    customers.send()
    assert names(customers) == {"WEB-1": "Bob"}


def test_no_customer_is_kept_or_told(customers: World, caplog: pytest.LogCaptureFixture) -> None:
    """Names and addresses are in no log, event, mirror or error, and gone once exported."""
    caplog.set_level(logging.DEBUG)
    ada, bob, eve = (
        ordered_by(f"{x} Byron", str(i), f"{x}@byron.example", customer_town="Byronville")
        for i, x in enumerate(("Ada", "Bob", "Eve"), 1)
    )
    customers.target.put_contact("Byron", key=key(bob), active=False)
    customers.put(ada, bob)
    customers.export()
    customers.put(eve)
    customers.sync()
    assert customers.states() == {"1": "exported", "2": "refused", "3": "ready"}
    with customers.database.transaction() as transaction:
        tables = {x.name: transaction.execute(select(x)).all() for x in metadata.sorted_tables}
        invoices = transaction.execute(select(export.c.source_id, export.c.invoice)).all()
    assert tables[event.name]
    assert tables[contact.name]
    assert tables[known_contact.name]
    rows = tables.pop(export.name)
    assert "byron" not in f"{tables} {caplog.text}".lower()
    waiting = {x.source_id for x in invoices if "byron" in str(x.invoice).lower()}
    assert waiting == {"2", "3"}
    assert {x.invoice["contact"] for x in invoices if x.source_id == "1"} == {key(ada)}
    columns = [x for x in export.columns.keys() if x != "invoice"]  # noqa: SIM118
    assert "byron" not in str([[getattr(row, x) for x in columns] for row in rows]).lower()
