"""What people read from the ledger, and change in it."""

from dataclasses import replace
from datetime import timedelta

from ....plugin.domain.exports.cause import cause_key
from ....plugin.domain.exports.export import ExportState
from ....plugin.errors import NeedsPerson
from ....plugin.exports.basis import basis_of
from ....plugin.exports.decide import consider
from ....plugin.ports.source import Unreadable
from ..orders import DAY, an_order
from ..world import World


def unreadable(source_id: str, problem: str = "is missing") -> Unreadable:
    """An order without a currency."""
    error = NeedsPerson(code="MX-501", field="Currency", problem=problem)
    return Unreadable(source_id=source_id, number=f"N{source_id}", error=error)


def record(world: World, *documents: Unreadable) -> None:
    """Have the ledger keep them."""
    basis = basis_of(world.connection, world.parts.decider.digest)
    consider(world.parts, world.connection, documents, basis)


def test_pages_give_each_row_once_in_order(world: World) -> None:
    """More rows than one page holds come once each, 9 before 10, also by state."""
    ids = list(range(1, 521))
    record(world, *(unreadable(str(x)) for x in reversed(ids)))
    assert [int(x.source_id) for x in world.ledger.exports(world.connection)] == ids
    refused = world.ledger.exports(world.connection, state=ExportState.REFUSED)
    assert len(list(refused)) == len(ids)
    assert world.ledger.counts(world.connection) == {ExportState.REFUSED: len(ids)}


def test_found_by_number(world: World) -> None:
    """Orders are found by number in capitals or not, all that have it, and none else."""
    world.put(
        an_order("1", number="Web-7"),
        an_order("2", number="WEB-7", client="OTHER"),
        an_order("3", number="É-1"),
        an_order("4", number="WEB-70"),
    )
    world.sync()
    for number, found in (("wEB-7", {"1", "2"}), ("É-1", {"3"}), ("%", set()), ("WEB_70", set())):
        rows = world.ledger.exports(world.connection, numbers=[number])
        assert {x.source_id for x in rows} == found, number


def test_causes_are_counted_with_their_money(world: World) -> None:
    """What needs attention is one entry for each cause, the largest first, by currency."""
    odd = an_order().stated_gross + 6
    world.put(
        *(an_order(str(x), stated_gross=odd) for x in range(1, 4)),
        an_order("4", stated_gross=odd, currency="EUR"),
        an_order("5", currency="SEK"),
    )
    world.sync()
    first, second = world.ledger.causes(world.connection)
    assert (first.code, first.documents) == ("MX-205", 4)
    assert [(x, str(y)) for x, y in first.waiting] == [("EUR", "30.00"), ("GBP", "90.00")]
    assert first.numbers == ("WEB-1", "WEB-2", "WEB-3", "WEB-4")
    assert (second.code, second.documents) == ("MX-206", 1)


def test_one_thing_to_put_right_is_one_cause(world: World) -> None:
    """Orders that differ by their own figures and numbers share a cause; other accounts do not."""
    words = "Account code '{}' has been archived, invoice {} of {}."
    for number, account in (("1", "4101"), ("2", "4101"), ("3", "4102")):
        world.put(an_order(number))
        told = words.format(account, f"WEB-{number}", f"1{number}.50")
        world.target.refuse(f"WEB-{number}", told, "MX-415")
    world.export()
    first, second = world.ledger.causes(world.connection)
    assert (first.documents, second.documents) == (2, 1)
    assert first.message == "Account code '4101' has been archived, invoice ... of ...."
    assert second.message == words.format("4102", "WEB-3", "13.50")
    keys = {x.source_id: cause_key(x) for x in world.ledger.exports(world.connection)}
    assert (keys["1"], keys["2"], keys["3"]) == (first.key, first.key, second.key)


def test_predicted_and_answered_is_one_cause(world: World) -> None:
    """An archived account is one thing to put right, whoever noticed it: our check, or Xero."""
    answer = "Account code '4101' has been archived."
    for number, said in (("1", "Xero would answer"), ("2", "Xero refused an archived account")):
        world.put(an_order(number))
        world.target.refuse(f"WEB-{number}", f"{said}: {answer}", "MX-415")
    world.export()
    (cause,) = world.ledger.causes(world.connection)
    assert (cause.documents, cause.code) == (2, "MX-415")


def test_cause_began_when_its_documents_were_stopped(world: World) -> None:
    """A cause is as old as its first refusal, whatever is written beside that later."""
    world.put(an_order("1", currency="SEK"))
    begun = world.clock.now()
    world.sync()
    world.clock.advance(minutes=20)
    world.change(due_days=3)
    world.sync()
    (cause,) = world.ledger.causes(world.connection)
    assert cause.since == begun


def test_what_changed_after_its_export_comes_last(world: World) -> None:
    """An exported order that was changed is listed apart from those that are stopped."""
    world.put(an_order("1"), an_order("2", currency="SEK"))
    world.export()
    world.clock.advance(minutes=20)
    world.target.set_status("WEB-1", "VOIDED")
    world.export()
    stopped, changed = world.ledger.causes(world.connection)
    assert (stopped.code, stopped.state) == ("MX-206", "refused")
    assert (changed.code, changed.state, changed.numbers) == ("MX-410", "exported", ("WEB-1",))


def test_same_failure_is_one_event(world: World) -> None:
    """A document as unreadable as before leaves no second event, another fault does."""
    for problem in ("is missing", "is missing"):
        record(world, unreadable("1", problem))
    assert len(world.ledger.story(world.row().export_id).events) == 1


def test_cursors_never_move_backwards(world: World) -> None:
    """The later of two cursors holds, whoever comes last; each has its own."""
    ledger, connection = world.ledger, world.connection
    for moment in (DAY, DAY + timedelta(hours=1), DAY - timedelta(hours=1)):
        ledger.move_orders_cursor(connection, moment)
    assert ledger.orders_read_until(connection) == DAY + timedelta(hours=1)
    assert ledger.numbers_read_until(connection) is None
    ledger.keep_numbers(connection, [], DAY)
    ledger.keep_numbers(connection, [], DAY - timedelta(days=1))
    assert ledger.numbers_read_until(connection) == DAY


def test_mirror_of_numbers_and_contacts_is_replaced(world: World) -> None:
    """A document read again replaces what was known of it; voided ones take no number."""
    theirs = world.target.add("A", an_order().stated_gross)
    again = replace(theirs, number="B")
    world.ledger.keep_numbers(world.connection, [theirs, theirs], None)
    world.ledger.keep_numbers(world.connection, [again], None)
    world.put(an_order("1", number="A"), an_order("2", number="b"))
    world.target.documents.clear()
    world.sync()
    assert world.states() == {"1": "ready", "2": "refused"}
    for contact in ("x", "y"):
        world.ledger.keep_contacts(world.connection, {"Shopify": contact, contact: contact})
    assert world.ledger.contact_ids(world.connection, ["Shopify", "none"]) == {"Shopify": "y"}
