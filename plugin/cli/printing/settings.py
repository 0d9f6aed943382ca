"""What `connection set` and `settings` do, and how settings go from one connection to another."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from ...domain.connections.connection import Connection, Settings
from ...domain.connections.mapping import Entry
from ...domain.connections.mapping import Mapping as Entries
from ...errors import SettingsError
from ...services.container import Container
from ...services.settings.change import change_settings, checked_settings, order_statuses
from ...services.settings.file import SettingsBundle, cloned, written
from ...services.settings.file_reader import MOST_CHARACTERS, read
from ...services.settings.groups import GROUP_TITLES, allowed, choices, in_order
from ...services.settings.schema import MEANINGS, text_of
from ..output import print_json, say, table
from .connections import settings_view
from .impact import foreseen, moved_view, say_moved


def change(
    plugin: Container, name: str, given: Mapping[str, str], *, dry_run: bool, as_json: bool
) -> None:
    """Say what changing settings moves, then change them; print those that were given."""
    connection = plugin.connections.named(name)
    settings = checked_settings(plugin, connection, given)
    found = foreseen(plugin, connection, replace(connection, settings=settings))
    if not as_json:
        say_moved(found, whole=dry_run)
    if not dry_run:
        settings = change_settings(plugin, connection, given)
    view = settings_view(settings)
    if as_json:
        moves = {"applied": not dry_run, "moved": moved_view(found)}
        print_json({"name": name, "settings": view, **moves})
        return
    for key in given:
        say(f"{key} {'would be' if dry_run else '='} {view[key]['text']}")
    if dry_run:
        say("Nothing was changed.")


def show_settings(plugin: Container, name: str, *, as_json: bool) -> None:
    """All settings by what they are for: value, default, meaning, and what is allowed."""
    connection = plugin.connections.named(name)
    groups = _groups(plugin, connection)
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
    connection = plugin.connections.named(name)
    text = written(connection, plugin.jobs.of(connection), as_json=_is_json(file))
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
    connection = plugin.connections.named(name)
    try:
        with Path(file).open(encoding="utf-8") as opened:
            text = opened.read(MOST_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise SettingsError(f"{file} can't be read: {reason}") from None
    carried = read(text, file, connection, order_statuses(plugin, connection))
    _take_over(plugin, connection, carried, dry_run=dry_run, as_json=as_json)


def clone(plugin: Container, name: str, onto: str, *, dry_run: bool, as_json: bool) -> None:
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
    carried = cloned(source, plugin.jobs.of(source), connection)
    _take_over(plugin, connection, carried, dry_run=dry_run, as_json=as_json)


def _take_over(
    plugin: Container, before: Connection, carried: SettingsBundle, *, dry_run: bool, as_json: bool
) -> None:
    fresh = _fresh(before, carried)
    entries = Entries({**before.mapping.entries, **fresh})
    after = replace(before, settings=carried.settings, mapping=entries)
    found = foreseen(plugin, before, after)
    if not dry_run:
        plugin.connections.keep_all(before, carried.settings, fresh, carried.schedules)
    changed = _changed(before.settings, carried.settings)
    mapped = [
        {"kind": kind, "source": source, "target": entry.target}
        for (kind, source), entry in sorted(fresh.items())
    ]
    if as_json:
        print_json(
            {
                "name": before.name,
                "applied": not dry_run,
                "settings": changed,
                "mapping": mapped,
                "schedules": list(carried.schedules),
                "left_out": carried.left_out,
                "moved": moved_view(found),
            }
        )
        return
    say_moved(found, whole=dry_run)
    for key, x in changed.items():
        say(f"{key}: {x['before']} -> {x['after']}")
    for x in mapped:
        say(f"{x['kind']} {x['source']} -> {x['target']}")
    for sentence in carried.left_out:
        say(f"Left out: {sentence}")
    say("Nothing was changed." if dry_run else f"{before.name} has these now.")


def _changed(before: Settings, after: Settings) -> dict[str, dict[str, str]]:
    """Settings that are not what they were, as text."""
    names = (field.name for field in fields(Settings))
    pairs = {
        name: (text_of(getattr(before, name)), text_of(getattr(after, name))) for name in names
    }
    return {name: {"before": old, "after": new} for name, (old, new) in pairs.items() if old != new}


def _fresh(before: Connection, carried: SettingsBundle) -> dict[tuple[str, str], Entry]:
    """Entries that are new, or that lead elsewhere; the others stay as they are."""
    now = before.mapping.entries
    return {
        key: entry
        for key, entry in carried.entries.items()
        if key not in now or now[key].target != entry.target
    }


def _groups(plugin: Container, connection: Connection) -> list[dict[str, Any]]:
    statuses, current = order_statuses(plugin, connection), connection.settings
    names = [field.name for field in fields(Settings)]
    by_group = {
        group: [_described(x, current, statuses) for x in in_order(group, names)]
        for group in GROUP_TITLES
    }
    return [
        {"group": group, "title": GROUP_TITLES[group], "settings": found}
        for group, found in by_group.items()
        if found
    ]


def _described(name: str, settings: Settings, statuses: Sequence[str]) -> dict[str, Any]:
    value, usual = getattr(settings, name), getattr(Settings(start_date=None), name)
    offered = statuses if name == "export_statuses" else choices(name)
    return {
        "name": name,
        "value": value,
        "text": text_of(value),
        "default": "the day it was added" if name == "start_date" else text_of(usual),
        "meaning": MEANINGS[name],
        "allowed": allowed(name),
        "choices": list(offered) if offered else None,
    }


def _is_json(file: str | None) -> bool:
    return file is not None and file.lower().endswith(".json")
