"""What an answer of Xero's API says, by its status, its content type, and then its body."""

from collections.abc import Mapping
from typing import Any

import requests

from ....plugin.errors import Disconnected, PluginError, TryLater
from .errors import ODD_ANSWER_WAIT, OUTAGE_WAIT, summary_of
from .fields import read_json

#: How Xero says that there is no such document, in whatever wrapping (xero.md 3).
_NOT_THERE = b"you're looking for cannot be found"


class RefusedError(TryLater):
    """Xero refuses access for now: one answer, or a few, are no verdict on a consent."""


def refused(response: requests.Response) -> RefusedError:
    """A 401 or 403 although the token is fresh and the organisation is listed."""
    sentence = f"Xero refuses access for now: {_reason(response)}."
    return RefusedError(sentence, service="Xero", after=OUTAGE_WAIT, detail=told(response))


def ended(response: requests.Response) -> Disconnected:
    """The same where the organisation is not listed any more."""
    return Disconnected(reason="the app may no longer use this organisation", detail=told(response))


def _reason(response: requests.Response) -> str:
    """The body says which case of xero.md 1.7 it is."""
    if response.status_code != requests.codes.unauthorized:
        return "it does not let the app use this organisation"
    content = content_of(response)
    said = summary_of(content) if isinstance(content, Mapping) else ""
    if "AuthorizationUnsuccessful" in said:
        return "the consent lacks a permission that is needed; see connection health"
    return "it does not accept the token"


def odd(response: requests.Response) -> PluginError:
    """Neither an answer nor a refusal; of a write only where Xero certainly did nothing."""
    outage = response.status_code >= requests.codes.internal_server_error
    return TryLater(
        service="Xero",
        after=OUTAGE_WAIT if outage else ODD_ANSWER_WAIT,
        detail=told(response),
    )


class AbsentError(TryLater):
    """Xero says that there is nothing at an address: for a list, an address that is wrong."""


def says_absent(response: requests.Response) -> bool:
    """Whether a 404 is Xero's own word, which is a plain sentence (xero.md 3)."""
    if response.status_code != requests.codes.not_found:
        return False
    return _NOT_THERE in response.content[:1000]


def told(response: requests.Response) -> str:
    """An answer as the log may know it: nothing of its content."""
    known = response.headers.get("Xero-Correlation-Id", "none")
    seconds = response.elapsed.total_seconds()
    return f"status {response.status_code} in {seconds:.2f} s, Xero-Correlation-Id {known}"


def content_of(response: requests.Response) -> Any:
    """The body, where it says that it is JSON and is; else None (xero.md 3)."""
    if "json" not in response.headers.get("Content-Type", "").lower():
        return None
    try:
        return read_json(response.content)
    except ValueError:
        return None
