"""FakeSourceAdapter and FakeTargetAdapter: sides of connections over the fakes of their ports.

What a test may set or look at is a plain public attribute.
"""

from collections.abc import Mapping

from ..config import Environment
from ..domain.connections.connection import Connection, Grant
from ..domain.connections.health import Point
from ..domain.connections.organisation import Organisation
from ..domain.exports.export import DocumentKind
from ..errors import Disconnected
from ..ports.adapter import AdapterContext, WantedSecret, Warehouse
from ..ports.infrastructure import Quota
from ..ports.source import Source
from ..ports.target import Target
from .imports import FakeDocuments
from .target import FakeTarget

#: What `join` refuses, as the value of any secret.
REFUSED = "wrong"


class FakeSourceAdapter:
    """`SourceAdapter` and `WarehouseAdapter` of one fake account."""

    title = "Mintsoft"
    #: Order statuses that every account has; none: any name is taken for one.
    statuses: tuple[str, ...] = ()

    def __init__(
        self, source: Source, warehouse: Warehouse, secrets: tuple[WantedSecret, ...] = ()
    ) -> None:
        self.secrets = secrets
        #: What `health` finds.
        self.points: list[Point] = []
        #: The secrets of the last `join`.
        self.given: Mapping[str, str] = {}
        #: The account's orders; another one may be put here.
        self.port = source
        self._warehouse = warehouse

    def join(
        self,
        means: AdapterContext,
        *,
        username: str,
        client: str,
        timezone: str,  # noqa: ARG002 - a port's name
        secrets: Mapping[str, str],
    ) -> str:
        """As `SourceAdapter.join`; refuses the secret ``wrong``."""
        self.given = _own(self.secrets, secrets)
        _refuse(self.given, self.title)
        for name, value in self.given.items():
            means.vault.keep(f"{name}:{username}", value)
        return client

    def source(self, means: AdapterContext, connection: Connection) -> Source:  # noqa: ARG002 - a port's name
        """The one that it was made with."""
        return self.port

    def warehouse(self, means: AdapterContext, connection: Connection) -> Warehouse:  # noqa: ARG002
        """The one that it was made with."""
        return self._warehouse

    def health(self, means: AdapterContext, connection: Connection) -> list[Point]:  # noqa: ARG002
        """What a test has put there."""
        return self.points


class FakeTargetAdapter:
    """`TargetAdapter` and `DocumentsAdapter` of one fake organisation."""

    title = "Xero"

    def __init__(
        self,
        target: FakeTarget,
        documents: Mapping[DocumentKind, FakeDocuments],
        secrets: tuple[WantedSecret, ...] = (),
    ) -> None:
        self.secrets = secrets
        #: What `health` finds.
        self.points: list[Point] = []
        #: The secrets of the last `join` or `renew_secrets`.
        self.given: Mapping[str, str] = {}
        #: The organisation; another one may be put here.
        self.port = target
        self._documents = documents

    def join(self, means: AdapterContext, *, client_id: str, secrets: Mapping[str, str]) -> Grant:
        """As `TargetAdapter.join`, without a person; refuses the secret ``wrong``."""
        self.renew_secrets(means, Grant.new("custom", client_id), secrets=secrets)
        return Grant.new("custom", client_id)

    def renew_secrets(
        self, means: AdapterContext, grant: Grant, *, secrets: Mapping[str, str]
    ) -> None:
        """As `TargetAdapter.renew_secrets`."""
        self.given = _own(self.secrets, secrets)
        _refuse(self.given, self.title)
        for name, value in self.given.items():
            means.vault.keep(f"{name}:{grant.client_id}", value)

    def consent_address(
        self, means: AdapterContext, grant: Grant, *, state: str, verifier: str, redirect_uri: str
    ) -> str:
        """Leads nowhere."""
        del means, grant, verifier, redirect_uri
        return f"https://login.example/authorize?state={state}"

    def consent_given(
        self, means: AdapterContext, grant: Grant, *, code: str, verifier: str, redirect_uri: str
    ) -> None:
        """Any answer will do."""

    def organisations(
        self, means: AdapterContext, grant: Grant, *, newest: bool = False
    ) -> dict[str, str]:
        """The one that the target is."""
        del means, grant, newest
        return {self.port.here.organisation_id: self.port.here.name}

    def target(
        self,
        means: AdapterContext,  # noqa: ARG002 - a port's name
        grant: Grant,  # noqa: ARG002
        organisation_id: str,  # noqa: ARG002
        *,
        by_person: bool = False,  # noqa: ARG002
    ) -> Target:
        """The one that it was made with."""
        return self.port

    def documents(
        self,
        means: AdapterContext,  # noqa: ARG002 - a port's name
        grant: Grant,  # noqa: ARG002
        organisation_id: str,  # noqa: ARG002
        kind: DocumentKind,
    ) -> FakeDocuments:
        """Those of a kind that it was made with."""
        return self._documents[kind]

    def deliveries(
        self, means: AdapterContext, grant: Grant, organisation_id: str
    ) -> FakeDocuments:
        """The addresses of its customers."""
        del means, grant, organisation_id
        return self._documents[DocumentKind.SALES_INVOICE]

    def left(self, means: AdapterContext, grant: Grant, organisation_id: str) -> Quota:
        """The whole minute."""
        del means, grant, organisation_id
        return Quota(minute=60, day=4000, wait=0)

    def keep_alive(self, means: AdapterContext, grant: Grant) -> None:
        """Nothing grows old."""

    def health(self, means: AdapterContext, connection: Connection) -> list[Point]:  # noqa: ARG002
        """What a test has put there."""
        return self.points

    def disconnect(self, means: AdapterContext, grant: Grant, organisation_id: str) -> None:
        """Nothing is to be ended."""

    def link(self, environment: Environment, organisation: Organisation, document_id: str) -> str:
        """As the target's."""
        del environment
        return self.port.link(organisation, document_id)


def _own(wanted: tuple[WantedSecret, ...], given: Mapping[str, str]) -> dict[str, str]:
    """Those of the secrets that the side has asked for: it is given the other side's, too."""
    names = {name for x in wanted for name in (x.name, x.instead[1] if x.instead else x.name)}
    return {name: value for name, value in given.items() if name in names}


def _refuse(secrets: Mapping[str, str], service: str) -> None:
    if REFUSED in secrets.values():
        raise Disconnected(code="MX-102", service=service)
