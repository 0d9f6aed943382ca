"""Joined: what pages, tasks and commands are given. `register` builds it."""

from collections.abc import Mapping
from typing import Protocol

from celery import Celery

from ..config import Environment
from ..database.connections import Connections
from ..database.database import Database
from ..database.imports import SqlImports
from ..database.jobs import Jobs
from ..database.ledger import SqlLedger
from ..database.vault import Rotation
from ..domain.connections.connection import Connection, Settings
from ..domain.connections.health import Point
from ..domain.connections.mapping import Entry
from ..domain.exports.export import DocumentKind
from ..exports.context import InvoicingParts, Parts
from ..imports.pipeline import ImportParts
from ..ports.adapter import Side, WantedSecret
from ..ports.clock import Clock
from ..ports.decider import Decider
from ..ports.infrastructure import Leases, Left, Vault
from ..ports.notifications import NotifyParts
from .rulebooks import RuleBooks


class Plugin(Protocol):
    """One installation with its parts joined. Making one makes no call and opens no file."""

    environment: Environment
    clock: Clock

    @property
    def database(self) -> Database:
        """The database; its tables may still be missing (see `prepare`)."""

    @property
    def connections(self) -> Connections:
        """All connections."""

    @property
    def jobs(self) -> Jobs:
        """What each connection does by the clock."""

    @property
    def ledger(self) -> SqlLedger:
        """The ledger; its events name the process that this is."""

    @property
    def leases(self) -> Leases:
        """Who may do what only one may do at a time."""

    @property
    def rulebooks(self) -> RuleBooks:
        """The rule books: which one decides, and how another one comes to decide."""

    @property
    def decider(self) -> Decider:
        """The active book for orders, as this process last saw it (`RuleBooks.decider`).

        Take it once for a piece of work: the next time it may be another one.

        Raises:
            RuleFileError: on a first start, the file is wrong.
            TryLater: the ledger can't be asked.
        """

    def decider_of(self, kind: str) -> Decider:
        """The active book of a kind: ``orders``, ``client_invoices``. Raises as `decider`."""

    @property
    def celery(self) -> Celery:
        """The Celery app with the tasks. Raises SettingsError where there is no broker."""

    def prepare(self) -> None:
        """Bring an embedded database up to date, and refuse another one that is not.

        Raises:
            TryLater: the database can't be reached.
            SettingsError: its tables are older or newer than this code needs.
        """

    def notify_parts(self) -> NotifyParts:
        """What the flow of notices needs: ``notify(plugin.notify_parts(), ...)``.

        Raises:
            SettingsError: MINTSOFT_XERO_SMTP_URL is wrong.
        """

    @property
    def vault(self) -> Vault:
        """The secrets."""

    def parts(self, connection: Connection) -> Parts:
        """What the flows need for a connection."""

    @property
    def imports(self) -> SqlImports:
        """What became of the accounting side's documents."""

    def import_parts(self, connection: Connection, kind: DocumentKind) -> ImportParts:
        """What the imports of a connection need.

        Raises:
            SettingsError: one of its sides has nothing to import, or can't make it.
        """

    def invoicing_parts(self, connection: Connection) -> InvoicingParts:
        """The same for one that exports client invoices.

        Raises:
            SettingsError: its source has none.
        """

    def left(self, connection: Connection) -> Left:
        """What is known of the calls that the connection's target still allows. No call.

        Raises:
            TryLater: where they are counted can't be asked.
        """

    def refreshed(self, connection: Connection, *, now: bool) -> Connection:
        """The connection with its organisation read again: when that was long ago, or `now`."""

    def wanted_secrets(self, source: str = "", target: str = "") -> tuple[WantedSecret, ...]:
        """What is needed to log in to each side that is named, by its adapter.

        Raises:
            SettingsError: there is no such adapter.
        """

    def add_connection(
        self,
        *,
        name: str,
        mode: str,
        mintsoft_username: str,
        mintsoft_client: str,
        xero_client_id: str,
        settings: Mapping[str, str],
        secrets: Mapping[str, str],
        source: str = "mintsoft",
        target: str = "xero",
        organisation: str = "",
        share_grant_of: str = "",
    ) -> Connection:
        """Try both sides and keep a new connection; a failed one leaves nothing.

        `secrets`: by the names of `wanted_secrets`; `source` and `target`: of the registry;
        `organisation`: id or name, where the access opens several; `share_grant_of`: name of a
        connection whose access to the target this one uses too.

        Raises:
            SettingsError: a setting is wrong, the name is taken, or there is no such adapter.
            Disconnected: a login is refused (MX-102).
            TryLater: a side can't be reached.
        """

    def order_statuses(self, connection: Connection) -> list[str]:
        """Names of the order statuses that the connection's source has. No call."""

    def checked_settings(self, connection: Connection, given: Mapping[str, str]) -> Settings:
        """What `change_settings` would keep. Raises SettingsError."""

    def change_settings(self, connection: Connection, given: Mapping[str, str]) -> Settings:
        """Check and keep settings. Raises SettingsError; then nothing was changed."""

    def map(self, connection: Connection, kind: str, source: str, target: str) -> Entry:
        """Check and keep one entry of the mapping. Raises SettingsError."""

    def consent_address(
        self, connection: Connection, *, organisation: str = "", another: bool = False
    ) -> str:
        """Where a person allows access in Xero; the answer comes back to the web process.

        `organisation` and `another`: as of `choose_organisation`, when the answer is there.
        """

    def finish_consent(self, state: str, code: str) -> Connection:
        """What the web process does with the answer: the connection is active then.

        Raises:
            SettingsError: the answer belongs to no consent that was asked for.
            PluginError: as `choose_organisation`.
            Disconnected, TryLater: Xero did not give access.
        """

    def choose_organisation(
        self, connection: Connection, wanted: str = "", *, another: bool = False
    ) -> Connection:
        """Use one of the organisations that the access opens, and let the connection run.

        `wanted`: id or name; without it the one that it had, else the only one, else it waits
        for a person to choose. `another`: it may be another one than before; then it begins anew.

        Raises:
            SettingsError: there is no such organisation.
            PluginError: it is another one than before, and that was not confirmed.
            Disconnected, TryLater: the target can't be asked.
        """

    def renew_secrets(
        self, connection: Connection, side: Side, secrets: Mapping[str, str]
    ) -> dict[str, bool]:
        """Try other secrets for one side of a connection, then keep them.

        Returns:
            Names of all connections that log in with them, and whether each stood still since
            the login was refused, and runs again now.

        Raises:
            Disconnected: the login is refused (MX-102); the former secrets stay.
            TryLater: the side can't be reached; likewise.
        """

    def disconnect(self, connection: Connection) -> list[str]:
        """Stop a connection and end its access to the organisation; all data stays.

        Returns names of other connections that use the same access: it is not ended then.

        Raises:
            TryLater: the target can't be reached; it is stopped here, and may be tried again.
        """

    def keep_alive(self, connection: Connection) -> None:
        """Use the access before it grows too old, paused or not; nothing once disconnected.

        Raises:
            Disconnected: access has ended.
            TryLater: the target can't be reached.
        """

    def health(self, connection: Connection) -> list[Point]:
        """What the connection may do and what it lacks; both sides are asked."""

    def rotate_secrets(self) -> Rotation:
        """Encrypt all secrets with the first key of MINTSOFT_XERO_SECRET_KEY."""
