"""What `rules activate`, `history`, `show` and `rollback` do: they look at what decides."""

import getpass
import os
import socket
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from ....rules.engine.language.kinds import KINDS
from ...domain.times import local
from ...errors import RuleFault, RuleFileError, SettingsError
from ...ports.rulebooks import Activation
from ...services.container import Container
from ..output import note, print_json, say, table

#: Several connections may have zones of their own: the history is in UTC.
ZONE = "UTC"


def activate(plugin: Container, file: Path | None, why: str, *, as_json: bool) -> None:
    """Activate a file, or each of those in use; a wrong one keeps no other from it.

    Raises as `RuleBooks.activate`.
    """
    books, by = plugin.rulebooks, _person()
    done: list[tuple[Activation, bool]] = []
    faults: list[RuleFault] = []
    for each in [file] if file else books.files():
        try:
            done.append(books.activate(each, by=by, note=why))
        except RuleFileError as error:
            faults += error.faults
    _done(plugin, done, as_json=as_json)
    if faults:
        raise RuleFileError(faults)


def roll_back(plugin: Container, digest: str, why: str, *, as_json: bool) -> None:
    """Activate an earlier version again. Raises as `RuleBooks.roll_back`."""
    version, changed = plugin.rulebooks.roll_back(digest, by=_person(), note=why)
    _done(plugin, [(version, changed)], as_json=as_json)


def history(plugin: Container, kind: str, *, as_json: bool) -> None:
    """Print all versions, the newest first. Raises SettingsError for an unknown kind."""
    if kind:
        _require_kind(kind)
    versions = plugin.rulebooks.books.history(kind)
    newest = {x.kind: x.version for x in reversed(versions)}
    if as_json:
        print_json([_view(x, active=newest[x.kind] == x.version) for x in versions])
    else:
        rows = [
            (
                x.kind,
                str(x.version),
                "active" if newest[x.kind] == x.version else "",
                x.digest[:12],
                local(x.activated_at, ZONE),
                x.activated_by,
                x.note,
            )
            for x in versions
        ]
        headings = ("Book", "Version", "", "Digest", "Activated", "By", "Why")
        table(headings, rows, right=[1])
    _note_what_differs(plugin)


def show(plugin: Container, digest: str, kind: str, *, as_json: bool) -> None:
    """Print the text of a version; to a file it comes out exactly as it was activated.

    Raises:
        SettingsError: there is no such version or kind.
    """
    _require_kind(kind)
    books = plugin.rulebooks
    version = books.named(digest) if digest else books.books.active(kind)
    if version is None:
        raise SettingsError(
            f"No book for {kind} was ever active", fix="Activate one: mintsoft-xero rules activate."
        )
    text = books.text(version)
    active = books.books.active(version.kind)
    if as_json:
        print_json({**_view(version, active=version == active), "text": text})
    elif sys.stdout.isatty():
        for line in text.splitlines():
            say(line)
    else:
        click.echo(text, nl=False)
    _note_what_differs(plugin)


def _done(plugin: Container, done: Sequence[tuple[Activation, bool]], *, as_json: bool) -> None:
    """Print what is active now, and have the connections decide by it soon."""
    if any(changed for _, changed in done):
        organisations = {x.organisation.organisation_id for x in _joined(plugin)}
        plugin.connections.hasten(organisations, timedelta(0))
    if as_json:
        print_json([{**_view(x, active=True), "changed": changed} for x, changed in done])
    else:
        for version, changed in done:
            now = "is active now, in every process within seconds" if changed else "is active"
            say(f"{version.kind}: version {version.version} ({version.digest[:12]}) {now}.")
    _note_what_differs(plugin)


def _joined(plugin: Container) -> list[Any]:
    return [x for x in plugin.connections.all() if x.organisation]


def _view(version: Activation, *, active: bool) -> dict[str, Any]:
    return {**vars(version), "note": version.note or None, "active": active}


def _require_kind(kind: str) -> None:
    if kind not in KINDS:
        raise SettingsError(
            f"There are no books for {kind[:60]!r}", fix=f"One of: {', '.join(KINDS)}."
        )


def _note_what_differs(plugin: Container) -> None:
    for said in plugin.rulebooks.notes():
        note(said)


def _person() -> str:
    """Who runs this command: the user's name on this machine."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        name = f"user {os.getuid()}"
    return f"{name} at {socket.gethostname()}"
