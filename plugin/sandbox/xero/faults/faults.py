"""Faults on demand: outages, lost answers, refusals; each fires as often as it was told to.

Whatever can happen around the application happens in `Faults`, a WSGI wrapper. The kinds of
IN_THE_API need to know the organisation or token: the API itself acts on them, told by the
environ entry ENVIRON. Those of BY_PEOPLE are what other people do meanwhile (meanwhile.py).
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from ...firing import DroppedError
from .fault import API, BY_PEOPLE, ENVIRON, IN_THE_API, KINDS, Fault

__all__ = ["ENVIRON", "KINDS", "Application", "DroppedError", "Environ", "Fault", "Faults"]

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

_SERVICES = re.compile(r"/(api\.xro|connect|connections|identity)(/|$)", re.IGNORECASE)

_PLAIN = "text/plain; charset=utf-8"
_HTML = "text/html; charset=utf-8"
_BEFORE = {
    "error500_before": ("500 Internal Server Error", _HTML, b"<h1>Internal Server Error</h1>"),
    "unavailable503": ("503 Service Unavailable", _PLAIN, b"The Organisation is offline"),
    "html502": (
        "502 Bad Gateway",
        _HTML,
        b"<html><head><title>502 Bad Gateway</title></head><body></body></html>",
    ),
}


class People(Protocol):
    """Those who do something at Xero while an app works with it."""

    def before(self, fault: Fault, environ: Environ) -> bool:
        """Do what happens before a call is answered; whether there was anything to do."""

    def after(self, fault: Fault, environ: Environ, body: bytes) -> bool:
        """Do what happens right after a call was answered; whether there was anything to do."""


class Faults:
    """A WSGI wrapper that lets faults happen, and counts the calls that come in."""

    def __init__(
        self, application: Application, template: Callable[[str], str], people: People
    ) -> None:
        self._application = application
        self._template = template
        self._people = people
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self.calls: Counter[str] = Counter()

    def replace(self, given: Sequence[dict[str, Any]]) -> None:
        """Put these in the place of all faults so far. Raises ValueError."""
        faults = [Fault(entry) for entry in given]
        with self._lock:
            self._faults = faults

    def shown(self) -> list[dict[str, Any]]:
        """All faults with their counts."""
        with self._lock:
            return [fault.shown() for fault in self._faults]

    def _next(self, method: str, path: str) -> Fault | None:
        with self._lock:
            self.calls[f"{method} {self._template(path)}"] += 1
            for fault in self._faults:
                if fault.meets(method, path) and fault.fires():
                    return fault
        return None

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if not _SERVICES.match(path):
            return self._application(environ, start_response)
        fault = self._next(method, path)
        if fault is None:
            return self._application(environ, start_response)
        if fault.kind in IN_THE_API:
            if API.match(path):
                environ[ENVIRON] = fault
            else:
                time.sleep(fault.delay)
            return self._application(environ, start_response)
        return self._around(fault, environ, start_response)

    def _around(self, fault: Fault, environ: Environ, start_response: Any) -> Iterable[bytes]:
        kind = fault.kind
        if kind in _BEFORE:
            return _answer(start_response, *_BEFORE[kind])
        if kind == "drop_before":
            return _dropped(start_response)
        done = kind in BY_PEOPLE and self._people.before(fault, environ)
        status, headers, body = self._answered(environ)
        if kind == "drop_after":
            return _dropped(start_response)
        if kind == "error500_after":
            return _answer(start_response, *_BEFORE["error500_before"])
        if kind == "truncate":
            body = body[: len(body) // 2]
            headers = [pair for pair in headers if pair[0].lower() != "content-length"]
            headers.append(("Content-Length", str(len(body))))
        elif not done:
            done = status[:3] == "200" and self._people.after(fault, environ, body)
            if not done:
                self._give_back(fault)
        start_response(status, headers)
        return [body]

    def _answered(self, environ: Environ) -> tuple[str, list[tuple[str, str]], bytes]:
        """What the application answers: status, headers, body."""
        heard: list[Any] = []
        inner = self._application(environ, lambda *args: heard.extend(args[:2]))
        try:
            body = b"".join(inner)
        finally:
            if hasattr(inner, "close"):
                inner.close()
        return heard[0], heard[1], body

    def _give_back(self, fault: Fault) -> None:
        """Count a fault as not fired, since nothing came of it."""
        with self._lock:
            fault.give_back()


def _answer(start_response: Any, status: str, content_type: str, body: bytes) -> list[bytes]:
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]


class _Dropped:
    """The body of an answer that never comes."""

    def __iter__(self) -> "_Dropped":
        return self

    def __next__(self) -> bytes:
        raise DroppedError("fault: the connection is dropped")


def _dropped(start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", _PLAIN)])
    return _Dropped()
