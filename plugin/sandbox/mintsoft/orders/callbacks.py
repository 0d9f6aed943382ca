"""The calls that Mintsoft makes to others: connect actions of type API (mintsoft.md 2.6).

One thread makes them, with a time-out and never twice; nothing is known of retries. A sandbox
must not call out, so only addresses of the loopback are called and no redirect is followed.
"""

import http.client
import json
import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 5.0
#: How many calls are remembered.
REMEMBERED = 1000
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(kw_only=True)
class Call:
    """One call to somebody else."""

    #: ``despatched``, ``cancelled``, ``split`` or ``booked in``.
    event: str
    #: The ID of the order or ASN.
    record_id: int
    url: str
    #: The status that was answered; None until then, or if none was.
    status: int | None = None
    #: Why it was not made or not answered, else None.
    error: str | None = None


class Callbacks:
    """Makes the calls in their order and counts them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[tuple[Call, bytes, str | None]] = deque()
        self._calls: deque[Call] = deque(maxlen=REMEMBERED)
        self._made = 0
        self._unfinished = 0
        self._running = False

    def call(
        self,
        url: str | None,
        document: Any,
        *,
        event: str,
        record_id: int,
        authorization: str | None,
    ) -> None:
        """Have a document POSTed some time soon; nothing happens without address."""
        if not url or not url.strip():
            return
        call = Call(event=event, record_id=record_id, url=url.strip())
        body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
        with self._changed:
            self._calls.append(call)
            self._waiting.append((call, body, authorization))
            self._unfinished += 1
            if not self._running:
                self._running = True
                threading.Thread(target=self._work, name="mintsoft-callbacks", daemon=True).start()

    def shown(self, wait: float = 0) -> dict[str, Any]:
        """All calls, oldest first, once none is unfinished or this many seconds went by."""
        with self._changed:
            self._changed.wait_for(lambda: not self._unfinished, timeout=wait)
            return {
                "made": self._made,
                "waiting": self._unfinished,
                "callbacks": [asdict(call) for call in self._calls],
            }

    def forget(self) -> None:
        """Forget what was called; calls that wait are not made."""
        with self._changed:
            self._unfinished -= len(self._waiting)
            self._waiting.clear()
            self._calls.clear()
            self._made = 0
            self._changed.notify_all()

    def _work(self) -> None:
        """Make all calls that wait, then end."""
        while True:
            with self._changed:
                if not self._waiting:
                    self._running = False
                    return
                call, body, authorization = self._waiting.popleft()
            status, error = None, None
            try:
                status = post(call.url, body, authorization)
            except (OSError, ValueError, http.client.HTTPException) as problem:
                error = str(problem) or type(problem).__name__
            with self._changed:
                call.status, call.error = status, error
                self._made += status is not None
                self._unfinished -= 1
                self._changed.notify_all()


def post(url: str, body: bytes, authorization: str | None) -> int:
    """POST JSON to an address of the loopback; return the status.

    Raises:
        ValueError: it is no http address of the loopback.
        OSError, HTTPException: nobody answered, or nothing that can be read.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK:
        raise ValueError("The sandbox calls http addresses of the loopback only.")
    headers = {"Content-Type": "application/json; charset=utf-8"}
    if authorization:
        headers["Authorization"] = authorization
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname
    connection = http.client.HTTPConnection(host, parts.port or 80, timeout=TIMEOUT)
    try:
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", target, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read(65536)
        return answer.status
    finally:
        connection.close()
