"""What `rules activate`, `history`, `show` and `rollback` print: they look at what decides."""

import sys
from pathlib import Path

import click

from ...domain.times import local
from ...errors import RuleFileError
from ...services.container import Container
from ...services.rules import versions
from ...services.rules.versions import Activated, BookVersion
from ...services.serializers import rules as serializers
from ..output import note, print_json, say, table
from ..person import person

#: Several connections may have zones of their own: the history is in UTC.
ZONE = "UTC"


def activate(plugin: Container, file: Path | None, why: str, *, as_json: bool) -> None:
    """Activate a file, or each of those in use; a wrong one keeps no other from it.

    Raises as `RuleBooks.activate`.
    """
    done = versions.activate(plugin, file, by=person(), why=why)
    _done(plugin, done, as_json=as_json)
    if done.faults:
        raise RuleFileError(done.faults)


def roll_back(plugin: Container, digest: str, why: str, *, as_json: bool) -> None:
    """Activate an earlier version again. Raises as `RuleBooks.roll_back`."""
    done = versions.roll_back(plugin, digest, by=person(), why=why)
    _done(plugin, done, as_json=as_json)


def history(plugin: Container, kind: str, *, as_json: bool) -> None:
    """Print all versions, the newest first. Raises SettingsError for an unknown kind."""
    found = versions.history(plugin, kind)
    if as_json:
        print_json([serializers.version(x.activation, active=x.active) for x in found])
    else:
        headings = ("Book", "Version", "", "Digest", "Activated", "By", "Why")
        table(headings, [_row(x) for x in found], right=[1])
    _note_what_differs(plugin)


def _row(version: BookVersion) -> tuple[str, ...]:
    of = version.activation
    return (
        of.kind,
        str(of.version),
        "active" if version.active else "",
        of.digest[:12],
        local(of.activated_at, ZONE),
        of.activated_by,
        of.note,
    )


def show(plugin: Container, digest: str, kind: str, *, as_json: bool) -> None:
    """Print the text of a version; to a file it comes out exactly as it was activated.

    Raises:
        SettingsError: there is no such version or kind.
    """
    version, text = versions.book_text(plugin, digest, kind)
    if as_json:
        shown = serializers.version(version.activation, active=version.active)
        print_json({**shown, "text": text})
    elif sys.stdout.isatty():
        for line in text.splitlines():
            say(line)
    else:
        click.echo(text, nl=False)
    _note_what_differs(plugin)


def _done(plugin: Container, done: Activated, *, as_json: bool) -> None:
    """Print what is active now."""
    if as_json:
        print_json(
            [
                {**serializers.version(x, active=True), "changed": changed}
                for x, changed in done.versions
            ]
        )
    else:
        for version, changed in done.versions:
            now = "is active now, in every process within seconds" if changed else "is active"
            say(f"{version.kind}: version {version.version} ({version.digest[:12]}) {now}.")
    _note_what_differs(plugin)


def _note_what_differs(plugin: Container) -> None:
    for said in plugin.rulebooks.notes():
        note(said)
