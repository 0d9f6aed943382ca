"""Xerosdk before the sandbox: bills, and what belongs to them."""

from typing import Any

import pytest

from .conftest import PeerOf, Seen

#: What each step must see.
EXPECTED: dict[str, Any] = {
    "tokens_refreshed": True,
    "tenants_and_connections": ["ORGANISATION", True],
    "organisation": ["GB", "GBP"],
    "settings": [True, True, True, True, True],
    "currency_and_tax_rate": [True, 7.5, "ACTIVE"],
    "contacts": [True, 1, [], True, None],
    "bill": [["", "4 - expense", 14.81, False], [[], 4], 14.81, [True, 1]],
    "attachment": ["taxi.pdf", "application/pdf", 6],
    "payment": [14.81, "PAID", True],
    "refusals": [
        *("WrongParamsError", "InvalidTokenError", "NoPrivilegeError", "RateLimitError"),
    ],
    "disconnect": [[], "UnsuccessfulAuthentication"],
}


@pytest.fixture(scope="module")
def seen(peer_of: PeerOf) -> Seen:
    """What each step saw."""
    return peer_of("xerosdk").drive("drive_xerosdk")


@pytest.mark.parametrize("step", EXPECTED)
def test_xerosdk(seen: Seen, step: str) -> None:
    """Xerosdk, unchanged, does each step of what it is made for."""
    assert seen[step] == EXPECTED[step]


def test_all_steps_are_judged(seen: Seen) -> None:
    """No step of the driver goes unjudged."""
    assert seen.steps == list(EXPECTED)
