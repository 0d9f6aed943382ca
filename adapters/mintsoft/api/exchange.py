"""One HTTP request and what came back: no retry, no login, nothing is raised for an answer."""

import json
import logging
import ssl
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

from ....plugin.domain.times import ahead_of
from ....plugin.errors import PluginError, SettingsError
from .answers import Reply, understood
from .calls import Call, noun
from .errors import Came, Failed, error_of

log = logging.getLogger("mintsoft_xero.mintsoft")


class Exchange:
    """Sends requests to one host over kept connections."""

    def __init__(self, base_url: str, timeout: tuple[float, float]) -> None:
        """`timeout`: seconds to connect, and to wait for data.

        Raises:
            SettingsError: `base_url` is no http address.
        """
        self._base_url = base_url.rstrip("/")
        self.host = _host(base_url)
        self._timeout = timeout
        #: By how much our clock was ahead of Mintsoft's at the last answer, as far as it says.
        self.clock_ahead: timedelta | None = None
        self._session = requests.Session()
        self._session.headers["Accept"] = "application/json"
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=10, max_retries=0))

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def send(self, call: Call, key: str, now: datetime) -> Reply:
        """Send a call once. `key`: empty for the login; `now`: to understand a ``Retry-After``.

        No redirect is followed: the key must not travel to another host.
        """
        try:
            response = self._session.request(
                call.method,
                self._base_url + call.path,
                params=call.query,
                data=_written(call.body),
                headers={"Content-Type": "application/json"} if call.body is not None else None,
                timeout=self._timeout,
                allow_redirects=False,
                auth=_Key(key),
            )
        except requests.RequestException as error:
            log.info("%s: no answer (%s)", call, type(error).__name__)
            came = Came.NOT_SENT if _never_left(error) else Came.NO_ANSWER
            return Reply(came=came, reason=_reason(error))
        log.debug("%s: %s", call, response.status_code)
        self.clock_ahead = ahead_of(response.headers.get("Date", ""), now + response.elapsed)
        return understood(call, response, now)

    def error(self, call: Call, reply: Reply, now: datetime, *, static_key: bool) -> PluginError:
        """The error that a failed reply stands for."""
        assert reply.came is not None
        return error_of(
            Failed(
                side=call.side,
                came=reply.came,
                host=self.host,
                detail=f"{call}: {reply.came.value}, status {reply.status}",
                noun=noun(call.template),
                reason=reply.reason,
                answer=reply.answer,
                wait=reply.wait,
                now=now,
                static_key=static_key,
            )
        )


class _Key(requests.auth.AuthBase):
    """Puts the key into its header, and keeps `requests` from looking for a login of its own."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key:
            request.headers["ms-apikey"] = self._key
        return request


def _host(base_url: str) -> str:
    try:
        parts = urlsplit(base_url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError("Mintsoft's address must look like https://api.mintsoft.co.uk.")
    return f"{parts.hostname}{port}"


def _reason(error: requests.RequestException) -> str:
    """Why there was no answer, to follow the host's name."""
    kinds: tuple[tuple[type[Exception], str], ...] = (
        (requests.exceptions.SSLError, "has no certificate that can be trusted"),
        (requests.exceptions.Timeout, "did not answer in time"),
        (requests.exceptions.ChunkedEncodingError, "broke off its answer"),
        (requests.exceptions.ConnectionError, "does not take connections"),
    )
    return next((text for kind, text in kinds if isinstance(error, kind)), "can't be asked")


def _never_left(error: requests.RequestException) -> bool:
    """Whether the request certainly did not reach Mintsoft: no connection was made."""
    if not isinstance(error, requests.ConnectionError | requests.Timeout):
        # What `requests` refuses to send; anything that breaks while an answer is read is no such.
        return isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidHeader)
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    cause = reason.args[0] if reason is not None and reason.args else None
    return isinstance(reason, NewConnectionError) or isinstance(cause, ssl.SSLCertVerificationError)


def _written(body: Mapping[str, Any] | None) -> bytes | None:
    """JSON in which an amount is the number it is, written as a person would."""
    return None if body is None else json.dumps(body, default=_number).encode()


def _number(value: Any) -> float:
    # The API takes a ``double``. Of up to 15 digits, which is more than any amount that we send
    # has, its shortest text is the amount's own.
    if not isinstance(value, Decimal):
        raise TypeError(f"can't be sent: {type(value).__name__}")
    return float(value)
