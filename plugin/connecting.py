"""Connecting: a source joined to a target; both are tried before anything is kept."""

import re
import secrets as random
from abc import ABC, abstractmethod
from collections.abc import Mapping

from .adapter import Means, SourceAdapter, TargetAdapter
from .domain.connection import Connection, Grant, Settings
from .domain.mapping import Entry, assumptions
from .domain.moment import local_date
from .domain.organisation import Organisation
from .environment import Environment
from .errors import Disconnected, SettingsError
from .ledger.connections import Connections
from .ledger.vault import DraftVault, SqlVault
from .mapping_entries import checked_entry
from .ports import Clock
from .settings import changed_settings
from .shared import Vault

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
    def means(self, vault: Vault) -> Means:
        """What an adapter is given, with its secrets in a vault."""

    @abstractmethod
    def source_adapter(self, name: str) -> SourceAdapter:
        """The adapter of a source. Raises SettingsError for an unknown one."""

    @abstractmethod
    def target_adapter(self, name: str) -> TargetAdapter:
        """The adapter of a target. Raises SettingsError for an unknown one."""

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
        """See `joined.Plugin`."""
        self._check_name(name)
        checked = self._new_settings(source, settings)
        draft = DraftVault(self.vault)
        client_id = self.source_adapter(source).join(
            self.means(draft),
            username=mintsoft_username,
            client=mintsoft_client,
            timezone=checked.timezone,
            secrets=secrets,
        )
        way_in = self.target_adapter(target)
        grant = way_in.join(self.means(draft), client_id=xero_client_id, secrets=secrets)
        organisation = None
        if grant.kind != "consent":
            organisation = self._only_organisation(way_in, self.means(draft), grant)
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
            source=source,
            target=target,
        )

    def change_settings(self, connection: Connection, given: Mapping[str, str]) -> Settings:
        """See `joined.Plugin`."""
        settings = changed_settings(connection.settings, given, self._statuses(connection.source))
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
        return self.target_adapter(connection.target).consent_address(
            self.means(self.vault),
            connection.grant,
            state=state,
            verifier=verifier,
            redirect_uri=self._redirect_uri(),
        )

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
        way_in, means = self.target_adapter(connection.target), self.means(self.vault)
        way_in.consent_given(
            means,
            connection.grant,
            code=code,
            verifier=verifier,
            redirect_uri=self._redirect_uri(),
        )
        organisation = self._only_organisation(way_in, means, connection.grant)
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

    def _statuses(self, source: str) -> list[str]:
        return list(self.source_adapter(source).statuses)

    def _new_settings(self, source: str, given: Mapping[str, str]) -> Settings:
        zone = Settings(start_date=None).timezone
        fresh = Settings(start_date=local_date(self.clock.now(), zone))
        return changed_settings(fresh, given, self._statuses(source))

    @staticmethod
    def _only_organisation(way_in: TargetAdapter, means: Means, grant: Grant) -> Organisation:
        found = way_in.organisations(means, grant)
        if not found:
            raise Disconnected(code="MX-103", reason="it gives access to no organisation")
        return way_in.target(means, grant, next(iter(found))).organisation()
