"""pyxero before the sandbox: XML in, JSON out, and the exceptions that it knows."""

from typing import Any

import pytest

from .conftest import PeerOf, Seen

UNIQUE = "Invoice # must be unique."
#: What each step must see.
EXPECTED: dict[str, Any] = {
    "consent_and_token": [1, "ORGANISATION", False],
    "refresh": True,
    "organisation": ["GB", True, True],
    "settings": [True, True, True, True],
    "contact_put_and_saved": ["b@shop.example", "Leeds", "123"],
    "contacts_filtered": [["Pyxero Ltd"]] * 5,
    "invoice_put": [
        ["Müller & Söhne UK", "Cup & saucer"],
        ["37.66", "37.64"],
        ["10.46", "10.4567"],
        ["2026-11-20", "AUTHORISED"],
    ],
    "invoices_put_as_a_list": [["OK", []], ["ERROR", [UNIQUE]], ["OK", []]],
    "invoices_read": [["PYX-1", 1], ["PYX-1", "PYX-3"], ["PYX-1"], [0, 4, True, 0]],
    "invoice_saved": ["told you", 1, "37.66"],
    "history_and_attachments": [True, ["list.txt"], "1 cup"],
    "items": ["PYX", "9.99"],
    "payment": ["10.0", "DELETED"],
    "credit_note": ["6.0", "1.0"],
    "purchase_order": ["8.64", "1.2345"],
    "bad_request": [["XeroBadRequest", UNIQUE], ["XeroBadRequest", None]],
    "not_found": ["XeroNotFound", None],
    "unauthorised": [["XeroUnauthorized", "TokenExpired"], 1],
    "forbidden": ["XeroForbidden", None],
    "limited": ["XeroRateLimitExceeded", "rate limit exceeded: minute"],
    "offline": ["XeroNotAvailable", None],
    "broken": ["XeroInternalError", None],
}


@pytest.fixture(scope="module")
def seen(peer_of: PeerOf) -> Seen:
    """What each step saw."""
    return peer_of("pyxero").drive("drive_pyxero")


@pytest.mark.parametrize("step", EXPECTED)
def test_pyxero(seen: Seen, step: str) -> None:
    """Pyxero, unchanged, reads and writes, and raises for each refusal what it has for it."""
    assert seen[step] == EXPECTED[step]


def test_all_steps_are_judged(seen: Seen) -> None:
    """No step of the driver goes unjudged."""
    assert seen.steps == list(EXPECTED)
