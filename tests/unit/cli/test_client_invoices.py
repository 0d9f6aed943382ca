"""`client-invoices`, and `export` on a connection of a fulfilment house."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from ....plugin.domain.client_invoices.client_invoice import CostCentre, OtherCharge
from ..exports.client_invoices.samples import InvoiceWorld, an_invoice, made_of
from .installation import Installation


@pytest.fixture
def house(tmp_path: Path) -> Iterator[InvoiceWorld]:
    """Return a world with two invoices of one client, one of them for a return too."""
    world = InvoiceWorld(f"sqlite:///{tmp_path / 'ledger.db'}")
    first = an_invoice("54", costs={"picking": "10.00", "returns": "3.00"})
    charge = OtherCharge(
        charge_id="1",
        centre=CostCentre.RETURNS,
        about_id="77",
        description="two boxes",
        amount=Decimal("3.00"),
    )
    world.invoices_source.put(first, replace(made_of(first), others=(charge,)))
    world.bill(an_invoice("55"))
    yield world
    world.close()


@pytest.fixture
def house_here(house: InvoiceWorld, tmp_path: Path) -> Installation:
    """Return the commands over that world."""
    return Installation(house, tmp_path / "home")


def test_dry_run_lists_and_sends_nothing(house: InvoiceWorld, house_here: Installation) -> None:
    """A dry run reads, decides and builds; the list shows each with its cost centres."""
    report = house_here.json("export", "one", "--dry-run", "--inline")
    assert (report["kind"], report["counts"]["ready"]) == ("client_invoice", 2)
    assert not house.target.sent
    first, second = house_here.json("client-invoices", "list", "one")
    assert [x["cost_centre"] for x in first["cost_centres"]] == ["picking", "returns"]
    assert (first["client"], first["state"], first["total"]) == ("ACME", "ready", "15.60")
    assert second["link"] is None


def test_single_and_bulk_export(house: InvoiceWorld, house_here: Installation) -> None:
    """One by its id, then the rest; each has its number in Xero and a link to it."""
    one = house_here.json("export", "one", "--kind", "client_invoice", "--only", "55", "--inline")
    assert [(x["number"], x["state"]) for x in one["documents"]] == [("55", "exported")]
    assert list(house.invoices()) == ["55"]
    assert house_here.json("export", "one", "--inline")["counts"]["exported"] == 2
    listed = house_here.json("client-invoices", "list", "one", "--client", "ACME")
    assert {x["invoice_number"] for x in listed} == {"54", "55"}
    assert all(x["link"] for x in listed)
    assert "ACME" in house_here.run("client-invoices", "list", "one").stdout
    assert house_here.json("explain", "one", "55")[0]["kind"] == "client_invoice"
    assert "Client invoice 55" in house_here.run("explain", "one", "55").stdout


def test_show_drills_to_orders(house_here: Installation) -> None:
    """From a cost centre to its orders and returns, where Mintsoft gives them."""
    house_here.json("export", "one", "--dry-run", "--inline")
    shown = house_here.json("client-invoices", "show", "one", "54")
    parts = {x["cost_centre"]: x for x in shown["breakdown"]}
    assert parts["picking"]["orders"] == [{"order_id": "901", "net": "10.00"}]
    assert parts["returns"]["charges"][0]["about_id"] == "77"
    assert {x["net"] for x in shown["lines"]} == {"10.00", "3.00"}
    said = house_here.run("client-invoices", "show", "one", "54", "--centre", "returns").stdout
    assert "return 77: 3.00 (two boxes)" in said


def test_wrong_usage(house: InvoiceWorld, house_here: Installation) -> None:
    """An unknown id, cost centre, kind or mode is wrong usage, in a sentence."""
    house.connect("shop", mode="accounting")
    house_here.run("client-invoices", "show", "one", "999", code=2)
    house_here.run("client-invoices", "show", "one", "54", "--centre", "sweets", code=2)
    answer = house_here.run("export", "one", "--kind", "order", "--inline", code=2)
    assert "exports client invoices" in answer.stderr
    answer = house_here.run("client-invoices", "list", "shop", code=2)
    assert "fulfilment" in answer.stderr
