"""The commands of imports: what they print, refuse, and leave to the next run."""

import json
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from ....plugin.cli.person import person
from ....plugin.database.import_tables import import_event
from ....plugin.errors import Disconnected, TryLater
from ..domain.test_order_building import DELIVERY, invoice, line
from ..orders import an_order
from .installation import Installation


@pytest.fixture
def shop(here: Installation) -> Installation:
    """Xero has an approved invoice, and Mintsoft its product."""
    plugin = here.plugin
    plugin.documents.addresses["c1"] = DELIVERY
    plugin.documents.put("i1", invoice([line("WID-1", "3", "9.99", "2.00")]))
    plugin.orders.skus = {"WID-1"}
    return here


def rows(shop: Installation) -> list[Any]:
    """What `imports list` says."""
    return list(json.loads(shop.run("imports", "list", "one", "--json").stdout))


def test_a_dry_run_makes_nothing(shop: Installation) -> None:
    """It decides and builds, and starts no schedule."""
    said = json.loads(shop.run("import", "one", "--dry-run", "--json").stdout)
    assert said["counts"] == {"sales_invoice": {"ready": 1}, "purchase_order": {}}
    assert shop.plugin.orders.orders == {}
    connection = shop.world.connections.named("one")
    on = [x.name for x in shop.plugin.jobs.of(connection) if x.switch != "waits"]
    assert on == ["keep_alive"]  # from the first day on


def test_import(shop: Installation) -> None:
    """One command imports; the list says what each became, in words and in JSON."""
    assert "Imported" in shop.run("import", "one", "--kind", "sales_invoice").stdout
    (row,) = rows(shop)
    assert (row["state"], row["target"], row["target_id"]) == ("imported", "order", "1")
    assert "order 1" in shop.run("imports", "list", "one", "INV-1").stdout
    assert json.loads(shop.run("imports", "list", "one", "--state", "ready", "--json").stdout) == []


def test_what_is_refused(shop: Installation) -> None:
    """It has a code and a fix; a retry after the fix imports it, a clear puts it aside."""
    shop.plugin.orders.skus.clear()
    assert "1 need attention" in shop.run("import", "one").stderr
    (row,) = rows(shop)
    assert row["state"] == "refused"
    assert row["fix"]
    assert json.loads(shop.run("imports", "clear", "one", "INV-1", "--json").stdout) == {
        "name": "one",
        "changed": 1,
    }
    assert rows(shop)[0]["state"] == "cleared"
    shop.plugin.orders.skus.add("WID-1")
    assert "1 document: decided again" in shop.run("imports", "retry", "one", "INV-1").stdout
    shop.run("import", "one")
    assert rows(shop)[0]["state"] == "imported"


@pytest.mark.parametrize(
    "words", ["imports retry one INV-1", "imports clear one INV-1", "retry one --all"]
)
def test_who_acts_is_named(shop: Installation, words: str) -> None:
    """What a person does with a document that came in is an event that names the person."""
    shop.plugin.orders.skus.clear()
    shop.run("import", "one")
    shop.run(*words.split())
    query = select(import_event.c.who).order_by(import_event.c.id.desc()).limit(1)
    with shop.world.database.transaction() as transaction:
        assert transaction.scalar(query) == person()


def test_causes_of_both_directions(shop: Installation) -> None:
    """`errors` lists what comes in beside what goes out, and `retry` by cause goes for both."""
    shop.plugin.orders.skus.clear()
    shop.plugin.documents.put(
        "i2", invoice([line("WID-1", "1", "1.00")], invoice_id="i2", number="INV-2")
    )
    shop.run("import", "one")
    shop.world.put(an_order("1", stated_gross=Decimal("99.00")))
    shop.world.export()
    causes = {x["kind"]: x for x in shop.json("errors", "one")}
    assert causes.keys() == {"order", "sales_invoice"}
    assert causes["sales_invoice"]["documents"] == 2
    assert "2 sales invoices" in shop.run("errors", "one").stdout
    shop.plugin.orders.skus.add("WID-1")
    answer = shop.json("retry", "one", "--cause", causes["sales_invoice"]["cause"])
    assert {x["number"]: x["changed"] for x in answer["documents"]} == {
        "INV-1": True,
        "INV-2": True,
    }
    shop.run("import", "one")
    assert {x["state"] for x in rows(shop)} == {"imported"}
    assert [x["kind"] for x in shop.json("errors", "one")] == ["order"]
    assert "0 orders" in shop.run("retry", "one", "--code", "MX-206").stdout
    assert "imports list one INV-1" in shop.run("explain", "one", "INV-1", code=2).stderr


def test_only_what_was_named(shop: Installation) -> None:
    """`--only` makes these, and leaves the others ready."""
    shop.plugin.documents.put(
        "i2", invoice([line("WID-1", "1", "1.00")], invoice_id="i2", number="INV-2")
    )
    shop.run("import", "one", "--only", "INV-2")
    assert {x["number"]: x["state"] for x in rows(shop)} == {"INV-1": "ready", "INV-2": "imported"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "nobody"), "There is no connection"),
        (("imports", "list", "one", "INV-77"), "No document 'INV-77' was read from Xero"),
        (("imports", "list", "one", "--state", "import"), "did you mean 'imported'?"),
        (("imports", "retry", "one"), "Give NUMBERs, or --all."),
        (("import", "one", "--since", "yesterday"), "does not match the format"),
    ],
)
def test_what_can_not_be_asked(shop: Installation, words: tuple[str, ...], said: str) -> None:
    """A wrong word ends with 2 and says what would be right."""
    assert said in shop.run(*words, code=2).stderr


def test_a_side_that_is_away(shop: Installation) -> None:
    """An outage ends with 1 and loses nothing; refused access pauses the connection."""
    shop.plugin.documents.failure = TryLater(code="MX-602", service="Xero", after=30)
    assert shop.run("import", "one", code=1).stderr
    shop.plugin.documents.failure = Disconnected(reason="the access was ended")
    assert shop.run("import", "one", code=1).stderr
    shop.plugin.documents.failure = None
    assert "is paused" in shop.run("import", "one", code=1).stderr
    shop.run("connection", "resume", "one")
    shop.run("import", "one")
    assert rows(shop)[0]["state"] == "imported"
