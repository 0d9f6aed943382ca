"""Waiting for a turn: the same for every place where the calls are counted."""

from collections.abc import Callable
from datetime import timedelta

from ..domain.connections.limits import Limits
from ..domain.times import to_text
from ..errors import TryLater
from ..ports.clock import Clock

#: The shortest and the longest pause between two looks, in seconds.
SHORTEST, LONGEST = 0.05, 5.0


def wait_for_turn(
    ask: Callable[[], float], limits: Limits, clock: Clock, *, by_person: bool = False
) -> None:
    """Ask until the answer is 0; it is the seconds to wait otherwise.

    Raises:
        TryLater: MX-601, the turn is further away than `Limits.waits`.
    """
    end = clock.now() + timedelta(seconds=limits.waits(by_person=by_person))
    while (wait := ask()) > 0:
        turn = clock.now() + timedelta(seconds=wait)
        if turn > end:
            time = to_text(turn.replace(microsecond=0))
            raise TryLater(code="MX-601", after=wait, service=limits.service, time=time)
        clock.sleep(min(max(wait, SHORTEST), LONGEST))
