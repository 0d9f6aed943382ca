"""HTTP with one Xero organisation: headers, limits, tokens, and statuses turned into errors.

What an answer means for an invoice is not decided here; see `invoices.py`.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from ...plugin.domain.moment import to_text
from ...plugin.errors import Disconnected, PluginError, TryLater, Unknown
from ...plugin.ports import Clock, Limiter
from .errors import ODD_ANSWER_WAIT, OUTAGE_WAIT, Kind, kind_of, summary_of, wait_of
from .fields import read_json
from .identity import Bearer, Timeout, unreachable

log = logging.getLogger("mintsoft_xero.xero")

#: Seconds between a read that failed and its second try.
_PAUSE = 1.0

_NOT_MODIFIED = 304
_UNAUTHORISED = 401


class Login(Protocol):
    """What the client needs of `XeroLogin`."""

    def token(self) -> str:
        """An access token that is good now."""

    def renew(self, stale: str) -> str:
        """Another one than the one that was refused."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer of Xero that says what became of each document."""

    #: 200 or 400.
    status: int
    #: Keys in any case, fractions as Decimal.
    body: Mapping[str, Any]


class XeroClient:
    """One organisation's door. One thread at a time."""

    def __init__(
        self,
        base_url: str,
        *,
        login: Login,
        organisation_id: str,
        limiter: Limiter,
        clock: Clock,
        timeout: Timeout = (5, 60),
    ) -> None:
        """`organisation_id`: the tenant id; `timeout`: to connect, and between pieces."""
        self.organisation_id = organisation_id
        self.clock = clock
        self._api = base_url.rstrip("/") + "/api.xro/2.0/"
        self._login = login
        self._limiter = limiter
        self._timeout = timeout
        self._session = requests.Session()

    def get(
        self, path: str, params: Mapping[str, str] | None = None, since: datetime | None = None
    ) -> Mapping[str, Any]:
        """Read; tried a second time when the first one fails.

        Args:
            path: below the API's root, like ``Invoices``.
            params: of the query.
            since: only what changed since then (UTC, to the second).

        Raises:
            TryLater: Xero can't be reached, is offline, or a limit is used up.
            Disconnected: access has ended.
        """
        headers = {}
        if since is not None:
            headers["If-Modified-Since"] = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        try:
            return self._read(path, params, headers)
        except TryLater as error:
            if error.code == "MX-601":
                raise
        self.clock.sleep(_PAUSE)
        return self._read(path, params, headers)

    def put(self, path: str, params: Mapping[str, str], body: bytes, key: str) -> Reply:
        """Create, once; never tried again here.

        Args:
            path: below the API's root.
            params: of the query.
            body: JSON, sent as it is.
            key: makes the same bytes have one effect for 6 minutes (xero.md 2.5).

        Raises:
            Unknown: it may have been done.
            TryLater: it was certainly not done.
            Disconnected: access has ended; it was not done.
        """
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        try:
            response = self._call("PUT", path, params, headers, body)
        except requests.RequestException as error:
            log.warning("PUT %s broke off: %s", path, type(error).__name__)
            if _nothing_was_sent(error):
                raise unreachable(error) from None
            raise Unknown(detail=type(error).__name__) from None
        kind = kind_of(response.status_code)
        content = _json_of(response)
        if kind is Kind.ANSWERED and isinstance(content, Mapping):
            return Reply(status=response.status_code, body=content)
        if kind is Kind.LATER:
            raise _odd(response)
        raise Unknown(detail=_told(response))

    def _read(
        self, path: str, params: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> Mapping[str, Any]:
        try:
            response = self._call("GET", path, params, headers)
        except requests.RequestException as error:
            raise unreachable(error) from None
        if response.status_code == _NOT_MODIFIED:
            return {}
        content = _json_of(response)
        if not response.ok or not isinstance(content, Mapping):
            raise _odd(response)
        return content

    def _call(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> requests.Response:
        """Send; with another token if Xero refuses the first one, but only once."""
        token = self._login.token()
        response = self._send(method, path, params, headers, body, token)
        if response.status_code == _UNAUTHORISED:
            token = self._login.renew(token)
            response = self._send(method, path, params, headers, body, token)
        kind = kind_of(response.status_code)
        if kind is Kind.ENDED:
            raise _ended(response)
        if kind is Kind.LIMITED:
            raise self._limited(response)
        return response

    def _send(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        body: bytes | None,
        token: str,
    ) -> requests.Response:
        named = {"Xero-Tenant-Id": self.organisation_id} if self.organisation_id else {}
        with self._limiter.slot(self.organisation_id):
            response = self._session.request(
                method,
                self._api + path,
                params=params,
                data=body,
                headers={"Accept": "application/json", **named, **headers},
                auth=Bearer(token),
                timeout=self._timeout,
                allow_redirects=False,
            )
        log.info("%s %s: %s", method, path, _told(response))
        return response

    def _limited(self, response: requests.Response) -> TryLater:
        seconds = wait_of(response.headers)
        self._limiter.block(self.organisation_id, seconds)
        return TryLater(
            code="MX-601",
            service="Xero",
            time=to_text((self.clock.now() + timedelta(seconds=seconds)).replace(microsecond=0)),
            after=seconds,
            detail=f"limit {response.headers.get('X-Rate-Limit-Problem', 'unnamed')}",
        )


def _nothing_was_sent(error: requests.RequestException) -> bool:
    """Whether a call broke off before there was a connection to send anything on."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _ended(response: requests.Response) -> Disconnected:
    """401 after a renewal, or 403; the body says which case of xero.md 1.7 it is."""
    content = _json_of(response)
    said = summary_of(content) if isinstance(content, Mapping) else ""
    if response.status_code != _UNAUTHORISED:
        reason = "the app may no longer use this organisation"
    elif "AuthorizationUnsuccessful" in said:
        reason = "the consent lacks a permission that is needed"
    else:
        reason = "Xero does not accept the token"
    return Disconnected(reason=reason, detail=_told(response))


def _odd(response: requests.Response) -> PluginError:
    outage = response.status_code >= requests.codes.internal_server_error
    return TryLater(
        service="Xero",
        after=OUTAGE_WAIT if outage else ODD_ANSWER_WAIT,
        detail=_told(response),
    )


def _told(response: requests.Response) -> str:
    """An answer as the log may know it: nothing of its content."""
    known = response.headers.get("Xero-Correlation-Id", "none")
    seconds = response.elapsed.total_seconds()
    return f"status {response.status_code} in {seconds:.2f} s, Xero-Correlation-Id {known}"


def _json_of(response: requests.Response) -> Any:
    """The body, where it says that it is JSON and is; else None (xero.md 3)."""
    if "json" not in response.headers.get("Content-Type", "").lower():
        return None
    try:
        return read_json(response.content)
    except ValueError:
        return None
