"""What an answer says, by its status and body. Pure: no call, nothing is raised."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import requests

from .calls import Call
from .errors import PAUSE, Came, Side, came_with, seconds_to_wait
from .fields import clean

OK = 200
NOT_ALLOWED = 401
TOO_MANY = 429
SERVER_ERROR = 500
#: With these a change was certainly not carried out (408 is a time-out: who knows).
NOT_DONE = frozenset(range(400, 500)) - {408}


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


def understood(call: Call, response: requests.Response, now: datetime) -> Reply:
    """A reply from an answer's status and body: the status alone decides little here."""
    status = response.status_code
    if status == TOO_MANY:
        wait = seconds_to_wait(response.headers.get("Retry-After", ""), now)
        return Reply(came=Came.BUSY, status=status, wait=wait)
    try:
        content = _parsed(response.content)
    except (ValueError, RecursionError):
        return Reply(came=Came.NOT_JSON, status=status)
    if call.is_write:
        return _result(call, status, content)
    answer = _message(content)
    if status != OK:
        return Reply(came=_came(call, status, answer), status=status, answer=answer)
    done = isinstance(content, call.shape) and not isinstance(content, bool)
    return Reply(came=None if done else Came.NOT_JSON, status=status, content=content)


def _result(call: Call, status: int, content: Any) -> Reply:
    """What a write's answer says: one result, or several for one new order (mintsoft.md 1.5).

    It is done when one of them says so, and refused when all of them refuse.
    """
    results = content if isinstance(content, list) else [content]
    said = [one.get("Success") if isinstance(one, dict) else None for one in results]
    answer = _without(call.private, " ".join(filter(None, map(_message, results))))
    if said and all(one is False for one in said) and status < SERVER_ERROR:
        return Reply(came=Came.REFUSED, status=status, answer=answer)
    if status != OK:
        came = _came(call, status, answer)
        if came is Came.OTHER and call.side is Side.CHANGE and status in NOT_DONE:
            came = Came.INVALID
        return Reply(came=came, status=status, answer=answer)
    done = None if True in said else Came.NOT_JSON
    return Reply(came=done, status=status, content=content, answer=answer)


def _message(content: Any) -> str:
    message = content.get("Message") if isinstance(content, dict) else None
    return clean(message) if isinstance(message, str) else ""


def _without(private: tuple[str, ...], text: str) -> str:
    """The text with dots in place of the words that are private; the longest first."""
    for word in sorted(filter(None, private), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "...", text, flags=re.IGNORECASE)
    return text


def _parsed(body: bytes) -> Any:
    """JSON with exact amounts; an empty body is null. Damage raises ValueError."""
    if not body.strip():
        return None
    return json.loads(body, parse_float=Decimal, parse_constant=Decimal)


def _came(call: Call, status: int, answer: str) -> Came:
    # ASP.NET says this of a path that doesn't exist: no word about a document (mintsoft.md 1.5).
    no_such_path = answer.startswith("No HTTP resource")
    return came_with(status, names_document=call.may_find_nothing and not no_such_path)
