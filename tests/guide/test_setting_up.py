"""The guide's sentences on connecting, mapping, schedules and the two modes."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask, request

from ...plugin.domain.client_invoices.client_invoice import CostCentre
from ...plugin.services.notifications.notify import notify
from ...plugin.services.notifications.parts import notify_parts
from ..unit.web.serving import serving
from .walk import Walk

pytestmark = pytest.mark.integration

FAILED = "export_statuses=DESPATCHED,INVOICED,InvoiceFailedNoCourierPrice"


def add_house(walk: Walk) -> None:
    """Add a fulfilment house whose clients have their contacts in Xero."""
    walk.add("house", "--mode", "fulfilment")
    walk.add_contacts(sorted({x["Name"] for x in walk.mintsoft("/api/Client")}))


def map_centres(walk: Walk, *accounts: str) -> dict[str, str]:
    """Map the cost centres to accounts, in turn; the account of each."""
    turns = {x.value: accounts[n % len(accounts)] for n, x in enumerate(CostCentre)}
    for centre, account in turns.items():
        walk.run("connection", "map", "house", "cost_centre", centre, f"{account}/OUTPUT2")
    return turns


def jobs(walk: Walk) -> dict[str, Any]:
    """The connection's jobs, by name."""
    (connection,) = walk.json("schedule", "list", "shop")
    return {x["job"]: x for x in connection["jobs"]}


def test_a_change_of_the_list_says_before_what_it_will_export(walk: Walk) -> None:
    """Before the status is added, the backtest says which orders that will export; they are."""
    walk.add()
    walk.export()
    failed = walk.orders("invoice_failed")
    before = {x["number"] for x in walk.invoices()}
    said = walk.json("connection", "set", "shop", FAILED, "--dry-run")
    assert said["applied"] is False
    (change,) = said["moved"]["changes"]
    assert change["change"] == "newly exported"
    assert change["documents"] == len(failed)
    gross = sum((Decimal(str(x["TotalOrderGross"])) for x in failed), Decimal(0))
    assert sum(map(Decimal, change["amounts"].values())) == gross
    walk.export()
    assert {walk.row(x["ID"])["state"] for x in failed} == {"waiting"}  # nothing was changed yet
    walk.run("connection", "set", "shop", FAILED)
    walk.export()
    assert {walk.row(x["ID"])["state"] for x in failed} == {"exported"}
    assert len({x["number"] for x in walk.invoices()} - before) == len(failed)


def test_default_account_codes_are_used_for_items(walk: Walk) -> None:
    """A retailer maps default accounts once: products become items with them, and orders pass."""
    walk.add("shop", "--set", "items=create")
    walk.run("connection", "map", "shop", "item_account", "default", "260")
    walk.export()
    items = {x["Code"]: x["SalesDetails"].get("AccountCode") for x in walk.xero("Items")["Items"]}
    made = {x["SKU"] for order in walk.orders("despatched") for x in order["OrderItems"]}
    assert {items[sku] for sku in made} == {"260"}
    assert walk.row(walk.orders("despatched")[0]["ID"])["state"] == "exported"


def test_each_cost_centre_appears_against_its_account(walk: Walk) -> None:
    """A 3PL maps each cost centre to an account: the costs stand against that account in Xero."""
    add_house(walk)
    accounts = map_centres(walk, "200", "260")
    walk.export("house")
    rows = walk.json("client-invoices", "list", "house")
    assert rows
    for row in rows:
        expected, found = Counter[str](), Counter[str]()
        for charge in row["cost_centres"]:
            expected[accounts[charge["cost_centre"]]] += Decimal(charge["net"])  # type: ignore[assignment]
        (invoice,) = walk.xero(f"Invoices/{row['invoice_number']}")["Invoices"]
        for line in invoice["LineItems"]:
            found[line["AccountCode"]] += Decimal(line["LineAmount"])  # type: ignore[assignment]
        assert found == expected


def test_what_is_not_mapped_is_said_before_an_export_fails(walk: Walk) -> None:
    """The mapping names each cost centre without an account and its fix; nothing is sent then."""
    add_house(walk)
    before = len(walk.invoices())
    walk.export("house", "--dry-run")
    missing = walk.json("mapping", "complete", "house")["missing"]
    named = {x["source"] for x in missing if x["kind"] == "cost_centre" and x["blocks"]}
    assert "picking" in named
    assert all(x["fix"] for x in missing)
    walk.export("house")
    assert len(walk.invoices()) == before
    causes = [x for x in walk.json("errors", "house") if x["code"] == "MX-215"]
    assert causes
    assert all("connection map NAME cost_centre" in x["fix"] for x in causes)


def test_data_syncs_every_15_minutes_and_that_is_configurable(walk: Walk) -> None:
    """Each look is every 15 minutes by default, changes at run time, and begins when asked."""
    walk.add()
    looks = ("export_orders", "import_sales_invoices", "import_purchase_orders")
    assert [jobs(walk)[x]["every_minutes"] for x in looks] == [15, 15, 15]
    assert [jobs(walk)[x]["switch"] for x in looks] == ["waits"] * 3
    walk.run("schedule", "set", "shop", "import_sales_invoices", "--every", "60")
    walk.export()
    assert jobs(walk)["import_sales_invoices"]["every_minutes"] == 60
    assert jobs(walk)["export_orders"]["switch"] == "on"
    assert jobs(walk)["export_orders"]["next_run_at"]


def test_export_a_client_invoice_and_view_it_in_xero(walk: Walk) -> None:
    """One invoice is exported by itself; then its number and a link to it in Xero are there."""
    add_house(walk)
    map_centres(walk, "200")
    walk.export("house", "--dry-run")
    before = len(walk.invoices())
    one = walk.json("client-invoices", "list", "house")[0]["source_id"]
    walk.export("house", "--only", one)
    rows = {x["source_id"]: x for x in walk.json("client-invoices", "list", "house")}
    assert [x for x, row in rows.items() if row["state"] == "exported"] == [one]
    assert len(walk.in_xero(rows[one]["invoice_number"])) == 1
    assert len(walk.invoices()) == before + 1
    assert rows[one]["invoice_id"] in rows[one]["link"]


def test_disconnect_and_leave_all_data_as_it_is(walk: Walk) -> None:
    """Disconnecting stops a connection and its schedules, and leaves every row, there and here."""
    walk.add()
    walk.export()
    rows, documents = walk.run("outcomes", "shop", "--json").stdout, walk.invoices()
    mapped = walk.json("mapping", "list", "shop")
    walk.run("connection", "disconnect", "shop")
    assert walk.json("connection", "show", "shop")["state"] == "disconnected"
    assert {x["next_run_at"] for x in jobs(walk).values()} == {None}
    assert walk.run("export", "shop", "--inline", code=1).stderr
    assert walk.run("outcomes", "shop", "--json").stdout == rows
    assert walk.json("mapping", "list", "shop") == mapped
    assert walk.invoices() == documents
    walk.run("connection", "connect", "shop")
    walk.export()
    assert walk.invoices() == documents  # it went on where it was


def test_what_a_connection_may_do_is_told(walk: Walk) -> None:
    """Before anything fails, one command says what either side allows, and the fix of the rest."""
    walk.add()
    healthy = walk.json("connection", "health", "shop")
    assert healthy["ok"] is True
    assert {x["side"] for x in healthy["points"]} >= {"Mintsoft", "Xero", "mapping"}
    assert all(x["fix"] for x in healthy["points"] if x["state"] == "missing")


def test_monitor_for_errors_without_looking(walk: Walk) -> None:
    """Who is told needs not look: each new kind of error goes out once, signed, with what to do."""
    receiver, came = Flask("receiver"), list[Any]()

    @receiver.post("/notices")
    def take() -> str:
        came.append((request.headers.get("webhook-signature"), request.get_json()))
        return ""

    with serving(receiver) as address:
        walk.add("shop", "--set", f"notify_webhook={address}/notices")
        walk.run("notices", "secret", "shop")
        walk.export()
        for _ in range(3):
            notify(notify_parts(walk.plugin), walk.plugin.connections.all(), datetime.now(UTC))
    kinds = {x["code"] for x in walk.json("errors", "shop")}
    told = [x for _, posted in came for x in posted["data"].get("errors", [])]
    assert {x["code"] for x in told} == kinds
    assert len(came) == 1
    assert all(signature for signature, _ in came)
