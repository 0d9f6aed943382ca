"""What the walk's tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .walk import Walk, walking


@pytest.fixture
def walk(home: Path) -> Iterator[Walk]:
    """Yield an installation between two simulators, without any connection."""
    with walking(home) as found:
        yield found
