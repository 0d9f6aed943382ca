"""What bears our mark in the target is its order's export, whatever the ledger remembers."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, update

from ....plugin.database.tables import connection as connection_table
from ....plugin.database.tables import event, export, number
from ....plugin.exports.pipeline import export_batch, mirror_numbers, settle
from ....plugin.exports.reexport import export_again
from ..orders import a_line, an_order
from ..world import World

TOTAL = Decimal("24.00")


def forget(world: World, *, rows: bool = True) -> None:
    """Put the ledger of before everything in the place of this one; of rows, or of cursors only."""
    with world.database.transaction() as transaction:
        if rows:
            transaction.execute(delete(event))
            transaction.execute(delete(export))
        transaction.execute(delete(number))
        never = {"orders_read_until": None, "numbers_read_until": None}
        transaction.execute(update(connection_table).values(**never))


def renumber(world: World, old: str, new: str) -> None:
    """A person gives a document another number."""
    documents = world.target.documents
    documents[:] = [replace(x, number=new) if x.number == old else x for x in documents]


def again(world: World) -> None:
    """A person has it exported again."""
    mirror_numbers(world.parts, world.connection)
    assert export_again(world.ledger, world.target, world.connection, [world.row()])


def test_a_lost_ledger_doubles_nothing(world: World) -> None:
    """With the ledger lost, what was exported is exported: under its number, without a code."""
    world.put(an_order("1"), an_order("2", number="WEB-2"))
    world.export()
    forget(world)
    world.export()
    assert world.invoices() == {"WEB-1": TOTAL, "WEB-2": TOTAL}
    assert {x.state for x in world.rows().values()} == {"exported"}
    assert {(x.invoice_number, x.code) for x in world.rows().values()} == {
        ("WEB-1", ""),
        ("WEB-2", ""),
    }
    assert not world.ledger.owed(world.connection, 10), "it was marked in its time"


def test_what_was_renumbered_is_ours_too(world: World) -> None:
    """Our mark says whose a document is, not its number; the next order may have that."""
    world.put(an_order("1"))
    world.export()
    forget(world)
    renumber(world, "WEB-1", "WEB-2")
    world.put(an_order("2", number="WEB-2", client="OTHER"))
    world.export()
    world.export()
    assert world.states() == {"1": "exported", "2": "exported"}
    assert world.row("1").invoice_number == "WEB-2"
    assert world.row("2").invoice_number == "WEB-2-2"
    assert len(world.invoices()) == 2


def test_another_total_is_shown(world: World) -> None:
    """What a person edited meanwhile is ours all the same, and both totals are said."""
    world.put(an_order("1"))
    world.export()
    forget(world)
    world.target.documents[0] = replace(world.target.documents[0], total=Decimal("30.00"))
    world.export()
    row = world.row()
    assert (row.state, row.code) == ("exported", "MX-412")
    assert "30.00" in row.message
    assert "24.00" in row.message


@pytest.mark.parametrize("status", ["VOIDED", "DELETED"])
def test_what_was_ended_is_not_sent_again(world: World, status: str) -> None:
    """That a person voided it is not forgotten with the ledger; sending it again is his to say."""
    world.put(an_order("1"))
    world.export()
    forget(world)
    world.target.set_status("WEB-1", status)
    world.export()
    assert world.invoices() == {}
    row = world.row()
    assert (row.state, row.code) == ("exported", {"VOIDED": "MX-410", "DELETED": "MX-411"}[status])
    again(world)
    world.export()
    assert world.invoices() == {"WEB-1-R2": TOTAL}
    assert world.row().code == ""


def test_a_copy_of_a_voided_one_is_the_export(world: World) -> None:
    """A person who voids and copies an invoice has exported it again: there is no third one."""
    world.put(an_order("1"))
    world.export()
    world.target.set_status("WEB-1", "VOIDED")
    world.sync()
    world.target.add("INV-7", TOTAL, reference=world.target.documents[0].reference)
    again(world)
    world.export()
    assert world.invoices() == {"INV-7": TOTAL}
    assert (world.row().state, world.row().invoice_number) == ("exported", "INV-7")


def test_a_copy_of_a_living_one_is_nobodys(world: World) -> None:
    """What a person made after the pattern of an invoice changes nothing of its order."""
    world.put(an_order("1"))
    world.export()
    world.target.add("INV-7", Decimal("99.00"), reference=world.target.documents[0].reference)
    world.export()
    assert (world.row().invoice_number, world.row().code) == ("WEB-1", "")


def test_the_likelier_of_two(world: World) -> None:
    """Of two with its mark, the forgotten export is the one that has the order's total."""
    world.put(an_order("1"))
    world.export()
    forget(world)
    world.target.add("AAA-7", Decimal("99.00"), reference=world.target.documents[0].reference)
    world.export()
    assert (world.row().invoice_number, world.row().code) == ("WEB-1", "")


@pytest.mark.parametrize(("whole", "part"), [("1", "2"), ("10", "9")])
def test_what_was_split_after_it_was_forgotten(world: World, whole: str, part: str) -> None:
    """A part of what was invoiced whole is refused, also where the ledger forgot it."""
    world.put(an_order(whole, number="WEB-1"))
    world.export()
    forget(world)
    half: dict[str, Any] = {
        "number": "WEB-1",
        "lines": (a_line(quantity=1, tax=Decimal("2.00")),),
        "stated_gross": Decimal("12.00"),
        "parts": 2,
    }
    world.put(an_order(whole, **half), an_order(part, part=2, **half))
    world.export()
    assert (world.row(whole).state, world.row(whole).code) == ("exported", "MX-412")
    assert (world.row(part).state, world.row(part).code) == ("refused", "MX-216")
    assert world.invoices() == {"WEB-1": TOTAL}


def test_another_accounts_order_of_the_same_id(world: World) -> None:
    """A mark whose document has neither the order's number nor its total is somebody else's."""
    world.target.add("INV-7", Decimal("99.00"), reference="SHOP-7 (Mintsoft 1)")
    world.put(an_order("1"))
    world.export()
    assert world.invoices() == {"INV-7": Decimal("99.00"), "WEB-1": TOTAL}


def test_a_cancelled_order_whose_export_was_forgotten(world: World) -> None:
    """An order that ended after its export is shown as that, not skipped in silence."""
    world.put(an_order("1"))
    world.export()
    forget(world)
    world.put(an_order("1", status="CANCELLED"))
    world.export()
    row = world.row()
    assert (row.state, row.code) == ("exported", "MX-505")
    assert "CANCELLED" in row.message
    world.put(an_order("1"))
    world.sync()
    assert world.row().code == "", "it was put back"


def test_a_batch_of_an_older_ledger(world: World) -> None:
    """Rows that were ready in a backup are not sent by a worker that comes before any sync."""
    world.put(an_order("1"))
    world.sync()
    due = world.ledger.due_to_send(world.connection)
    # What was exported from the ledger that was lost since, and was renumbered.
    world.target.add("INV-9", TOTAL, reference="WEB-1 (Mintsoft 1)")
    world.clock.advance(hours=3)
    export_batch(world.parts, world.connection, due)
    assert world.invoices() == {"INV-9": TOTAL}
    assert world.row().invoice_number == "INV-9"


def test_what_comes_to_light_late(world: World) -> None:
    """A document that appears after its order was decided otherwise is its order's at once."""
    world.put(an_order("1"))
    world.sync()
    world.put(an_order("1", status="CANCELLED"))
    world.sync()
    assert world.states() == {"1": "skipped"}
    world.target.add("WEB-1", TOTAL, reference="WEB-1 (Mintsoft 1)")
    world.sync()
    row = world.row()
    assert (row.state, row.code) == ("exported", "MX-505")


def test_a_lost_answer_is_looked_for_by_mark(world: World) -> None:
    """A lost answer whose document got another number before the look-up is found by its mark."""
    world.put(an_order("1"))
    world.target.lose_answer = "after"
    world.export()
    assert world.states() == {"1": "unknown"}
    renumber(world, "WEB-1", "INV-1")
    world.clock.advance(seconds=10)
    settle(world.parts, world.connection)
    row = world.row()
    assert (row.state, row.code) == ("exported", "MX-413")
    world.export()
    assert world.invoices() == {"INV-1": TOTAL}


def test_a_prefix_frees_numbers_that_got_no_document(world: World) -> None:
    """A number that was claimed and refused is given up for that of another prefix."""
    world.put(an_order("1"))
    world.target.refuse("WEB-1", "not this one")
    world.export()
    assert world.states() == {"1": "refused"}
    world.change(number_prefix="M-")
    world.export()
    assert world.invoices() == {"M-WEB-1": TOTAL}


def test_a_given_number_is_kept(world: World) -> None:
    """A number that a person gave stays, whatever prefix there is."""
    world.put(an_order("1"))
    world.target.refuse("WEB-1", "not this one")
    world.export()
    assert world.ledger.give_number(world.connection, world.row().export_id, "MINE-1")
    world.change(number_prefix="M-")
    world.export()
    assert world.invoices() == {"MINE-1": TOTAL}
