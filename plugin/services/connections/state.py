"""Whether a connection runs, as a person sees and changes it: pause, resume, connect."""

from dataclasses import dataclass

from ...domain.connections.connection import Connection, ConnectionState
from ...domain.times import local
from ...errors import PluginError
from ..container import Container
from .access import choose_organisation, consent_address

#: Resuming does not let these run: what refuses it.
NEEDS_MORE = {
    ConnectionState.NEEDS_ORGANISATION: "MX-112",
    ConnectionState.DISCONNECTED: "MX-114",
}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A connection as it is now."""

    connection: Connection
    #: Where a person allows access; None where nobody has to.
    consent_address: str | None = None


def pause(plugin: Container, name: str) -> Standing:
    """Stop a connection. Raises SettingsError: there is no such connection."""
    plugin.connections.pause(plugin.connections.named(name), "stopped by a person")
    return Standing(connection=plugin.connections.named(name))


def resume(plugin: Container, name: str) -> Standing:
    """Let it run again, as far as it can.

    Raises:
        SettingsError: there is no such connection.
        PluginError: it needs more than that; `fix` says what.
    """
    plugin.connections.resume(plugin.connections.named(name))
    connection = plugin.connections.named(name)
    if connection.state in NEEDS_MORE:
        sentence, _, fix = connection.may_run()[1].rpartition("; ")
        code = NEEDS_MORE[connection.state]
        raise PluginError(code=code, message=f"{sentence}.", fix=f"{fix[:1].upper()}{fix[1:]}")
    return standing(plugin, connection)


def connect(
    plugin: Container, name: str, organisation: str = "", *, another: bool = False
) -> Standing:
    """Say where a person allows access; a custom connection is connected at once.

    Raises:
        SettingsError: there is no such connection or organisation.
        PluginError: the connection needs nobody's consent, or opens another organisation.
        Disconnected, TryLater: the target can't be asked.
    """
    connection = plugin.connections.named(name)
    if connection.grant.kind == "consent":
        address = consent_address(plugin, connection, organisation=organisation, another=another)
        return Standing(connection=connection, consent_address=address)
    if connection.state not in NEEDS_MORE and not (organisation or another):
        raise PluginError(code="MX-113", connection=name)
    return Standing(
        connection=choose_organisation(plugin, connection, organisation, another=another)
    )


def standing(plugin: Container, connection: Connection, wanted: str = "") -> Standing:
    """A connection as it is, with the address at which a person allows access if it waits for it.

    `wanted`: the organisation that is to be used then, by id or name.
    """
    waits = connection.state is ConnectionState.NEEDS_CONSENT
    address = consent_address(plugin, connection, organisation=wanted) if waits else None
    return Standing(connection=connection, consent_address=address)


def why_idle(plugin: Container, connection: Connection) -> str:
    """Why nothing is sent: it may not run, or a side is away for now; empty where it runs."""
    may_run, why = connection.may_run()
    hold = plugin.ledger.held(connection)
    if not may_run or hold is None:
        return why
    until = local(hold.until, connection.settings.timezone)
    return hold.sentence(plugin.clock.now(), until)
