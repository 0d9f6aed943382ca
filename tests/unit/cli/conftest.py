"""What the tests of the commands share."""

from pathlib import Path

import pytest

from ..world import World
from .installation import Installation


@pytest.fixture
def here(world: World, home: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """Return an installation with the connection `one`, and no secrets in the environment."""
    for name in ("MINTSOFT_PASSWORD", "MINTSOFT_API_KEY", "XERO_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    return Installation(world, home)
