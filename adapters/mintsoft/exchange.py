"""One HTTP request and what came back: no retry, no login, nothing is raised for an answer."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from ...plugin.errors import PluginError, SettingsError
from .errors import PAUSE, Came, Failed, Side, came_with, error_of, seconds_to_wait
from .fields import clean

log = logging.getLogger("mintsoft_xero.mintsoft")

OK = 200
NOT_ALLOWED = 401
TOO_MANY = 429
SERVER_ERROR = 500

Query = Mapping[str, str | int]


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is asked."""

    side: Side
    method: str
    #: The path with ``{id}`` in place of an order's id; this is what logs say.
    template: str
    #: The id for it; empty when the template has none.
    order_id: str = ""
    query: Query | None = None
    #: Sent as JSON; never logged.
    body: Mapping[str, Any] | None = None
    #: What the answer must be.
    shape: type = dict

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def path(self) -> str:
        """The path to ask for."""
        return self.template.replace("{id}", self.order_id)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came back. Its content is in no repr."""

    #: None for success.
    came: Came | None
    #: 0 when there was no answer.
    status: int = 0
    #: Parsed JSON; only with success.
    content: Any = None
    #: Mintsoft's words for a refused write.
    answer: str = ""
    #: Why there was no answer.
    reason: str = ""
    #: Seconds that Mintsoft asks to wait.
    wait: float = PAUSE

    def __repr__(self) -> str:
        return f"Reply({self.came}, {self.status})"


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
                json=call.body,
                timeout=self._timeout,
                allow_redirects=False,
                auth=_Key(key),
            )
        except requests.RequestException as error:
            log.info("%s: no answer (%s)", call, type(error).__name__)
            return Reply(came=Came.NO_ANSWER, reason=_reason(error))
        log.debug("%s: %s", call, response.status_code)
        return _understood(call, response, now)

    def error(self, call: Call, reply: Reply, now: datetime, *, static_key: bool) -> PluginError:
        """The error that a failed reply stands for."""
        assert reply.came is not None
        return error_of(
            Failed(
                side=call.side,
                came=reply.came,
                host=self.host,
                detail=f"{call}: {reply.came.value}, status {reply.status}",
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


def _understood(call: Call, response: requests.Response, now: datetime) -> Reply:
    """A reply from an answer's status and body: the status alone decides little here."""
    status = response.status_code
    if status == TOO_MANY:
        wait = seconds_to_wait(response.headers.get("Retry-After", ""), now)
        return Reply(came=Came.BUSY, status=status, wait=wait)
    try:
        content = _parsed(response.content)
    except (ValueError, RecursionError):
        return Reply(came=Came.NOT_JSON, status=status)
    said = content if isinstance(content, dict) else {}
    answer = clean(said["Message"]) if isinstance(said.get("Message"), str) else ""
    refused = call.side is Side.WRITE and said.get("Success") is False
    if refused and status < SERVER_ERROR:
        return Reply(came=Came.REFUSED, status=status, answer=answer)
    if status != OK:
        return Reply(came=_came(call, status, answer), status=status, answer=answer)
    done = isinstance(content, call.shape)
    if call.side is Side.WRITE:
        done = said.get("Success") is True
    return Reply(came=None if done else Came.NOT_JSON, status=status, content=content)


def _parsed(body: bytes) -> Any:
    """JSON with exact amounts; an empty body is null. Damage raises ValueError."""
    if not body.strip():
        return None
    return json.loads(body, parse_float=Decimal, parse_constant=Decimal)


def _came(call: Call, status: int, answer: str) -> Came:
    # ASP.NET says this of a path that doesn't exist: no word about the order (mintsoft.md 1.5).
    no_such_path = answer.startswith("No HTTP resource")
    return came_with(status, names_order=bool(call.order_id) and not no_such_path)
