"""Two adapters as a newcomer would write them: orders from a shelf, invoices into a cash book.

Both keep their documents in memory; a real adapter would call its system's API here.
"""

from collections.abc import Mapping

from .....plugin.config import Environment
from .....plugin.domain.connections.connection import Connection, Grant
from .....plugin.domain.connections.health import Point
from .....plugin.domain.connections.limits import Limits
from .....plugin.domain.connections.organisation import Organisation
from .....plugin.errors import Disconnected
from .....plugin.ports.adapter import AdapterContext, WantedSecret
from .....plugin.ports.infrastructure import Quota
from .....plugin.ports.source import Source
from .....plugin.ports.target import Target
from .....plugin.testing.source import FakeSource
from .....plugin.testing.target import FakeTarget

#: The shelf lets one login a minute through, and nobody waits for it.
SHELF = Limits(service="The shelf", at_once=1, a_minute=1, patience=0)


class ShelfAdapter:
    """`ports.adapter.SourceAdapter` for the shelf."""

    title = "Shelf"
    secrets = (WantedSecret(name="shelf_pin", words="Shelf PIN", variable="SHELF_PIN"),)
    statuses = ("DESPATCHED",)

    def __init__(self, shelf: FakeSource) -> None:
        self._shelf = shelf

    def join(
        self,
        means: AdapterContext,
        *,
        username: str,
        client: str,
        timezone: str,
        secrets: Mapping[str, str],
    ) -> str:
        """The PIN is 1234."""
        means.vault.keep(f"shelf:{username}:pin", secrets["shelf_pin"])
        with means.limiter(SHELF).slot(f"shelf:{username}"):
            if secrets["shelf_pin"] != "1234":
                raise Disconnected(code="MX-102", service="The shelf")
        return ""

    def source(self, means: AdapterContext, connection: Connection) -> Source:
        """The shelf, for whoever has the PIN."""
        assert means.vault.read(f"shelf:{connection.mintsoft_username}:pin") == "1234"
        return self._shelf

    def health(self, means: AdapterContext, connection: Connection) -> list[Point]:
        """Whoever has the PIN may do everything."""
        return []


class CashBookAdapter:
    """`ports.adapter.TargetAdapter` for the cash book, which anybody may write into."""

    title = "Cash book"
    secrets = ()

    def __init__(self, book: FakeTarget) -> None:
        self._book = book

    def join(
        self,
        means: AdapterContext,
        *,
        client_id: str,
        secrets: Mapping[str, str],
    ) -> Grant:
        """No person is needed."""
        return Grant.new("custom", client_id)

    def renew_secrets(
        self, means: AdapterContext, grant: Grant, *, secrets: Mapping[str, str]
    ) -> None:
        """It has none."""

    def consent_address(
        self, means: AdapterContext, grant: Grant, *, state: str, verifier: str, redirect_uri: str
    ) -> str:
        """Nobody asks for it."""
        raise NotImplementedError

    def consent_given(
        self, means: AdapterContext, grant: Grant, *, code: str, verifier: str, redirect_uri: str
    ) -> None:
        """Nobody gives it."""
        raise NotImplementedError

    def organisations(
        self, means: AdapterContext, grant: Grant, *, newest: bool = False
    ) -> dict[str, str]:
        """The one that the book is of."""
        return {self._book.here.organisation_id: self._book.here.name}

    def target(
        self,
        means: AdapterContext,
        grant: Grant,
        organisation_id: str,
        *,
        by_person: bool = False,
    ) -> Target:
        """The book."""
        return self._book

    def left(self, means: AdapterContext, grant: Grant, organisation_id: str) -> Quota:
        """A book takes any number of entries."""
        return Quota(minute=1000, day=None, wait=0)

    def keep_alive(self, means: AdapterContext, grant: Grant) -> None:
        """A book does not end."""

    def health(self, means: AdapterContext, connection: Connection) -> list[Point]:
        """A book allows everything."""
        return []

    def disconnect(self, means: AdapterContext, grant: Grant, organisation_id: str) -> None:
        """Nothing is to be ended."""

    def link(
        self,
        environment: Environment,
        organisation: Organisation,
        document_id: str,
    ) -> str:
        """A page of the book."""
        return self._book.link(organisation, document_id)
