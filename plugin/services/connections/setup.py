"""Connecting: a source joined to a target; both are tried before anything is kept."""

import re
from collections.abc import Mapping

from ...database.vault import DraftVault
from ...domain.connections.connection import Connection, ConnectionState, Grant, Settings
from ...domain.connections.mapping import Entry, assumptions
from ...domain.times import local_date
from ...errors import SettingsError
from ..mapping.entries import checked_entry
from ..settings.schema import changed_settings
from .access import Access, chosen_organisation


class Connecting(Access):
    """The part of the joined plugin that makes and changes connections."""

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
        if share_grant_of:
            grant = self._grant_of(share_grant_of, target)
        else:
            grant = way_in.join(self.means(draft), client_id=xero_client_id, secrets=secrets)
        means, found = self.means(draft), dict[str, str]()
        if share_grant_of or grant.kind != "consent":
            found = self.opened(way_in, means, grant)
        chosen = chosen_organisation(found, organisation) if found else None
        known = way_in.target(means, grant, chosen).organisation() if chosen else None
        # First the secrets: a kill in between leaves some that nobody uses, rather than a
        # connection without any.
        draft.keep_all()
        added = self.connections.add(
            name=name,
            mode=mode,
            grant=grant,
            mintsoft_username=mintsoft_username,
            mintsoft_client=client_id,
            settings=checked,
            organisation=known,
            entries=assumptions(known) if known else {},
            source=source,
            target=target,
        )
        if found and known is None:
            self.connections.ask_organisation(added, found)
        return self.connections.named(name)

    def order_statuses(self, connection: Connection) -> list[str]:
        """See `joined.Plugin`."""
        return self._statuses(connection.source)

    def checked_settings(self, connection: Connection, given: Mapping[str, str]) -> Settings:
        """See `joined.Plugin`."""
        statuses, known = self.order_statuses(connection), connection.organisation
        return changed_settings(connection.settings, given, statuses, known)

    def change_settings(self, connection: Connection, given: Mapping[str, str]) -> Settings:
        """See `joined.Plugin`."""
        settings = self.checked_settings(connection, given)
        self.connections.keep_settings(connection, settings)
        return settings

    def map(self, connection: Connection, kind: str, source: str, target: str) -> Entry:
        """See `joined.Plugin`."""
        entry = checked_entry(connection, kind, source, target)
        self.connections.keep_entries(connection, {(kind, source): entry})
        return entry

    def _grant_of(self, name: str, target: str) -> Grant:
        """The grant of another connection. Raises SettingsError where it can't be shared."""
        other = self.connections.named(name)
        if other.target != target:
            raise SettingsError(
                f"The access of {name} can't be shared: it goes to {other.target}",
                fix="Name a connection that goes to the same system.",
            )
        if other.state is ConnectionState.DISCONNECTED:
            raise SettingsError(other.may_run()[1], fix="Connect it first, or leave it out.")
        return other.grant

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
