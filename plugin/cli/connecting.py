"""What `connection add`, `set`, `map`, `pause`, `resume` and `connect` do."""

from collections.abc import Mapping
from typing import Any

from ..domain.connection import Connection, ConnectionState
from ..errors import PluginError, SettingsError
from ..joined import Plugin
from .output import print_json, say
from .showing import missing, settings_view

_STANDS = {
    ConnectionState.ACTIVE: "is active",
    ConnectionState.NEEDS_CONSENT: "waits for consent in Xero",
    ConnectionState.PAUSED: "is paused",
}


def add(plugin: Plugin, *, as_json: bool, **given: Any) -> None:
    """Add a connection; where a person must allow access, say at which address."""
    connection = plugin.add_connection(**given)
    address = _consent_address(plugin, connection)
    _tell(connection, address, as_json=as_json)
    if not as_json:
        for sentence in missing(connection):
            say(f"Missing: {sentence}")


def change_settings(plugin: Plugin, name: str, given: Mapping[str, str], *, as_json: bool) -> None:
    """Change settings and print those that were given, as they are now."""
    connection = plugin.connections.named(name)
    settings = settings_view(plugin.change_settings(connection, given))
    if as_json:
        print_json({"name": name, "settings": settings})
    else:
        for key in given:
            say(f"{key} = {settings[key]['text']}")


def map_one(
    plugin: Plugin, name: str, kind: str, source: str, target: str, *, as_json: bool
) -> None:
    """Keep one entry of the mapping."""
    connection = plugin.connections.named(name)
    try:
        entry = plugin.map(connection, kind, source, target)
    except SettingsError:
        if connection.organisation is None or not connection.may_run()[0]:
            raise
        # What is unknown may have been made in Xero a moment ago.
        entry = plugin.map(plugin.refreshed(connection, now=True), kind, source, target)
    if as_json:
        print_json({"name": name, "kind": kind, "source": source, "target": entry.target})
    else:
        say(f"{kind} {source} -> {entry.target}")
        say("Orders that it concerns are decided again at the next export.")


def pause(plugin: Plugin, name: str, *, as_json: bool) -> None:
    """Stop a connection."""
    connection = plugin.connections.named(name)
    plugin.connections.pause(connection, "stopped by a person")
    _tell(plugin.connections.named(name), None, as_json=as_json)


def resume(plugin: Plugin, name: str, *, as_json: bool) -> None:
    """Let it run again, as far as it can."""
    plugin.connections.resume(plugin.connections.named(name))
    connection = plugin.connections.named(name)
    _tell(connection, _consent_address(plugin, connection), as_json=as_json)


def connect(plugin: Plugin, name: str, *, as_json: bool) -> None:
    """Say where a person allows access.

    Raises:
        PluginError: the connection needs nobody's consent.
    """
    connection = plugin.connections.named(name)
    if connection.grant.kind == "custom":
        raise PluginError(
            f"Connection {name} needs no consent: its Xero app is a custom connection.",
            fix=f"Check the app in Xero, then run: mintsoft-xero connection resume {name}",
        )
    _tell(connection, plugin.consent_address(connection), as_json=as_json)


def _consent_address(plugin: Plugin, connection: Connection) -> str | None:
    waits = connection.state is ConnectionState.NEEDS_CONSENT
    return plugin.consent_address(connection) if waits else None


def _tell(connection: Connection, address: str | None, *, as_json: bool) -> None:
    may_run, why = connection.may_run()
    if as_json:
        answer = {
            "name": connection.name,
            "state": connection.state,
            "why": None if may_run else why,
            "consent_address": address,
        }
        print_json(answer)
        return
    organisation = connection.organisation
    to = f" to {organisation.name}" if organisation else ""
    say(f"Connection {connection.name}{to} {_STANDS[connection.state]}.")
    if address:
        say("Open this address, log in to Xero and allow access (the web process must run):")
        say(address)
    if connection.state is ConnectionState.PAUSED:
        say(f"To let it run: mintsoft-xero connection resume {connection.name}")
