"""A Xero that says what a test has written down, over real HTTP, and a login for its client."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class FixedLogin:
    """Gives numbered tokens; renewing gives the next one."""

    number: int = 1
    renewed: int = 0
    app: str = "app-1"
    #: What `opens` says, one after the other; then that it does.
    listed: list[bool] = field(default_factory=list)

    def opens(self, organisation_id: str) -> bool:
        return self.listed.pop(0) if self.listed else True

    def token(self) -> str:
        return f"SECRET-TOKEN-{self.number}"

    def renew(self, stale: str) -> str:
        self.renewed += 1
        self.number += 1
        return self.token()


@dataclass
class Request:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """One answer to give; `drop` closes the connection instead."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=utf-8"
    drop: bool = False
    #: Seconds until it comes.
    delay: float = 0

    def content(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


class ScriptedXero:
    """Answers in the order in which they were written down; the last one stays."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.requests: list[Request] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                answer = script._answer(self.command, self.path, dict(self.headers), body)
                ended = answer.delay and script._stopped.wait(answer.delay)
                if answer.drop or ended:
                    self.close_connection = True
                    return
                content = answer.content()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Xero-Correlation-Id", "c0ffee")
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815 - the library's names

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()

    def say(self, *answers: Answer) -> None:
        """Write down what to answer from now on."""
        self.answers = list(answers)

    def close(self) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query))
        with self._lock:
            self.requests.append(Request(method, parts.path, query, headers, body))
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
