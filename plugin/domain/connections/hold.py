"""Hold: a connection that waits for a side to come back. Nothing of it fails meanwhile."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..times import require_utc

#: One failed call may be chance; from so many in a row on, the connection holds.
FAILURES = 2

#: The longest that a connection holds before it tries one batch again.
LONGEST = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Hold:
    """How a connection's last calls went wrong, and until when it waits because of that."""

    #: Until then nothing is sent; afterwards one batch tries (UTC).
    until: datetime
    #: Why, in a sentence for people.
    because: str
    #: Batches in a row that could not be sent.
    failures: int

    def __post_init__(self) -> None:
        require_utc(self, "until")

    def sentence(self, now: datetime, until: str) -> str:
        """Why, and when it goes on; `until`: that moment as people write it."""
        if now < self.until:
            return f"{self.because} It goes on by itself at {until}."
        return f"{self.because} It goes on by itself with the next batch."


def wait_after(failures: int, after: float, key: str) -> timedelta:
    """How long to hold after so many failures in a row.

    The side's own word first (`after`, in seconds), then twice as long each time, up to an hour
    unless the side said more; and up to a tenth beyond that, so that connections that lost
    the same side do not all come back to it at once. `key` says by how much.
    """
    said = timedelta(seconds=after)
    times: int = 2 ** min(max(0, failures - FAILURES), 20)
    drawn = int(hashlib.sha256(f"{key}:{failures}".encode()).hexdigest()[:4], 16) / 0xFFFF
    return max(said, min(said * times, LONGEST)) * (1 + drawn / 10)
