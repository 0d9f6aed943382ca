"""While a side is away a connection holds: nothing fails, one batch finds out, then all go on."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from ....plugin.domain.connections.hold import LONGEST, wait_after
from ..orders import an_order
from ..world import World


def failed_batches(world: World, count: int) -> None:
    """Send batches of one order each, in an outage."""
    world.put(*[an_order(str(n)) for n in range(1, 9)])
    world.sync()
    world.target.down = True
    for export_id in world.ledger.due_to_send(world.connection)[:count]:
        world.send([export_id])


def test_one_failure_is_chance(world: World) -> None:
    """One batch that could not be sent holds nothing up; the next in a row does, and says why."""
    failed_batches(world, 1)
    assert world.ledger.held(world.connection) is None
    world.send(world.ledger.due_to_send(world.connection)[:1])
    hold = world.ledger.held(world.connection)
    assert hold is not None
    assert hold.until > world.clock.now()
    assert "accounting system" in hold.because


def test_an_answer_ends_it(world: World) -> None:
    """Once a batch is answered the connection goes on, and what follows is counted anew."""
    failed_batches(world, 3)
    assert world.ledger.held(world.connection)
    world.clock.advance(hours=1)
    world.target.down = False
    world.send()
    assert world.ledger.held(world.connection) is None
    assert set(world.states().values()) == {"exported"}
    assert not world.ledger.go_on(world.connection)


def test_lost_answers_count_too(world: World) -> None:
    """A target that swallows every answer is left alone for a while: nothing is sent in vain."""
    world.put(*[an_order(str(n)) for n in range(1, 4)])
    world.sync()
    for export_id in world.ledger.due_to_send(world.connection)[:2]:
        world.target.lose_answer = "after"
        world.send([export_id])
    hold = world.ledger.held(world.connection)
    assert hold is not None
    assert hold.until - world.clock.now() >= timedelta(seconds=5)


def test_a_limit_is_held_on_for_at_once(world: World) -> None:
    """A used-up day is said once and waited for exactly; the hold is never shortened."""
    connection, ledger = world.connection, world.ledger
    hold = ledger.hold(connection, "The day is used up.", code="MX-601", after=40_000)
    assert hold is not None
    left = hold.until - world.clock.now()
    assert timedelta(seconds=40_000) <= left <= timedelta(seconds=44_000)
    again = ledger.hold(connection, "Xero can't be reached.", code="MX-602", after=1)
    assert again is not None
    assert again.until == hold.until


def test_other_connections_are_not_held(world: World) -> None:
    """One connection's outage holds no other."""
    other = world.connect("two")
    failed_batches(world, 3)
    assert world.ledger.held(other) is None


@given(st.integers(0, 10_000), st.floats(0.1, 100_000), st.text(max_size=20))
def test_waits(failures: int, after: float, key: str) -> None:
    """A wait is never shorter than asked for, nor longer than that or an hour, and a tenth."""
    wait = wait_after(failures, after, key)
    said = timedelta(seconds=after)
    assert said <= wait <= max(said, LONGEST) * 1.1 + timedelta(milliseconds=1)
    assert wait_after(failures, after, key) == wait
