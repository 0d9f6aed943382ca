"""What `connection list` and `connection show` print."""

from dataclasses import fields
from typing import Any

from ...domain.connections.connection import Connection, Settings
from ...domain.connections.mapping import KINDS
from ...domain.connections.organisation import Organisation
from ...domain.times import local
from ...services.container import Container
from ...services.mapping.gaps import MappingMaterial, gaps, invalid_entries
from ...services.settings.schema import MEANINGS
from ..output import print_json, say, table


def list_all(plugin: Container, *, as_json: bool) -> None:
    """All connections, by name."""
    connections = plugin.connections.all()
    if as_json:
        print_json([_summary(plugin, connection) for connection in connections])
        return
    headings = ("Name", "State", "Mintsoft", "Xero organisation", "Why it does not run")
    rows = [
        (
            x.name,
            x.state.replace("_", " "),
            x.mintsoft_username,
            _name(x.organisation),
            _why(plugin, x),
        )
        for x in connections
    ]
    table(headings, rows)


def show(plugin: Container, name: str, *, as_json: bool) -> None:
    """One connection, whole."""
    connection = plugin.connections.named(name)
    view = _view(plugin, connection)
    if as_json:
        print_json(view)
        return
    zone = connection.settings.timezone
    client = f", client {connection.mintsoft_client}" if connection.mintsoft_client else ""
    say(f"Connection   {connection.name} ({connection.mode})")
    say(f"State        {connection.state.replace('_', ' ')}")
    if why := _why(plugin, connection):
        say(f"             {why}")
    say(f"Mintsoft     {connection.mintsoft_username}{client}")
    say(f"Xero         {_name(connection.organisation)}")
    say(f"Schedule     {_schedule(connection)}")
    say(f"Orders read  until {local(view['schedule']['orders_read_until'], zone)}")
    say(f"Reconciled   {_reconciled(view['reconciled'], zone)}")
    say()
    rows = [(key, str(x["text"]), x["meaning"]) for key, x in view["settings"].items()]
    table(("Setting", "Value", "Meaning"), rows)
    say()
    mapped = [(x["kind"], x["source"], x["target"], _how(x)) for x in view["mapping"]]
    table(("Mapping", "From", "To", ""), mapped)
    for sentence in view["missing"]:
        say(f"Missing: {sentence}")


def missing(connection: Connection) -> list[str]:
    """What is not mapped, or no longer holds, though documents will most likely need it."""
    found = gaps(connection, MappingMaterial())
    return [f"{gap.sentence.removesuffix('.')}: {gap.fix}" for gap in found]


def settings_view(settings: Settings) -> dict[str, dict[str, Any]]:
    """Each setting with its value, the text that `connection set` takes, and its meaning."""
    return {
        field.name: {
            "value": getattr(settings, field.name),
            "text": _text(getattr(settings, field.name)),
            "meaning": MEANINGS[field.name],
        }
        for field in fields(settings)
    }


def _text(value: Any) -> str:
    if value is None:
        return "any"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _how(entry: dict[str, Any]) -> str:
    if entry["problem"]:
        return f"no longer holds: {entry['problem']}"
    return "assumed" if entry["assumed"] else ""


def _name(organisation: Organisation | None) -> str:
    return organisation.name if organisation else "not known yet"


def _why(plugin: Container, connection: Connection) -> str:
    """Why nothing is sent: it may not run, or a side is away for now."""
    may_run, why = connection.may_run()
    hold = plugin.ledger.held(connection)
    if not may_run or hold is None:
        return why
    until = local(hold.until, connection.settings.timezone)
    return hold.sentence(plugin.clock.now(), until)


def _schedule(connection: Connection) -> str:
    minutes = connection.settings.sync_minutes
    if not minutes:
        return "off (sync_minutes is 0)"
    if not connection.started:
        return f"every {minutes} minutes, from the first export on"
    return f"every {minutes} minutes"


def _reconciled(last: dict[str, Any] | None, zone: str) -> str:
    if last is None:
        return "not yet"
    found = f"{last['findings']} findings" if last["findings"] else "everything agreed"
    return f"{local(last['at'], zone)}: {found}, {last['since']} to {last['until']}"


def _summary(plugin: Container, connection: Connection) -> dict[str, Any]:
    hold = plugin.ledger.held(connection)
    return {
        "name": connection.name,
        "mode": connection.mode,
        "state": connection.state,
        "why": _why(plugin, connection) or None,
        "holds_until": hold.until if hold else None,
        "mintsoft_username": connection.mintsoft_username,
        "mintsoft_client": connection.mintsoft_client or None,
        "organisation": connection.organisation.name if connection.organisation else None,
    }


def _view(plugin: Container, connection: Connection) -> dict[str, Any]:
    organisation = connection.organisation
    kinds = list(KINDS)
    entries = sorted(connection.mapping.entries.items(), key=lambda x: (kinds.index(x[0][0]), x[0]))
    invalid = invalid_entries(connection)
    known = organisation and {
        "id": organisation.organisation_id,
        "name": organisation.name,
        "country": organisation.country,
        "base_currency": organisation.base_currency,
        "currencies": list(organisation.currencies),
        "locked_until": organisation.locked_until,
        "read_at": organisation.read_at,
    }
    return {
        **_summary(plugin, connection),
        "organisation": known,
        "settings": settings_view(connection.settings),
        "mapping": [
            {
                "kind": kind,
                "source": source,
                "target": x.target,
                "assumed": x.assumed,
                "problem": invalid.get((kind, source)),
            }
            for (kind, source), x in entries
        ],
        "missing": missing(connection),
        "schedule": {
            "sync_minutes": connection.settings.sync_minutes,
            "started": connection.started,
            "orders_read_until": plugin.ledger.orders_read_until(connection),
        },
        "reconciled": _last_reconciled(plugin, connection),
    }


def _last_reconciled(plugin: Container, connection: Connection) -> dict[str, Any] | None:
    kept = plugin.ledger.reconciliations(connection, limit=1)
    if not kept:
        return None
    days = {name: kept[0].result[name] for name in ("since", "until")}
    return {"at": kept[0].at, "findings": kept[0].findings, **days}
