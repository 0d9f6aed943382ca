"""A change of the mapping as a person asks for it: checked, foreseen, and kept."""

from dataclasses import dataclass, replace

from ...domain.connections.connection import Connection
from ...domain.connections.mapping import Entry, Mapping
from ...errors import SettingsError
from ..change_preview import Preview, preview
from ..container import Container
from .entries import check_kind, checked_entry


@dataclass(frozen=True, kw_only=True)
class MappingChange:
    """An entry that was made or removed, or would be."""

    connection: Connection
    kind: str
    source: str
    #: The entry that was made, or that was there.
    entry: Entry
    preview: Preview
    #: False for a dry run.
    applied: bool


def map_source(
    plugin: Container, name: str, kind: str, source: str, target: str, *, dry_run: bool = False
) -> MappingChange:
    """Say what one entry of the mapping moves, then keep it.

    Raises:
        SettingsError: there is no such connection, or the entry is impossible.
        TryLater, Disconnected: a target that is not known yet could not be looked for.
    """
    connection = plugin.connections.named(name)
    try:
        entry = checked_entry(connection, kind, source, target)
    except SettingsError:
        if connection.organisation is None or not connection.may_run()[0]:
            raise
        # What is unknown may have been made in the target a moment ago.
        connection = plugin.refreshed(connection, now=True)
        entry = checked_entry(connection, kind, source, target)
    entries = Mapping({**connection.mapping.entries, (kind, source): entry})
    foreseen = preview(plugin, connection, replace(connection, mapping=entries))
    if not dry_run:
        plugin.connections.keep_entries(connection, {(kind, source): entry})
    return MappingChange(
        connection=connection,
        kind=kind,
        source=source,
        entry=entry,
        preview=foreseen,
        applied=not dry_run,
    )


def unmap_source(
    plugin: Container, name: str, kind: str, source: str, *, dry_run: bool = False
) -> MappingChange:
    """Say what removing an entry moves, then remove it.

    Raises:
        SettingsError: there is no such connection, kind or entry.
    """
    connection = plugin.connections.named(name)
    check_kind(kind)
    entries = dict(connection.mapping.entries)
    gone = entries.pop((kind, source), None)
    if gone is None:
        raise SettingsError(
            f"Nothing is mapped as {kind} {source}",
            fix=f"mintsoft-xero mapping list {name} shows what is.",
        )
    foreseen = preview(plugin, connection, replace(connection, mapping=Mapping(entries)))
    if not dry_run:
        plugin.connections.drop_entry(connection, kind, source)
    return MappingChange(
        connection=connection,
        kind=kind,
        source=source,
        entry=gone,
        preview=foreseen,
        applied=not dry_run,
    )
