"""What a resource file says about itself: its paths, scopes and handlers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import Headers

from ..tenant import Tenant
from .envelope import Answer


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call to the API, after the token, the organisation and the limits were checked."""

    method: str
    #: What stood in the template's braces, in order.
    ids: tuple[str, ...]
    #: The query; names in lower case.
    args: Mapping[str, str]
    #: The headers, by any case.
    headers: Headers
    body: bytes
    tenant: Tenant
    #: The client id of the app that calls.
    app: str

    @property
    def unitdp(self) -> int:
        """Decimals of unit amounts: 4 only where the query says so (xero.md 5.1)."""
        return 4 if self.args.get("unitdp") == "4" else 2

    @property
    def summarize_errors(self) -> bool:
        """Whether a bad element makes the answer a 400 (xero.md 2.4)."""
        return self.args.get("summarizeerrors", "true").lower() != "false"


Handler = Callable[[Call], Answer]


@dataclass(frozen=True, kw_only=True)
class Route:
    """One path of the API."""

    #: For example ``Invoices/{id}/History``.
    template: str
    #: Any of these scopes lets one write; with ``.read`` at its end, only read.
    scopes: tuple[str, ...]
    #: By HTTP method.
    handlers: Mapping[str, Handler]
    #: What is sent is a file, not elements in JSON or XML.
    takes_file: bool = False


class Router:
    """Finds the route of a path, in any case."""

    def __init__(self, routes: list[Route]) -> None:
        self._routes: dict[tuple[str, int], list[tuple[Route, list[str]]]] = {}
        for route in routes:
            segments = route.template.split("/")
            key = (segments[0].lower(), len(segments))
            self._routes.setdefault(key, []).append((route, segments))

    def find(self, path: str) -> tuple[Route | None, tuple[str, ...]]:
        """The route and its ids; (None, ()) for a path that does not exist."""
        given = path.strip("/").split("/")
        for route, segments in self._routes.get((given[0].lower(), len(given)), ()):
            ids = []
            for wanted, segment in zip(segments, given, strict=True):
                if wanted.startswith("{"):
                    ids.append(segment)
                elif wanted.lower() != segment.lower():
                    break
            else:
                return route, tuple(ids)
        return None, ()
