"""Completing a mapping as a person asks for it: what is suggested, made, and missing still."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...domain.connections.connection import Connection
from ...domain.connections.mapping import Entry, Mapping
from ..change_preview import Preview, preview
from ..container import Container
from .account_finder import Confidence
from .gaps import Gap, gaps
from .reader import MappingReader
from .suggestions import Suggestion, suggestions


@dataclass(frozen=True, kw_only=True)
class Completion:
    """Suggestions, and what became of them."""

    connection: Connection
    suggestions: tuple[Suggestion, ...]
    #: Those of them that are sure enough to be made.
    sure: tuple[Suggestion, ...]
    #: What is not mapped though documents will need it.
    missing: tuple[Gap, ...]
    preview: Preview
    #: Whether the sure ones were made.
    applied: bool
    #: What could not be read, a sentence each.
    notes: tuple[str, ...]


def complete_mapping(
    plugin: Container, name: str, *, least: str, apply: bool = False
) -> Completion:
    """Suggest entries, and with `apply` make those that are sure enough.

    `least`: how sure they must be, a `Confidence`.

    Raises:
        SettingsError: there is no such connection.
        TryLater, Disconnected: the organisation can't be read again.
    """
    connection = plugin.connections.named(name)
    if connection.organisation is not None and connection.may_run()[0]:
        connection = plugin.refreshed(connection, now=True)
    reader = MappingReader(plugin=plugin, connection=connection)
    material = reader.material()
    found = suggestions(connection, material)
    sure = [x for x in found if x.confidence.at_least(Confidence(least))]
    after = _with(connection, sure)
    foreseen = preview(plugin, connection, after)
    if apply and sure:
        made = {key: after.mapping.entries[key] for key in ((x.kind, x.source) for x in sure)}
        plugin.connections.keep_entries(connection, made)
    return Completion(
        connection=connection,
        suggestions=tuple(found),
        sure=tuple(sure),
        missing=tuple(gaps(after if apply else connection, material)),
        preview=foreseen,
        applied=apply,
        notes=tuple(reader.notes),
    )


def _with(connection: Connection, chosen: Sequence[Suggestion]) -> Connection:
    """The connection as it would be."""
    made = {(x.kind, x.source): Entry(target=x.target) for x in chosen}
    return replace(connection, mapping=Mapping({**connection.mapping.entries, **made}))
