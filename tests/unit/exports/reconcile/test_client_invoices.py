"""A reconciliation of what clients were billed, over a real ledger, with fakes at both ends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from .....plugin.domain.connections.job import JobName
from .....plugin.domain.reconciliation.reconciliation import Reconciliation, Tally
from .....plugin.exports.reconcile import reconcile
from ...cli.installation import Installation
from ...orders import an_order
from ...world import World
from ..client_invoices.samples import InvoiceWorld, a_client, an_invoice, worlds


@pytest.fixture
def house(database_url: str) -> Iterator[InvoiceWorld]:
    """Return a fulfilment house with three exported invoices of 18.00, two hours ago."""
    for world in worlds(database_url):
        dear = {"picking": "15.01", "postage_vat_free": "2.00"}
        world.bill(an_invoice("1"), an_invoice("2"), an_invoice("3", costs=dear))
        world.change(number_prefix="FH-", postage_includes_vat_free="no")
        world.bill(an_invoice("2", dated_on=date(2026, 6, 11)))
        world.export()
        assert set(world.states().values()) == {"exported"}
        world.clock.advance(hours=2)
        yield world


def reconciled(house: InvoiceWorld) -> Reconciliation:
    """Reconcile the house's connection as it is now."""
    return reconcile(house.parts, house.connections.named("one"))


def found(house: InvoiceWorld) -> list[tuple[str, str]]:
    """Class and number of each finding."""
    return [(x.what, x.number or x.invoice_number) for x in reconciled(house).findings]


def test_all_agrees(house: InvoiceWorld) -> None:
    """What clients were billed agrees on all three sides with its tax, by day and client."""
    result = reconciled(house)
    assert result.findings == ()
    sums = {(x.day.day, x.channel): (x.mintsoft, x.ledger, x.xero) for x in result.lines}
    tenth = Tally(count=2, total=Decimal("38.01"))  # 18.00, and 15.01 with 3.00 of VAT, and 2.00
    eleventh = Tally(count=1, total=Decimal("18.00"))
    assert sums == {(10, "ACME"): (tenth,) * 3, (11, "ACME"): (eleventh,) * 3}
    assert result.standing == {("exported", "GBP"): tenth + eleventh}


def test_classes(house: InvoiceWorld) -> None:
    """Each class is found by what happened on either side, and nothing else is."""
    house.target.set_status("FH-1", "VOIDED")
    del house.invoices_source.invoices["2"]
    dearer = {"picking": "25.00", "postage": "5.00"}
    house.invoices_source.put(an_invoice("3", costs=dearer), None)
    long_ago = house.clock.now() - timedelta(hours=9)
    house.invoices_source.put(an_invoice("4", changed_at=long_ago), None)
    house.target.add("COPY", Decimal("1.00"), reference="June 2026 (Mintsoft invoice 1)")
    house.target.add("ORDER", Decimal("1.00"), reference="1001 (Mintsoft 1)")
    result = reconciled(house)
    assert [(x.what, x.number or x.invoice_number) for x in result.findings] == [
        ("extra", "1"),
        ("voided", "1"),
        ("amount", "3"),
        ("gone", "2"),
        ("unseen", "4"),
    ]
    amount = next(x for x in result.findings if x.what == "amount")
    assert [(x.exported, x.now) for x in amount.differences] == [("20.01 GBP", "36.00 GBP")]


def test_only_words_were_changed(house: InvoiceWorld) -> None:
    """Another name for the same money is an edit, no other amount."""
    house.invoices_source.put(an_invoice("1", name="July"), None)
    assert found(house) == [("order_edited", "1")]


@pytest.mark.parametrize("client", [None, a_client(vat_exempt=True), a_client(currency="XXX")])
def test_a_client_that_changed(house: InvoiceWorld, client: object) -> None:
    """What was billed stays what was built of it, whatever became of the client since."""
    house.invoices_source.all_clients.clear()
    if client is not None:
        house.invoices_source.all_clients["3"] = replace(a_client(), **vars(client))
    totals = reconciled(house).totals.values()
    assert sum(line.mintsoft.total for line in totals) == Decimal("56.01")


def test_orders_of_the_same_id(house: InvoiceWorld) -> None:
    """An order with an invoice's id, exported by another connection, is nobody's finding here."""
    shop = house.connections.named(house.connect("shop", mode="accounting").name)
    house.parts, invoicing = house.orders_parts, house.parts
    house.connection, here = shop, house.connection
    house.put(an_order("1"))
    World.sync(house)
    house.send()
    assert house.states() == {"1": "exported"}
    orders = reconcile(house.parts, shop)
    house.parts, house.connection = invoicing, here
    assert found(house) == []
    assert orders.findings == ()
    assert {x.channel for x in orders.lines} == {"Shopify"}


def test_command(house: InvoiceWorld, tmp_path: Path) -> None:
    """It speaks of client invoices and clients, and the night does it by itself."""
    here = Installation(house, tmp_path)
    said = here.run("reconcile", "one").stdout
    assert "Client invoices" in said
    assert "All client invoices in Mintsoft: 3 client invoices, GBP 56.01" in said
    assert "Everything agrees." in said
    house.target.set_status("FH-1", "DELETED")
    (finding,) = here.json("reconcile", "one", code=1)["findings"]
    assert (finding["class"], finding["number"], finding["channel"]) == ("deleted", "1", "ACME")
    assert "Client invoice" in here.run("reconcile", "one", code=1).stdout
    house.connections.start(house.connection)
    (listed,) = here.json("schedule", "list", "one")
    jobs = {x["job"]: x["switch"] for x in listed["jobs"]}
    assert jobs[JobName.RECONCILE] == "on"
