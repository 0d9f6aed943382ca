"""What a change would move of client invoices, held against what the next sync then does."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from .....plugin.database.tables import export
from .....plugin.domain.connections.connection import Connection
from .....plugin.domain.connections.mapping import Entry, Mapping
from .....plugin.domain.reconciliation.differences import Change, Standing
from .....plugin.domain.reconciliation.impact import Impact
from .....plugin.exports.impact import moved
from .samples import InvoiceWorld, a_client, an_invoice

BECAME = {
    Change.EXPORTED: "ready",
    Change.WAITING: "waiting",
    Change.SKIPPED: "skipped",
    Change.REFUSED: "refused",
}
#: Postage that may or may not hold two pounds free of VAT.
MIXED = {"picking": "10.00", "postage": "5.00", "postage_vat_free": "2.00"}


def remapped(connection: Connection, **targets: str | None) -> Connection:
    """The connection with other cost centres; None takes an entry out."""
    entries = dict(connection.mapping.entries)
    for centre, target in targets.items():
        del entries["cost_centre", centre]
        if target is not None:
            entries["cost_centre", centre] = Entry(target=target)
    return replace(connection, mapping=Mapping(entries))


def told(found: Impact) -> dict[str, int]:
    """How many would become what."""
    counts: dict[str, int] = {}
    for cause, tally in found.differences.causes(Standing.OPEN):
        state = BECAME.get(cause.change, "")
        counts[state] = counts.get(state, 0) + tally.documents
    return counts


def billed(house: InvoiceWorld) -> None:
    """Invoices of each sort, read once."""
    known = a_client(client_id="4", code="NEW", name="Nobody Knows Ltd")
    house.invoices_source.all_clients |= {"4": known}
    house.invoices_source.all_clients["5"] = a_client(client_id="5", code="EX", vat_exempt=True)
    house.bill(
        an_invoice("1"),
        an_invoice("2", costs={"storage": "7.00"}),
        an_invoice("3", costs={"storage": "9.00", "rework": "1.00"}),
        an_invoice("4", client_id="4"),
        an_invoice("5", client_id="5", costs={"storage": "3.00"}),
        an_invoice("6", costs={}),
    )
    house.bill(an_invoice("7", costs=MIXED), within=True)
    house.bill(an_invoice("8", costs=MIXED, parcels=5), within=None)
    house.bill(an_invoice("9", costs={"picking": "1.00", "other": "-5.00"}))


def sync_with(house: InvoiceWorld, after: Connection) -> None:
    """Change the connection to this, and sync."""
    house.connections.keep_settings(house.connection, after.settings)
    for kind, source in house.connection.mapping.entries.keys() - after.mapping.entries.keys():
        house.connections.drop_entry(house.connection, kind, source)
    house.connections.keep_entries(house.connection, after.mapping.entries)
    house.sync()


@pytest.mark.parametrize(
    ("first", "mapped", "settings"),
    [
        ({}, {"storage": "200/ZERORATEDOUTPUT"}, {}),
        ({"storage": None}, {"picking": None}, {}),
        ({"storage": None}, {"rework": None}, {"create_client_contacts": "yes"}),
        ({}, {"storage": None}, {"client_invoice_lines": "charges"}),
        ({}, {"postage_vat_free": None}, {"invoice_status": "DRAFT", "due_days": 90}),
    ],
)
def test_every_change_as_the_next_sync(
    house: InvoiceWorld, first: dict[str, Any], mapped: dict[str, Any], settings: dict[str, Any]
) -> None:
    """Whatever is changed, each invoice then stands where it was said to stand."""
    sync_with(house, remapped(house.connection, **first))
    billed(house)
    house.sync()
    was, calls = house.states(), dict(house.invoices_source.calls)
    before = house.connection
    after = remapped(before, **mapped)
    after = replace(after, settings=replace(after.settings, **settings))
    found = moved(house.parts, before, after)
    assert house.states() == was, "looking changes nothing"
    assert house.invoices_source.calls == calls, "and calls nobody"
    sync_with(house, after)
    now = house.states()
    for state in BECAME.values():
        moved_there = sum(now[x] == state and was[x] != state for x in now)
        assert told(found).get(state, 0) == moved_there, state


def test_mapping_a_cost_centre(house: InvoiceWorld) -> None:
    """A cost centre that gets its account lets its invoices go: how many, and with their tax."""
    sync_with(house, remapped(house.connection, storage=None))
    billed(house)
    house.sync()
    entries = {
        **house.connection.mapping.entries,
        ("cost_centre", "storage"): Entry(target="200/OUTPUT2"),
    }
    after = replace(house.connection, mapping=Mapping(entries))
    found = moved(house.parts, house.connection, after)
    assert found.sentence() == "3 client invoices, GBP 23.40 would be exported"
    sync_with(house, after)
    ready = {x: str(row.total) for x, row in house.rows().items() if row.state == "ready"}
    assert {x: ready.get(x) for x in "235"} == {"2": "8.40", "3": "12.00", "5": "3.00"}


def test_another_tax_type(house: InvoiceWorld) -> None:
    """An account or tax type of a ready invoice changes what is sent, and that is counted."""
    billed(house)
    house.sync()
    after = remapped(house.connection, storage="200/ZERORATEDOUTPUT")
    said = moved(house.parts, house.connection, after).sentence()
    assert said == "2 client invoices, GBP 17.20 would be exported with another invoice"


def test_what_can_not_be_told(house: InvoiceWorld) -> None:
    """What only Mintsoft or Xero could tell is said, and not guessed."""
    billed(house)
    house.sync()
    settings = replace(house.connection.settings, postage_includes_vat_free="no")
    found = moved(house.parts, house.connection, replace(house.connection, settings=settings))
    assert "breakdown" in found.unforeseen[0]
    house.change(create_client_contacts="yes")
    settings = replace(house.connection.settings, create_client_contacts="no")
    found = moved(house.parts, house.connection, replace(house.connection, settings=settings))
    assert "have a contact" in found.unforeseen[0]


def test_facts_of_an_older_version(house: InvoiceWorld) -> None:
    """An invoice whose stored facts lack one is counted apart, and breaks nothing."""
    house.bill(an_invoice("1"))
    house.sync()
    with house.database.transaction() as transaction:
        facts = dict(transaction.scalars(select(export.c.facts)).one())
        del facts["storage"]
        transaction.execute(update(export).values(facts=facts))
    after = remapped(house.connection, picking=None)
    assert moved(house.parts, house.connection, after).differences.incomplete
