"""Settings, mapping and schedules from one connection to another: by a file, or by cloning."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from ...domain.connections.connection import Connection
from ...domain.connections.mapping import Entry
from ...domain.connections.mapping import Mapping as Entries
from ...domain.connections.settings import Settings
from ...errors import SettingsError
from ..change_preview import Preview, preview
from ..container import Container
from .change import order_statuses
from .file import SettingsBundle, cloned, written
from .file_reader import read
from .schema import text_of


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """What a connection took over, or would."""

    #: As it was before.
    connection: Connection
    bundle: SettingsBundle
    #: Entries that are new, or that lead elsewhere; the others stay as they are.
    fresh: Mapping[tuple[str, str], Entry]
    preview: Preview
    #: False for a dry run.
    applied: bool

    @property
    def changed(self) -> dict[str, tuple[str, str]]:
        """Settings that are not what they were: the text before and after, by name."""
        before, after = self.connection.settings, self.bundle.settings
        names = (field.name for field in fields(Settings))
        pairs = {x: (text_of(getattr(before, x)), text_of(getattr(after, x))) for x in names}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def settings_file(plugin: Container, name: str, *, as_json: bool) -> tuple[Connection, str]:
    """A connection, and its settings, mapping and schedules as the text of a file."""
    connection = plugin.connections.named(name)
    return connection, written(connection, plugin.jobs.of(connection), as_json=as_json)


def import_settings(
    plugin: Container, name: str, text: str, path: str, *, dry_run: bool = False
) -> Transfer:
    """Take over what a file holds: all of it, or, when anything in it is wrong, nothing.

    `path`: what people call the file.

    Raises:
        SettingsError: there is no such connection.
        SettingsFileError: all that is wrong in it, each with its place.
    """
    connection = plugin.connections.named(name)
    bundle = read(text, path, connection, order_statuses(plugin, connection))
    return _take_over(plugin, connection, bundle, dry_run=dry_run)


def clone_settings(plugin: Container, name: str, onto: str, *, dry_run: bool = False) -> Transfer:
    """Take over the settings and the mapping of another connection.

    What the organisation does not have is listed, and left to be mapped.

    Raises:
        SettingsError: it is the same connection, or one of another mode.
    """
    source, connection = plugin.connections.named(name), plugin.connections.named(onto)
    if source.connection_id == connection.connection_id:
        raise SettingsError(f"{name} can't be cloned onto itself", fix="Name another connection.")
    if source.mode != connection.mode:
        raise SettingsError(
            f"{name} is for {source.mode}, {onto} for {connection.mode}",
            fix="Clone connections of one mode.",
        )
    bundle = cloned(source, plugin.jobs.of(source), connection)
    return _take_over(plugin, connection, bundle, dry_run=dry_run)


def _take_over(
    plugin: Container, before: Connection, bundle: SettingsBundle, *, dry_run: bool
) -> Transfer:
    now = before.mapping.entries
    fresh = {
        key: entry
        for key, entry in bundle.entries.items()
        if key not in now or now[key].target != entry.target
    }
    after = replace(before, settings=bundle.settings, mapping=Entries({**now, **fresh}))
    foreseen = preview(plugin, before, after)
    if not dry_run:
        plugin.connections.keep_all(before, bundle.settings, fresh, bundle.schedules)
    return Transfer(
        connection=before, bundle=bundle, fresh=fresh, preview=foreseen, applied=not dry_run
    )
