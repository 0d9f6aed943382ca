"""`mapping list`, `choices`, `complete` and `unmap`."""

from dataclasses import replace
from typing import Any

import pytest

from ....plugin.domain.connections.mapping import Entry
from ....plugin.domain.connections.organisation import BrandingTheme, TrackingCategory
from ....plugin.ports.choices import Listed, PastLine
from ....plugin.testing.choices import ListingSource, ListingTarget, Lists
from ..orders import a_line, an_order
from ..services.mapping.test_targets import an_account
from .installation import Installation

NOBODY = "33333333-3333-3333-3333-333333333333"


@pytest.fixture
def here(here: Installation) -> Installation:
    """Return an installation whose sides have lists, and three orders on two channels."""
    world = here.world
    accounts = (*world.target.here.accounts, an_account("260", "Shipping income"))
    region = TrackingCategory(category_id="t", name="Region", options=("North",))
    theme = BrandingTheme(theme_id=NOBODY, name="Plain")
    organisation = replace(
        world.target.here, accounts=accounts, tracking=(region,), branding_themes=(theme,)
    )
    target, source = ListingTarget(world.clock, organisation), ListingSource()
    source.lists = Lists(
        channels=[Listed(id="7", code="", name="Shopify"), Listed(id="9", code="", name="Amazon")],
        warehouses=[Listed(id="1", code="MAIN", name="Main")],
    )
    world.target, world.source = target, source
    world.parts = replace(world.parts, target=target, source=source)
    world.connections.keep_organisation(world.connection, target.organisation())
    world.connection = world.connections.named("one")
    other = (a_line(sku="WID-2"),)
    world.put(
        an_order("1"), an_order("2"), an_order("3", channel_id="8", channel="eBay", lines=other)
    )
    world.sync()
    return here


def entry_of(rows: Any, kind: str, source: str) -> Any:
    """Return the one row of an entry."""
    (found,) = [x for x in rows if (x["kind"], x["source"]) == (kind, source)]
    return found


def test_list(here: Installation) -> None:
    """Each entry is shown with both names; what was archived since, with the reason."""
    target = here.world.target
    contact = target.contacts(["Shopify sales"])["Shopify sales"]
    here.run("connection", "map", "one", "contact", "channel:7", str(contact))
    rows = here.json("mapping", "list", "one")
    mapped = entry_of(rows, "contact", "channel:7")
    assert (mapped["source_name"], mapped["target_name"]) == ("Shopify", "Shopify sales")
    sales = entry_of(rows, "sales_account", "default")
    assert (sales["target_name"], sales["assumed"], sales["valid"]) == ("Sales", True, True)
    gone = tuple(replace(x, active=x.code != "200") for x in target.here.accounts)
    target.here = replace(target.here, accounts=gone)
    here.plugin.refreshed(here.world.connection, now=True)
    sales = entry_of(here.json("mapping", "list", "one"), "sales_account", "default")
    assert not sales["valid"]
    assert sales["problem"] == "Account '200' of Example Ltd is archived"
    shown = here.json("connection", "show", "one")
    assert entry_of(shown["mapping"], "sales_account", "default")["problem"] == sales["problem"]
    assert any("no longer holds" in sentence for sentence in shown["missing"])
    assert "is archived" in here.run("connection", "show", "one").stdout


def test_archived_contact(here: Installation) -> None:
    """A contact that was archived since is shown as such, before an order fails for it."""
    target = here.world.target
    contact = target.contacts(["Shopify sales"])["Shopify sales"]
    here.run("connection", "map", "one", "contact", "channel:7", str(contact))
    target.people[:] = [replace(x, active=False) for x in target.people]
    row = entry_of(here.json("mapping", "list", "one"), "contact", "channel:7")
    assert (row["valid"], row["problem"]) == (
        False,
        "The contact is archived, or was merged into another one",
    )
    target.people.clear()
    row = entry_of(here.json("mapping", "list", "one"), "contact", "channel:7")
    assert row["problem"] == "The organisation has no such contact"
    target.down = True
    result = here.run("mapping", "list", "one")
    assert "could not be read" in result.stderr
    assert str(contact) in result.stdout


def test_choices(here: Installation) -> None:
    """Both sides are listed: what stored orders and Mintsoft have, and what Xero has."""
    accounts = here.json("mapping", "choices", "one", "sales_account")
    sources = {x["source"]: (x["name"], x["orders"], x["due"]) for x in accounts["sources"]}
    assert sources["channel:7"] == ("Shopify", 2, 2)
    assert sources["channel:8"] == ("eBay", 1, 1)
    assert sources["channel:9"] == ("Amazon", 0, 0)
    assert sources["sku:WID-2"] == ("Blue widget", 1, 1)
    assert [x["target"] for x in accounts["targets"]] == ["200", "860", "260"]
    rates = here.json("mapping", "choices", "one", "tax_rate")
    assert [x["source"] for x in rates["sources"]] == ["20", "GB:20"]
    assert rates["sources"][0]["target"] == "OUTPUT2"
    assert rates["targets"][0]["rate"] == "20"
    centres = here.json("mapping", "choices", "one", "cost_centre")
    assert len(centres["sources"]) == 11
    assert "200/OUTPUT2" in [x["target"] for x in centres["targets"]]
    tracking = here.json("mapping", "choices", "one", "tracking")
    assert [x["target"] for x in tracking["targets"]] == ["Region=North"]
    assert "warehouse:MAIN" in [x["source"] for x in tracking["sources"]]
    found = here.json("mapping", "choices", "one", "sales_account", "--search", "shipping")
    assert [x["target"] for x in found["targets"]] == ["260"]
    assert "Blue widget" in here.run("mapping", "choices", "one", "sales_account").stdout


def test_choices_of_contacts(here: Installation) -> None:
    """Contacts are searched by name, and given by their id."""
    ids = here.world.target.contacts(["Acme Ltd", "Nova"])
    found = here.json("mapping", "choices", "one", "contact", "--search", "acme")
    assert [(x["target"], x["name"]) for x in found["targets"]] == [(ids["Acme Ltd"], "Acme Ltd")]


def test_complete(here: Installation) -> None:
    """Suggestions say why; nothing is made without --apply, and then only what is sure enough."""
    target = here.world.target
    assert isinstance(target, ListingTarget)
    line = PastLine(contact_id="", description="Carriage", account_code="260", tax_type="OUTPUT2")
    target.past = [line] * 4
    found = here.json("mapping", "complete", "one")
    shipping = entry_of(found["suggestions"], "shipping_account", "default")
    assert (shipping["target"], shipping["confidence"]) == ("260", "high")
    assert shipping["orders"] == 3
    assert [x["kind"] for x in found["missing"]] == ["sales_account"]
    assert (
        here.world.connections.named("one").mapping.entries.get(("shipping_account", "default"))
        is None
    )
    applied = here.json("mapping", "complete", "one", "--apply", "--confidence", "high")
    assert entry_of(applied["suggestions"], "shipping_account", "default")["applied"]
    entries = here.world.connections.named("one").mapping.entries
    assert entries["shipping_account", "default"] == Entry(target="260")
    again = here.json("mapping", "complete", "one")
    assert "shipping_account" not in [x["kind"] for x in again["suggestions"]]
    assert "Advice: Sales of all 2 channels" in here.run("mapping", "complete", "one").stdout


def test_complete_without_xero(here: Installation) -> None:
    """Where past invoices can't be read, the rest is still suggested, and that is said."""
    here.world.parts = replace(here.world.parts, target=_down(here))
    result = here.run("mapping", "complete", "one")
    assert "could not be read" in result.stderr
    assert "Shipping income" in result.stdout


def _down(here: Installation) -> ListingTarget:
    target = ListingTarget(here.world.clock, here.world.target.here)
    target.down = True
    return target


def test_unmap(here: Installation) -> None:
    """Removing an entry says first what it moves; what is not mapped can't be removed."""
    dry = here.json("mapping", "unmap", "one", "tax_rate", "20", "--dry-run")
    assert not dry["applied"]
    assert dry["moved"]["sentence"] == "3 orders, GBP 72.00 would be refused"
    here.json("mapping", "unmap", "one", "tax_rate", "20")
    assert ("tax_rate", "20") not in here.world.connections.named("one").mapping.entries
    here.run("mapping", "unmap", "one", "tax_rate", "20", code=2)
    assert "did you mean" in here.run("mapping", "unmap", "one", "taxrate", "20", code=2).stderr


def test_theme_of_a_channel(here: Installation) -> None:
    """A theme is mapped by its name and kept by its id; invoices of that channel alone have it."""
    here.run("connection", "map", "one", "branding_theme", "channel:7", "Plain")
    here.world.sync()
    themes = {}
    for source_id in ("1", "3"):
        story = here.world.ledger.story(here.world.row(source_id).export_id)
        assert story.invoice is not None
        themes[source_id] = story.invoice.branding_theme
    assert themes == {"1": NOBODY, "3": ""}
