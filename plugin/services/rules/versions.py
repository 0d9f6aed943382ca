"""Versions of rule books as people ask for them: activated, rolled back, listed, read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from ....rules.engine.language.kinds import KINDS
from ...errors import RuleFault, RuleFileError, SettingsError
from ...ports.rulebooks import Activation
from ..container import Container


@dataclass(frozen=True, kw_only=True)
class BookVersion:
    """One version of a rule book."""

    activation: Activation
    #: Whether it decides now.
    active: bool


@dataclass(frozen=True, kw_only=True)
class Activated:
    """What became active, and what could not."""

    #: The version that decides each kind now, and whether that changed anything.
    versions: tuple[tuple[Activation, bool], ...]
    #: What is wrong with the other files.
    faults: tuple[RuleFault, ...] = ()


def activate(plugin: Container, file: Path | None, *, by: str, why: str) -> Activated:
    """Activate a file, or each of those in use; a wrong one keeps no other from it.

    Raises as `RuleBooks.activate`, but for what is wrong with a file.
    """
    done: list[tuple[Activation, bool]] = []
    faults: list[RuleFault] = []
    for each in [file] if file else plugin.rulebooks.files():
        try:
            done.append(plugin.rulebooks.activate(each, by=by, note=why))
        except RuleFileError as error:
            faults += error.faults
    _decide_soon(plugin, done)
    return Activated(versions=tuple(done), faults=tuple(faults))


def roll_back(plugin: Container, digest: str, *, by: str, why: str) -> Activated:
    """Activate an earlier version again. Raises as `RuleBooks.roll_back`."""
    done = plugin.rulebooks.roll_back(digest, by=by, note=why)
    _decide_soon(plugin, [done])
    return Activated(versions=(done,))


def history(plugin: Container, kind: str = "") -> list[BookVersion]:
    """All versions of one kind, or of all, the newest first. Raises SettingsError: no such kind."""
    if kind:
        _require_kind(kind)
    versions = plugin.rulebooks.books.history(kind)
    newest = {x.kind: x.version for x in reversed(versions)}
    return [BookVersion(activation=x, active=newest[x.kind] == x.version) for x in versions]


def book_text(plugin: Container, digest: str, kind: str) -> tuple[BookVersion, str]:
    """A version by its digest, or the active one of a kind, and its text as it was activated.

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
    active = version == books.books.active(version.kind)
    return BookVersion(activation=version, active=active), books.text(version)


def _decide_soon(plugin: Container, done: Sequence[tuple[Activation, bool]]) -> None:
    """Have all connections decide by what became active."""
    if any(changed for _, changed in done):
        organisations = {
            x.organisation.organisation_id for x in plugin.connections.all() if x.organisation
        }
        plugin.connections.hasten(organisations, timedelta(0))


def _require_kind(kind: str) -> None:
    if kind not in KINDS:
        raise SettingsError(
            f"There are no books for {kind[:60]!r}", fix=f"One of: {', '.join(KINDS)}."
        )
