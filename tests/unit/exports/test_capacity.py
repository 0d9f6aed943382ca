"""What is said of calls, minutes and the day before anything is sent."""

import pytest

from ....plugin.domain.exports.export import DocumentKind
from ....plugin.exports.capacity import capacity
from ....plugin.ports.infrastructure import Quota


@pytest.mark.parametrize(
    ("documents", "day", "words"),
    [
        (40_000, 3900, "40,000 orders = 812 calls = about 14 min; 3,900 calls of today left"),
        (1, 5000, "1 order = 2 calls = about 1 min; 5,000 calls of today left"),
        (100, None, "100 orders = 3 calls = about 1 min"),
        (
            40_000,
            203,
            (
                "40,000 orders = 812 calls = about 14 min; 203 calls of today left:"
                " about 10,000 go out today, the others later"
            ),
        ),
    ],
)
def test_words(documents: int, day: int | None, words: str) -> None:
    """Orders, calls, minutes and the day are said in one line; what goes today when it is short."""
    left = Quota(minute=59, day=day, wait=0, a_minute=59)
    assert str(capacity(documents, DocumentKind.ORDER, batch_size=50, left=left)) == words


def test_nothing_is_due() -> None:
    """Nothing takes no call and no time."""
    nothing = capacity(0, DocumentKind.ORDER, batch_size=50, left=Quota(minute=59, day=100, wait=0))
    assert (nothing.calls, nothing.minutes, nothing.documents_today) == (0, 0, 0)
