"""A change of settings as a person asks for it: checked, foreseen, and kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...domain.connections.connection import Connection
from ...domain.connections.settings import Settings
from ..change_preview import Preview, preview
from ..container import Container
from .schema import changed_settings


@dataclass(frozen=True, kw_only=True)
class SettingsChange:
    """Settings that were changed, or would be."""

    #: As it was before.
    connection: Connection
    settings: Settings
    preview: Preview
    #: False for a dry run.
    applied: bool


def set_settings(
    plugin: Container, name: str, given: Mapping[str, str], *, dry_run: bool = False
) -> SettingsChange:
    """Say what changing settings moves, then change all of them, or none.

    `given`: values by name, as people type them.

    Raises:
        SettingsError: there is no such connection, or a setting is wrong.
    """
    connection = plugin.connections.named(name)
    settings = checked_settings(plugin, connection, given)
    foreseen = preview(plugin, connection, replace(connection, settings=settings))
    if not dry_run:
        settings = change_settings(plugin, connection, given)
    return SettingsChange(
        connection=connection, settings=settings, preview=foreseen, applied=not dry_run
    )


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
