"""What `connection set` and `settings` print, and settings from one connection to another."""

import sys
from collections.abc import Mapping
from pathlib import Path

from ...errors import SettingsError
from ...services.container import Container
from ...services.serializers import settings as serializers
from ...services.serializers.change_preview import preview
from ...services.settings.change import order_statuses, set_settings
from ...services.settings.file_reader import MOST_CHARACTERS
from ...services.settings.transfer import Transfer, clone_settings, settings_file
from ...services.settings.transfer import import_settings as take_over
from ..output import print_json, say, table
from .impact import note_untold, say_moved


def change(
    plugin: Container, name: str, given: Mapping[str, str], *, dry_run: bool, as_json: bool
) -> None:
    """Say what changing settings moves, then change them; print those that were given."""
    done = set_settings(plugin, name, given, dry_run=dry_run)
    view = serializers.settings(done.settings)
    note_untold(done.preview)
    if as_json:
        moves = {"applied": done.applied, "moved": preview(done.preview)}
        print_json({"name": name, "settings": view, **moves})
        return
    say_moved(done.preview, whole=dry_run)
    for key in given:
        say(f"{key} {'would be' if dry_run else '='} {view[key]['text']}")
    if dry_run:
        say("Nothing was changed.")


def show_settings(plugin: Container, name: str, *, as_json: bool) -> None:
    """All settings by what they are for: value, default, meaning, and what is allowed."""
    connection = plugin.connections.named(name)
    groups = serializers.groups(connection.settings, order_statuses(plugin, connection))
    if as_json:
        print_json({"name": name, "mode": connection.mode, "groups": groups})
        return
    for group in groups:
        say(f"{group['title']}:")
        rows = [
            (f"  {x['name']}", x["text"], x["default"], x["allowed"], x["meaning"])
            for x in group["settings"]
        ]
        table(("  Setting", "Value", "Default", "Allowed", "Meaning"), rows)
        say()


def export_settings(plugin: Container, name: str, file: str | None) -> None:
    """Write settings, mapping and schedules to a file, or to standard output.

    Raises:
        SettingsError: the file can't be written.
    """
    as_json = file is not None and file.lower().endswith(".json")
    connection, text = settings_file(plugin, name, as_json=as_json)
    if file is None:
        sys.stdout.write(text)
        return
    try:
        Path(file).write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{file} can't be written: {error.strerror}") from None
    say(f"Written to {file}: settings, {len(connection.mapping.entries)} entries of the mapping")


def import_settings(
    plugin: Container, name: str, file: str, *, dry_run: bool, as_json: bool
) -> None:
    """Take over what a file holds: all of it, or, when anything in it is wrong, nothing.

    Raises:
        SettingsError: the file can't be read.
        SettingsFileError: all that is wrong in it, each with its place.
    """
    plugin.connections.named(name)
    try:
        with Path(file).open(encoding="utf-8") as opened:
            text = opened.read(MOST_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise SettingsError(f"{file} can't be read: {reason}") from None
    _tell(take_over(plugin, name, text, file, dry_run=dry_run), as_json=as_json)


def clone(plugin: Container, name: str, onto: str, *, dry_run: bool, as_json: bool) -> None:
    """Take over the settings and the mapping of another connection. Raises as `clone_settings`."""
    _tell(clone_settings(plugin, name, onto, dry_run=dry_run), as_json=as_json)


def _tell(done: Transfer, *, as_json: bool) -> None:
    view = serializers.transfer(done)
    note_untold(done.preview)
    if as_json:
        print_json(view)
        return
    say_moved(done.preview, whole=not done.applied)
    for key, x in view["settings"].items():
        say(f"{key}: {x['before']} -> {x['after']}")
    for x in view["mapping"]:
        say(f"{x['kind']} {x['source']} -> {x['target']}")
    for sentence in view["left_out"]:
        say(f"Left out: {sentence}")
    say(f"{done.connection.name} has these now." if done.applied else "Nothing was changed.")
