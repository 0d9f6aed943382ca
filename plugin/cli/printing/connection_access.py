"""What `connection add`, `pause`, `resume`, `connect`, `login` and `disconnect` print."""

from typing import Any

from ...domain.connections.connection import ConnectionState
from ...ports.adapter import Side
from ...services.connections import state
from ...services.connections.access import choose_organisation, disconnect, renew_secrets
from ...services.connections.overview import missing
from ...services.connections.setup import add_connection
from ...services.connections.state import NEEDS_MORE, Standing
from ...services.container import Container
from ...services.serializers import connections as serializers
from ..output import print_json, say
from ..secret_prompt import read_secrets

_STANDS = {
    ConnectionState.ACTIVE: "is active",
    ConnectionState.NEEDS_CONSENT: "waits for consent in Xero",
    ConnectionState.NEEDS_ORGANISATION: "waits for its organisation to be chosen",
    ConnectionState.PAUSED: "is paused",
    ConnectionState.DISCONNECTED: "is disconnected",
}


def add(plugin: Container, *, as_json: bool, **given: Any) -> None:
    """Add a connection; where a person must allow access, say at which address."""
    connection = add_connection(plugin, **given)
    _tell(state.standing(plugin, connection, given["organisation"]), as_json=as_json)
    if not as_json:
        for sentence in missing(connection):
            say(f"Missing: {sentence}")


def pause(plugin: Container, name: str, *, as_json: bool) -> None:
    """Stop a connection."""
    _tell(state.pause(plugin, name), as_json=as_json)


def resume(plugin: Container, name: str, *, as_json: bool) -> None:
    """Let it run again, as far as it can. Raises as `state.resume`."""
    _tell(state.resume(plugin, name), as_json=as_json)


def connect(
    plugin: Container, name: str, organisation: str, *, another: bool, as_json: bool
) -> None:
    """Say where a person allows access. Raises as `state.connect`."""
    _tell(state.connect(plugin, name, organisation, another=another), as_json=as_json)


def end(plugin: Container, name: str, *, as_json: bool) -> None:
    """Stop a connection, end its access, and say who goes on using it."""
    sharing = disconnect(plugin, plugin.connections.named(name))
    connection = plugin.connections.named(name)
    ended = Standing(connection=connection)
    if as_json:
        print_json({**serializers.standing(ended), "shared_with": sharing})
        return
    _tell(ended, as_json=False)
    say("Its orders, settings and mapping stay; nothing of it runs until it is connected again.")
    if sharing:
        say(f"The access itself goes on, since others use it: {', '.join(sharing)}.")
    elif connection.grant.kind == "custom":
        say("Its Xero app is a custom connection: end the app's access in Xero, Connected apps.")


def organisation(plugin: Container, name: str, wanted: str, *, as_json: bool) -> None:
    """Choose one of the organisations that the access opens."""
    chosen = choose_organisation(plugin, plugin.connections.named(name), wanted)
    _tell(Standing(connection=chosen), as_json=as_json)


def _tell(standing: Standing, *, as_json: bool) -> None:
    if as_json:
        print_json(serializers.standing(standing))
        return
    connection, address = standing.connection, standing.consent_address
    organisation = connection.organisation
    to = f" to {organisation.name}" if organisation else ""
    say(f"Connection {connection.name}{to} {_STANDS[connection.state]}.")
    if address:
        say("Open this address, log in to Xero and allow access (the web process must run):")
        say(address)
    if connection.state in NEEDS_MORE:
        say(connection.may_run()[1])
    if connection.state is ConnectionState.PAUSED:
        say(f"To let it run: mintsoft-xero connection resume {connection.name}")


def renew(plugin: Container, name: str, side: Side, *, as_json: bool) -> None:
    """Try new secrets of one side, keep them, and say which connections have them now.

    Raises:
        PluginError: they are refused, or could not be tried; the former ones stay.
    """
    connection = plugin.connections.named(name)
    if side == "source":
        wanted = plugin.wanted_secrets(source=connection.source)
    else:
        wanted = plugin.wanted_secrets(target=connection.target)
    stood = renew_secrets(plugin, connection, side, read_secrets(wanted))
    again = [each for each, stood_still in stood.items() if stood_still]
    if as_json:
        print_json({"name": name, "side": side, "connections": list(stood), "resumed": again})
        return
    say(f"The login works, and is kept for: {', '.join(stood)}.")
    if again:
        say(f"Paused since the login was refused, and running again: {', '.join(again)}.")
