"""One POST of a webhook, and whether its answer is one that Xero takes (xero.md 11).

A sandbox never calls out: only addresses of the loopback are called, no redirect is followed.
"""

import http.client
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

#: How long Xero waits for an answer, in seconds.
TIMEOUT = 5.0
_LOOPBACK = {"127.0.0.1": "127.0.0.1", "localhost": "127.0.0.1", "::1": "::1"}
_HEADERS = {"Content-Type": "application/json; charset=utf-8", "Connection": "close"}


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the POSTs go."""

    host: str
    port: int
    #: The path with its query.
    path: str


def target(url: str) -> Target:
    """Where a URL leads. Raises ValueError with a sentence: it is not http on the loopback."""
    try:
        parts = urlsplit(url)
        host, port = _LOOPBACK.get(parts.hostname or ""), parts.port or 80
    except ValueError:
        raise ValueError("url can't be read; send one like http://localhost:8000/hook.") from None
    if parts.scheme != "http" or host is None or parts.username is not None:
        raise ValueError(
            "A sandbox never calls out: url is http on 127.0.0.1, ::1 or localhost, like"
            " http://localhost:8000/hook."
        )
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    if not (path.isascii() and path.isprintable()) or " " in path:
        raise ValueError("url has characters that must be written with a percent sign.")
    return Target(host=host, port=port, path=path)


def post(
    where: Target, raw: bytes, signature: str, *, wanted: range, timeout: float = TIMEOUT
) -> str | None:
    """POST the body; None if the answer is as it must be, else a sentence that says what is not.

    Args:
        where: The receiver.
        raw: The body.
        signature: For the header ``x-xero-signature``.
        wanted: The statuses that are right.
        timeout: In seconds, for the whole of the answer.
    """
    connection = http.client.HTTPConnection(where.host, where.port, timeout=timeout)
    began = time.monotonic()
    try:
        connection.request("POST", where.path, raw, _HEADERS | {"x-xero-signature": signature})
        answer = connection.getresponse()
        content = answer.read(1)
    except TimeoutError:
        return f"No answer came within {timeout:g} seconds."
    except (OSError, http.client.HTTPException) as error:
        return f"Nobody answered: {error or type(error).__name__}."
    finally:
        connection.close()
    if time.monotonic() - began > timeout:
        return f"The answer took longer than {timeout:g} seconds."
    return _wrong(answer, content, wanted)


def _wrong(answer: http.client.HTTPResponse, content: bytes, wanted: range) -> str | None:
    """What is not as it must be in an answer."""
    if answer.status not in wanted:
        right = "401" if len(wanted) == 1 else "2xx"
        return f"The answer's status is {answer.status} instead of {right}."
    if content:
        return "The answer has a body; it must be empty."
    if answer.getheader("Set-Cookie") is not None:
        return "The answer sets a cookie; it must not."
    return None
