"""Sending: at least once, with one id, in a time that costs nobody anything."""

from datetime import timedelta

import pytest

from .....plugin.domain.notifications.notice import MOST_ATTEMPTS, NoticeState, wait_after
from .....plugin.ports.notifications import Answer
from .....plugin.services.notifications.notify import KEPT, notify
from ...database.at_once import at_once
from .conftest import Told

REFUSES = Answer(words="503 Service Unavailable", taken=False, code="MX-142")


def test_tried_again_with_the_same_id(told: Told) -> None:
    """A receiver that refuses gets it again later, and later each time, under one id."""
    told.email.answer = REFUSES
    told.refused("1")
    told.turn()
    first = told.kept()[0]
    assert (first.state, first.attempts, first.answer) == (NoticeState.NEW, 1, REFUSES.words)
    assert told.turn(seconds=59) == []
    assert len(told.turn(seconds=14)) == 1
    assert told.turn(seconds=100) == []
    told.email.answer = Answer(words="200 OK", taken=True)
    told.world.clock.advance(minutes=2)
    told.turn()
    last = told.kept()[0]
    assert (last.notice_id, last.state, last.attempts) == (first.notice_id, NoticeState.SENT, 3)
    assert told.turn(days=2) == []


def test_waits_grow_and_differ() -> None:
    """From one minute, twice as long each time, to four hours; up to a fifth more, by chance."""
    waits = [wait_after(n, "one") for n in range(1, MOST_ATTEMPTS)]
    assert timedelta(minutes=1) <= waits[0] <= timedelta(seconds=72)
    assert waits[1] > waits[0] * 1.5
    assert timedelta(hours=4) <= waits[-1] <= timedelta(hours=4.8)
    assert timedelta(hours=15) < sum(waits, timedelta()) < timedelta(hours=30)
    assert len({wait_after(3, str(n)) for n in range(20)}) > 10


def test_given_up(told: Told) -> None:
    """After about a day it is given up, and it is said why."""
    told.email.answer = REFUSES
    told.refused("1")
    tried = sum(len(told.turn(hours=5)) for _ in range(MOST_ATTEMPTS + 3))
    assert tried == MOST_ATTEMPTS
    assert told.kept()[0].state is NoticeState.FAILED


def test_gone(told: Told) -> None:
    """A receiver that wants no more (410) is not asked again."""
    told.email.answer = Answer(words="410 Gone", taken=False, gone=True, code="MX-142")
    told.refused("1")
    assert len(told.turn()) == 1
    assert told.turn(hours=1) == []
    assert told.kept()[0].state is NoticeState.FAILED


@pytest.mark.parametrize("answered", [False, True])
def test_killed_while_sending(told: Told, *, answered: bool) -> None:
    """A process that dies in an attempt leaves it to another one, after a while: the same id."""
    told.refused("1")
    told.email.failure = SystemExit("killed")
    with pytest.raises(SystemExit):
        told.turn()
    told.email.failure = None
    first = told.email.sent[0].notice_id if answered else told.kept()[0].notice_id
    told.email.sent.clear()
    assert told.turn(minutes=2) == []
    told.world.clock.advance(minutes=4)
    told.turn()
    assert told.kept()[0].notice_id == first
    assert told.kept()[0].state is NoticeState.SENT


def test_nobody_else_sends_it_meanwhile(told: Told) -> None:
    """What one process is sending, another one does not take."""
    told.refused("1")
    told.email.answer = REFUSES
    told.turn()
    told.world.clock.advance(minutes=2)
    assert len(told.world.ledger.take_notices(5)) == 1
    assert told.world.ledger.take_notices(5) == []


def test_many_at_once(told: Told) -> None:
    """Of many processes that have their turn at one moment, each notice is sent by one."""
    told.world.change(notify_webhook="https://example.com/notices")
    told.refused("1")
    connections = told.world.connections.all()
    now = told.world.clock.now()
    sent = at_once(*[lambda: notify(told.parts, connections, now)] * 6)
    assert sum(sent) == 2
    assert len(told.email.sent) == len(told.webhook.sent) == 1


def test_a_deaf_receiver_costs_one_attempt(told: Told) -> None:
    """Of many notices to a receiver that does not answer, one is tried in a turn."""
    told.email.answer = REFUSES
    for number in range(4):
        told.refused(str(number), why=f"Reason {'abcd'[number]}.")
        told.world.connection = told.world.connections.named("one")
        told.turn(seconds=1)
    assert len(told.turn(minutes=10)) == 1


def test_sent_for_a_while_only(told: Told) -> None:
    """A turn ends after some seconds, however slow the receiver; the rest follows in the next."""
    world = told.world
    told.email.answer = REFUSES
    for number in range(6):
        told.refused(str(number), why=f"Reason {'abcdef'[number]}.")
        told.turn(seconds=1)
    world.clock.advance(minutes=10)

    class Slow:
        """Takes nine seconds for each."""

        def send(self, *_: object) -> Answer:
            world.clock.advance(seconds=9)
            return Answer(words="200 OK", taken=True)

    told.parts.senders[next(iter(told.parts.senders))] = Slow()  # type: ignore[index]
    told.turn()
    assert len(told.kept(state=NoticeState.SENT)) == 3
    told.turn(minutes=2)
    assert len(told.kept(state=NoticeState.SENT)) == 6
    assert all(x.attempts <= 2 for x in told.kept()[1:])


def test_forgotten_after_a_while(told: Told) -> None:
    """What was sent is kept for ninety days."""
    told.refused("1")
    told.turn()
    assert len(told.kept()) == 1
    told.turn(days=KEPT.days + 1)
    assert told.kept() == []
