"""Reads a settings file: all that is wrong in it is found at once, each with its place.

Scalars stay the text that was written, as people type it to `connection set` and `map`, and go
through the same checks.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ....rules.engine.language import nodes
from ....rules.engine.language.faults import MAX_FAULTS, Faults, Place, did_you_mean
from ...domain.connections.connection import Connection
from ...domain.connections.job import JobName
from ...domain.connections.mapping import Entry
from ...domain.connections.settings import Settings
from ...errors import SettingsError, SettingsFileError
from ..mapping.entries import checked_entry
from .file import OFF, VERSION, SettingsBundle, organisation_of
from .schema import changed_settings

#: No file of ours is longer.
MOST_CHARACTERS = nodes.MAX_BYTES

_KEYS = ("version", "connection", "mode", "organisation", "settings", "mapping", "schedules")
_LONGEST_INTERVAL = 10080
_WHOLE = re.compile(r"[0-9]{1,5}", re.ASCII)


def read(text: str, path: str, connection: Connection, statuses: Sequence[str]) -> SettingsBundle:
    """What a file holds, checked against the connection and its organisation.

    Args:
        text: the file.
        path: what people call it.
        connection: which is to take it over.
        statuses: the order statuses that its account has.

    Raises:
        SettingsFileError: all that is wrong, each with its place.
    """
    reader = _Reader(path, connection, statuses)
    carried = reader.carried(text)
    if reader.faults.found or carried is None:
        ordered = sorted(reader.faults.found, key=lambda fault: (fault.line, fault.column))
        raise SettingsFileError(ordered[:MAX_FAULTS])
    return carried


class _Reader:
    """Reads one file for one connection."""

    def __init__(self, path: str, connection: Connection, statuses: Sequence[str]) -> None:
        self.faults = Faults(path=path)
        self._connection = connection
        self._statuses = statuses
        organisation = connection.organisation
        self._themes = organisation.branding_themes if organisation else None

    def carried(self, text: str) -> SettingsBundle | None:
        """All that it holds; None, or faults, when something is wrong."""
        root = self._root(text)
        if root is None:
            return None
        self._check_version(root)
        for key, _ in root.entries:
            if key.text not in _KEYS:
                self._fault(key, f"{key.text!r} is not known{did_you_mean(key.text, _KEYS)}")
        mode = root.get("mode")
        if isinstance(mode, nodes.Scalar) and mode.text != self._connection.mode:
            said = f"it is for {mode.text}, the connection is for {self._connection.mode}"
            self._fault(mode, said)
        foreign = self._is_foreign(root)
        return SettingsBundle(
            settings=self._settings(self._mapping(root, "settings"), foreign=foreign),
            entries=self._entries(root.get("mapping"), foreign=foreign),
            schedules=self._jobs(self._mapping(root, "schedules")),
        )

    def _root(self, text: str) -> nodes.Mapping | None:
        start = Place(line=1, column=1)
        if not text.strip():
            self.faults.add(start, "the file is empty")
            return None
        root = nodes.read_nodes(text, self.faults)
        if root is not None and not isinstance(root, nodes.Mapping):
            self.faults.add(start, "this is no settings file: it must begin with version: 1")
        return root if isinstance(root, nodes.Mapping) else None

    def _check_version(self, root: nodes.Mapping) -> None:
        version = root.get("version")
        if not isinstance(version, nodes.Scalar) or version.text != str(VERSION):
            self._fault(version or root, f"version must be {VERSION}")

    def _is_foreign(self, root: nodes.Mapping) -> bool:
        """Whether it is of another organisation than the connection's, or does not say."""
        where = root.get("organisation")
        known = where.get("id") if isinstance(where, nodes.Mapping) else None
        return not (
            isinstance(known, nodes.Scalar) and known.text == organisation_of(self._connection)
        )

    def _settings(self, given: nodes.Mapping | None, *, foreign: bool) -> Settings:
        """Each by itself, so that each fault has its place; then all together."""
        good: dict[str, str] = {}
        for key, node in given.entries if given else ():
            text = self._text(node, key.text)
            if text is None:
                continue
            try:
                self._changed({**_with(key.text, given), key.text: text})
                good[key.text] = text
            except SettingsError as error:
                self._fault(node, error.message)
            unread = foreign and self._themes is None
            if unread and key.text == "branding_theme" and text:
                self._fault(node, "branding_theme is another organisation's: leave it empty")
        return self._connection.settings if self.faults.found else self._changed(good)

    def _changed(self, given: Mapping[str, str]) -> Settings:
        organisation = self._connection.organisation
        return changed_settings(self._connection.settings, given, self._statuses, organisation)

    def _entries(self, given: nodes.Node | None, *, foreign: bool) -> dict[tuple[str, str], Entry]:
        entries: dict[tuple[str, str], Entry] = {}
        if given is not None and not isinstance(given, nodes.Sequence):
            self._fault(given, "mapping must be a list of kind, source and target")
        for node in given.items if isinstance(given, nodes.Sequence) else ():
            words = self._words(node)
            if words is None:
                continue
            kind, source, target = words
            try:
                entry = checked_entry(self._connection, kind, source, target)
            except SettingsError as error:
                self._fault(node, f"{error.message}. {error.fix}")
                continue
            if foreign and kind == "contact":
                self._fault(node, f"contact {target} is another organisation's: take it out")
            if (kind, source) in entries:
                self._fault(node, f"{kind} {source} is mapped twice")
            entries[kind, source] = entry
        return entries

    def _words(self, node: nodes.Node) -> tuple[str, str, str] | None:
        """Kind, source and target of one entry."""
        given = dict(node.entries) if isinstance(node, nodes.Mapping) else {}
        words = {key.text: x.text for key, x in given.items() if isinstance(x, nodes.Scalar)}
        if sorted(words) != ["kind", "source", "target"] or len(given) > len(words):
            self._fault(node, "an entry must have kind, source and target, and nothing else")
            return None
        return words["kind"], words["source"], words["target"]

    def _jobs(self, given: nodes.Mapping | None) -> dict[JobName, int | None]:
        jobs: dict[JobName, int | None] = {}
        names = [str(name) for name in JobName]
        for key, node in given.entries if given else ():
            text = self._text(node, key.text) or ""
            minutes = int(text) if _WHOLE.fullmatch(text) else 0
            if key.text not in names:
                self._fault(key, f"{key.text!r} is not known{did_you_mean(key.text, names)}")
            elif text != OFF and not 1 <= minutes <= _LONGEST_INTERVAL:
                self._fault(node, f"must be minutes from 1 to {_LONGEST_INTERVAL}, or {OFF}")
            else:
                jobs[JobName(key.text)] = None if text == OFF else minutes
        return jobs

    def _mapping(self, root: nodes.Mapping, key: str) -> nodes.Mapping | None:
        """A part that has keys; None where it is absent, or no such part, which is a fault."""
        node = root.get(key)
        if node is not None and not isinstance(node, nodes.Mapping):
            self._fault(node, f"{key} must have keys with values")
        return node if isinstance(node, nodes.Mapping) else None

    def _text(self, node: nodes.Node, key: str) -> str | None:
        if isinstance(node, nodes.Scalar):
            return node.text
        self._fault(node, f"{key} must be one text")
        return None

    def _fault(self, node: nodes.Node, message: str) -> None:
        self.faults.add(node.place, message)


def _with(name: str, given: nodes.Mapping | None) -> dict[str, Any]:
    """What a setting is judged together with: the others of the file that belong to it."""
    beside = {"due": "due_days", "due_days": "due"}.get(name)
    node = given.get(beside) if given and beside else None
    return {beside: node.text} if beside and isinstance(node, nodes.Scalar) else {}
