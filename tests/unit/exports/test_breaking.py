"""What breaks on the way of an order, and that nothing is lost or doubled by it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from ....plugin.domain.decisions.decision import Decision, Reason, Verdict
from ....plugin.domain.decisions.facts import Facts
from ....plugin.domain.exports.outcome import Outcome, OutcomeKind
from ....plugin.errors import Disconnected, NeedsPerson, TryLater
from ....plugin.exports.pipeline import export_batch, settle
from ....plugin.ports.decider import Decider, Overrides
from ....plugin.ports.target import Numbered
from ....plugin.testing.target import FakeTarget
from ..orders import a_line, an_order
from ..world import World


def test_lost_answer_is_looked_up_and_adopted(world: World) -> None:
    """An invoice whose answer was lost is found by its number and adopted, never sent twice."""
    world.put(an_order())
    world.target.lose_answer = "after"
    world.export()
    assert world.states() == {"1": "unknown"}
    world.clock.advance(seconds=30)
    world.export()
    assert world.states() == {"1": "exported"}
    assert len(world.target.sent) == 1
    assert len(world.invoices()) == 1


def test_lost_request_is_sent_again_under_the_same_number(world: World) -> None:
    """An invoice that never arrived is sent again, after a look-up, under its number."""
    world.put(an_order())
    world.target.lose_answer = "before"
    world.export()
    world.clock.advance(seconds=30)
    world.export()
    assert world.states() == {"1": "exported"}
    assert set(world.invoices()) == {"WEB-1"}


def test_number_taken_meanwhile_is_refused_not_overwritten(world: World) -> None:
    """A number that somebody used after our look is refused by its owner's document."""
    world.put(an_order())
    world.sync()
    theirs = world.target.add("WEB-1", Decimal("99.00"))
    world.send()
    assert (world.row().state, world.row().code) == ("refused", "MX-402")
    assert world.invoices() == {"WEB-1": theirs.total}


def test_dead_claim_without_call_is_freed(world: World) -> None:
    """A claim whose worker died before its call is ready again and is sent once."""
    world.put(an_order())
    world.sync()
    world.ledger.claim(world.connection, world.ledger.due_to_send(world.connection))
    world.clock.advance(minutes=10)
    world.export()
    assert world.states() == {"1": "exported"}
    assert len(world.target.sent) == 1


def test_call_that_began_late_is_not_taken_for_none(world: World) -> None:
    """A claim that looked dead, but whose call began meanwhile, is not handed to another worker."""
    world.put(an_order())
    world.sync()
    world.ledger.claim(world.connection, world.ledger.due_to_send(world.connection))
    world.clock.advance(minutes=10)
    slow = world.ledger.abandoned(world.connection, older_than=300)
    world.ledger.start_call(world.connection, slow, "digest")
    world.ledger.release(slow, "its worker died", unsent=True)
    assert world.states() == {"1": "claimed"}


def test_dead_claim_with_call_is_looked_up(world: World) -> None:
    """A claim whose worker died in its call is looked up first: created, it is adopted."""
    world.put(an_order())
    world.sync()
    claims = world.ledger.claim(world.connection, world.ledger.due_to_send(world.connection))
    world.ledger.start_call(world.connection, claims, "digest")
    world.target.add("WEB-1", Decimal("24.00"), reference="WEB-1 (Mintsoft 1)")
    world.clock.advance(minutes=10)
    settle(world.parts, world.connection)
    assert world.states() == {"1": "unknown"}
    world.clock.advance(seconds=30)
    settle(world.parts, world.connection)
    assert world.states() == {"1": "exported"}
    assert not world.target.sent


def test_order_changed_before_sending_is_decided_again(world: World) -> None:
    """An order edited between decision and sending is sent as it is now, or not at all."""
    world.put(an_order("1"), an_order("2"))
    world.sync()
    world.clock.advance(minutes=1)
    world.put(an_order("1", status="CANCELLED"))
    double = a_line(quantity=4, tax=Decimal("8.00"))
    world.put(an_order("2", lines=(double,), stated_gross=Decimal("48.00")))
    world.send()
    assert world.states() == {"1": "skipped", "2": "ready"}
    world.send()
    assert world.invoices() == {"WEB-2": Decimal("48.00")}


def test_one_refused_invoice_does_not_stop_its_batch(world: World) -> None:
    """Of a batch in which Xero refuses one invoice, the others are exported."""
    world.put(an_order("1"), an_order("2"), an_order("3"))
    world.target.refuse("WEB-2", "Account code '200' is not a valid code for this document.")
    world.export()
    assert world.states() == {"1": "exported", "2": "refused", "3": "exported"}
    assert "Account code '200'" in world.row("2").message


def test_outage_fails_nothing(world: World) -> None:
    """While Xero is down at sending, rows are put off; afterwards they go out."""
    world.put(an_order())
    world.sync()
    world.target.down = True
    world.send()
    assert world.states() == {"1": "later"}
    world.target.down = False
    world.clock.advance(hours=1)
    world.export()
    assert world.states() == {"1": "exported"}


def test_outage_at_sync_keeps_cursor(world: World) -> None:
    """A sync that can't reach a side raises, records nothing wrong, and reads the same again."""
    world.put(an_order())
    world.source.failure = TryLater(code="MX-105", after=5, service="Mintsoft", reason="is away")
    with pytest.raises(TryLater):
        world.sync()
    assert world.ledger.orders_read_until(world.connection) is None
    world.source.failure = None
    world.export()
    assert world.states() == {"1": "exported"}


def test_lost_access_pauses_and_fails_nothing(world: World) -> None:
    """When access ends at sending, claims go back, the connection pauses, nothing is refused."""
    world.put(an_order())
    world.sync()
    world.target.access_ended = True
    with pytest.raises(Disconnected):
        world.send()
    assert world.states() == {"1": "ready"}
    paused = world.connections.named("one")
    allowed, why = paused.may_run()
    assert not allowed
    assert "paused" in why
    world.target.access_ended = False
    world.send()
    assert world.states() == {"1": "ready"}, "a paused connection claims nothing"
    world.connections.resume(paused)
    world.export()
    assert world.states() == {"1": "exported"}


def test_a_batch_told_twice_is_sent_once(world: World) -> None:
    """Two workers told of one batch send it once: the loser of the race claims nothing."""
    world.put(an_order("1"), an_order("2"))
    world.sync()
    ids = world.ledger.due_to_send(world.connection)
    export_batch(world.parts, world.connection, ids)
    export_batch(world.parts, world.connection, ids)
    assert len(world.target.sent) == 1


def test_total_that_xero_computes_otherwise_is_noticed(world: World) -> None:
    """An invoice that Xero made with another total is exported with a warning and both figures."""
    world.put(an_order())
    world.sync()
    ids = world.ledger.due_to_send(world.connection)
    claims = world.ledger.claim(world.connection, ids)
    odd = replace(claims[0], invoice=replace(claims[0].invoice, lines=()))
    world.target.add("WEB-1", Decimal("24.00"), reference=odd.mark)
    world.ledger.start_call(world.connection, claims, "digest")
    from ....plugin.domain.exports.outcome import Outcome, OutcomeKind

    told = Outcome(kind=OutcomeKind.EXPORTED, invoice_id="x", total=Decimal("24.01"))
    world.ledger.record_outcomes([(claims[0], told)])
    assert (world.row().state, world.row().code) == ("exported", "MX-407")
    assert "24.01" in world.row().message


def test_every_change_of_state_is_an_event(world: World) -> None:
    """The events of an exported order tell its way: ready, claimed, exported."""
    world.put(an_order())
    world.export()
    story = world.ledger.story(world.row().export_id)
    assert [event.after for event in story.events] == ["ready", "claimed", "exported"]
    assert {event.who for event in story.events} == {"test"}


def test_batch_that_is_too_large_goes_in_halves(world: World) -> None:
    """A batch too large for one call goes in several; a document too large by itself is refused."""

    class Narrow(FakeTarget):
        def prepare(self, batch: Sequence[Numbered]) -> bytes:
            if len(batch) > 1 or batch[0].number == "WEB-3":
                raise NeedsPerson(code="MX-306", answer="the request is too large")
            return super().prepare(batch)

    target = Narrow(world.clock)
    world.target, world.parts = target, replace(world.parts, target=target)
    world.put(*(an_order(str(n)) for n in range(1, 6)))
    world.export()
    assert world.states() == dict.fromkeys("1245", "exported") | {"3": "refused"}
    assert len(target.sent) == 4


def test_a_request_refused_as_a_whole_costs_the_culprit_alone(world: World) -> None:
    """When Xero can't read a request and names nobody, only the document to blame is refused."""

    class Strict(FakeTarget):
        def send(self, body: bytes, key: str, numbers: Sequence[str]) -> dict[str, Outcome]:
            if b"WEB-3" not in body:
                return super().send(body, key, numbers)
            self.sent.append(body)
            refusal = Outcome(kind=OutcomeKind.REFUSED, code="MX-401", of_request=True)
            return dict.fromkeys(numbers, refusal)

    target = Strict(world.clock)
    world.target, world.parts = target, replace(world.parts, target=target)
    world.put(*(an_order(str(n)) for n in range(1, 6)))
    world.export()
    assert world.states() == dict.fromkeys("1245", "exported") | {"3": "refused"}
    assert len(world.invoices()) == 4


def test_order_that_could_not_be_decided_is_decided_again(world: World) -> None:
    """An order on which the rules failed waits, and is decided again by itself soon after."""
    decider = world.parts.decider
    sound = decider.decide

    def broken(documents: Sequence[Facts], overrides: Overrides) -> list[Decision]:
        held = Reason(rule="not_decided", verdict=Verdict.WAIT, code="MX-604", message="m", fix="")
        return [
            replace(x, verdict=Verdict.WAIT, reasons=(held,)) for x in sound(documents, overrides)
        ]

    world.parts = replace(world.parts, decider=Deciding(decider, broken))
    world.put(an_order())
    world.export()
    assert (world.row().state, world.row().code) == ("waiting", "MX-604")
    world.parts = replace(world.parts, decider=decider)
    world.export()
    assert world.states() == {"1": "waiting"}
    world.clock.advance(minutes=20)
    world.export()
    assert world.states() == {"1": "exported"}


class Deciding:
    """A decider that answers in another way."""

    def __init__(
        self,
        decider: Decider,
        answer: Callable[[Sequence[Facts], Overrides], list[Decision]],
    ) -> None:
        self.digest, self.note = decider.digest, decider.note
        self.explain, self.close = decider.explain, decider.close
        self.decide = answer
