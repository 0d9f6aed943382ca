"""A WSGI layer that keeps the calls that pass through it."""

import io
from collections.abc import Callable, Iterable
from typing import Any

from .exchange import Exchange

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Recorded:
    """An application, and the requests that it got."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self.requests: list[Exchange] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Keep a request, then serve it."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        environ["wsgi.input"] = io.BytesIO(body)
        headers = {
            key.removeprefix("HTTP_").replace("_", "-").lower(): value
            for key, value in environ.items()
            if key.startswith("HTTP_") or key == "CONTENT_TYPE"
        }
        self.requests.append(
            Exchange(
                method=environ["REQUEST_METHOD"],
                path=environ["PATH_INFO"],
                query=environ.get("QUERY_STRING", ""),
                headers=headers,
                body=body,
            )
        )
        return self._application(environ, start_response)
