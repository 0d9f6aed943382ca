"""Adapter: what a warehouse or accounting system must offer to be one side of a connection.

An adapter makes the ports (`Source`, `Target`) of a connection and knows how its system is
logged in to. Ours are folders below ``adapters/`` with a line in ``adapters/registry.py``; those
of other packages are announced by an entry point (docs/adapters.md).
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from ..config import Environment
from ..domain.connections.connection import Connection, Grant
from ..domain.connections.health import Point
from ..domain.connections.limits import Limits
from ..domain.connections.organisation import Organisation
from ..domain.exports.export import DocumentKind
from .client_invoices import InvoiceSource
from .clock import Clock
from .imports import ImportSource
from .infrastructure import Leases, Limiter, Quota, Vault
from .source import Source
from .target import Target
from .warehouse import Deliveries, GoodsIn, GoodsInLists, OrderLists, Orders, Products


@dataclass(frozen=True, kw_only=True)
class AdapterContext:
    """What an adapter is given to work with; all of it is shared by all processes."""

    environment: Environment
    #: Where its secrets are. While a connection is being added it is a draft, which is thrown
    #: away when the attempt fails.
    vault: Vault
    leases: Leases
    clock: Clock
    #: Keeps to the limits that the adapter's system sets.
    limiter: Callable[[Limits], Limiter]


#: Where orders come from, or where documents go to.
Side = Literal["source", "target"]


class WarehouseLists(GoodsInLists, OrderLists, Protocol):
    """All lists from which a person chooses."""


@dataclass(frozen=True, kw_only=True)
class WantedSecret:
    """A secret that an adapter needs of a new connection."""

    #: Its key in the `secrets` that the adapter is given.
    name: str
    #: What a person is asked for: ``Mintsoft password``.
    words: str
    #: The environment variable that is read first.
    variable: str
    #: Another variable, and its key: where it is set, this secret is not needed.
    instead: tuple[str, str] | None = None


class SourceAdapter(Protocol):
    """A system that orders come from. It keeps nothing: forked processes share it."""

    @property
    def title(self) -> str:
        """Its name for people."""

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        """What must be known to log in."""

    @property
    def statuses(self) -> tuple[str, ...]:
        """The order statuses that every account has, by name."""

    def join(
        self,
        means: AdapterContext,
        *,
        username: str,
        client: str,
        timezone: str,
        secrets: Mapping[str, str],
    ) -> str:
        """Put the secrets into the vault, log in, and read once.

        A user that has secrets already has these from now on.

        Returns:
            The id of the client with the code `client`; empty where none is given.

        Raises:
            Disconnected: the login is refused.
            SettingsError: there is no such client.
            TryLater: the system can't be reached.
        """

    def source(self, means: AdapterContext, connection: Connection) -> Source:
        """The orders of a connection. No call."""

    def health(self, means: AdapterContext, connection: Connection) -> list[Point]:
        """What its system allows the connection, and what is missing with its fix.

        Raises:
            Disconnected: the login is refused.
            TryLater: the system can't be reached.
        """


@runtime_checkable
class InvoicingAdapter(Protocol):
    """A `SourceAdapter` that has client invoices too."""

    def client_invoices(self, means: AdapterContext, connection: Connection) -> InvoiceSource:
        """The client invoices of a connection. No call."""


@dataclass(frozen=True, kw_only=True)
class Warehouse:
    """What a connection may make at a warehouse system, and the lists that people choose from."""

    orders: Orders
    goods_in: GoodsIn
    lists: WarehouseLists
    products: Products


@runtime_checkable
class WarehouseAdapter(Protocol):
    """A `SourceAdapter` at which orders and ASNs can be made too."""

    def warehouse(self, means: AdapterContext, connection: Connection) -> Warehouse:
        """The warehouse of a connection. No call."""


@runtime_checkable
class DocumentsAdapter(Protocol):
    """A `TargetAdapter` whose own documents can be imported too."""

    def documents(
        self, means: AdapterContext, grant: Grant, organisation_id: str, kind: DocumentKind
    ) -> ImportSource:
        """The sales invoices or purchase orders of one organisation. No call."""

    def deliveries(self, means: AdapterContext, grant: Grant, organisation_id: str) -> Deliveries:
        """The addresses of its contacts. No call."""


@dataclass(frozen=True, kw_only=True)
class WebhookEvent:
    """Something has happened in an organisation; what, is to be read there."""

    #: As the target's documents name it.
    organisation_id: str
    #: Equal for an event that comes again.
    key: Hashable


@runtime_checkable
class WebhookAdapter(Protocol):
    """A `TargetAdapter` whose system calls ``/webhooks/NAME`` when something has happened.

    What it believes a call by is a setting of its own, which it finds in `Environment.others`.
    """

    def webhook_events(
        self, environment: Environment, headers: Mapping[str, str], body: bytes
    ) -> list[WebhookEvent] | None:
        """The events of a call that concern documents of ours; None: it is not believed. No call.

        Anybody may call: what can't be read is not believed, or no event, and never an error.

        `headers`: names in any case; `body`: the raw bytes, which a signature is over.
        """


class TargetAdapter(Protocol):
    """A system that documents go to. It keeps nothing: forked processes share it."""

    @property
    def title(self) -> str:
        """Its name for people."""

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        """What must be known to log in."""

    def join(self, means: AdapterContext, *, client_id: str, secrets: Mapping[str, str]) -> Grant:
        """Put the app's secrets into the vault and log in, if that needs no person.

        Returns:
            A new grant; its kind is ``consent`` where a person must allow access first.

        Raises:
            Disconnected: the app is not known, or its secret is wrong (MX-102).
            TryLater: the system can't be reached.
        """

    def renew_secrets(
        self, means: AdapterContext, grant: Grant, *, secrets: Mapping[str, str]
    ) -> None:
        """Try other secrets for the app of a grant, and put them into the vault.

        Raises: as `join`.
        """

    def consent_address(
        self, means: AdapterContext, grant: Grant, *, state: str, verifier: str, redirect_uri: str
    ) -> str:
        """Where a person allows access. No call."""

    def consent_given(
        self, means: AdapterContext, grant: Grant, *, code: str, verifier: str, redirect_uri: str
    ) -> None:
        """Turn the code that came back into what the vault keeps.

        Raises:
            Disconnected: the code is used up or too old.
            TryLater: the system can't be reached; nothing is lost.
        """

    def organisations(
        self, means: AdapterContext, grant: Grant, *, newest: bool = False
    ) -> dict[str, str]:
        """Names of the organisations that a grant opens, by id. Raises as `Target`'s reads.

        `newest`: those alone that the last consent was for, where that is known.
        """

    def target(
        self, means: AdapterContext, grant: Grant, organisation_id: str, *, by_person: bool = False
    ) -> Target:
        """One organisation; `by_person`: somebody waits at a page or a command. No call."""

    def left(self, means: AdapterContext, grant: Grant, organisation_id: str) -> Quota:
        """What is known of the calls that its system still allows. No call.

        Raises:
            TryLater: where they are counted can't be asked.
        """

    def keep_alive(self, means: AdapterContext, grant: Grant) -> None:
        """Use a grant that would end when it is left unused; called now and then.

        Raises:
            Disconnected: access has ended.
            TryLater: the system can't be reached.
        """

    def health(self, means: AdapterContext, connection: Connection) -> list[Point]:
        """What its system allows the connection, and what is missing with its fix.

        Raises: as `organisations`.
        """

    def disconnect(self, means: AdapterContext, grant: Grant, organisation_id: str) -> None:
        """End the access to one organisation, and to nothing else; gone already is no error.

        The grant's tokens go too when it opens no other organisation.

        Raises:
            TryLater: the system can't be reached.
        """

    def link(self, environment: Environment, organisation: Organisation, document_id: str) -> str:
        """Address at which a person sees a document. No call."""
