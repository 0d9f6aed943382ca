"""What `connection add`, `set`, `map`, `pause`, `resume` and `connect` do."""

from dataclasses import replace
from typing import Any

from ..domain.connection import Connection, ConnectionState
from ..domain.mapping import Mapping as Entries
from ..errors import PluginError, SettingsError
from ..joined import Plugin
from ..mapping_entries import checked_entry
from .moves import foreseen, moved_view, say_moved
from .output import print_json, say
from .showing import missing

_STANDS = {
    ConnectionState.ACTIVE: "is active",
    ConnectionState.NEEDS_CONSENT: "waits for consent in Xero",
    ConnectionState.NEEDS_ORGANISATION: "waits for its organisation to be chosen",
    ConnectionState.PAUSED: "is paused",
    ConnectionState.DISCONNECTED: "is disconnected",
}


def add(plugin: Plugin, *, as_json: bool, **given: Any) -> None:
    """Add a connection; where a person must allow access, say at which address."""
    connection = plugin.add_connection(**given)
    address = _consent_address(plugin, connection)
    _tell(connection, address, as_json=as_json)
    if not as_json:
        for sentence in missing(connection):
            say(f"Missing: {sentence}")


def map_one(
    plugin: Plugin,
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
        plugin.map(connection, kind, source, target)
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


def organisation(plugin: Plugin, name: str, wanted: str, *, as_json: bool) -> None:
    """Choose one of the organisations that the access opens."""
    connection = plugin.connections.named(name)
    _tell(plugin.choose_organisation(connection, wanted), None, as_json=as_json)


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
    if connection.state in {ConnectionState.NEEDS_ORGANISATION, ConnectionState.DISCONNECTED}:
        say(why)
    if connection.state is ConnectionState.PAUSED:
        say(f"To let it run: mintsoft-xero connection resume {connection.name}")
