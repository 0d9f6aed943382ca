"""All entries of a mapping, with what each is called on both sides and whether it holds."""

from dataclasses import dataclass

from ...domain.connections.connection import Connection
from ...domain.connections.mapping import KINDS, Entry
from ...domain.connections.organisation import Organisation
from ...ports.choices import Listed
from ..container import Container
from .gaps import invalid_entries
from .reader import MappingReader
from .targets import doubt_of, name_of


@dataclass(frozen=True, kw_only=True)
class MappingEntry:
    """One entry; texts are empty where there is nothing to say."""

    kind: str
    source: str
    #: What people call the source: a channel's name.
    source_name: str
    entry: Entry
    target_name: str
    #: Why it no longer holds.
    problem: str
    #: What looks wrong about it, though it is possible.
    doubt: str


def mapping_entries(plugin: Container, name: str) -> tuple[list[MappingEntry], list[str]]:
    """All entries of a connection by kind, and what could not be read, a sentence each.

    Raises:
        SettingsError: there is no such connection.
    """
    connection = plugin.connections.named(name)
    reader = MappingReader(plugin=plugin, connection=connection)
    return _entries(connection, reader), reader.notes


def _entries(connection: Connection, reader: MappingReader) -> list[MappingEntry]:
    entries, kinds = connection.mapping.entries, list(KINDS)
    invalid, organisation = invalid_entries(connection), connection.organisation
    ids = {entry.target for (kind, _), entry in entries.items() if kind == "contact"}
    contacts = {x.id: x for x in reader.contacts_with(sorted(ids))}
    told = bool(ids) and reader.target() is not None and not reader.notes
    channels = {}
    if any(source.startswith("channel:") for _, source in entries):
        channels = {key: x.name for key, x in reader.seen(lines=False).channels.items()}
    found = []
    ordered = sorted(entries.items(), key=lambda x: (kinds.index(x[0][0]), x[0][1]))
    for (kind, source), entry in ordered:
        contact = contacts.get(entry.target) if kind == "contact" else None
        problem = invalid.get((kind, source), "")
        if kind == "contact" and not problem and told:
            problem = _of_contact(contact)
        found.append(
            MappingEntry(
                kind=kind,
                source=source,
                source_name=channels.get(source.removeprefix("channel:")) or "",
                entry=entry,
                target_name=_called(organisation, kind, entry.target, contact),
                problem=problem,
                doubt="" if problem else _doubt(organisation, kind, entry.target),
            )
        )
    return found


def _of_contact(contact: Listed | None) -> str:
    """What is wrong with a contact, now that the organisation's were read."""
    if contact is None:
        return "The organisation has no such contact"
    return "" if contact.active else "The contact is archived, or was merged into another one"


def _called(
    organisation: Organisation | None, kind: str, target: str, contact: Listed | None
) -> str:
    if contact is not None:
        return contact.name
    return name_of(organisation, kind, target) if organisation else ""


def _doubt(organisation: Organisation | None, kind: str, target: str) -> str:
    return doubt_of(organisation, kind, target) if organisation else ""
