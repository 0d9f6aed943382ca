"""Access: who may read and write on both sides; how it begins, ends, and is given anew."""

import secrets as random
from collections.abc import Callable, Mapping
from contextlib import suppress

from ...database.connections import listed
from ...database.vault import DraftVault
from ...domain.connections.connection import LOGIN_REFUSED, Connection, ConnectionState, Grant
from ...domain.connections.health import Point, zone_points
from ...domain.connections.mapping import Entry
from ...domain.connections.mapping import Mapping as Entries
from ...domain.connections.organisation import Organisation
from ...errors import Disconnected, PluginError, SettingsError
from ...ports.adapter import AdapterContext, Side, TargetAdapter
from ...ports.clock import by_its_clock
from ..container import Container
from .health import look

#: More than this is no state that we made.
LONGEST_STATE = 100


def consent_address(
    plugin: Container, connection: Connection, *, organisation: str = "", another: bool = False
) -> str:
    """Where a person allows access in Xero; the answer comes back to the web process.

    `organisation` and `another`: as of `choose_organisation`, when the answer is there.
    """
    state, verifier = random.token_urlsafe(24), random.token_urlsafe(48)
    asked = f"{connection.connection_id}:{verifier}:{int(another)}:{organisation}"
    plugin.vault.keep(f"consent:{state}", asked)
    return plugin.target_adapter(connection.target).consent_address(
        plugin.means(plugin.vault),
        connection.grant,
        state=state,
        verifier=verifier,
        redirect_uri=_redirect_uri(plugin, connection),
    )


def finish_consent(plugin: Container, target: str, state: str, code: str) -> Connection:
    """What the web process does with the answer: the connection is active then.

    What it gives is tried before it is kept: a consent by the wrong person, or for another
    organisation, changes nothing of the access that works.

    `target`: the system at whose address the answer came. One system's answer never finishes
    what another one was asked for: its code would go to that other system.

    Raises:
        SettingsError: the answer belongs to no consent that was asked for.
        PluginError: as `choose_organisation`.
        Disconnected, TryLater: Xero did not give access.
    """
    kept = plugin.vault.read(f"consent:{state}") if len(state) <= LONGEST_STATE else None
    # The last may be a name, with anything in it.
    connection_id, verifier, another, wanted, *_ = [*(kept or "0").split(":", 3), "", "", ""]
    connection = plugin.connections.with_id(int(connection_id))
    if kept is None or connection is None or connection.target != target:
        raise SettingsError(
            "This answer belongs to no consent that was asked for, or was used already",
            fix="Ask again: mintsoft-xero connection connect NAME.",
        )
    plugin.vault.forget(f"consent:{state}")
    draft = DraftVault(plugin.vault)
    way_in, means = plugin.target_adapter(connection.target), plugin.means(draft)
    way_in.consent_given(
        means,
        connection.grant,
        code=code,
        verifier=verifier,
        redirect_uri=_redirect_uri(plugin, connection),
    )
    found = opened(way_in, means, connection.grant, newest=not wanted)
    return _choose(
        plugin, connection, found, wanted, means=means, another=another == "1", keep=draft.keep_all
    )


def choose_organisation(
    plugin: Container, connection: Connection, wanted: str = "", *, another: bool = False
) -> Connection:
    """Use one of the organisations that the access opens, and let the connection run.

    `wanted`: id or name; without it the one that it had, else the only one, else it waits
    for a person to choose. `another`: it may be another one than before; then it begins anew.

    Raises:
        SettingsError: there is no such organisation.
        PluginError: it is another one than before, and that was not confirmed.
        Disconnected, TryLater: the target can't be asked.
    """
    way_in, means = plugin.target_adapter(connection.target), plugin.means(plugin.vault)
    found = opened(way_in, means, connection.grant)
    return _choose(plugin, connection, found, wanted, means=means, another=another)


def _choose(
    plugin: Container,
    connection: Connection,
    found: Mapping[str, str],
    wanted: str,
    *,
    means: AdapterContext,
    another: bool,
    keep: Callable[[], None] = lambda: None,
) -> Connection:
    """Use one of the organisations that were found.

    `means`: hold the access to it; `keep`: keeps that for good, once it was tried.
    """
    way_in = plugin.target_adapter(connection.target)
    before = connection.organisation
    chosen = chosen_organisation(found, wanted, before.organisation_id if before else "")
    if chosen is None and (before is None or another):
        keep()
        plugin.connections.ask_organisation(connection, found)
        return plugin.connections.named(connection.name)
    if before and chosen != before.organisation_id and not another:
        raise _another(connection, before, found[chosen] if chosen else listed(found))
    assert chosen is not None
    known = way_in.target(means, connection.grant, chosen).organisation()
    fresh = connection.mapping if before is None or chosen == before.organisation_id else None
    mapping = (fresh or Entries(_chosen_by_people(connection.mapping))).with_assumptions(known)
    keep()  # first: a connection that runs has its access
    plugin.connections.connected(connection, known, mapping.entries)
    return plugin.connections.named(connection.name)


def disconnect(plugin: Container, connection: Connection) -> list[str]:
    """Stop a connection and end its access to the organisation; all data stays.

    Returns names of other connections that use the same access: it is not ended then.

    Raises:
        TryLater: the target can't be reached; it is stopped here, and may be tried again.
    """
    # First ours: of two that are disconnected at once, at least one sees the other's end.
    plugin.connections.disconnect(connection)
    known = connection.organisation
    if known is None:
        return []
    sharing = [
        other.name
        for other in plugin.connections.all()
        if other.connection_id != connection.connection_id
        and other.state is not ConnectionState.DISCONNECTED
        and other.grant.client_id == connection.grant.client_id
        and other.organisation is not None
        and other.organisation.organisation_id == known.organisation_id
    ]
    if not sharing:
        way_in, means = plugin.target_adapter(connection.target), plugin.means(plugin.vault)
        with suppress(Disconnected):  # ended there already
            way_in.disconnect(means, connection.grant, known.organisation_id)
    return sharing


def renew_secrets(
    plugin: Container, connection: Connection, side: Side, secrets: Mapping[str, str]
) -> dict[str, bool]:
    """Try other secrets for one side of a connection, then keep them.

    Returns:
        Names of all connections that log in with them, and whether each stood still since
        the login was refused, and runs again now.

    Raises:
        Disconnected: the login is refused (MX-102); the former secrets stay.
        TryLater: the side can't be reached; likewise.
    """
    draft, everybody = DraftVault(plugin.vault), plugin.connections.all()
    means, zone = plugin.means(draft), connection.settings.timezone
    if side == "source":
        source = plugin.source_adapter(connection.source)
        title, user = source.title, connection.mintsoft_username
        source.join(means, username=user, client="", timezone=zone, secrets=secrets)
        sharing = [x for x in everybody if x.account == connection.account]
    else:
        app = connection.target, connection.grant.client_id
        sharing = [x for x in everybody if (x.target, x.grant.client_id) == app]
        target = plugin.target_adapter(connection.target)
        title = target.title
        for grant in {x.grant.grant_id: x.grant for x in sharing}.values():
            target.renew_secrets(means, grant, secrets=secrets)
    draft.keep_all()
    return {x.name: _resumed(plugin, x, title) for x in sharing}


def _resumed(plugin: Container, connection: Connection, system: str) -> bool:
    """Resume a connection that the system's refusal has paused; whether it was one."""
    refused = connection.paused_because.startswith(f"{system} {LOGIN_REFUSED} ")
    stood = refused and connection.state is ConnectionState.PAUSED
    if stood:
        plugin.connections.resume(connection)
    return stood


def keep_alive(plugin: Container, connection: Connection) -> None:
    """Use the access before it grows too old, paused or not; nothing once disconnected.

    Raises:
        Disconnected: access has ended.
        TryLater: the target can't be reached.
    """
    if connection.state is not ConnectionState.DISCONNECTED:
        way_in = plugin.target_adapter(connection.target)
        way_in.keep_alive(plugin.means(plugin.vault), connection.grant)


def health(plugin: Container, connection: Connection) -> list[Point]:
    """What the connection may do and what it lacks; both sides are asked."""
    way_in = plugin.target_adapter(connection.target)
    means, source = plugin.means(plugin.vault), plugin.source_adapter(connection.source)
    if connection.may_run()[0] and connection.organisation:
        with suppress(PluginError):  # why it can't be read is one of the points
            target = way_in.target(
                means, connection.grant, connection.organisation.organisation_id, by_person=True
            )
            plugin.connections.keep_organisation(connection, target.organisation())
            connection = plugin.connections.named(connection.name)
    return [*look(means, source, way_in, connection), *_times(plugin, connection)]


def _times(plugin: Container, connection: Connection) -> list[Point]:
    """Whether times of the source are of the zone that the connection takes them to be of."""
    last = plugin.ledger.newest_comment(connection)
    if last is None or not connection.may_run()[0]:
        return []
    parts = plugin.parts(connection)
    try:
        told = parts.source.commented_at(last.source_id, parts.comment_on(last.invoice_number))
    except PluginError:
        return []  # that the source can't be asked is a point already
    if told is None:
        return []
    written = by_its_clock(parts.source, last.at)
    side = plugin.source_adapter(connection.source).title
    return zone_points(side, connection, written, told)


def _redirect_uri(plugin: Container, connection: Connection) -> str:
    return f"{plugin.environment.public_url}/connect/{connection.target}"


def opened(
    way_in: TargetAdapter, means: AdapterContext, grant: Grant, *, newest: bool = False
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
