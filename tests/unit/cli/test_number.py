"""`number`: another invoice number for an order whose own is taken."""

from decimal import Decimal

from ..orders import an_order
from .installation import Installation


def refused(here: Installation) -> None:
    """An order whose number somebody else's document has."""
    here.world.target.add("WEB-1", Decimal("99.00"))
    here.world.put(an_order())
    here.world.export()
    assert here.world.row().code == "MX-203"


def test_another_number(here: Installation) -> None:
    """The order goes out under the number that it was given, and the other document stays."""
    refused(here)
    assert here.run("number", "one", "WEB-1", "WEB-1B").output.startswith("WEB-1 (Mintsoft 1)")
    here.world.export()
    assert (here.world.row().state, here.world.row().invoice_number) == ("exported", "WEB-1B")
    assert here.world.invoices() == {"WEB-1": Decimal("99.00"), "WEB-1B": Decimal("24.00")}


def test_without_one_it_is_its_own_with_its_id(here: Installation) -> None:
    """What is printed as a fix works as it stands; afterwards the number can't be changed."""
    refused(here)
    assert here.json("number", "one", "WEB-1")["invoice_number"] == "WEB-1-1"
    here.world.export()
    assert here.world.row().invoice_number == "WEB-1-1"
    late = here.run("number", "one", "WEB-1", "X", code=2)
    assert "is exported, or on its way to Xero, under WEB-1-1" in late.stderr


def test_a_number_that_can_not_be(here: Installation) -> None:
    """A number that another document has, or of odd signs, is refused and changes nothing."""
    here.world.target.add("TYPED-7", Decimal("99.00"))
    here.world.put(an_order("2"), an_order("3", status="NEW"))
    here.world.export()
    for number, said in (
        ("WEB-2", "Another document has"),
        ("typed-7", "Another document has"),
        ("№ 7", "can't be an invoice number"),
    ):
        assert said in here.run("number", "one", "WEB-3", number, code=2).stderr
    assert here.world.row("3").invoice_number == ""
