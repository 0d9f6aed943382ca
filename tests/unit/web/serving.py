"""Apps served over HTTP while a test lasts."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class _Handler(WSGIRequestHandler):
    """Closes a connection that the app drops, instead of waiting for its next request."""

    def connection_dropped(self, error: BaseException, environ: object = None) -> None:
        """The app raised a ConnectionError: it wants the caller to get no answer."""
        self.close_connection = True

    def send_response(self, code: int, message: str | None = None) -> None:
        """Begin an answer without this machine's Date: a simulator's app says its own."""
        self.log_request(code)
        self.send_response_only(code, message)
        self.send_header("Server", self.version_string())


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an app on a free port of this machine; its address without a path."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
