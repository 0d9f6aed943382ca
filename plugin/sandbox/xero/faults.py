"""Faults on demand: outages, lost answers, refusals; each fires as often as it was told to.

Whatever can happen around the application happens in `Faults`, a WSGI wrapper. The kinds of
IN_THE_API need to know the organisation or token: the API itself acts on them, told by the
environ entry ENVIRON.
"""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from waitress.channel import ClientDisconnected

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]

ENVIRON = "mintsoft_xero.sandbox_fault"
IN_THE_API = frozenset(
    ["expire_token", "forbid_tenant", "minute429", "day429", "concurrent429", "slow"]
)
KINDS = IN_THE_API | {
    "error500_before",
    "error500_after",
    "drop_before",
    "drop_after",
    "unavailable503",
    "html502",
    "truncate",
}
_API = re.compile(r"/api\.xro/", re.IGNORECASE)

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


class DroppedError(ClientDisconnected, ConnectionError):  # type: ignore[misc]
    """Makes the server close the connection without a byte.

    Waitress does so for its own ClientDisconnected, werkzeug's server for a ConnectionError;
    any other error would be answered with a 500.
    """


class Fault:
    """One fault: what, where, how often."""

    def __init__(self, given: dict[str, Any]) -> None:
        """Raises ValueError with a sentence if something given is wrong."""
        unknown = set(given) - {"kind", "path", "method", "times", "after", "seconds", "rate"}
        if unknown or given.get("kind") not in KINDS:
            raise ValueError(
                f"A fault needs a kind of {', '.join(sorted(KINDS))}, and may have path, method,"
                f" times, after, seconds and rate. Given: {given}"
            )
        self.kind = str(given["kind"])
        try:
            self.path = re.compile(str(given.get("path") or ""), re.IGNORECASE)
        except re.error as error:
            raise ValueError(f"path is not a regular expression: {error}") from None
        self.method = str(given.get("method") or "").upper()
        times = given.get("times", 1)
        self.times = None if times is None else int(times)
        self.after = int(given.get("after") or 0)
        #: How long a `slow` one takes (1), or what the Retry-After of a 429 says (the truth).
        self.seconds = None if given.get("seconds") is None else float(given["seconds"])
        self.rate = float(given.get("rate", 1))
        self.matched = 0
        self.fired = 0

    def meets(self, method: str, path: str) -> bool:
        """Whether it concerns this call."""
        if self.kind in IN_THE_API - {"slow"} and not _API.match(path):
            return False
        return self.method in {"", method} and self.path.search(path) is not None

    def due(self, chance: random.Random) -> bool:
        """Whether it fires now; counts the call that it concerns."""
        self.matched += 1
        if self.matched <= self.after or (self.times is not None and self.fired >= self.times):
            return False
        if self.rate < 1 and chance.random() >= self.rate:
            return False
        self.fired += 1
        return True

    @property
    def delay(self) -> float:
        """How long the answer of a `slow` one is held back, in seconds."""
        return 1 if self.seconds is None else self.seconds

    def shown(self) -> dict[str, Any]:
        """What was given, and what happened since."""
        return {
            "kind": self.kind,
            "path": self.path.pattern,
            "method": self.method or None,
            "times": self.times,
            "after": self.after,
            "seconds": self.seconds,
            "rate": self.rate,
            "matched": self.matched,
            "fired": self.fired,
        }


class Faults:
    """A WSGI wrapper that lets faults happen, and counts the calls that come in."""

    def __init__(self, application: Application, template: Callable[[str], str]) -> None:
        self._application = application
        self._template = template
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._chance = random.Random(0)  # noqa: S311 (repeatable on purpose)
        self.calls: Counter[str] = Counter()

    def replace(self, given: list[dict[str, Any]]) -> None:
        """Put these in the place of all faults so far. Raises ValueError."""
        faults = [Fault(entry) for entry in given]
        with self._lock:
            self._faults = faults
            self._chance = random.Random(0)  # noqa: S311

    def shown(self) -> list[dict[str, Any]]:
        """All faults with their counts."""
        with self._lock:
            return [fault.shown() for fault in self._faults]

    def _next(self, method: str, path: str) -> Fault | None:
        with self._lock:
            self.calls[f"{method} {self._template(path)}"] += 1
            for fault in self._faults:
                if fault.meets(method, path) and fault.due(self._chance):
                    return fault
        return None

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Serve one request."""
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if path == "/" or path.startswith(("/_sandbox", "/invoice/")):
            return self._application(environ, start_response)
        fault = self._next(method, path)
        if fault is None:
            return self._application(environ, start_response)
        if fault.kind in IN_THE_API:
            if _API.match(path):
                environ[ENVIRON] = fault
            else:
                time.sleep(fault.delay)
            return self._application(environ, start_response)
        return self._around(fault.kind, environ, start_response)

    def _around(self, kind: str, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if kind in _BEFORE:
            return _answer(start_response, *_BEFORE[kind])
        if kind == "drop_before":
            return _dropped(start_response)
        heard: list[Any] = []
        inner = self._application(environ, lambda *args: heard.extend(args[:2]))
        try:
            body = b"".join(inner)
        finally:
            if hasattr(inner, "close"):
                inner.close()
        if kind == "drop_after":
            return _dropped(start_response)
        if kind == "error500_after":
            return _answer(start_response, *_BEFORE["error500_before"])
        half = body[: len(body) // 2]
        headers = [pair for pair in heard[1] if pair[0].lower() != "content-length"]
        start_response(heard[0], [*headers, ("Content-Length", str(len(half)))])
        return [half]


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
