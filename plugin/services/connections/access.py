"""Access: who may read and write on both sides; how it begins, ends, and is given anew."""

import secrets as random
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress

from ...config import Environment
from ...database.connections import Connections, listed
from ...database.vault import DraftVault, Rotation, SqlVault
from ...domain.connections.connection import LOGIN_REFUSED, Connection, ConnectionState, Grant
from ...domain.connections.health import Point
from ...domain.connections.mapping import Entry
from ...domain.connections.mapping import Mapping as Entries
from ...domain.connections.organisation import Organisation
from ...errors import Disconnected, PluginError, SettingsError
from ...ports.adapter import Means, Side, SourceAdapter, TargetAdapter
from ...ports.clock import Clock
from ...ports.infrastructure import Vault
from .health import look

#: More than this is no state that we made.
LONGEST_STATE = 100


class Access(ABC):
    """The part of the joined plugin that gives connections access, and ends it."""

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

    def consent_address(
        self, connection: Connection, *, organisation: str = "", another: bool = False
    ) -> str:
        """See `joined.Plugin`."""
        state, verifier = random.token_urlsafe(24), random.token_urlsafe(48)
        asked = f"{connection.connection_id}:{verifier}:{int(another)}:{organisation}"
        self.vault.keep(f"consent:{state}", asked)
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
        # The last may be a name, with anything in it.
        connection_id, verifier, another, wanted, *_ = [*(kept or "0").split(":", 3), "", "", ""]
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
        found = self.opened(way_in, means, connection.grant, newest=not wanted)
        return self._choose(connection, found, wanted, another=another == "1")

    def choose_organisation(
        self, connection: Connection, wanted: str = "", *, another: bool = False
    ) -> Connection:
        """See `joined.Plugin`."""
        way_in, means = self.target_adapter(connection.target), self.means(self.vault)
        found = self.opened(way_in, means, connection.grant)
        return self._choose(connection, found, wanted, another=another)

    def _choose(
        self, connection: Connection, found: Mapping[str, str], wanted: str, *, another: bool
    ) -> Connection:
        """Use one of the organisations that were found."""
        way_in, means = self.target_adapter(connection.target), self.means(self.vault)
        before = connection.organisation
        chosen = chosen_organisation(found, wanted, before.organisation_id if before else "")
        if chosen is None and (before is None or another):
            self.connections.ask_organisation(connection, found)
            return self.connections.named(connection.name)
        if before and chosen != before.organisation_id and not another:
            raise _another(connection, before, found[chosen] if chosen else listed(found))
        assert chosen is not None
        known = way_in.target(means, connection.grant, chosen).organisation()
        fresh = connection.mapping if before is None or chosen == before.organisation_id else None
        mapping = (fresh or Entries(_chosen_by_people(connection.mapping))).with_assumptions(known)
        self.connections.connected(connection, known, mapping.entries)
        return self.connections.named(connection.name)

    def disconnect(self, connection: Connection) -> list[str]:
        """See `joined.Plugin`."""
        # First ours: of two that are disconnected at once, at least one sees the other's end.
        self.connections.disconnect(connection)
        known = connection.organisation
        if known is None:
            return []
        sharing = [
            other.name
            for other in self.connections.all()
            if other.connection_id != connection.connection_id
            and other.state is not ConnectionState.DISCONNECTED
            and other.grant.client_id == connection.grant.client_id
            and other.organisation is not None
            and other.organisation.organisation_id == known.organisation_id
        ]
        if not sharing:
            way_in, means = self.target_adapter(connection.target), self.means(self.vault)
            with suppress(Disconnected):  # ended there already
                way_in.disconnect(means, connection.grant, known.organisation_id)
        return sharing

    def renew_secrets(
        self, connection: Connection, side: Side, secrets: Mapping[str, str]
    ) -> dict[str, bool]:
        """See `joined.Plugin`."""
        draft, everybody = DraftVault(self.vault), self.connections.all()
        means, zone = self.means(draft), connection.settings.timezone
        if side == "source":
            source = self.source_adapter(connection.source)
            title, user = source.title, connection.mintsoft_username
            source.join(means, username=user, client="", timezone=zone, secrets=secrets)
            sharing = [x for x in everybody if x.account == connection.account]
        else:
            app = connection.target, connection.grant.client_id
            sharing = [x for x in everybody if (x.target, x.grant.client_id) == app]
            target = self.target_adapter(connection.target)
            title = target.title
            for grant in {x.grant.grant_id: x.grant for x in sharing}.values():
                target.renew_secrets(means, grant, secrets=secrets)
        draft.keep_all()
        return {x.name: self._resumed(x, title) for x in sharing}

    def _resumed(self, connection: Connection, system: str) -> bool:
        """Resume a connection that the system's refusal has paused; whether it was one."""
        refused = connection.paused_because.startswith(f"{system} {LOGIN_REFUSED} ")
        stood = refused and connection.state is ConnectionState.PAUSED
        if stood:
            self.connections.resume(connection)
        return stood

    def keep_alive(self, connection: Connection) -> None:
        """See `joined.Plugin`."""
        if connection.state is not ConnectionState.DISCONNECTED:
            way_in = self.target_adapter(connection.target)
            way_in.keep_alive(self.means(self.vault), connection.grant)

    def health(self, connection: Connection) -> list[Point]:
        """See `joined.Plugin`."""
        way_in = self.target_adapter(connection.target)
        means, source = self.means(self.vault), self.source_adapter(connection.source)
        if connection.may_run()[0] and connection.organisation:
            with suppress(PluginError):  # why it can't be read is one of the points
                target = way_in.target(
                    means, connection.grant, connection.organisation.organisation_id, by_person=True
                )
                self.connections.keep_organisation(connection, target.organisation())
                connection = self.connections.named(connection.name)
        return look(means, source, way_in, connection)

    def rotate_secrets(self) -> Rotation:
        """See `joined.Plugin`."""
        return self.vault.rotate()

    def _redirect_uri(self) -> str:
        return f"{self.environment.public_url}/connect/xero"

    @staticmethod
    def opened(
        way_in: TargetAdapter, means: Means, grant: Grant, *, newest: bool = False
    ) -> dict[str, str]:
        """Names of the organisations that a grant opens, by id: at least one."""
        found = way_in.organisations(means, grant, newest=newest)
        if not found:
            raise Disconnected(code="MX-103", reason="it gives access to no organisation")
        return found


def chosen_organisation(found: Mapping[str, str], wanted: str, before: str = "") -> str | None:
    """Id of the organisation to use; None where a person has to choose among several.

    `found`: names by id; `wanted`: an id or a name, empty for none; `before`: the one it had.

    Raises:
        SettingsError: there is none such, or there are several of the name.
    """
    if not wanted:
        return before if before in found else next(iter(found)) if len(found) == 1 else None
    key = wanted.strip().casefold()
    same = [x for x, name in found.items() if key in {x.casefold(), name.strip().casefold()}]
    if len(same) == 1:
        return same[0]
    problem = "Several organisations are called" if same else "The access opens no organisation"
    raise SettingsError(
        f"{problem} {wanted[:60]!r}", fix=f"Name one of these by its id: {listed(found)}."
    )


def _another(connection: Connection, before: Organisation, now: str) -> PluginError:
    return PluginError(
        code="MX-111",
        connection=connection.name,
        before=before.name,
        now=now,
        fix=f"Allow access to {before.name}, or add --another-organisation to: mintsoft-xero"
        f" connection connect {connection.name}. What was exported stays with {before.name}.",
    )


def _chosen_by_people(mapping: Entries) -> dict[tuple[str, str], Entry]:
    """Entries that were not assumed: they stay, and `connection show` says which don't hold."""
    return {key: entry for key, entry in mapping.entries.items() if not entry.assumed}
