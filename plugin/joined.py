"""Joined: what pages, tasks and commands are given. `register` builds it."""

from collections.abc import Mapping
from typing import Protocol

from celery import Celery

from .adapter import WantedSecret
from .domain.connection import Connection, Settings
from .domain.mapping import Entry
from .environment import Environment
from .ledger.connections import Connections
from .ledger.database import Database
from .ledger.ledger import SqlLedger
from .parts import Parts
from .ports import Clock, Decider
from .rulebooks import RuleBooks
from .shared import Leases, Left, Vault


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

    @property
    def vault(self) -> Vault:
        """The secrets."""

    def parts(self, connection: Connection) -> Parts:
        """What the flows need for a connection."""

    def left(self, connection: Connection) -> Left:
        """What is known of the calls that the connection's target still allows. No call.

        Raises:
            TryLater: where they are counted can't be asked.
        """

    def refreshed(self, connection: Connection, *, now: bool) -> Connection:
        """The connection with its organisation read again: when that was long ago, or `now`."""

    def wanted_secrets(self, source: str, target: str) -> tuple[WantedSecret, ...]:
        """What `add_connection` needs to log in. Raises SettingsError for an unknown adapter."""

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
    ) -> Connection:
        """Try both sides and keep a new connection; a failed one leaves nothing.

        `secrets`: by the names of `wanted_secrets`; `source` and `target`: of the registry.

        Raises:
            SettingsError: a setting is wrong, the name is taken, or there is no such adapter.
            Disconnected: a login is refused (MX-102).
            TryLater: a side can't be reached.
        """

    def change_settings(self, connection: Connection, given: Mapping[str, str]) -> Settings:
        """Check and keep settings. Raises SettingsError; then nothing was changed."""

    def map(self, connection: Connection, kind: str, source: str, target: str) -> Entry:
        """Check and keep one entry of the mapping. Raises SettingsError."""

    def consent_address(self, connection: Connection) -> str:
        """Where a person allows access in Xero; the answer comes back to the web process."""

    def finish_consent(self, state: str, code: str) -> Connection:
        """What the web process does with the answer: the connection is active then.

        Raises:
            SettingsError: the answer belongs to no consent that was asked for.
            Disconnected, TryLater: Xero did not give access.
        """
