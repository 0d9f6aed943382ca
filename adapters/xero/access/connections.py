"""Connections: which organisations a token opens, and the end of one of them (xero.md 1.6)."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from ....plugin.errors import Disconnected
from ..api.wire import Bearer, BrokenOffError, Timeout, ask, json_of, odd_answer, unreachable

_ORGANISATION = "ORGANISATION"
_GONE = 404


@dataclass(frozen=True, kw_only=True)
class XeroConnection:
    """An organisation that an app may use. Not our `Connection`, which is a pair of sides."""

    #: The connection's own id, by which it is ended; a new one after each reconnect.
    connection_id: str
    #: The tenant id.
    organisation_id: str
    name: str
    #: Id of the consent that made it; empty when Xero does not say.
    consent_id: str


def list_connections(base_url: str, token: str, timeout: Timeout) -> list[XeroConnection]:
    """The organisations that a token opens; none is "not connected".

    Raises:
        Disconnected: the token is refused.
        TryLater: Xero can't be reached, or its answer makes no sense.
    """
    response = _call("GET", f"{base_url}/connections", token, timeout)
    entries = json_of(response)
    if not response.ok or not isinstance(entries, list):
        raise odd_answer(response)
    return connections_of(entries)


def end_connection(base_url: str, token: str, connection_id: str, timeout: Timeout) -> None:
    """End one connection, by its own id; one that has ended already is no error.

    Raises: as `list_connections`.
    """
    response = _call("DELETE", f"{base_url}/connections/{connection_id}", token, timeout)
    if not response.ok and response.status_code != _GONE:
        raise odd_answer(response)


def connections_of(entries: list[Any]) -> list[XeroConnection]:
    """The organisations among the entries of ``/connections``; practices are none."""
    return [
        XeroConnection(
            connection_id=str(entry.get("id") or ""),
            organisation_id=str(entry["tenantId"]),
            name=str(entry.get("tenantName") or entry["tenantId"]),
            consent_id=str(entry.get("authEventId") or ""),
        )
        for entry in entries
        if isinstance(entry, Mapping)
        and entry.get("tenantId")
        and str(entry.get("tenantType") or _ORGANISATION).upper() == _ORGANISATION
    ]


def consent_of(token: str) -> str:
    """Id of the consent that a token comes from; empty when it can't be read (xero.md 1.2).

    Only to tell the organisations just chosen from those connected before; nothing is proved
    by it, so the signature is not looked at.
    """
    part = token.split(".")[1] if token.count(".") >= 2 else ""  # noqa: PLR2004 - head, claims, seal
    try:
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return ""
    return str(claims.get("authentication_event_id") or "") if isinstance(claims, dict) else ""


def _call(method: str, address: str, token: str, timeout: Timeout) -> requests.Response:
    try:
        response = ask(method, address, auth=Bearer(token), timeout=timeout)
    except BrokenOffError as error:
        raise unreachable(error) from None
    if response.status_code in {401, 403}:
        raise Disconnected(reason="Xero does not accept the token")
    return response
