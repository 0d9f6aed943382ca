"""Faults on order: a sandbox that is down, slow, loses its answer, or changes meanwhile.

What happens around the application happens in `FaultyServer`, a WSGI wrapper (mintsoft.md 8).
Every kind is counted: the calls that it met, and those in which it happened.
"""

import re
import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Flask

from ...firing import DroppedError, Firing
from ..account import FAULTS, this_account

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HTML = "text/html; charset=utf-8"
_JSON = "application/json; charset=utf-8"
_ERROR = ("500 Internal Server Error", _JSON, b'{"Message":"An error has occurred."}')
#: Answers that the application never hears of.
BEFORE = {
    "unavailable": ("503 Service Unavailable", _HTML, b"<h2>Service Unavailable</h2>"),
    "plain503": ("503 Service Unavailable", "text/plain", b"The service is unavailable."),
    "html502": ("502 Bad Gateway", _HTML, b"<html><h1>502 Bad Gateway</h1></html>"),
    "error": _ERROR,
    "too_many": ("429 Too Many Requests", "text/plain", b""),
}
#: Things that happen to the key before the application looks at it.
KEY_KINDS = ("expire_key", "key_killed")
#: Things that happen to the orders right after a page of them was served.
LATER = ("shift", "edit_between")
KINDS = (
    *BEFORE,
    *KEY_KINDS,
    *LATER,
    *("slow", "drop", "drop_before", "error_after", "truncate"),
)
#: In the WSGI environment: the kind that the application itself acts on.
ENVIRON = "mintsoft_sandbox.fault"
_LIST = "/api/order/list"


@dataclass(kw_only=True)
class Fault(Firing):
    """One kind of trouble for the next requests that fit."""

    kind: str
    #: A regular expression that the path must contain, in any case; empty fits all.
    path: str = ""
    #: The method; empty fits all.
    method: str = ""
    #: How long ``slow`` waits.
    seconds: float = 5.0
    #: What ``too_many`` says in its Retry-After header, in seconds; None leaves it out.
    retry_after: int | None = None
    #: What ``edit_between`` changes.
    set: dict[str, Any] = field(default_factory=lambda: {"DeliveryNotes": "Edited meanwhile"})

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"There is no fault {self.kind!r}, only {', '.join(KINDS)}.")
        self.prepare(self.kind, self.path)
        self.seconds, self.method = float(self.seconds), str(self.method).upper()
        if not isinstance(self.set, dict):
            raise TypeError("`set` is an object with members of an order")
        if not (0 <= self.rate <= 1 and 0 <= self.seconds <= 3600):  # noqa: PLR2004
            raise ValueError("rate is from 0 to 1, seconds from 0 to 3600.")
        self._path = re.compile(self.path, re.IGNORECASE)

    def due(self, path: str, method: str) -> bool:
        """Whether it happens in this request; counts it."""
        if self.method not in {"", method} or not self._path.search(path):
            return False
        if self.kind in LATER and path.lower() != _LIST:
            return False
        return self.fires()


class Faults:
    """The faults that were asked for, in that order; the first that is due is the one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def set(self, faults: Iterable[Fault]) -> None:
        """Have these from now on, and no others."""
        with self._lock:
            self._faults = list(faults)

    def all(self) -> list[Fault]:
        """Those that were set, spent ones too."""
        with self._lock:
            return list(self._faults)

    def take(self, path: str, method: str = "GET") -> Fault | None:
        """The fault for a request, counted."""
        with self._lock:
            for fault in self._faults:
                if fault.due(path, method):
                    return fault
        return None

    def give_back(self, fault: Fault) -> None:
        """Count a fault as not happened, since nothing came of it."""
        with self._lock:
            fault.give_back()


class FaultyServer:
    """The outermost layer: answers with trouble where it is due."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._application: WSGIApplication = app.wsgi_app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Serve one request."""
        path = environ.get("PATH_INFO", "")
        if not path.startswith("/api/"):
            return self._application(environ, start_response)
        faults: Faults = self._app.extensions[FAULTS]
        fault = faults.take(path, environ["REQUEST_METHOD"])
        if fault is None:
            return self._application(environ, start_response)
        if fault.kind in BEFORE:
            after = fault.retry_after if fault.kind == "too_many" else None
            return _answer(start_response, *BEFORE[fault.kind], retry_after=after)
        if fault.kind == "drop_before":
            raise DroppedError
        if fault.kind == "slow":
            time.sleep(fault.seconds)
        if fault.kind in (*KEY_KINDS, *LATER, "slow"):
            environ[ENVIRON] = fault
            return self._application(environ, start_response)
        return self._spoil(fault.kind, environ, start_response)

    def _spoil(
        self, kind: str, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Carry the request out, but answer otherwise."""
        heard: list[Any] = []

        def hear(*given: Any) -> Any:
            heard.extend(given[:2])

        inner = self._application(environ, hear)
        try:
            body = b"".join(inner)
        finally:
            close = getattr(inner, "close", None)
            if close:
                close()
        if kind == "drop":
            raise DroppedError
        if kind == "error_after":
            return _answer(start_response, *_ERROR)
        half = body[: len(body) // 2]
        headers = [pair for pair in heard[1] if pair[0].lower() != "content-length"]
        start_response(heard[0], [*headers, ("Content-Length", str(len(half)))])
        return [half]


def _answer(
    start_response: "StartResponse",
    status: str,
    content_type: str,
    body: bytes,
    *,
    retry_after: int | None = None,
) -> list[bytes]:
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    if retry_after is not None:
        headers.append(("Retry-After", str(retry_after)))
    start_response(status, headers)
    return [body]


def spoil_key(environ: "WSGIEnvironment") -> None:
    """Let the key expire, or be replaced by somebody else's log-in, if that is due."""
    fault = environ.get(ENVIRON)
    if fault and fault.kind == "expire_key":
        this_account().drop_key()
    if fault and fault.kind == "key_killed":
        this_account().give_key(str(uuid.uuid4()))


def fault_from_json(document: Any) -> Fault:
    """A fault as a request describes it.

    Raises:
        ValueError: It can't be read; the text says why.
    """
    try:
        counted = {"fired", "matched"}
        return Fault(**{name: value for name, value in document.items() if name not in counted})
    except (AttributeError, TypeError, OverflowError, re.error) as error:
        raise ValueError(f"The fault can't be read: {error}.") from error
