"""What unit tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return a world on SQLite with a connection that exports any date."""
    world = World(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield world
    world.close()
