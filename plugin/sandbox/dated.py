"""The Date of every answer: that of the sandbox's own clock, whatever this machine's says."""

from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Dated:
    """A WSGI wrapper; a server adds a Date of its own only where there is none."""

    def __init__(self, application: "WSGIApplication", clock: Callable[[], datetime]) -> None:
        """`clock`: the time, in UTC."""
        self._application = application
        self._clock = clock

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Serve one request."""

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            date = format_datetime(self._clock(), usegmt=True)
            return start_response(status, [*headers, ("Date", date)], *rest)

        return self._application(environ, start)
