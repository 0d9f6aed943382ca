"""Claims and races for them, with real threads and processes, on every database."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import update

from ....plugin.database.ledger import SqlLedger
from ....plugin.database.tables import export
from ....plugin.domain.decisions.decided_document import Identity
from ....plugin.domain.decisions.facts import Facts
from ....plugin.domain.exports.claim import Claim
from ....plugin.domain.exports.outcome import Outcome, OutcomeKind
from ....plugin.errors import NeedsPerson, TryLater
from ....plugin.exports.basis import basis_of
from ....plugin.exports.decide import consider
from ....plugin.exports.pipeline import settle
from ....plugin.ports.source import Unreadable
from ..orders import an_order
from ..world import World
from .at_once import at_once, other_process

LOST = Outcome(kind=OutcomeKind.UNKNOWN, code="MX-603", message="lost")
LATER = TryLater(code="MX-105", after=60, service="Xero", reason="it is away")


def ready(world: World, count: int) -> list[int]:
    """Put so many orders in and have them decided: the ids of their rows."""
    world.put(*(an_order(str(x)) for x in range(1, count + 1)))
    world.sync()
    return world.ledger.due_to_send(world.connection)


def claimed(world: World) -> Claim:
    """One order's claim."""
    return world.ledger.claim(world.connection, ready(world, 1))[0]


def test_each_row_is_claimed_by_one(world: World) -> None:
    """Of many threads that claim the same rows, each row goes to exactly one."""
    ids = ready(world, 40)
    claim = partial(world.ledger.claim, world.connection)
    batches = at_once(*(partial(claim, ids[x:] + ids[:x]) for x in range(8)))
    assert sorted(x.export_id for batch in batches for x in batch) == ids


def test_processes_claim_each_row_once(world: World, database_url: str) -> None:
    """Of two processes that claim the same rows, each row goes to exactly one."""
    ids = ready(world, 30)
    words = ("claim", database_url, *map(str, ids))
    with other_process(*words) as one, other_process(*words) as two:
        assert [one.hear(), two.hear()] == ["ready", "ready"]
        one.say()
        two.say()
        got = f"{one.hear()} {two.hear()}".split()
    assert sorted(map(int, got)) == ids


def test_claims_that_cross_do_not_wait_for_ever(world: World) -> None:
    """Batches with the same numbers in opposite orders are claimed, each under its own number."""
    count = 30
    numbered = [*range(count), *reversed(range(count))]
    world.put(*(an_order(str(x), number=f"N{y}", client=str(x)) for x, y in enumerate(numbered)))
    world.sync()
    ids = world.ledger.due_to_send(world.connection)
    with world.database.transaction() as transaction:
        none = {"invoice_number": None, "invoice_number_key": None}
        transaction.execute(update(export).values(none))
    first, second = ids[:count], ids[count:]
    claim = partial(world.ledger.claim, world.connection)
    at_once(*[partial(claim, [])] * 4)  # connected beforehand, so that the two do meet
    batches = at_once(partial(claim, first), partial(claim, second))
    numbers = [x.invoice_number.lower() for batch in batches for x in batch]
    assert len(numbers) == len(set(numbers)) == 2 * count


def test_number_that_looks_like_another_orders(world: World) -> None:
    """A number with the id behind it that is itself taken gets a count: nobody is left behind."""
    world.put(
        an_order("1", number="A-3"),
        an_order("2", number="A"),
        an_order("3", number="a", client="OTHER"),
    )
    world.export()
    assert set(world.invoices()) == {"A-3", "A", "a-3-2"}


def test_same_id_in_another_account(world: World) -> None:
    """Two Mintsoft accounts with one organisation may have the same ids and numbers."""
    other = world.connect("two")
    other = replace(other, mintsoft_username="somebody")
    world.put(an_order("1"))
    world.export()
    orders = list(world.source.orders.values())
    consider(world.parts, other, orders, basis_of(other, world.parts.decider.digest))
    claims = world.ledger.claim(other, world.ledger.due_to_send(other))
    assert [x.invoice_number for x in claims] == ["WEB-1-1"]


def test_two_connections_see_an_order_first(world: World) -> None:
    """Two connections of one account that record the same new orders at once leave one row each."""
    two = world.connect("two")
    orders = [an_order(str(x)) for x in range(1, 31)]
    basis = basis_of(two, world.parts.decider.digest)
    at_once(*(partial(consider, world.parts, x, orders, basis) for x in (world.connection, two)))
    rows = [*world.ledger.exports(world.connection), *world.ledger.exports(two)]
    assert sorted(int(x.source_id) for x in rows) == list(range(1, 31))
    assert {str(x.state) for x in rows} == {"ready"}


def test_words_on_an_old_claim_are_not_heard(world: World) -> None:
    """Who lost a claim may say what he likes: the row follows the one who has it now."""
    old = claimed(world)
    world.ledger.release([old], "its worker seemed dead")
    new = world.ledger.claim(world.connection, [old.export_id])[0]
    world.ledger.record_outcomes([(old, Outcome(kind=OutcomeKind.EXPORTED, invoice_id="x"))])
    world.ledger.release([old], "?")
    world.ledger.release_absent([old])
    world.ledger.postpone([old], LATER, world.clock.now())
    with pytest.raises(TryLater):
        world.ledger.start_call(world.connection, [old], "digest")
    assert (world.row().state, world.row().invoice_id) == ("claimed", "")
    assert world.ledger.start_call(world.connection, [new], "digest")


def test_call_starts_for_all_or_none(world: World) -> None:
    """When one claim of a batch was taken away, the call begins for none of them."""
    claims = world.ledger.claim(world.connection, ready(world, 3))
    world.ledger.release(claims[1:2], "taken away")
    with pytest.raises(TryLater):
        world.ledger.start_call(world.connection, claims, "digest")
    world.ledger.postpone(claims, LATER, world.clock.now() + timedelta(minutes=1))
    assert world.states() == {"1": "later", "2": "ready", "3": "later"}


def test_postponed_only_before_the_call(world: World) -> None:
    """A claim whose call has begun can't be put off: its answer is awaited or looked up."""
    claim = claimed(world)
    world.ledger.start_call(world.connection, [claim], "digest")
    world.ledger.postpone([claim], LATER, world.clock.now())
    assert world.states() == {"1": "claimed"}
    with pytest.raises(TryLater):
        world.ledger.start_call(world.connection, [claim], "digest")


def test_lost_answer_is_not_simply_released(world: World) -> None:
    """What may be in Xero is free again only after a look-up."""
    claim = claimed(world)
    world.ledger.record_outcomes([(claim, LOST)])
    world.ledger.release([claim], "handed back")
    assert world.states() == {"1": "unknown"}
    world.ledger.release_absent([claim])
    assert world.states() == {"1": "ready"}


@pytest.mark.parametrize("state", ["claimed", "unknown", "exported"])
def test_what_is_out_of_reach_is_not_overwritten(world: World, state: str) -> None:
    """No decision overwrites a row that a worker holds, that may be in Xero, or that is."""
    claim = claimed(world)
    done = Outcome(kind=OutcomeKind.EXPORTED, invoice_id="x", total=claim.invoice.total)
    outcome = {"unknown": LOST, "exported": done}.get(state)
    if outcome:
        world.ledger.record_outcomes([(claim, outcome)])
    basis = basis_of(world.connection, world.parts.decider.digest)
    error = NeedsPerson(code="MX-501", field="ID", problem="is odd")
    gone = Unreadable(source_id="1", number="WEB-1", error=error)
    consider(world.parts, world.connection, [gone], basis)
    decision = world.parts.decider.decide([{**_facts(world), "status": "NEW"}], {})[0]
    world.ledger.keep_decision(claim.export_id, decision, world.row().state.WAITING, basis)
    assert world.ledger.retry(world.connection, [claim.export_id]) == 0
    assert world.ledger.clear(world.connection, [claim.export_id]) == 0
    assert (world.row().state, world.row().code) == (state, "MX-603" if outcome is LOST else "")
    assert world.ledger.claim(world.connection, [claim.export_id]) == []


def _facts(world: World) -> Facts:
    facts = world.ledger.story(world.row().export_id).facts
    assert facts is not None
    return facts


def test_two_settles_at_once(world: World) -> None:
    """Two settles at once end like one: what is in Xero is exported, the rest is sent once."""
    ids = ready(world, 6)
    claims = world.ledger.claim(world.connection, ids)
    world.ledger.start_call(world.connection, claims, "digest")
    world.ledger.record_outcomes([(x, LOST) for x in claims])
    for claim in claims[:3]:
        world.target.add(claim.invoice_number, Decimal("24.00"), reference=f"A {claim.mark}")
    world.clock.advance(seconds=30)
    at_once(*[partial(settle, world.parts, world.connection)] * 4)
    assert list(world.states().values()) == ["exported"] * 3 + ["ready"] * 3
    events = world.ledger.story(ids[0]).events
    assert [x.after for x in events] == ["ready", "claimed", "unknown", "exported"]
    world.send()
    assert len(world.invoices()) == 6


def test_claim_of_a_killed_process_is_abandoned_at_once(world: World, database_url: str) -> None:
    """The claim of a process that was killed is free without waiting; a living one's is not."""
    ids = ready(world, 1)
    with other_process("claim", database_url, str(ids[0])) as worker:
        assert worker.hear() == "ready"
        worker.say()
        assert worker.hear() == str(ids[0])
        assert world.ledger.abandoned(world.connection, older_than=300) == []
        worker.kill()
        dead = world.ledger.abandoned(world.connection, older_than=300)
        assert [x.export_id for x in dead] == ids


def test_old_claim_is_abandoned(world: World) -> None:
    """A claim that nobody can judge is abandoned when it is older than any call may take."""
    claim = claimed(world)
    world.clock.advance(seconds=299)
    world.ledger.start_call(world.connection, [claim], "digest")
    world.clock.advance(seconds=299)
    assert world.ledger.abandoned(world.connection, older_than=300) == []
    world.clock.advance(seconds=2)
    assert len(world.ledger.abandoned(world.connection, older_than=300)) == 1


def test_recording_again_changes_nothing(world: World) -> None:
    """The same outcome of a claim, told twice, is one event."""
    claim = claimed(world)
    done = Outcome(kind=OutcomeKind.EXPORTED, invoice_id="x", total=claim.invoice.total)
    world.ledger.record_outcomes([(claim, done)])
    world.ledger.record_outcomes([(claim, LOST)])
    assert world.row().state == "exported"
    assert len(world.ledger.story(claim.export_id).events) == 3


def test_decision_again_after_any_change_that_rules_may_read(world: World) -> None:
    """A changed tag, warehouse or merge is a change; nothing else than the document is read."""
    order = an_order()
    changes = [
        {"tags": ("hold",)},
        {"warehouse": "OTHER"},
        {"merged": True},
        {"personal_data_removed": True},
        {"channel": "Renamed"},
        {"status": "INVOICED"},
        {"ordered_at": order.ordered_at - timedelta(days=1)},
    ]
    seen = {Identity.of(replace(order, **change)).seen for change in changes}  # type: ignore[arg-type]
    assert len(seen | {Identity.of(order).seen}) == len(changes) + 1
    assert {Identity.of(replace(order, **x)).fingerprint for x in changes} == {order.fingerprint}  # type: ignore[arg-type]


def test_overlong_texts_are_kept_cut_off(world: World) -> None:
    """A number or client that is longer than its column stops nobody's sync."""
    error = NeedsPerson(code="MX-501", field="Currency", problem="is missing")
    world.source.unreadable["9"] = Unreadable(source_id="9", number="9" * 999, error=error)
    world.put(an_order("1", number="N" * 400, client="C" * 400), an_order("2"))
    world.export()
    assert world.states() == {"1": "exported", "2": "exported", "9": "refused"}


def test_paused_connection_claims_nothing(world: World) -> None:
    """Rows of a connection that was paused meanwhile are left where they are."""
    ids = ready(world, 1)
    world.ledger.pause(world.connection, "access has ended")
    assert world.ledger.claim(world.connection, ids) == []
    assert world.states() == {"1": "ready"}


def test_who_speaks_is_in_the_events(world: World) -> None:
    """Each event names the process or the command that caused it."""
    ids = ready(world, 1)
    SqlLedger(world.database, world.clock, who="worker 7").claim(world.connection, ids)
    assert [x.who for x in world.ledger.story(ids[0]).events] == ["test", "worker 7"]
