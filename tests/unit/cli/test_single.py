"""`retry --single`: one of two twins is let out, which a person says is a sale of its own."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from ..exports.client_invoices.samples import InvoiceWorld, an_invoice
from ..orders import an_order
from ..world import World
from .installation import Installation

ONE = Decimal("24.00")


def twins(world: World, *ids: str) -> None:
    """Orders of one number and content, exported: the first goes out, the others are held."""
    world.put(*(an_order(x, number="WEB-1") for x in ids))
    world.export()
    assert world.states() == {x: "refused" if x != ids[0] else "exported" for x in ids}
    assert {world.row(x).code for x in ids[1:]} == {"MX-204"}


def test_the_printed_fix_lets_it_out(here: Installation) -> None:
    """What `errors` prints works as typed: the order gets an invoice of its own, and is named."""
    twins(here.world, "1", "2")
    (cause,) = here.json("errors", "one")
    assert "mintsoft-xero retry NAME ORDER --single" in cause["fix"]
    done = here.json("retry", "one", "WEB-1", "--single")
    assert done["documents"] == [{"number": "WEB-1", "source_id": "2", "changed": True}]
    here.world.export()
    assert here.world.states() == {"1": "exported", "2": "exported"}
    assert here.world.invoices() == {"WEB-1": ONE, "WEB-1-2": ONE}
    assert here.json("errors", "one") == []


def test_who_said_it_and_when_is_shown(here: Installation) -> None:
    """`explain` names the person and the moment, for people and for programs."""
    twins(here.world, "1", "2")
    assert {x["source_id"]: x["single"] for x in here.json("explain", "one", "WEB-1")} == {
        "1": None,
        "2": None,
    }
    here.run("retry", "one", "WEB-1", "--single")
    explained = {x["source_id"]: x["single"] for x in here.json("explain", "one", "WEB-1")}
    assert explained["1"] is None
    assert " at " in explained["2"]["who"]
    assert explained["2"]["at"].startswith(f"{here.world.clock.now():%Y-%m-%dT%H:%M:%S}")
    assert (
        "A sale of its own, though it equals another: says "
        in here.run("explain", "one", "WEB-1").output
    )


def test_it_holds_when_decided_again(here: Installation) -> None:
    """Another status, other settings: whatever has it decided again, it is no twin any more."""
    twins(here.world, "1", "2")
    here.run("retry", "one", "WEB-1", "--single")
    here.world.change(export_statuses=("INVOICED",))
    here.world.sync()
    assert here.world.row("2").state == "waiting"
    here.world.change(export_statuses=("DESPATCHED",))
    here.world.sync()
    assert here.world.row("2").state == "ready"


def test_the_first_is_not_held_for_it(here: Installation) -> None:
    """The other one, decided again after it, goes out too: they are two sales for both."""
    here.world.put(an_order("1", number="WEB-1"))
    here.world.sync()
    here.world.put(an_order("2", number="WEB-1"))
    here.world.sync()
    here.run("retry", "one", "WEB-1", "--single")
    here.world.sync()
    here.world.put(an_order("1", number="WEB-1", tags=("seen",)))
    here.world.export()
    assert here.world.states() == {"1": "exported", "2": "exported"}


def test_a_third_is_held_for_it(here: Installation) -> None:
    """What equals a sale of its own and comes later may be entered twice like any other."""
    twins(here.world, "1", "2")
    here.run("retry", "one", "WEB-1", "--single")
    here.world.export()
    for number, document in enumerate(here.world.target.documents):
        if document.number == "WEB-1":
            gone = replace(document, status="VOIDED", changed_at=here.world.clock.now())
            here.world.target.documents[number] = gone
    here.world.put(an_order("3", number="WEB-1"))
    here.world.export()
    assert (here.world.row("3").state, here.world.row("3").code) == ("refused", "MX-204")
    assert "order 2" in here.world.row("3").message


def test_of_several_the_id_is_asked_for(here: Installation) -> None:
    """Two that are held under one number are told apart by id, with the command that works."""
    twins(here.world, "1", "2", "3")
    said = here.run("retry", "one", "WEB-1", "--single", code=2).stderr
    assert "one of 2, 3" in " ".join(said.split())
    assert "mintsoft-xero retry one 2 --single" in " ".join(said.split())
    here.run("retry", "one", "3", "--single")
    here.world.export()
    assert here.world.states() == {"1": "exported", "2": "refused", "3": "exported"}


def test_one_that_is_no_twin_is_left(here: Installation) -> None:
    """An order that waits for something else, and one that nobody knows, change nothing."""
    here.world.put(an_order("1", number="WEB-1", status="NEW"))
    here.world.sync()
    said = here.run("retry", "one", "WEB-1", "--single", code=2).stderr
    assert "not held for being equal to another one" in " ".join(said.split())
    assert "No order WEB-9" in here.run("retry", "one", "WEB-9", "--single", code=2).stderr
    assert "--single needs" in here.run("retry", "one", "--all", "--single", code=2).stderr


def test_two_bills_of_one_day(tmp_path: Path) -> None:
    """A client's second bill of a day with equal charges goes out the same way, by its own fix."""
    house = InvoiceWorld(f"sqlite:///{tmp_path / 'ledger.db'}")
    here = Installation(house, tmp_path / "home")
    house.bill(an_invoice("9"), an_invoice("10"))
    house.export()
    (cause,) = here.json("errors", "one")
    assert "mintsoft-xero retry NAME ORDER --single" in cause["fix"]
    here.run("retry", "one", "10", "--single")
    house.export()
    assert house.states() == {"9": "exported", "10": "exported"}
    house.close()
