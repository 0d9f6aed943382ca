"""A change of settings: checked, and kept."""

from collections.abc import Mapping

from ...domain.connections.connection import Connection, Settings
from ..container import Container
from .schema import changed_settings


def order_statuses(plugin: Container, connection: Connection) -> list[str]:
    """Names of the order statuses that the connection's source has. No call."""
    return statuses_of(plugin, connection.source)


def checked_settings(
    plugin: Container, connection: Connection, given: Mapping[str, str]
) -> Settings:
    """What `change_settings` would keep. Raises SettingsError."""
    statuses, known = order_statuses(plugin, connection), connection.organisation
    return changed_settings(connection.settings, given, statuses, known)


def change_settings(
    plugin: Container, connection: Connection, given: Mapping[str, str]
) -> Settings:
    """Check and keep settings. Raises SettingsError; then nothing was changed."""
    settings = checked_settings(plugin, connection, given)
    plugin.connections.keep_settings(connection, settings)
    return settings


def statuses_of(plugin: Container, source: str) -> list[str]:
    """Names of the order statuses that every account of a source has. No call."""
    return list(plugin.source_adapter(source).statuses)
