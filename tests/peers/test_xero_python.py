"""Xero's official SDK before the sandbox: nothing that it does may fail."""

from typing import Any

import pytest

from .conftest import PeerOf, Seen

UNIQUE = "Invoice # must be unique."
TAKEN = (
    "The contact name SDK Customer is already assigned to another contact."
    " The contact name must be unique across all active contacts."
)
#: What each step must see.
EXPECTED: dict[str, Any] = {
    "consent_and_token": [
        *("access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type")
    ],
    "connections": ["ORGANISATION", 1, True],
    "organisation": ["GB", "GBP", True],
    "accounts": [True, True, ["REVENUE"], True, "ARCHIVED"],
    "tax_rates": [20.0, True, "TAX", 7.5, "DELETED"],
    "tracking": [["North"], "SDK area"],
    "currencies_users_themes": [True, True, True],
    "contacts": [
        *(True, [TAKEN], "a@shop.example", True),
        *(["SDK Customer"], 1, ["SDK Customer", "b@shop.example"]),
    ],
    "items": ["12.3456", "Mug", True, True, False],
    "invoices_created_in_a_batch": [
        ["OK", False, []],
        ["ERROR", True, [UNIQUE]],
        ["OK", False, []],
        ["ERROR", True, ["Account code 'no' is not a valid code for this document."]],
    ],
    "idempotency": [True, True],
    "invoices_read": [
        ["31.35", "6.27", "37.62", "37.62"],
        ["2026-11-20", "2026-12-20", "AUTHORISED", "GBP"],
        *(True, ["SDK-1", "SDK-2"], ["SDK-2"], 1),
    ],
    "invoices_filtered_and_paged": [
        *(["SDK-4", "SDK-1"], [["SDK-1"], ["SDK-4"], []], [2, 2], 0, ["SDK-2"]),
    ],
    "invoices_updated": [["AUTHORISED", "approved", 1, "33.86"], "again", ["VOIDED", "0.00"]],
    "history": ["System Generated", True],
    "attachments": [["packing list.txt", "text/plain", 5, True], ["1 cup", "1 cup"], True],
    "online_invoice_and_email": True,
    "payments": ["27.62", ["PAID", "0.00", 2], "DELETED", ["AUTHORISED", "10.00"], True, True],
    "credit_notes": [["6.00", "AUTHORISED"], ["1.00", 1], ["5.00", "32.62"], ["SDK-CN"]],
    "purchase_orders": [
        *(["8.64", "1.2345", "SUBMITTED"], True, ["AUTHORISED", "1 Dock Road", 1], ["SDK-PO"]),
    ],
    "quotes": ["37.62", "SENT", "SDK-Q", 1],
    "not_found": 404,
    "bad_request_with_elements": ["ValidationException", UNIQUE, 2, ["SDK-7"]],
    "too_many_calls": [
        [[429, "minute", "7"], [429, "day", "7"], [429, "concurrent", None]],
        True,
    ],
    "offline": 503,
    "refresh": [True, True, "Bearer"],
    "disconnect": [403, 0],
    "revoke": [1, 400, {"error": "invalid_grant"}],
}


@pytest.fixture(scope="module")
def seen(peer_of: PeerOf) -> Seen:
    """What each step saw."""
    return peer_of("xero-python").drive("drive_xero_python")


@pytest.mark.parametrize("step", EXPECTED)
def test_official_sdk(seen: Seen, step: str) -> None:
    """The official SDK, unchanged, does each step of an integration and sees what Xero shows."""
    assert seen[step] == EXPECTED[step]


def test_all_steps_are_judged(seen: Seen) -> None:
    """No step of the driver goes unjudged."""
    assert seen.steps == list(EXPECTED)
