"""outcomes, explain, errors, retry and clear."""

import json
from decimal import Decimal

from ....plugin.domain.exports.export import ExportState
from ....plugin.errors import NeedsPerson
from ....plugin.ports.source import Unreadable
from ..orders import a_line, an_order
from .installation import Installation, check


def lines(here: Installation, *words: str) -> list[dict[str, object]]:
    found = [
        json.loads(x) for x in here.run("outcomes", "one", *words, "--json").stdout.split("\n") if x
    ]
    for line in found:
        check("outcomes", line)
    return found


def test_outcomes(here: Installation) -> None:
    """One object a line, by source id, with the fields of the contract; what is absent is null."""
    here.world.put(an_order("10"), an_order("9", status="NEW"))
    problem = NeedsPerson(code="MX-501", field="Currency", problem="is missing")
    here.world.source.unreadable["11"] = Unreadable(source_id="11", number="", error=problem)
    here.run("export", "one", "--inline")
    found = lines(here)
    assert [x["source_id"] for x in found] == ["9", "10", "11"]
    assert (found[0]["invoice_number"], found[0]["decided_by"]) == (None, "order_status")
    assert (found[1]["total"], found[1]["currency"], found[1]["code"]) == ("24.00", "GBP", None)
    assert str(found[1]["updated_at"]).endswith("Z")
    assert (found[2]["total"], found[2]["number"], found[2]["code"]) == (None, None, "MX-501")
    assert [x["source_id"] for x in lines(here, "--state", "exported")] == ["10"]
    assert (
        "did you mean 'exported'?"
        in here.run("outcomes", "one", "--state", "exportd", code=2).stderr
    )


def test_no_control_characters(here: Installation) -> None:
    """What a customer wrote can't steer a terminal, neither in tables nor in JSON."""
    nasty = "\x1b[2J[red]Ada\u202e\x07\x9b"
    line = a_line(description=nasty, discount_net=Decimal(99))
    here.world.put(an_order("1", number=f"W{nasty}", channel=nasty, lines=(line,)))
    here.run("export", "one", "--inline")
    for words in (["outcomes", "one"], ["explain", "one", f"W{nasty}"], ["errors", "one"]):
        for more in ([], ["--json"]):
            shown = here.run(*words, *more).stdout
            assert not set(shown) & {"\x1b", "\u202e", "\x07", "\x9b"}
    assert "[red]Ada" in here.run("outcomes", "one").stdout


def test_explain(here: Installation) -> None:
    """Every rule with its values, the deciding one marked, the invoice and the history."""
    here.world.put(an_order("1"), an_order("2", status="NEW"))
    here.run("export", "one", "--inline")
    (exported,) = here.json("explain", "one", "web-1")
    assert [x["after"] for x in exported["events"]] == ["ready", "claimed", "exported"]
    assert (exported["invoice"]["net"], exported["invoice"]["tax"]) == ("20.00", "4.00")
    assert not any(rule["fired"] for rule in exported["rules"])
    (waiting,) = here.json("explain", "one", "WEB-2")
    (rule,) = [x for x in waiting["rules"] if x["deciding"]]
    assert (rule["rule"], rule["values"]["status"]) == ("order_status", "NEW")
    assert rule["would_change"] == "would export if NEW were in export_statuses"
    assert waiting["invoice"] is None
    shown = here.run("explain", "one", "WEB-2").stdout
    assert "decides" in shown
    assert "2026-06-15 13:00:00 BST" in shown


def test_explain_with_the_connections_own_lists(here: Installation) -> None:
    """Rules are held against an order with the connection's settings as they are now."""
    here.world.put(an_order("1", status="PICKED"))
    here.run("export", "one", "--inline")
    here.run("connection", "set", "one", "export_statuses=DESPATCHED,PICKED")
    (row,) = here.json("explain", "one", "WEB-1")
    assert row["state"] == "waiting"
    assert not any(rule["fired"] for rule in row["rules"])


def test_explain_shared_number(here: Installation) -> None:
    """All documents with the number are shown; an unknown number is wrong usage."""
    parts = [an_order(str(n), number="WEB-7", part=n, parts=2) for n in (1, 2)]
    here.world.put(*parts)
    here.run("export", "one", "--inline")
    rows = here.json("explain", "one", "WEB-7")
    assert [x["invoice_number"] for x in rows] == ["WEB-7", "WEB-7-2"]
    assert "did you mean 'WEB-7'?" in here.run("explain", "one", "WEB-8", code=2).stderr


def test_explain_unreadable(here: Installation) -> None:
    """An order that could not be read is explained without rules."""
    problem = NeedsPerson(code="MX-501", field="Currency", problem="is missing")
    here.world.source.unreadable["1"] = Unreadable(source_id="1", number="WEB-1", error=problem)
    here.run("export", "one", "--inline")
    assert here.json("explain", "one", "WEB-1")[0]["rules"] == []
    assert "could not be read" in here.run("explain", "one", "WEB-1").stdout


def test_errors(here: Installation) -> None:
    """One entry for each cause, with its number of orders and what waits for it."""
    here.world.put(an_order("1", stated_gross=Decimal(99)), an_order("2", stated_gross=Decimal(99)))
    assert "Nothing needs attention." in here.run("errors", "one").stdout
    here.run("export", "one", "--inline")
    (cause,) = here.json("errors", "one")
    assert (cause["code"], cause["documents"]) == ("MX-205", 2)
    assert cause["waiting"] == [{"currency": "GBP", "total": "198.00"}]
    assert cause["numbers"] == ["WEB-1", "WEB-2"]
    assert cause["fix"] in here.run("errors", "one").stdout


def test_retry_of_a_cause(here: Installation) -> None:
    """What waits for one thing is retried together, by the name that `errors` gives it."""
    here.world.put(an_order("1", stated_gross=Decimal(99)), an_order("2", currency="SEK"))
    here.run("export", "one", "--inline")
    keys = {cause["code"]: cause["cause"] for cause in here.json("errors", "one")}
    (document,) = here.json("retry", "one", "--cause", keys["MX-206"])["documents"]
    assert (document["source_id"], document["changed"]) == ("2", True)
    wrong = here.run("retry", "one", "--cause", keys["MX-205"][:-1], code=2)
    assert keys["MX-205"] in wrong.stderr


def test_clear_of_what_changed_after_its_export(here: Installation) -> None:
    """A person clears what changed in Xero after the export; the order stays exported."""
    here.world.put(an_order("1"))
    here.run("export", "one", "--inline")
    here.world.clock.advance(minutes=20)
    here.world.target.set_status("WEB-1", "VOIDED")
    here.run("export", "one", "--inline")
    (cause,) = here.json("errors", "one")
    assert (cause["code"], cause["state"]) == ("MX-410", "exported")
    changed = here.json("explain", "one", "WEB-1")[0]["changed_in_xero"]
    assert {"what": "status", "exported": "exported", "now": "VOIDED"} in changed
    assert here.json("clear", "one", "WEB-1")["changed"] == 1
    assert here.json("errors", "one") == []
    assert here.world.states() == {"1": "exported"}


def test_retry(here: Installation) -> None:
    """What is retried is decided and sent by the next export, not before."""
    here.world.put(an_order("1"), an_order("2"))
    here.world.target.refuse("WEB-1", "Xero says no")
    here.world.target.refuse("WEB-2", "Xero says no")
    here.run("export", "one", "--inline")
    here.world.target.accept("WEB-1")
    assert here.json("retry", "one", "WEB-1")["changed"] == 1
    assert here.world.row("1").state is ExportState.WAITING
    here.run("export", "one", "--inline")
    assert here.world.states() == {"1": "exported", "2": "refused"}
    here.world.target.accept("WEB-2")
    assert here.json("retry", "one", "--code", "mx-401")["changed"] == 1
    here.run("export", "one", "--inline")
    assert here.world.states() == {"1": "exported", "2": "exported"}
    assert "already exported to Xero" in here.run("retry", "one", "WEB-1").stdout


def test_retry_usage(here: Installation) -> None:
    """Retry needs to be told what, and refuses unknown numbers and codes."""
    here.run("retry", "one", code=2)
    here.run("retry", "one", "WEB-1", "--all", code=2)
    here.run("retry", "one", "--again", "--all", code=2)
    here.run("retry", "one", "WEB-1", code=2)
    assert "did you mean" in here.run("retry", "one", "--code", "MX-2003", code=2).stderr
    assert here.json("retry", "one", "--all")["changed"] == 0


def test_clear(here: Installation) -> None:
    """A cleared order stays as it is until it changes in Mintsoft."""
    here.world.put(an_order("1", stated_gross=Decimal(99)), an_order("2"))
    here.run("export", "one", "--inline")
    assert here.json("clear", "one", "WEB-1", "WEB-2")["changed"] == 1
    here.run("export", "one", "--inline")
    assert here.world.states() == {"1": "cleared", "2": "exported"}
    here.run("clear", "one", code=2)


def test_again(here: Installation) -> None:
    """--again makes a second generation of a voided invoice, and never of a living one."""
    here.world.put(an_order("1"), an_order("2"))
    here.run("export", "one", "--inline")
    here.world.clock.advance(hours=1)
    here.world.target.set_status("WEB-1", "VOIDED")
    told = here.json("retry", "one", "--again", "WEB-1", "WEB-2")
    assert [x["changed"] for x in told["documents"]] == [True, False]
    here.run("export", "one", "--inline")
    assert here.world.invoices() == {"WEB-2": Decimal(24), "WEB-1-R2": Decimal(24)}
    row = here.world.row("1")
    assert (row.generation, row.invoice_number) == (2, "WEB-1-R2")
    assert here.json("retry", "one", "--again", "WEB-1")["changed"] == 0
    here.run("export", "one", "--inline")
    assert len(here.world.invoices()) == 2
    assert len(here.world.source.comments["1"]) == 2


def test_again_when_absent(here: Installation) -> None:
    """An invoice that is not in Xero at all any more may be exported again too."""
    here.world.put(an_order("1"))
    here.run("export", "one", "--inline")
    here.world.target.documents.clear()
    assert here.json("retry", "one", "--again", "WEB-1")["changed"] == 1
    here.run("export", "one", "--inline")
    assert list(here.world.invoices()) == ["WEB-1-R2"]


def test_again_is_not_stale(here: Installation) -> None:
    """A look-up of the first generation can't let go of the second one."""
    here.world.put(an_order("1"))
    here.run("export", "one", "--inline")
    row, ledger = here.world.row("1"), here.world.ledger
    here.world.target.set_status("WEB-1", "VOIDED")
    here.run("retry", "one", "--again", "WEB-1")
    here.run("export", "one", "--inline")
    assert not ledger.again(here.world.connection, row.export_id, row.invoice_number, "late")
    assert here.world.row("1").state is ExportState.EXPORTED
