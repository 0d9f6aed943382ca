"""Capacity: how many calls a number of documents takes, how long, and what the day still has."""

import math
from dataclasses import dataclass

from ..domain.exports.export import DocumentKind
from ..ports.infrastructure import Quota

#: Calls beside the batches, in a hundred of them: contacts, and what has changed meanwhile.
BESIDE = 1.5


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """What sending so many documents comes to. An estimate: refusals and look-ups are not in it."""

    #: Documents that are due, and what they are.
    documents: int
    kind: DocumentKind
    #: Calls that they take.
    calls: int
    #: Minutes that these take within the target's limits, rounded up.
    minutes: int
    #: Calls that are left of the target's day; None when it has not said.
    left_today: int | None
    #: How many of the documents go out with those.
    documents_today: int

    def __str__(self) -> str:
        """For people: ``40,000 orders = 812 calls = about 14 min; 3,900 calls of today left``."""
        said = (
            f"{_number(self.documents, self.kind.words)} = {_number(self.calls, 'call')}"
            f" = about {self.minutes} min"
        )
        if self.left_today is None:
            return said
        said += f"; {_number(self.left_today, 'call')} of today left"
        if self.documents_today < self.documents:
            said += f": about {self.documents_today:,} go out today, the others later"
        return said


def capacity(documents: int, kind: DocumentKind, *, batch_size: int, left: Quota) -> Capacity:
    """What sending so many documents in batches comes to."""
    batches = math.ceil(documents / batch_size)
    calls = batches + math.ceil(batches * BESIDE / 100)
    today = documents if left.day is None else left.day * documents // max(calls, 1)
    return Capacity(
        documents=documents,
        kind=kind,
        calls=calls,
        minutes=math.ceil(calls / left.a_minute),
        left_today=left.day,
        documents_today=min(documents, today),
    )


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
