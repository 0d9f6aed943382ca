"""A change of the mapping: checked, and kept."""

from ...domain.connections.connection import Connection
from ...domain.connections.mapping import Entry
from ..container import Container
from .entries import checked_entry


def map_entry(
    plugin: Container, connection: Connection, kind: str, source: str, target: str
) -> Entry:
    """Check and keep one entry of the mapping. Raises SettingsError."""
    entry = checked_entry(connection, kind, source, target)
    plugin.connections.keep_entries(connection, {(kind, source): entry})
    return entry
