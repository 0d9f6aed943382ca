"""The commands about settings: what they say beforehand, keep, carry over and refuse."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ....plugin.domain.connections.job import JobName, Switch
from ....plugin.domain.connections.mapping import Entry
from ..orders import an_order
from .installation import Installation

LIST = "export_statuses=DESPATCHED,INVOICED,InvoiceFailedNoCourierPrice"
CONTACT = "11111111-1111-1111-1111-111111111111"


def test_set_says_what_it_moves(here: Installation) -> None:
    """Before the list is changed it is said how many orders go out; the next sync sends those."""
    here.world.put(*(an_order(str(n), status="INVOICEFAILED") for n in range(1, 13)))
    here.world.put(an_order("13"), an_order("14", status="NEW"))
    here.world.export()
    tried = here.json("connection", "set", "one", LIST, "--dry-run")
    assert (tried["applied"], tried["moved"]["looked_at"]) == (False, 13)
    assert tried["moved"]["changes"] == [
        {
            "change": "newly exported",
            "because": "waiting",
            "documents": 12,
            "amounts": {"GBP": "288.00"},
            "numbers": [f"WEB-{n}" for n in range(1, 6)],
        }
    ]
    shown = here.run("connection", "set", "one", LIST, "--dry-run").stdout
    assert "Nothing was changed." in shown
    assert here.world.connections.named("one").settings.export_statuses[-1] == "INVOICED"
    said = here.run("connection", "set", "one", LIST).stdout.splitlines()
    assert said[0] == (
        "Of 13 stored orders not in Xero yet: 12 orders, GBP 288.00 would be exported."
    )
    assert said[1] == "export_statuses = DESPATCHED,INVOICED,INVOICEFAILED"
    here.world.export()
    assert len(here.world.invoices()) == 13


def test_map_says_what_it_moves(here: Installation) -> None:
    """So does an entry of the mapping; tried only, it is not kept."""
    here.world.put(an_order("1"))
    here.world.sync()
    words = ("connection", "map", "one", "tracking", "channel:7", "Region=North")
    tried = here.json(*words, "--dry-run")
    assert tried["moved"]["otherwise"]["documents"] == 1
    assert not tried["applied"]
    assert ("tracking", "channel:7") not in here.world.connections.named("one").mapping.entries
    assert here.json(*words)["applied"]


def test_rules_that_pass_a_setting_by(here: Installation) -> None:
    """A setting that the active rules do not look at is said to do nothing."""
    mine = here.plugin.environment.rules_dir / "orders.yaml"
    here.plugin.rulebooks.decider()
    rules = "rules: [{id: all, then: skip, when: {country: GB}, message: m}]\n"
    mine.write_text(f"book: orders\nmode: first\ndefault: wait\n{rules}")
    here.run("rules", "activate", str(mine))
    moved = here.json("connection", "set", "one", "channels=7")["moved"]
    assert "do not look at outside_channels" in moved["unforeseen"][0]
    here.plugin.rulebooks.close()


def test_settings(here: Installation) -> None:
    """Every setting is listed once, under what it is for, with what it may be."""
    here.run("connection", "set", "one", "due=month_end", "channels=7, eBay")
    groups = here.json("connection", "settings", "one")["groups"]
    found = {x["name"]: (group["group"], x) for group in groups for x in group["settings"]}
    assert set(found) == set(vars(here.world.connection.settings))
    group, due = found["due"]
    assert (group, due["text"], due["default"]) == ("invoice", "month_end", "days")
    assert due["choices"] == ["days", "month_end", "this_month", "next_month", "organisation"]
    assert due["allowed"] == "days, month_end, this_month, next_month or organisation"
    assert all(x["allowed"] and x["meaning"] for _, x in found.values())
    help_ = here.run("connection", "set", "--help").stdout
    assert all(f"  {name}" in help_ for name in found)
    shown = here.run("connection", "settings", "one").stdout
    assert "Which orders:" in shown
    assert "7,eBay" in shown


@pytest.mark.parametrize("name", ["mine.yaml", "mine.json"])
def test_there_and_back(here: Installation, tmp_path: Path, name: str) -> None:
    """What was written to a file is read into another connection as it was, without a login."""
    here.world.connect("two")
    changes = ("due=next_month", "due_days=15", "reference=Shop {number}", "channels=7,eBay Ü")
    here.run("connection", "set", "one", *changes, "start_date=2026-06-01", "tag=")
    here.run("connection", "map", "one", "contact", "channel:7", CONTACT)
    one = here.world.connections.named("one")
    here.plugin.jobs.change(one, JobName.EXPORT_ORDERS, minutes=30)
    here.plugin.jobs.change(one, JobName.RECONCILE, switch=Switch.OFF)
    file = tmp_path / name
    here.run("connection", "export-settings", "one", str(file))
    assert "user" not in file.read_text().replace("customer", "")
    tried = here.json("connection", "import-settings", "two", str(file), "--dry-run")
    assert here.world.connections.named("two").settings.tag == "xero"
    taken = here.json("connection", "import-settings", "two", str(file))
    assert {**tried, "applied": True} == taken
    assert taken["settings"]["due_days"] == {"before": "0", "after": "15"}
    two = here.world.connections.named("two")
    assert two.settings == here.world.connections.named("one").settings
    assert two.mapping.entries["contact", "channel:7"].target == CONTACT
    assert [x["kind"] for x in taken["mapping"]] == ["contact"], "the others lead there already"
    jobs = {job.name: job for job in here.plugin.jobs.of(two)}
    assert jobs[JobName.EXPORT_ORDERS].minutes == 30
    assert jobs[JobName.EXPORT_ORDERS].switch is Switch.WAITS, "a file starts nothing"
    assert jobs[JobName.RECONCILE].switch is Switch.OFF
    if name.endswith("json"):
        assert json.loads(file.read_text())["version"] == 1
    else:
        assert here.run("connection", "export-settings", "one").stdout == file.read_text()


WRONG = """\
version: 2
mode: fulfilment
settings:
  due_days: many
  colour: red
  due: next_month
  tag: [a]
mapping:
  - {kind: sales_account, source: default, target: "999"}
  - {kind: contact, source: default, target: 11111111-1111-1111-1111-111111111111}
  - {kind: tax_rate, source: "20"}
schedules: {export_order: 15, catalogue: 0}
secrets: {}
"""


def test_a_wrong_file(here: Installation, tmp_path: Path) -> None:
    """All that is wrong in a file is said with its place, and nothing of it is taken."""
    file = tmp_path / "wrong.yaml"
    file.write_text(WRONG)
    before = here.world.connections.named("one")
    said = here.run("connection", "import-settings", "one", str(file), code=2).stderr
    places = {
        "1:10": "version must be 1",
        "2:7": "it is for fulfilment",
        "4:13": "due_days must be a whole number",
        "5:11": "'colour' is not known",
        "7:8": "tag must be one text",
        "9:5": "Account '999' of Example Ltd is unknown",
        "10:5": "another organisation's",
        "11:5": "must have kind, source and target",
        "12:13": "'export_order' is not known; did you mean 'export_orders'?",
        "12:42": "must be minutes from 1",
        "13:1": "'secrets' is not known",
    }
    for place, problem in places.items():
        (line,) = [x for x in said.splitlines() if f"wrong.yaml:{place}:" in x]
        assert problem in line
    assert "Nothing was changed." in said
    assert here.world.connections.named("one") == before


@pytest.mark.parametrize(
    "text",
    ["", "[]", "version: 1\nsettings: []", "a: &x 1", "{", "version: 1\x00", "[" * 10_000],
)
def test_no_settings_file(here: Installation, tmp_path: Path, text: str) -> None:
    """What is no settings file at all is refused with a sentence."""
    file = tmp_path / "odd.yaml"
    file.write_text(text)
    assert "odd.yaml:" in here.run("connection", "import-settings", "one", str(file), code=2).stderr
    file.write_bytes(b"\xff\xfe\x00")
    here.run("connection", "import-settings", "one", str(file), code=2)
    here.run("connection", "import-settings", "one", str(tmp_path / "none"), code=2)


def test_together(here: Installation, tmp_path: Path) -> None:
    """Settings that are right only together are judged together, in a file as by command."""
    assert (
        "day of the month" in here.run("connection", "set", "one", "due=next_month", code=2).stderr
    )
    file = tmp_path / "both.yaml"
    file.write_text("version: 1\nsettings: {due: next_month, due_days: 31}\n")
    here.run("connection", "import-settings", "one", str(file))
    assert here.world.connections.named("one").settings.due == "next_month"
    file.write_text("version: 1\nsettings: {due_days: 0}\n")
    assert (
        "both.yaml:2:22"
        in here.run("connection", "import-settings", "one", str(file), code=2).stderr
    )


def test_clone(here: Installation) -> None:
    """Another connection gets what its organisation has; the rest is listed and left to map."""
    here.run("connection", "set", "one", "due_days=14", "start_date=2026-06-01")
    here.run("connection", "map", "one", "contact", "channel:7", CONTACT)
    here.world.connect("two")
    elsewhere = here.world.connections.named("two")
    other = replace(
        here.world.target.here,
        organisation_id="other",
        accounts=tuple(x for x in here.world.target.here.accounts if x.code != "860"),
    )
    here.world.connections.keep_organisation(elsewhere, other)
    with here.world.database.transaction() as transaction:
        transaction.exec_driver_sql("DELETE FROM mintsoft_xero_mapping WHERE connection_id = 2")
    done = here.json("connection", "clone", "one", "two")
    two = here.world.connections.named("two")
    assert (two.settings.due_days, two.settings.start_date) == (14, None)
    assert two.mapping.entries["sales_account", "default"] == Entry(target="200")
    assert [x.partition(":")[0] for x in done["left_out"]] == [
        "start_date stays any",
        "contact channel",
        "rounding_account default, to be mapped",
    ]
    assert "Left out: start_date" in here.run("connection", "clone", "one", "two").stdout
    here.run("connection", "clone", "one", "one", code=2)
    here.run("connection", "clone", "one", "nobody", code=2)
