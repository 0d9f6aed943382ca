"""A reconciliation over a real ledger, with fakes at both ends that a test bends."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from .....plugin.domain.reconciliation.reconciliation import Finding, Reconciliation, Tally
from .....plugin.exports.reconcile import reconcile
from ...orders import DAY, a_line, an_order
from ...world import World


def reconciled(world: World, **period: date) -> Reconciliation:
    """Reconcile the world's connection as it is now."""
    return reconcile(world.parts, world.connections.named("one"), **period)


def found(result: Reconciliation) -> list[tuple[str, str]]:
    """Class and order of each finding."""
    return [(x.what, x.number or x.invoice_number) for x in result.findings]


def only(world: World) -> Finding:
    """The one finding that there is."""
    (finding,) = reconciled(world).findings
    return finding


@pytest.fixture
def three(world: World) -> World:
    """A world with three orders in the target, two hours ago."""
    world.put(an_order("1"), an_order("2"), an_order("3", channel_id="", channel=""))
    world.export()
    assert set(world.states().values()) == {"exported"}
    world.clock.advance(hours=2)
    return world


def change(world: World, of: str, **values: object) -> None:
    """Change a document of the target as a person does there."""
    documents = world.target.documents
    (one,) = [x for x in documents if x.number == of]
    changed = replace(one, changed_at=world.clock.now(), **values)  # type: ignore[arg-type]
    documents[documents.index(one)] = changed


def test_all_agrees(three: World) -> None:
    """What was exported and left alone agrees on all three sides, to the penny and by channel."""
    result = reconciled(three)
    assert found(result) == []
    assert all(line.agrees for line in result.lines)
    sums = {(str(x.day), x.channel): x.xero for x in result.lines}
    two, one = Tally(count=2, total=Decimal("48.00")), Tally(count=1, total=Decimal("24.00"))
    assert sums == {("2026-06-15", ""): one, ("2026-06-15", "Shopify"): two}
    assert result.standing == {("exported", "GBP"): two + one}


def test_voided_and_deleted(three: World) -> None:
    """An invoice that was voided or deleted in Xero is found, and is no part of Xero's sum."""
    three.target.set_status("WEB-1", "VOIDED")
    three.target.set_status("WEB-2", "DELETED")
    result = reconciled(three)
    assert found(result) == [("voided", "WEB-1"), ("deleted", "WEB-2")]
    assert result.totals["GBP"].difference == Tally(count=-2, total=Decimal("-48.00"))


def test_payment_is_no_edit(three: World) -> None:
    """An invoice that was paid is as it was exported."""
    three.target.set_status("WEB-1", "PAID")
    assert found(reconciled(three)) == []


def test_missing(three: World) -> None:
    """An exported invoice that Xero has no more is missing, and what to do names the order."""
    three.target.documents.pop(0)
    finding = only(three)
    assert (finding.what, finding.number) == ("missing", "WEB-1")
    assert "retry one WEB-1 --again" in finding.fix("one")


def test_number_of_another_document(three: World) -> None:
    """A number that belongs to another document now is told from a document that is missing."""
    three.target.documents.pop(0)
    three.target.add("WEB-1", Decimal("9.00"))
    assert found(reconciled(three)) == [("collision", "WEB-1")]


def test_extra(three: World) -> None:
    """By our mark a second document of an order is found, or one that the ledger has forgotten."""
    three.target.add("COPY", Decimal("24.00"), reference="WEB-1 (Mintsoft 1)")
    three.target.add("LOST", Decimal("5.00"), reference="(Mintsoft 99)")
    three.target.add("INV-1", Decimal("77.00"), reference="of somebody else")
    result = reconciled(three)
    assert [(str(x.what), x.invoice_number, x.number) for x in result.findings] == [
        ("extra", "COPY", "WEB-1"),
        ("forgotten", "LOST", ""),
    ]
    assert result.totals["GBP"].difference == Tally(count=2, total=Decimal("29.00"))


def test_amounts(three: World) -> None:
    """Another total in Xero, or another gross in Mintsoft, is an amount that differs."""
    change(three, "WEB-1", total=Decimal("30.00"))
    dearer = a_line(unit_net=Decimal("20.00"), tax=Decimal("8.00"))
    three.put(an_order("2", lines=(dearer,), stated_gross=Decimal("48.00")))
    result = reconciled(three)
    assert found(result) == [("amount", "WEB-1"), ("amount", "WEB-2")]
    said = [(x.differences[0].exported, x.differences[0].now) for x in result.findings]
    assert said == [("24.00 GBP", "30.00 GBP"), ("24.00 GBP", "48.00 GBP")]


@pytest.mark.parametrize(
    ("what", "value"),
    [("number", "OTHER"), ("date", date(2026, 1, 5)), ("contact", "somebody else")],
)
def test_edited_in_target(three: World, what: str, value: object) -> None:
    """Another number, date or contact in Xero is an edit, and both versions are shown."""
    names = {"number": "number", "date": "dated", "contact": "contact_id"}
    change(three, "WEB-1", **{names[what]: value})
    finding = only(three)
    assert (finding.what, finding.number) == ("edited", "WEB-1")
    assert [(x.what, x.now) for x in finding.differences] == [(what, str(value))]


def test_merged_contact_is_no_edit(three: World) -> None:
    """When all documents of a contact have another one, it was merged: nobody edited them."""
    for number in ("WEB-1", "WEB-2"):
        change(three, number, contact_id="the one that stays")
    assert found(reconciled(three)) == []


def test_edited_at_source(three: World) -> None:
    """An order whose lines were changed for the same sum is edited; a status is no edit."""
    three.put(an_order("1", lines=(a_line(description="Green widget"),)))
    three.put(an_order("2", status="INVOICED"))
    assert found(reconciled(three)) == [("order_edited", "WEB-1")]


def test_gone(three: World) -> None:
    """An exported order that Mintsoft has no more is found."""
    del three.source.orders["2"]
    assert found(reconciled(three)) == [("gone", "WEB-2")]


def test_unseen(three: World) -> None:
    """An order that the ledger never saw is found; one that came after the last sync is not."""
    old = an_order("4", changed_at=three.clock.now() - timedelta(hours=5))
    three.source.orders["4"] = old
    three.put(an_order("5"))
    result = reconciled(three)
    assert found(result) == [("unseen", "WEB-4")]
    assert {state for state, _ in result.standing} == {"exported", "unseen", "not read yet"}


def test_late(world: World) -> None:
    """An order that waits for its turn for more than a day is found, with its state."""
    world.put(an_order())
    world.sync()
    assert found(reconciled(world)) == []
    world.clock.advance(hours=25)
    finding = only(world)
    assert (finding.what, finding.differences[0].now) == ("late", "ready")


def test_unsent_orders_by_state(world: World) -> None:
    """What is not exported is listed by its state, and all states add up to Mintsoft."""
    world.put(
        an_order("1"),
        an_order("2", status="NEW"),
        an_order("3", status="CANCELLED"),
        an_order("4", stated_gross=Decimal("99.00")),
        an_order("5", currency="EUR"),
    )
    world.export()
    result = reconciled(world)
    assert found(result) == []
    assert {x for x, _ in result.standing} == {"exported", "waiting", "skipped", "refused"}
    assert result.of_mintsoft["GBP"] == Tally(count=4, total=Decimal("171.00"))
    assert result.of_mintsoft["EUR"] == Tally(count=1, total=Decimal("24.00"))


def test_period(three: World) -> None:
    """Documents of other days, and of days before the start date, are left out."""
    day = DAY.date()
    later = reconciled(three, first=day + timedelta(days=1), last=day + timedelta(days=9))
    assert (later.lines, later.findings, dict(later.standing)) == ((), (), {})
    three.change(start_date=day)
    assert reconciled(three).first == day


def test_nothing_is_changed(three: World) -> None:
    """A reconciliation reads; the ledger's rows, orders and documents stay as they are."""
    three.target.set_status("WEB-1", "VOIDED")
    before = (three.rows(), list(three.target.documents), dict(three.source.orders))
    reconciled(three)
    assert (three.rows(), list(three.target.documents), dict(three.source.orders)) == before


def test_last_results_are_kept(three: World) -> None:
    """The last results are kept, the newest first, and no more than are wanted."""
    for _ in range(3):
        reconciled(three)
        three.clock.advance(days=1)
    last = reconciled(three)
    three.ledger.keep_reconciliation(three.connection, last, kept=2)
    kept = three.ledger.reconciliations(three.connection)
    assert [x.at for x in kept] == [last.at, last.at]
    assert kept[0].result["findings"] == []
