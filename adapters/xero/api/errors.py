"""Xero's answers as data: which status and which words mean which kind of error.

Wording is the only code that Xero gives (xero.md 3.1), so stable fragments of it are matched;
no amount is ever read out of a message. The status is looked at first, then the content type,
then the body, because any of them may be missing or odd (xero.md 3, HTTPDOC).
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

from ....plugin.error_codes import CODES
from .fields import mappings


class Kind(Enum):
    """What a status of the API means for a write."""

    #: There is a body that says what became of each document.
    ANSWERED = "answered"
    #: Access is refused, and nothing was done.
    REFUSED = "refused"
    #: A limit is used up, and nothing was done.
    LIMITED = "limited"
    #: Xero did nothing, and says nothing that a person could mend.
    LATER = "later"
    #: It may have been done.
    UNKNOWN = "unknown"


#: Status -> kind (xero.md 1.7, 2.3, 3). Whatever is not here is `Kind.UNKNOWN`: after a 5xx
#: documents were found committed (xero.md 2.4).
STATUS = {
    200: Kind.ANSWERED,
    400: Kind.ANSWERED,
    401: Kind.REFUSED,
    403: Kind.REFUSED,
    404: Kind.LATER,
    412: Kind.LATER,
    429: Kind.LIMITED,
}

#: Fragment of a refusal, in lower case -> code. The first that is found counts, so the more
#: telling ones stand first (xero.md 3.1).
REFUSALS = (
    ("invoice # must be unique", "MX-402"),
    # Before anything that a contact's own name might hold, such as "Discount Tyres Ltd".
    ("the contact name", "MX-405"),
    ("order number must be unique", "MX-425"),
    ("already exists", "MX-425"),
    ("please enter a unique name", "MX-425"),
    # Before anything that an option's own name might hold, such as "Discounts".
    ("tracking category or option", "MX-426"),
    ("lock date", "MX-406"),
    ("subscribed to currency", "MX-414"),
    ("limit of invoices you can approve", "MX-421"),
    ("does not match the expected line total", "MX-417"),
    ("does not equal the sum of the lines", "MX-417"),
    ("tax amount cannot be greater", "MX-417"),
    ("discount", "MX-418"),
    ("line items must be specified", "MX-419"),
    ("item code", "MX-416"),
    ("tracking", "MX-426"),
    ("payment amount", "MX-423"),
    ("payments can only", "MX-423"),
    ("not of valid status", "MX-420"),
    ("cannot be edited", "MX-420"),
    ("cannot be applied to the invoice", "MX-420"),
    ("may have senttocontact updated", "MX-420"),
    ("valid absolute url", "MX-422"),
    ("website must be valid", "MX-422"),
    ("account could not be found", "MX-403"),
    ("could not be found", "MX-424"),
    ("was not found for this endpoint", "MX-424"),
    ("cannot be used with account code", "MX-404"),
    ("must reference a valid account", "MX-415"),
    ("account code", "MX-403"),
    ("account must be valid", "MX-403"),
    ("taxtype", "MX-404"),
    ("tax type", "MX-404"),
    ("tax rate must be valid", "MX-404"),
    ("contact", "MX-405"),
    ("email address must be valid", "MX-405"),
)

#: The code for every other refusal.
REFUSED = "MX-401"

_REFUSED_STATUS = 400

#: Fragment -> what to do, where that helps better than the fix of the refusal's code.
FIXES = (("lock date", CODES["MX-207"].fix),)

#: Xero's words for an idempotency key that it has seen with another request (xero.md 2.5).
KEY_REUSED = "is used with a different request"

#: What Xero quotes of a customer (xero.md 3.1): a contact's name or number, an address.
_PERSONAL = (
    re.compile(r"(?<=The contact name ).+(?= is already assigned)"),
    re.compile(r"(?<=The contact number ).+(?= is already assigned)"),
    re.compile(r"[^\s@'\"<>]+@[^\s@'\"<>]+\.\w+"),
)

#: Seconds until the next try after an outage, and after an answer that makes no sense.
OUTAGE_WAIT = 60.0
ODD_ANSWER_WAIT = 300.0

#: Error of the token endpoint -> (code, reason for people) (xero.md 1.3). Whatever is not
#: here heals by itself or by nobody, and is tried again.
TOKEN_ERRORS = {
    "invalid_grant": ("MX-103", "Xero no longer accepts the consent that was given"),
    "invalid_client": ("MX-102", ""),
    "invalid_scope": ("MX-103", "the app may not have the permissions that were asked for"),
    "unauthorized_client": ("MX-103", "Xero does not let the app log in this way"),
}


def kind_of(status: int) -> Kind:
    """What a status means for a write."""
    return STATUS.get(status, Kind.UNKNOWN)


def code_of(answer: str) -> str:
    """The stable code for a refusal in Xero's words."""
    words = answer.lower()
    return next((code for fragment, code in REFUSALS if fragment in words), REFUSED)


def fix_of(answer: str) -> str:
    """What to do about a refusal in Xero's words; for people."""
    words = answer.lower()
    better = next((fix for fragment, fix in FIXES if fragment in words), "")
    return better or CODES[code_of(answer)].fix


def messages_of(element: Mapping[str, Any]) -> list[str]:
    """Xero's words on one element, each once: its own, its contact's, its lines'.

    Verbatim, but for what names a customer (`impersonal`).
    """
    contact, lines = element.get("Contact"), element.get("LineItems")
    parts = [element, contact, *(lines if isinstance(lines, list) else [])]
    found = [
        impersonal(str(entry["Message"]))
        for part in parts
        if isinstance(part, Mapping)
        for entry in part.get("ValidationErrors") or []
        if isinstance(entry, Mapping) and entry.get("Message")
    ]
    return list(dict.fromkeys(found))


def impersonal(words: str) -> str:
    """Xero's words without e-mail addresses, and without the names of contacts that it quotes."""
    for pattern in _PERSONAL:
        words = pattern.sub("...", words)
    return words


def summary_of(body: Mapping[str, Any]) -> str:
    """The sentence of an error body, in whichever of Xero's shapes it comes; may be empty."""
    found = (body.get(name) for name in ("Message", "Detail", "Title"))
    return next((impersonal(str(text)) for text in found if text), "")


def elements_of(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The elements of an answer: below their own name, or as a refusal lists them."""
    return mappings(body.get(name) or body.get("Elements"))


def refusal_of(status: int, body: Mapping[str, Any], name: str) -> str:
    """Xero's words for why it refuses the elements called `name`; empty where it took them."""
    words = " ".join(word for element in elements_of(body, name) for word in messages_of(element))
    if status == _REFUSED_STATUS or words:
        return words or summary_of(body) or "no reason given"
    return ""
