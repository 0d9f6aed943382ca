"""Calls to Xero's token endpoint, and how a request carries a token."""

from collections.abc import Mapping
from typing import Any

import requests

from ...plugin.errors import Disconnected, TryLater
from .errors import ODD_ANSWER_WAIT, OUTAGE_WAIT, TOKEN_ERRORS, wait_of

#: Seconds to connect, and between two pieces of an answer.
Timeout = tuple[float, float]


class Bearer(requests.auth.AuthBase):
    """Puts the token on a request, and on nothing that could be printed.

    As `auth` it also keeps ``requests`` from taking another login out of a ``.netrc`` file.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign one request."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def ask_for_tokens(
    identity_url: str,
    client_id: str,
    client_secret: str,
    form: Mapping[str, str],
    timeout: Timeout,
) -> Mapping[str, Any]:
    """One call of the token endpoint; no scope is ever sent (xero.md 1.3, 1.5).

    Raises:
        Disconnected: Xero refuses, by the table `TOKEN_ERRORS`.
        TryLater: it can't be reached, is busy, or its answer makes no sense.
    """
    try:
        response = requests.post(
            f"{identity_url}/connect/token",
            data=form,
            headers={"Accept": "application/json"},
            auth=requests.auth.HTTPBasicAuth(client_id.encode(), client_secret.encode()),
            timeout=timeout,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise unreachable(error) from None
    body = json_of(response)
    if not isinstance(body, dict):
        raise odd_answer(response)
    if response.ok and isinstance(body.get("access_token"), str):
        return body
    word = str(body.get("error", ""))
    if word in TOKEN_ERRORS:
        code, reason = TOKEN_ERRORS[word]
        raise Disconnected(code=code, service="Xero", reason=reason, detail=f"it said {word}")
    raise odd_answer(response)


def unreachable(error: requests.RequestException) -> TryLater:
    """Xero could not be reached, and nothing was done. Says nothing of what was to be sent."""
    late = isinstance(error, requests.Timeout)
    return TryLater(
        code="MX-105",
        service="Xero",
        reason="it did not answer in time" if late else "there is no connection to it",
        after=OUTAGE_WAIT,
        detail=type(error).__name__,
    )


def odd_answer(response: requests.Response) -> TryLater:
    """An answer that is neither tokens nor a refusal."""
    busy = response.status_code == requests.codes.too_many_requests
    return TryLater(
        service="Xero",
        after=wait_of(response.headers) if busy else ODD_ANSWER_WAIT,
        detail=f"status {response.status_code}",
    )


def json_of(response: requests.Response) -> Any:
    """The body, if it is JSON; else None."""
    try:
        return response.json()
    except ValueError:
        return None
