"""Calls to Xero's token and revocation endpoints."""

from collections.abc import Mapping
from typing import Any

import requests

from ....plugin.errors import Disconnected
from ..api.errors import TOKEN_ERRORS
from ..api.wire import BrokenOffError, Timeout, ask, json_of, odd_answer, unreachable


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
    response = _post(f"{identity_url}/connect/token", client_id, client_secret, form, timeout)
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


def revoke_token(
    identity_url: str, client_id: str, client_secret: str, token: str, timeout: Timeout
) -> None:
    """Revoke a refresh token, and with it all that its person allowed the app (xero.md 1.1).

    One that Xero does not know any more is no error.

    Raises:
        TryLater: Xero can't be reached, or its answer makes no sense.
    """
    address, form = f"{identity_url}/connect/revocation", {"token": token}
    response = _post(address, client_id, client_secret, form, timeout)
    if not response.ok and response.status_code != requests.codes.bad_request:
        raise odd_answer(response)


def _post(
    address: str, client_id: str, client_secret: str, form: Mapping[str, str], timeout: Timeout
) -> requests.Response:
    auth = requests.auth.HTTPBasicAuth(client_id.encode(), client_secret.encode())
    try:
        return ask("POST", address, auth=auth, timeout=timeout, data=form)
    except BrokenOffError as error:
        raise unreachable(error) from None
