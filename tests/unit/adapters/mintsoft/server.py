"""A loopback HTTP server that answers as a test says."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

Answers = Callable[[Request], Response]


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """Serve a WSGI application on a free loopback port; gives its address."""

    def hang_up(environ: Any, start_response: Any) -> Any:
        """Where the application drops a connection, the caller notices at once."""
        try:
            return application(environ, start_response)
        except ConnectionError:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise

    server = make_server("127.0.0.1", 0, hang_up, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answered(content: Any, status: int = 200, **headers: str) -> Response:
    """JSON."""
    return Response(json.dumps(content), status, headers, content_type="application/json")


def dropped(request: Request) -> Response:
    """Nothing: the connection ends before the answer."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response()


def half(content: Any) -> Response:
    """JSON that was cut off."""
    text = json.dumps(content)
    return Response(text[: len(text) // 2], content_type="application/json")


class Scripted:
    """Logs anybody in who knows the password, and answers the rest as `answer` does.

    Each login gives a new key and kills the one before; a call without it is a 401.
    """

    password = "correct horse"

    def __init__(self) -> None:
        #: Answers a call whose key is right.
        self.answer: Answers = lambda _request: answered([])
        #: Method and path of each call, logins included.
        self.calls: list[str] = []
        #: JSON of each write whose key was right.
        self.bodies: list[Any] = []
        self.key = ""
        self._lock = threading.Lock()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        with self._lock:
            self.calls.append(f"{request.method} {request.path}")
            if request.path == "/api/Auth":
                return self._log_in(request)
            if not self.key or request.headers.get("ms-apikey") != self.key:
                return Response(status=401)
            if request.method != "GET" and request.data:
                self.bodies.append(request.get_json())
        return self.answer(request)

    @property
    def logins(self) -> int:
        return self.calls.count("POST /api/Auth")

    def _log_in(self, request: Request) -> Response:
        if request.get_json()["Password"] != self.password:
            return Response(status=401)
        self.key = f"key-number-{self.logins}"
        return answered(self.key)
