"""The way of an order, over a real ledger and the default rules, with fakes at both ends."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from ....plugin.domain.connections.mapping import Entry
from ....plugin.domain.orders.order import Charge
from ....plugin.errors import NeedsPerson
from ....plugin.exports.pipeline import sync, write_back
from ....plugin.ports.source import Unreadable
from ..orders import DAY, a_line, an_order
from ..world import World


def test_despatched_order_is_exported(world: World) -> None:
    """A despatched order becomes one invoice of the same total, under its own number."""
    world.put(an_order())
    world.export()
    assert world.invoices() == {"WEB-1": Decimal("24.00")}
    row = world.row()
    assert (row.state, row.invoice_number, row.total) == ("exported", "WEB-1", Decimal("24.00"))
    assert row.invoice_id


def test_second_export_sends_nothing(world: World) -> None:
    """Exporting twice in a row sends nothing the second time."""
    world.put(an_order("1"), an_order("2"))
    world.export()
    sent = len(world.target.sent)
    world.export()
    assert len(world.target.sent) == sent == 1


@pytest.mark.parametrize(
    ("status", "state"),
    [("NEW", "waiting"), ("INVOICEFAILED", "waiting"), ("CANCELLED", "skipped")],
)
def test_status_outside_the_list_waits(world: World, status: str, state: str) -> None:
    """An order whose status is not in the list is not sent, and its row says why."""
    world.put(an_order(status=status))
    world.export()
    assert world.states() == {"1": state}
    assert status.lower() in world.row().message.lower()
    assert not world.invoices()


def test_moved_status_is_exported(world: World) -> None:
    """An order that moves from NEW to DESPATCHED is exported at the next sync."""
    world.put(an_order(status="NEW"))
    world.export()
    world.clock.advance(minutes=15)
    world.put(an_order(status="DESPATCHED"))
    world.export()
    assert world.states() == {"1": "exported"}


def test_added_status_exports_old_orders(world: World) -> None:
    """Adding a status to the list exports an old order of that status, though nobody changed it."""
    world.put(an_order(status="INVOICEFAILED"))
    world.export()
    world.clock.advance(days=30)
    world.change(export_statuses=("DESPATCHED", "INVOICED", "INVOICEFAILED"))
    world.export()
    assert world.states() == {"1": "exported"}


def test_despatched_becoming_invoiced_is_no_edit(world: World) -> None:
    """DESPATCHED that becomes INVOICED, or our own tag, changes nothing on an exported order."""
    world.put(an_order())
    world.export()
    world.put(an_order(status="INVOICED", tags=("xero",)))
    world.export()
    assert (world.row().state, world.row().code) == ("exported", "")
    assert len(world.target.sent) == 1


def test_edit_after_export_is_noticed(world: World) -> None:
    """An order edited after its export stays exported, with a code; an edit undone removes it."""
    world.put(an_order())
    world.export()
    world.put(an_order(lines=(a_line(quantity=3),)))
    world.export()
    assert (world.row().state, world.row().code) == ("exported", "MX-504")
    assert world.invoices() == {"WEB-1": Decimal("24.00")}
    world.put(an_order())
    world.export()
    assert world.row().code == ""


def test_discount_larger_than_line_is_refused(world: World) -> None:
    """A discount larger than its line is refused with both figures, before anything is sent."""
    line = a_line(quantity=1, unit_net=Decimal(100), discount_net=Decimal(114), tax=Decimal("-2.8"))
    world.put(an_order(lines=(line,), stated_gross=Decimal("-16.80")))
    world.export()
    assert (world.row().state, world.row().code) == ("refused", "MX-201")
    assert "114.00" in world.row().message
    assert "-14.00" in world.row().message
    assert not world.target.sent


def test_discount_larger_than_order_is_refused(world: World) -> None:
    """A discount larger than the whole order is refused, with the figures."""
    discount = Charge(net=Decimal(34), tax=Decimal("6.80"))
    world.put(an_order(discount=discount, stated_gross=Decimal("-16.80")))
    world.export()
    assert (world.row().state, world.row().code) == ("refused", "MX-202")
    assert not world.target.sent


def test_already_in_xero_is_refused(world: World) -> None:
    """A number that somebody else used in Xero is refused as already exported, nothing is sent."""
    world.target.add("web-1", Decimal("24.00"))
    world.put(an_order())
    world.export()
    assert (world.row().state, world.row().code) == ("refused", "MX-203")
    assert "already exported to Xero" in world.row().message
    assert not world.target.sent


def test_order_entered_twice_is_exported_once(world: World) -> None:
    """Of two orders with one client, number and content the second is refused, by name."""
    world.put(an_order("1", number="A"), an_order("2", number="A"))
    world.export()
    assert world.states() == {"1": "exported", "2": "refused"}
    assert world.row("2").code == "MX-204"
    assert world.invoices() == {"A": Decimal("24.00")}


def test_same_number_of_other_clients_and_parts_are_exported(world: World) -> None:
    """Split parts, and one number at two clients, are all exported, under numbers of their own."""
    world.put(
        an_order("1", number="A"),
        an_order("2", number="A", client="OTHER"),
        an_order("3", number="B", part=1, parts=2),
        an_order("4", number="B", part=2, parts=2),
    )
    world.export()
    assert set(world.states().values()) == {"exported"}
    assert set(world.invoices()) == {"A", "A-2", "B", "B-4"}


def test_totals_that_do_not_add_up_are_refused(world: World) -> None:
    """A stated total that its lines do not come to is refused with both figures."""
    world.put(an_order(stated_gross=Decimal("26.50")))
    world.export()
    assert (world.row().state, world.row().code) == ("refused", "MX-205")
    assert "26.50" in world.row().message
    assert "24.00" in world.row().message


def test_unmapped_rate_is_refused_and_mended(world: World) -> None:
    """A tax rate without a tax type is refused; mapping it exports the order at the next sync."""
    line = a_line(tax_rate=Decimal("12.5"), tax=Decimal("2.50"))
    world.put(an_order(lines=(line,), stated_gross=Decimal("22.50")))
    world.export()
    assert (world.row().state, world.row().code) == ("refused", "MX-312")


def test_start_date_keeps_history_out(world: World) -> None:
    """Orders dated before the start date are never exported, and their rows say so."""
    world.change(start_date=date(2026, 6, 15))
    old = an_order("2", despatched_at=DAY - timedelta(days=1), ordered_at=DAY - timedelta(days=2))
    world.put(an_order("1"), old)
    world.export()
    assert world.states() == {"1": "exported", "2": "skipped"}


def test_earlier_start_date_exports_what_was_never_read(world: World) -> None:
    """An earlier start date exports old orders too, those that no sync has seen so far."""
    world.change(start_date=date(2026, 6, 15))
    old = DAY - timedelta(days=9)
    world.source.orders["1"] = an_order(changed_at=old, despatched_at=old, ordered_at=old)
    world.export()
    assert world.states() == {}
    world.change(start_date=date(2026, 6, 1))
    world.export()
    assert world.states() == {"1": "exported"}


def test_since_reads_again_without_moving_the_cursor(world: World) -> None:
    """A sync since a day reads old changes again and leaves the cursor where it was."""
    world.sync()
    cursor = world.ledger.orders_read_until(world.connection)
    world.source.orders["1"] = an_order(changed_at=DAY - timedelta(days=1), despatched_at=DAY)
    world.clock.advance(hours=3)
    world.sync()
    assert world.states() == {}
    world.sync(since=date(2026, 6, 14))
    assert world.states() == {"1": "ready"}
    assert world.ledger.orders_read_until(world.connection) != cursor
    moved = world.ledger.orders_read_until(world.connection)
    world.clock.advance(hours=3)
    world.sync(since=date(2026, 6, 14))
    assert world.ledger.orders_read_until(world.connection) == moved


def test_unreadable_order_has_a_row(world: World) -> None:
    """An order that can't be read is refused with the field named, and stands in nobody's way."""
    error = NeedsPerson(code="MX-501", field="Currency", problem="is missing")
    world.source.unreadable["9"] = Unreadable(source_id="9", number="X", error=error)
    world.put(an_order("1"))
    world.export()
    assert world.states() == {"1": "exported", "9": "refused"}
    assert "Currency" in world.row("9").message


def test_reconnecting_finds_the_rows(world: World) -> None:
    """A second connection of the same account and organisation exports nothing again."""
    world.put(an_order())
    world.export()
    again = world.connect("two")
    sync(world.parts, again)
    assert world.ledger.due_to_send(again) == []
    assert len(world.target.sent) == 1


def test_marks_are_written_once(world: World) -> None:
    """An exported order gets one comment with its invoice number, then the tag; not twice."""
    world.put(an_order())
    world.export()
    assert write_back(world.parts, world.connection) == 1
    assert write_back(world.parts, world.connection) == 0
    assert world.source.comments == {"1": ["Exported to Xero as invoice WEB-1"]}
    assert world.source.orders["1"].tags == ("xero",)


def test_mark_that_mintsoft_refuses_is_not_owed_for_ever(world: World) -> None:
    """A mark that Mintsoft refuses is noted and left; the order stays exported."""
    world.put(an_order())
    world.export()
    del world.source.orders["1"]
    assert write_back(world.parts, world.connection) == 1
    assert write_back(world.parts, world.connection) == 0
    assert world.states() == {"1": "exported"}


def test_cleared_error_stays_cleared_until_the_order_changes(world: World) -> None:
    """A cleared order is left alone by every sync until it changes in Mintsoft."""
    world.put(an_order(stated_gross=Decimal("30.00")))
    world.export()
    world.ledger.clear(world.connection, [world.row().export_id])
    world.change(due_days=3)
    world.export()
    assert world.states() == {"1": "cleared"}
    world.put(an_order())
    world.export()
    assert world.states() == {"1": "exported"}


def test_retry_decides_again(world: World) -> None:
    """Retry of a refused or cleared order decides it again at the next export."""
    world.target.refuse("WEB-1", "The document date cannot be before the period lock date")
    world.put(an_order())
    world.export()
    assert world.states() == {"1": "refused"}
    world.export()
    assert len(world.target.sent) == 1, "without retry it is not sent again"
    world.target.accept("WEB-1")
    assert world.ledger.retry(world.connection, [world.row().export_id]) == 1
    world.export()
    assert world.states() == {"1": "exported"}


def test_gone_order_is_not_forgotten(world: World) -> None:
    """An order that is gone when it is to be decided again keeps a row that says so."""
    world.put(an_order(status="NEW"))
    world.export()
    del world.source.orders["1"]
    world.change(export_statuses=("NEW",))
    world.export()
    assert (world.row().state, world.row().code) == ("refused", "MX-503")


def test_unreadable_order_is_read_again_by_retry(world: World) -> None:
    """Retry of an order that could not be read, or was gone, reads it again."""
    error = NeedsPerson(code="MX-501", field="Currency", problem="is missing")
    world.source.unreadable["9"] = Unreadable(source_id="9", number="X", error=error)
    world.put(an_order(status="NEW"))
    world.export()
    del world.source.orders["1"]
    world.change(export_statuses=("NEW",))
    world.export()
    assert world.states() == {"1": "refused", "9": "refused"}
    del world.source.unreadable["9"]
    world.source.orders["9"] = an_order("9", status="NEW")
    world.source.orders["1"] = an_order(status="NEW")
    world.clock.advance(days=3)
    world.ledger.retry(world.connection, [row.export_id for row in world.rows().values()])
    world.export()
    assert world.states() == {"1": "exported", "9": "exported"}


def test_contact_of_the_client_is_used_where_mapped(world: World) -> None:
    """An invoice goes to its channel's mapped contact, else to its client's."""
    clients = {("contact", "client:ACME"): Entry(target="c1")}
    world.connections.keep_entries(world.connection, clients)
    world.put(an_order("1"))
    world.export()
    channels = {("contact", "channel:7"): Entry(target="c2")}
    world.connections.keep_entries(world.connection, channels)
    world.put(an_order("2"))
    world.export()
    contacts = {document.number: document.contact_id for document in world.target.documents}
    assert contacts == {"WEB-1": "c1", "WEB-2": "c2"}


@pytest.mark.parametrize("years", [-130, 2])
def test_a_day_that_nobody_can_mean_is_refused(world: World, years: int) -> None:
    """Of another century, or years ahead: refused with the day, until it is said to be meant."""
    when = world.clock.now().replace(year=world.clock.now().year + years)
    world.put(an_order(ordered_at=when, despatched_at=when))
    world.export()
    row = world.row()
    assert (row.state, row.code) == ("refused", "MX-313")
    assert f"{when.year}-" in row.message
    assert world.target.documents == []
    world.change(oldest_year=1, days_ahead=36500)
    world.export()
    assert world.states() == {"1": "exported"}
