"""One HTTP call to Xero: signed, timed, and silent about what it carries.

An error of ``requests`` holds the whole request, its token and query included, and whoever
reports an error reports what caused it. So none leaves this file: a call that breaks off is a
`BrokenOffError`, which knows only how.
"""

import logging
from collections.abc import Mapping
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from ....plugin.errors import TryLater
from .errors import ODD_ANSWER_WAIT, OUTAGE_WAIT
from .limits import wait_of

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


class BrokenOffError(Exception):
    """A call that ended without an answer. Its text is the name of what went wrong."""

    def __init__(self, error: requests.RequestException) -> None:
        super().__init__(type(error).__name__)
        #: Whether the time ran out, rather than the connection.
        self.late = isinstance(error, requests.Timeout)
        #: Whether there was no connection yet to send anything on.
        self.nothing_was_sent = isinstance(error, requests.ConnectTimeout) or isinstance(
            getattr(error.args[0], "reason", None) if error.args else None,
            NewConnectionError | ConnectTimeoutError,
        )


def ask(
    method: str,
    address: str,
    *,
    auth: requests.auth.AuthBase,
    timeout: Timeout,
    session: requests.Session | None = None,
    headers: Mapping[str, str] | None = None,
    **rest: Any,
) -> requests.Response:
    """Send one request and return its answer, whatever that says.

    Args:
        method: of HTTP.
        address: the whole of it.
        auth: signs the request.
        timeout: of the call.
        session: whose connections are used; else a new one.
        headers: beside the wish for JSON.
        rest: ``params`` and ``data``, as ``requests`` takes them.

    Raises:
        BrokenOffError: there is no answer.
    """
    call = session.request if session else requests.request
    try:
        return call(
            method,
            address,
            headers={"Accept": "application/json", **(headers or {})},
            auth=auth,
            timeout=timeout,
            allow_redirects=False,
            **rest,
        )
    except requests.RequestException as error:
        broken = BrokenOffError(error)
    # Out here the library's error is not even the context of ours.
    raise broken


def unreachable(error: BrokenOffError) -> TryLater:
    """Xero could not be reached, and nothing was done."""
    return TryLater(
        code="MX-105",
        service="Xero",
        reason="it did not answer in time" if error.late else "there is no connection to it",
        after=OUTAGE_WAIT,
        detail=str(error),
    )


def odd_answer(response: requests.Response) -> TryLater:
    """An answer that is neither what was asked for nor a refusal."""
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


class _WithoutQuery(logging.Filter):
    """Cuts from the HTTP library's log what follows the path: names of customers are in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record of a call to Xero's API; let every record pass."""
        if isinstance(record.args, tuple):
            record.args = tuple(_path_only(value) for value in record.args)
        return True


def _path_only(value: object) -> object:
    if not isinstance(value, str) or "/api.xro/" not in value:
        return value
    return logged_path(value)


def logged_path(path: str) -> str:
    """A path as a log may know it: without a query, or the name of a file."""
    plain = path.partition("?")[0]
    head, found, _ = plain.partition("/Attachments/")
    return f"{head}/Attachments/..." if found else plain


logging.getLogger("urllib3.connectionpool").addFilter(_WithoutQuery())
