"""Connecting: a Mintsoft account joined to a Xero organisation, tried before it is kept."""

import re
import secrets as random
from abc import ABC, abstractmethod
from collections.abc import Mapping

from ..adapters.mintsoft.client import MintsoftClient
from ..adapters.mintsoft.clients import find_client
from ..adapters.mintsoft.source import MintsoftSource
from ..adapters.mintsoft.statuses import STATUS_NAMES
from ..adapters.xero.oauth import XeroLogin, is_custom_connection
from ..adapters.xero.target import XeroTarget
from .domain.connection import Connection, Grant, Settings
from .domain.mapping import Entry, assumptions
from .domain.moment import local_date
from .domain.organisation import Organisation
from .environment import Environment
from .errors import Disconnected, SettingsError
from .ledger.connections import Connections, new_grant
from .ledger.vault import DraftVault, SqlVault
from .mapping_entries import checked_entry
from .ports import Clock, Vault
from .settings import changed_settings

#: More than this is no state that we made.
LONGEST_STATE = 100


class Connecting(ABC):
    """The part of the joined plugin that makes and changes connections."""

    environment: Environment
    clock: Clock

    @property
    @abstractmethod
    def connections(self) -> Connections:
        """All connections."""

    @property
    @abstractmethod
    def vault(self) -> SqlVault:
        """The secrets."""

    @abstractmethod
    def mintsoft(self, username: str, settings: Settings, vault: Vault) -> MintsoftClient:
        """A client of a Mintsoft user, whose secrets are in a vault."""

    @abstractmethod
    def login(self, grant: Grant, vault: Vault) -> XeroLogin:
        """The tokens of a grant, in a vault."""

    @abstractmethod
    def target(self, login: XeroLogin, organisation_id: str) -> XeroTarget:
        """One organisation, through a login."""

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
    ) -> Connection:
        """See `joined.Plugin`."""
        self._check_name(name)
        checked = self._new_settings(settings)
        draft = DraftVault(self.vault)
        client_id = self._try_mintsoft(mintsoft_username, mintsoft_client, checked, secrets, draft)
        grant, organisation = self._try_xero(xero_client_id, secrets, draft)
        # First the secrets: a kill in between leaves some that nobody uses, rather than a
        # connection without any.
        draft.keep_all()
        return self.connections.add(
            name=name,
            mode=mode,
            grant=grant,
            mintsoft_username=mintsoft_username,
            mintsoft_client=client_id,
            settings=checked,
            organisation=organisation,
            entries=assumptions(organisation) if organisation else {},
        )

    def change_settings(self, connection: Connection, given: Mapping[str, str]) -> Settings:
        """See `joined.Plugin`."""
        settings = changed_settings(connection.settings, given, list(STATUS_NAMES.values()))
        self.connections.keep_settings(connection, settings)
        return settings

    def map(self, connection: Connection, kind: str, source: str, target: str) -> Entry:
        """See `joined.Plugin`."""
        entry = checked_entry(connection, kind, source, target)
        self.connections.keep_entries(connection, {(kind, source): entry})
        return entry

    def consent_address(self, connection: Connection) -> str:
        """See `joined.Plugin`."""
        state, verifier = random.token_urlsafe(24), random.token_urlsafe(48)
        self.vault.keep(f"consent:{state}", f"{connection.connection_id}:{verifier}")
        login = self.login(connection.grant, self.vault)
        return login.consent_address(state, verifier, self._redirect_uri())

    def finish_consent(self, state: str, code: str) -> Connection:
        """See `joined.Plugin`."""
        kept = self.vault.read(f"consent:{state}") if len(state) <= LONGEST_STATE else None
        connection_id, _, verifier = (kept or "0:").partition(":")
        connection = self.connections.with_id(int(connection_id))
        if kept is None or connection is None:
            raise SettingsError(
                "This answer belongs to no consent that was asked for, or was used already",
                fix="Ask again: mintsoft-xero connection connect NAME.",
            )
        self.vault.forget(f"consent:{state}")
        login = self.login(connection.grant, self.vault)
        login.exchange(code, verifier, self._redirect_uri())
        organisation = self._only_organisation(login)
        self.connections.keep_organisation(connection, organisation)
        mapping = connection.mapping.with_assumptions(organisation)
        self.connections.keep_entries(connection, mapping.entries)
        connected = self.connections.named(connection.name)
        self.connections.resume(connected)
        return self.connections.named(connection.name)

    def _redirect_uri(self) -> str:
        return f"{self.environment.public_url}/connect/xero"

    def _check_name(self, name: str) -> None:
        if not re.fullmatch(r"\w[\w .-]{0,49}", name):
            raise SettingsError(
                f"A connection can't be called {name[:60]!r}",
                fix="Choose at most 50 letters, digits, blanks, points and dashes.",
            )
        if name in {connection.name for connection in self.connections.all()}:
            raise SettingsError(
                f"There is a connection {name!r} already", fix="Choose another name."
            )

    def _new_settings(self, given: Mapping[str, str]) -> Settings:
        zone = Settings(start_date=None).timezone
        fresh = Settings(start_date=local_date(self.clock.now(), zone))
        return changed_settings(fresh, given, list(STATUS_NAMES.values()))

    def _try_mintsoft(
        self,
        username: str,
        client_code: str,
        settings: Settings,
        secrets: Mapping[str, str],
        draft: DraftVault,
    ) -> str:
        """Log in and read once; the id of the client, empty for all."""
        if key := secrets.get("mintsoft_api_key"):
            draft.keep(f"mintsoft:{username}:static_key", key)
        else:
            draft.keep(f"mintsoft:{username}:password", secrets["mintsoft_password"])
            draft.forget(f"mintsoft:{username}:key")
        client = self.mintsoft(username, settings, draft)
        MintsoftSource(client, zone=settings.timezone).statuses()
        return find_client(client, client_code) if client_code else ""

    def _try_xero(
        self, client_id: str, secrets: Mapping[str, str], draft: DraftVault
    ) -> tuple[Grant, Organisation | None]:
        """Log in as a custom connection and read the organisation; None where a person must."""
        secret = secrets["xero_client_secret"]
        custom = is_custom_connection(
            client_id=client_id,
            client_secret=secret,
            identity_url=self.environment.xero_identity_url,
        )
        grant = new_grant("custom" if custom else "consent", client_id)
        draft.keep(f"grant:{grant.grant_id}:client_secret", secret)
        if not custom:
            return grant, None
        return grant, self._only_organisation(self.login(grant, draft))

    def _only_organisation(self, login: XeroLogin) -> Organisation:
        found = login.connections(login.token())
        if not found:
            raise Disconnected(code="MX-103", reason="it gives access to no organisation")
        return self.target(login, next(iter(found))).organisation()
