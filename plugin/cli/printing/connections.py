"""What `connection list` and `connection show` print."""

from collections.abc import Mapping
from typing import Any

from ...domain.connections.connection import Connection
from ...domain.connections.organisation import Organisation
from ...domain.times import local
from ...services.connections.overview import overview, summaries
from ...services.container import Container
from ...services.serializers import connections as serializers
from ..output import print_json, say, table


def list_all(plugin: Container, *, as_json: bool) -> None:
    """All connections, by name."""
    found = summaries(plugin)
    if as_json:
        print_json([serializers.summary(x) for x in found])
        return
    headings = ("Name", "State", "Mintsoft", "Xero organisation", "Why it does not run")
    rows = [
        (
            x.connection.name,
            x.connection.state.replace("_", " "),
            x.connection.mintsoft_username,
            _name(x.connection.organisation),
            x.why,
        )
        for x in found
    ]
    table(headings, rows)


def show(plugin: Container, name: str, *, as_json: bool) -> None:
    """One connection, whole."""
    found = overview(plugin, name)
    connection, view = found.summary.connection, serializers.connection(found)
    if as_json:
        print_json(view)
        return
    zone = connection.settings.timezone
    client = f", client {connection.mintsoft_client}" if connection.mintsoft_client else ""
    say(f"Connection   {connection.name} ({connection.mode})")
    say(f"State        {connection.state.replace('_', ' ')}")
    if found.summary.why:
        say(f"             {found.summary.why}")
    say(f"Mintsoft     {connection.mintsoft_username}{client}")
    say(f"Xero         {_name(connection.organisation)}")
    say(f"Schedule     {_schedule(connection)}")
    say(f"Orders read  until {local(found.read_until, zone)}")
    say(f"Reconciled   {_reconciled(found.reconciled, zone)}")
    say()
    rows = [(key, str(x["text"]), x["meaning"]) for key, x in view["settings"].items()]
    table(("Setting", "Value", "Meaning"), rows)
    say()
    mapped = [(x["kind"], x["source"], x["target"], _how(x)) for x in view["mapping"]]
    table(("Mapping", "From", "To", ""), mapped)
    for sentence in found.missing:
        say(f"Missing: {sentence}")


def _how(entry: dict[str, Any]) -> str:
    if entry["problem"]:
        return f"no longer holds: {entry['problem']}"
    return "assumed" if entry["assumed"] else ""


def _name(organisation: Organisation | None) -> str:
    return organisation.name if organisation else "not known yet"


def _schedule(connection: Connection) -> str:
    minutes = connection.settings.sync_minutes
    if not minutes:
        return "off (sync_minutes is 0)"
    if not connection.started:
        return f"every {minutes} minutes, from the first export on"
    return f"every {minutes} minutes"


def _reconciled(last: Mapping[str, Any] | None, zone: str) -> str:
    if last is None:
        return "not yet"
    found = f"{last['findings']} findings" if last["findings"] else "everything agreed"
    return f"{local(last['at'], zone)}: {found}, {last['since']} to {last['until']}"
