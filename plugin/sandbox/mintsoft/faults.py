"""Faults on order: a sandbox that is down, slow, or loses its answer (mintsoft.md 8)."""

import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, request

from .account import FAULTS, this_account
from .answers import framework_error

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KINDS = ("unavailable", "error", "html502", "too_many", "slow", "drop", "expire_key")
#: In the WSGI environment: carry the request out, but don't answer.
DROP = "mintsoft_sandbox.drop"


@dataclass(kw_only=True)
class Fault:
    """One kind of trouble for the next requests that fit."""

    kind: str
    #: A regular expression that the path must contain; empty fits all.
    path: str = ""
    #: For how many requests.
    times: int = 1
    #: How long ``slow`` waits.
    seconds: float = 5.0
    #: What ``too_many`` says in its Retry-After header, in seconds; None leaves it out.
    retry_after: int | None = None
    #: How many requests it has hit.
    fired: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"There is no fault {self.kind!r}, only {', '.join(KINDS)}.")
        re.compile(self.path)
        self.times, self.seconds = int(self.times), float(self.seconds)


class Faults:
    """The faults that were asked for, in that order; the first that fits is the one."""

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

    def take(self, path: str) -> Fault | None:
        """The fault for a request, counted."""
        with self._lock:
            for fault in self._faults:
                if fault.fired < fault.times and re.search(fault.path, path):
                    fault.fired += 1
                    return fault
        return None


def apply_fault() -> Response | None:
    """Answer a request to the API with trouble if there is any for it."""
    if not request.path.startswith("/api/"):
        return None
    faults: Faults = current_app.extensions[FAULTS]
    fault = faults.take(request.path)
    return trouble(fault) if fault else None


def trouble(fault: Fault) -> Response | None:
    """What a fault answers; None lets the request go on."""
    match fault.kind:
        case "unavailable":
            return Response("<h2>Service Unavailable</h2>", 503, content_type="text/html")
        case "error":
            return framework_error(500, "An error has occurred.")
        case "html502":
            return Response("<html><h1>502 Bad Gateway</h1></html>", 502, content_type="text/html")
        case "too_many":
            after = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
            return Response(status=429, headers=after)
        case "slow":
            time.sleep(fault.seconds)
        case "drop":
            request.environ[DROP] = True
        case "expire_key":
            this_account().drop_key()
    return None


class DroppedConnections:
    """The outermost layer: where a ``drop`` is due, the answer is made and never sent.

    Waitress closes a connection without a byte when the application raises this exception.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer, or break the connection."""
        body = self._app(environ, start_response)
        if environ.get(DROP):
            from waitress.channel import ClientDisconnected

            raise ClientDisconnected
        return body


def fault_from_json(document: Any) -> Fault:
    """A fault as a request describes it.

    Raises:
        ValueError: It can't be read; the text says why.
    """
    try:
        return Fault(**{name: value for name, value in document.items() if name != "fired"})
    except (AttributeError, TypeError, re.error) as error:
        raise ValueError(f"The fault can't be read: {error}.") from error
