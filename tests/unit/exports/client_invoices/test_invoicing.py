"""The way of a client invoice, over a real ledger and the default rules, with fakes around."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal

import pytest

from .....plugin.domain.client_invoices.client_invoice import CostCentre
from .....plugin.domain.connections.mapping import Entry
from .....plugin.errors import NeedsPerson, TryLater
from .....plugin.exports.pipeline import export_batch, sync, write_back
from .....plugin.ports.source import Unreadable
from ...orders import an_order
from .samples import InvoiceWorld, a_client, an_invoice


def test_a_confirmed_invoice_is_exported_once(house: InvoiceWorld) -> None:
    """One document of the cost centres and their VAT; a second export sends nothing."""
    house.bill(an_invoice())
    house.export()
    house.export()
    row = house.row("55")
    assert (row.kind, row.state, row.invoice_number) == ("client_invoice", "exported", "55")
    assert house.invoices() == {"55": Decimal("18.00")}
    assert house.target.documents[0].reference == "June 2026 (Mintsoft invoice 55)"
    assert house.target.documents[0].contact_id == "c-1"
    assert len(house.target.sent) == 1
    assert house.invoices_source.calls["breakdown"] == 5, "read once"


def test_an_invoice_has_its_prefix(house: InvoiceWorld) -> None:
    """Mintsoft's invoices have no number: it is the prefix and the id."""
    house.change(number_prefix="FUL-")
    house.bill(an_invoice("7"))
    house.export()
    assert list(house.invoices()) == ["FUL-7"]


def test_an_order_and_an_invoice_of_one_id(house: InvoiceWorld) -> None:
    """Order 55 and invoice 55 of one account, one organisation: both go out, neither is mixed up.

    Each has its own row, number and mark, and only the order is owed a mark in Mintsoft.
    """
    invoices = house.connection
    orders = house.connect("two", mode="accounting")
    house.bill(an_invoice("55"))
    house.put(an_order("55", number="55"))
    house.export()
    sync(house.orders_parts, orders)
    export_batch(house.orders_parts, orders, house.ledger.due_to_send(orders))
    assert sorted(house.invoices()) == ["55", "55-55"]
    marks = {x.reference.rpartition("(")[2] for x in house.target.documents}
    assert marks == {"Mintsoft 55)", "Mintsoft invoice 55)"}
    assert [str(x.kind) for x in house.ledger.exports(orders)] == ["order"]
    assert [str(x.kind) for x in house.ledger.exports(invoices)] == ["client_invoice"]
    assert (house.ledger.owed_count(orders), house.ledger.owed_count(invoices)) == (1, 0)
    assert set(house.ledger.known(orders, ["55"])) == {"55"}
    write_back(house.orders_parts, orders)
    sync(house.orders_parts, orders)
    house.export()
    assert {x.state.value for c in (orders, invoices) for x in house.ledger.exports(c)} == {
        "exported"
    }
    assert {x.code for c in (orders, invoices) for x in house.ledger.exports(c)} == {""}


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        ("cost centre", "MX-215", "connection map NAME cost_centre"),
        ("contact", "MX-212", "Add a contact with exactly the client's name"),
        ("client", "MX-211", "client"),
        ("currency", "MX-206", "currency"),
        ("subscription", "MX-206", "Add the currency in Xero"),
        ("credit", "MX-213", "credit note"),
    ],
)
def test_what_is_missing_is_refused_with_the_fix(
    house: InvoiceWorld, kind: str, code: str, said: str
) -> None:
    """Nothing is sent, and no breakdown is read, while something must be mended first."""
    clients = house.invoices_source.all_clients
    bill = an_invoice()
    if kind == "cost centre":
        house.connections.drop_entry(house.connection, "cost_centre", "picking")
    elif kind == "contact":
        house.target.people.clear()
    elif kind == "client":
        clients.clear()
    elif kind in {"currency", "subscription"}:
        clients["3"] = a_client(currency="" if kind == "currency" else "SEK")
    else:
        bill = an_invoice(costs={"other": "-5.00"})
    house.bill(bill)
    house.export()
    row = house.row("55")
    assert (row.state, row.code) == ("refused", code)
    assert said in row.fix
    assert not house.target.sent
    assert "breakdown" not in house.invoices_source.calls


def test_a_mapped_centre_lets_it_go(house: InvoiceWorld) -> None:
    """Mapping what was missing exports at the next sync; nobody has to retry."""
    house.connections.drop_entry(house.connection, "cost_centre", "picking")
    house.bill(an_invoice())
    house.export()
    entry = {("cost_centre", "picking"): Entry(target="200/OUTPUT2")}
    house.connections.keep_entries(house.connection, entry)
    house.export()
    assert house.row("55").state == "exported"


def test_a_mapped_contact_survives_a_rename(house: InvoiceWorld) -> None:
    """A contact that is mapped by its id is used whatever it is called."""
    entry = {("contact", "client:ACME"): Entry(target="c-9")}
    house.connections.keep_entries(house.connection, entry)
    house.bill(an_invoice())
    house.export()
    assert house.target.documents[0].contact_id == "c-9"


def test_contacts_are_made_only_if_wanted(house: InvoiceWorld) -> None:
    """With create_client_contacts a client without a contact gets one of its name."""
    house.target.people.clear()
    house.change(create_client_contacts="yes")
    house.bill(an_invoice())
    house.export()
    assert [x.name for x in house.target.people] == ["Acme Ltd"]
    assert house.row("55").state == "exported"


@pytest.mark.parametrize("lost", ["before", "after"])
def test_a_lost_answer_is_looked_up(house: InvoiceWorld, lost: Literal["before", "after"]) -> None:
    """Whether the call arrived or not: one document, known by its mark, and one row."""
    house.bill(an_invoice())
    house.target.lose_answer = lost
    house.export()
    assert house.row("55").state == "unknown"
    house.clock.advance(minutes=10)
    house.export()
    assert house.row("55").state == "exported"
    assert house.invoices() == {"55": Decimal("18.00")}


def test_an_order_s_document_is_not_adopted(house: InvoiceWorld) -> None:
    """A document of that number with an order's mark is not ours, whatever its total."""
    house.bill(an_invoice())
    house.sync()
    house.target.add("55", Decimal("18.00"), reference="June 2026 (Mintsoft 55)")
    house.send()
    assert (house.row("55").state, house.row("55").code) == ("refused", "MX-402")


def test_an_edit_after_the_export_is_drift(house: InvoiceWorld) -> None:
    """A recalculated invoice that is in Xero already is marked, not sent again."""
    house.bill(an_invoice())
    house.export()
    house.bill(an_invoice(costs={"picking": "11.00", "postage": "5.00"}))
    house.export()
    row = house.row("55")
    assert (row.state, row.code, len(house.target.sent)) == ("exported", "MX-504", 1)
    changes = {x.what for x in house.ledger.drift(row.export_id)[0]}
    assert changes == {"picking", "total_net", "lines"}


def test_a_change_before_sending_is_seen(house: InvoiceWorld) -> None:
    """What was recalculated between decision and call goes out as it is then."""
    house.bill(an_invoice())
    house.sync()
    house.bill(an_invoice(costs={"picking": "20.00"}))
    house.send()
    assert not house.target.sent
    house.send()
    assert house.invoices() == {"55": Decimal("24.00")}


def test_one_that_was_confirmed_twice_is_refused(house: InvoiceWorld) -> None:
    """The same client, date and charges under two ids: the second waits for a person."""
    house.bill(an_invoice("9"), an_invoice("10"))
    house.export()
    assert house.states() == {"9": "exported", "10": "refused"}
    assert house.row("10").code == "MX-204"


def test_a_breakdown_that_differs_is_refused(house: InvoiceWorld) -> None:
    """Charges that are not what they are made of: somebody must look first."""
    house.bill(an_invoice())
    house.invoices_source.invoices["55"] = an_invoice(costs={"picking": "12.00", "postage": "5.00"})
    house.export()
    assert (house.row("55").state, house.row("55").code) == ("refused", "MX-205")


def test_history_and_nothing_are_skipped(house: InvoiceWorld) -> None:
    """Invoices from before the start date, and those of nothing, have a row and no call."""
    house.change(start_date=date(2026, 6, 1))
    house.bill(an_invoice("1", dated_on=date(2026, 5, 31)), an_invoice("2", costs={}))
    house.export()
    assert house.states() == {"1": "skipped", "2": "skipped"}
    assert "breakdown" not in house.invoices_source.calls


def test_unreadable_and_gone_ones_are_not_forgotten(house: InvoiceWorld) -> None:
    """What can't be read has a row that says so; so has what was deleted before it went out."""
    bad = Unreadable(source_id="8", number="8", error=NeedsPerson("No date.", code="MX-501"))
    house.invoices_source.invoices["8"] = bad
    house.bill(an_invoice())
    house.sync()
    del house.invoices_source.invoices["55"]
    house.send()
    assert {x: (r.state.value, r.code) for x, r in house.rows().items()} == {
        "8": ("refused", "MX-501"),
        "55": ("refused", "MX-214"),
    }


def test_an_outage_loses_nothing(house: InvoiceWorld) -> None:
    """While Mintsoft is away nothing moves; afterwards all goes on where it was."""
    house.bill(an_invoice())
    house.invoices_source.failure = TryLater(code="MX-602", service="Mintsoft", after=30)
    with pytest.raises(TryLater):
        house.sync()
    house.invoices_source.failure = None
    house.export()
    assert house.row("55").state == "exported"


def test_stored_facts_come_back_typed(house: InvoiceWorld) -> None:
    """What a decision rested on is read again as it was, by the facts of its own kind."""
    house.bill(an_invoice(costs={"picking": "10.00", "goods_in": "2.00"}))
    house.invoices_source.breakdowns.clear()
    house.invoices_source.invoices["55"] = replace(
        an_invoice(costs={"storage": "10.00"}), comments="two pallets"
    )
    house.export()
    facts = house.ledger.story(house.row("55").export_id).facts
    assert facts is not None
    assert facts["storage"] == Decimal("10.00")
    assert facts["document_date"] == date(2026, 6, 10)
    (line,) = [dict(x) for x in facts["lines"] if not isinstance(x, str)]  # type: ignore[union-attr]
    assert (line["cost_centre"], line["mapped"]) == (CostCentre.STORAGE.value, True)
