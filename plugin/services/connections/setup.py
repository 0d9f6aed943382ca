"""Setup: a source joined to a target; both are tried before anything is kept."""

import re
from collections.abc import Mapping

from ...database.vault import DraftVault
from ...domain.connections.connection import Connection, ConnectionState, Grant
from ...domain.connections.mapping import assumptions
from ...domain.connections.settings import Settings
from ...domain.times import local_date
from ...errors import SettingsError
from ..container import Container
from ..settings.change import statuses_of
from ..settings.schema import changed_settings
from .access import chosen_organisation, opened


def add_connection(
    plugin: Container,
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
    _check_name(plugin, name)
    checked = _new_settings(plugin, source, settings)
    draft = DraftVault(plugin.vault)
    client_id = plugin.source_adapter(source).join(
        plugin.means(draft),
        username=mintsoft_username,
        client=mintsoft_client,
        timezone=checked.timezone,
        secrets=secrets,
    )
    way_in = plugin.target_adapter(target)
    if share_grant_of:
        grant = _grant_of(plugin, share_grant_of, target)
    else:
        grant = way_in.join(plugin.means(draft), client_id=xero_client_id, secrets=secrets)
    means, found = plugin.means(draft), dict[str, str]()
    if share_grant_of or grant.kind != "consent":
        found = opened(way_in, means, grant)
    chosen = chosen_organisation(found, organisation) if found else None
    known = way_in.target(means, grant, chosen).organisation() if chosen else None
    # First the secrets: a kill in between leaves some that nobody uses, rather than a
    # connection without any.
    draft.keep_all()
    added = plugin.connections.add(
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
        plugin.connections.ask_organisation(added, found)
    return plugin.connections.named(name)


def _grant_of(plugin: Container, name: str, target: str) -> Grant:
    """The grant of another connection. Raises SettingsError where it can't be shared."""
    other = plugin.connections.named(name)
    if other.target != target:
        raise SettingsError(
            f"The access of {name} can't be shared: it goes to {other.target}",
            fix="Name a connection that goes to the same system.",
        )
    if other.state is ConnectionState.DISCONNECTED:
        raise SettingsError(other.may_run()[1], fix="Connect it first, or leave it out.")
    return other.grant


def _check_name(plugin: Container, name: str) -> None:
    if not re.fullmatch(r"\w[\w .-]{0,49}", name):
        raise SettingsError(
            f"A connection can't be called {name[:60]!r}",
            fix="Choose at most 50 letters, digits, blanks, points and dashes.",
        )
    if name in {connection.name for connection in plugin.connections.all()}:
        raise SettingsError(f"There is a connection {name!r} already", fix="Choose another name.")


def _new_settings(plugin: Container, source: str, given: Mapping[str, str]) -> Settings:
    zone = Settings(start_date=None).timezone
    fresh = Settings(start_date=local_date(plugin.clock.now(), zone))
    return changed_settings(fresh, given, statuses_of(plugin, source))
