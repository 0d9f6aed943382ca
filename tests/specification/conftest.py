"""The descriptions that both APIs' makers publish; they are not ours to ship."""

import json
from pathlib import Path
from typing import Any

import pytest

from .described import Description


@pytest.fixture(scope="session")
def accounting(reference: Path) -> Description:
    """Return Xero's description of the accounting API."""
    return Description(reference / "specs" / "xero_accounting.yaml")


@pytest.fixture(scope="session")
def identity(reference: Path) -> Description:
    """Return Xero's description of the connections."""
    return Description(reference / "specs" / "xero-identity.yaml")


@pytest.fixture(scope="session")
def swagger(reference: Path) -> Any:
    """Return Mintsoft's description of its API."""
    return json.loads((reference / "specs" / "mintsoft-swagger.json").read_text(encoding="utf-8"))
