"""What the tests of connecting share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ....guide.walk import walking
from .consenting import Person


@pytest.fixture
def person(home: Path) -> Iterator[Person]:
    """Yield a person with an installation between two simulators, without any connection."""
    with walking(home) as walk:
        yield Person(walk)
