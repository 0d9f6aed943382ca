"""What the tests of the pages share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .filled import Filled


@pytest.fixture
def filled(home: Path) -> Iterator[Filled]:
    """Return pages over an empty ledger, without users of a host."""
    filled = Filled(home)
    yield filled
    filled.close()
