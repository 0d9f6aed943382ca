"""A wire: a proxy in front of a simulator that takes as long as a real way, and writes down."""

import http.client
import random
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call that went over the wire."""

    #: Seconds since the beginning, when it came in.
    at: float
    #: Method and path without the query.
    what: str
    #: Elements of an invoice batch; 0 for any other call.
    documents: int
    status: int


class Wire:
    """Use as a context manager; `url` is what a client is given instead of the simulator's."""

    def __init__(self, to_port: int, *, seconds: tuple[float, float], seed: int = 1) -> None:
        """`seconds`: the least and the most that a call takes beside what the simulator takes."""
        self.begun = time.monotonic()
        self.calls: list[Call] = []
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._seconds, self._port = seconds, to_port
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _latency(self) -> float:
        with self._lock:
            return self._random.uniform(*self._seconds)

    def _handler(wire) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # One packet an answer: else each would wait for the other side's acknowledgement.
            wbufsize = -1
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                self.behind = http.client.HTTPConnection("127.0.0.1", wire._port, timeout=60)

            def finish(self) -> None:
                self.behind.close()
                super().finish()

            def carry(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                half = wire._latency() / 2
                time.sleep(half)
                at = time.monotonic() - wire.begun
                self.behind.request(self.command, self.path, body, dict(self.headers.items()))
                answer = self.behind.getresponse()
                content = answer.read()
                path = self.path.partition("?")[0]
                batch = self.command == "PUT" and path.endswith("/Invoices")
                count = body.count(b'"InvoiceNumber"') if batch else 0
                call = Call(
                    at=at, what=f"{self.command} {path}", documents=count, status=answer.status
                )
                with wire._lock:
                    wire.calls.append(call)
                time.sleep(half)
                self.send_response_only(answer.status, answer.reason)
                for name, value in answer.getheaders():
                    if name.lower() not in _HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_POST = do_DELETE = carry  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        return Handler
