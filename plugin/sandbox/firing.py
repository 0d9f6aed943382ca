"""When a fault happens: after so many calls, so many times, by chance; every call is counted."""

import random
from dataclasses import dataclass

from waitress.channel import ClientDisconnected


class DroppedError(ClientDisconnected, ConnectionError):  # type: ignore[misc]
    """Makes the server close the connection without a byte.

    Waitress does so for its own ClientDisconnected, werkzeug's server for a ConnectionError;
    any other error would be answered with a 500.
    """


@dataclass(kw_only=True, eq=False)
class Firing:
    """What every fault has: how often it happens, and how often it did."""

    #: In how many calls it happens; None for ever.
    times: int | None = 1
    #: How many calls that fit go by before.
    after: int = 0
    #: In which part of the calls it happens, from 0 to 1, by chance.
    rate: float = 1.0
    #: Another seed makes other chances; the same one the same in every run.
    seed: int = 0
    #: How many calls it has met.
    matched: int = 0
    #: In how many of them it happened.
    fired: int = 0

    def prepare(self, kind: str, path: str) -> None:
        """Make numbers of what was given, and the chances for this kind and path.

        Raises:
            TypeError, ValueError: something given is no number.
        """
        self.times = None if self.times is None else int(self.times)
        self.after, self.rate = int(self.after), float(self.rate)
        self._chance = random.Random(f"{self.seed} {kind} {path}")  # noqa: S311

    def fires(self) -> bool:
        """Whether it happens now; counts the call, which it concerns."""
        self.matched += 1
        if self.matched <= self.after or (self.times is not None and self.fired >= self.times):
            return False
        if self.rate < 1 and self._chance.random() >= self.rate:
            return False
        self.fired += 1
        return True

    def give_back(self) -> None:
        """Count it as not happened, since nothing came of it."""
        self.fired -= 1
