"""What `connection add`, `map`, `pause`, `resume`, `connect` and `disconnect` do."""

from dataclasses import replace
from typing import Any

from ...domain.connections.connection import Connection, ConnectionState
from ...domain.connections.mapping import Mapping as Entries
from ...errors import PluginError, SettingsError
from ...ports.adapter import Side
from ...services.connections.access import (
    choose_organisation,
    consent_address,
    disconnect,
    renew_secrets,
)
from ...services.connections.setup import add_connection
from ...services.container import Container
from ...services.mapping.edit import map_entry
from ...services.mapping.entries import checked_entry
from ..output import print_json, say
from ..secret_prompt import read_secrets
from .connections import missing
from .impact import foreseen, moved_view, say_moved

_STANDS = {
    ConnectionState.ACTIVE: "is active",
    ConnectionState.NEEDS_CONSENT: "waits for consent in Xero",
    ConnectionState.NEEDS_ORGANISATION: "waits for its organisation to be chosen",
    ConnectionState.PAUSED: "is paused",
    ConnectionState.DISCONNECTED: "is disconnected",
}

#: Resuming does not let these run: what refuses it.
_NEEDS_MORE = {
    ConnectionState.NEEDS_ORGANISATION: "MX-112",
    ConnectionState.DISCONNECTED: "MX-114",
}


def add(plugin: Container, *, as_json: bool, **given: Any) -> None:
    """Add a connection; where a person must allow access, say at which address."""
    connection = add_connection(plugin, **given)
    address = _consent_address(plugin, connection, given["organisation"])
    _tell(connection, address, as_json=as_json)
    if not as_json:
        for sentence in missing(connection):
            say(f"Missing: {sentence}")


def map_one(
    plugin: Container,
    name: str,
    kind: str,
    source: str,
    target: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Say what one entry of the mapping moves, then keep it."""
    connection = plugin.connections.named(name)
    try:
        entry = checked_entry(connection, kind, source, target)
    except SettingsError:
        if connection.organisation is None or not connection.may_run()[0]:
            raise
        # What is unknown may have been made in Xero a moment ago.
        connection = plugin.refreshed(connection, now=True)
        entry = checked_entry(connection, kind, source, target)
    entries = Entries({**connection.mapping.entries, (kind, source): entry})
    found = foreseen(plugin, connection, replace(connection, mapping=entries))
    if not dry_run:
        map_entry(plugin, connection, kind, source, target)
    if as_json:
        moves = {"applied": not dry_run, "moved": moved_view(found)}
        words = {"kind": kind, "source": source, "target": entry.target}
        print_json({"name": name, **words, **moves})
        return
    say_moved(found, whole=dry_run)
    if dry_run:
        say("Nothing was changed.")
    else:
        say(f"{kind} {source} -> {entry.target}")
        say("Orders that it concerns are decided again at the next export.")


def pause(plugin: Container, name: str, *, as_json: bool) -> None:
    """Stop a connection."""
    connection = plugin.connections.named(name)
    plugin.connections.pause(connection, "stopped by a person")
    _tell(plugin.connections.named(name), None, as_json=as_json)


def resume(plugin: Container, name: str, *, as_json: bool) -> None:
    """Let it run again, as far as it can.

    Raises:
        PluginError: it needs more than that; `fix` says what.
    """
    plugin.connections.resume(plugin.connections.named(name))
    connection = plugin.connections.named(name)
    if connection.state in _NEEDS_MORE:
        sentence, _, fix = connection.may_run()[1].rpartition("; ")
        code = _NEEDS_MORE[connection.state]
        raise PluginError(code=code, message=f"{sentence}.", fix=f"{fix[:1].upper()}{fix[1:]}")
    _tell(connection, _consent_address(plugin, connection), as_json=as_json)


def connect(
    plugin: Container, name: str, organisation: str, *, another: bool, as_json: bool
) -> None:
    """Say where a person allows access; a custom connection is connected at once.

    Raises:
        PluginError: the connection needs nobody's consent, or opens another organisation.
    """
    connection = plugin.connections.named(name)
    if connection.grant.kind == "consent":
        address = consent_address(plugin, connection, organisation=organisation, another=another)
        _tell(connection, address, as_json=as_json)
        return
    if connection.state not in _NEEDS_MORE and not (organisation or another):
        raise PluginError(code="MX-113", connection=name)
    connected = choose_organisation(plugin, connection, organisation, another=another)
    _tell(connected, None, as_json=as_json)


def end(plugin: Container, name: str, *, as_json: bool) -> None:
    """Stop a connection, end its access, and say who goes on using it."""
    sharing = disconnect(plugin, plugin.connections.named(name))
    connection = plugin.connections.named(name)
    if as_json:
        print_json({**_view(connection, None), "shared_with": sharing})
        return
    _tell(connection, None, as_json=False)
    say("Its orders, settings and mapping stay; nothing of it runs until it is connected again.")
    if sharing:
        say(f"The access itself goes on, since others use it: {', '.join(sharing)}.")
    elif connection.grant.kind == "custom":
        say("Its Xero app is a custom connection: end the app's access in Xero, Connected apps.")


def organisation(plugin: Container, name: str, wanted: str, *, as_json: bool) -> None:
    """Choose one of the organisations that the access opens."""
    connection = plugin.connections.named(name)
    _tell(choose_organisation(plugin, connection, wanted), None, as_json=as_json)


def _consent_address(plugin: Container, connection: Connection, wanted: str = "") -> str | None:
    waits = connection.state is ConnectionState.NEEDS_CONSENT
    return consent_address(plugin, connection, organisation=wanted) if waits else None


def _view(connection: Connection, address: str | None) -> dict[str, Any]:
    may_run, why = connection.may_run()
    return {
        "name": connection.name,
        "state": connection.state,
        "why": None if may_run else why,
        "consent_address": address,
    }


def _tell(connection: Connection, address: str | None, *, as_json: bool) -> None:
    if as_json:
        print_json(_view(connection, address))
        return
    organisation = connection.organisation
    to = f" to {organisation.name}" if organisation else ""
    say(f"Connection {connection.name}{to} {_STANDS[connection.state]}.")
    if address:
        say("Open this address, log in to Xero and allow access (the web process must run):")
        say(address)
    if connection.state in _NEEDS_MORE:
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
