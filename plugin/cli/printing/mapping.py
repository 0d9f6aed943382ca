"""What `mapping list` and `mapping unmap` do and print."""

from dataclasses import replace
from typing import Any

from ...domain.connections.connection import Connection
from ...domain.connections.mapping import KINDS, Mapping
from ...domain.connections.organisation import Organisation
from ...errors import SettingsError
from ...ports.choices import Listed
from ...services.container import Container
from ...services.mapping.entries import check_kind
from ...services.mapping.gaps import invalid_entries
from ...services.mapping.reader import MappingReader
from ...services.mapping.targets import doubt_of, name_of
from ..output import note, print_json, say, table
from .impact import foreseen, moved_view, say_moved


def list_all(plugin: Container, name: str, *, as_json: bool) -> None:
    """Every entry, with what it is called on both sides and whether it holds."""
    connection = plugin.connections.named(name)
    gathering = MappingReader(plugin=plugin, connection=connection)
    rows = _rows(connection, gathering)
    for sentence in gathering.notes:
        note(sentence)
    if as_json:
        print_json(rows)
        return
    headings = ("Mapping", "From", "To", "Called", "", "What is wrong")
    table(headings, [_cells(row) for row in rows])


def unmap_one(
    plugin: Container, name: str, kind: str, source: str, *, dry_run: bool, as_json: bool
) -> None:
    """Say what removing an entry moves, then remove it.

    Raises:
        SettingsError: there is no such entry.
    """
    connection = plugin.connections.named(name)
    check_kind(kind)
    entries = dict(connection.mapping.entries)
    gone = entries.pop((kind, source), None)
    if gone is None:
        raise SettingsError(
            f"Nothing is mapped as {kind} {source}",
            fix=f"mintsoft-xero mapping list {name} shows what is.",
        )
    found = foreseen(plugin, connection, replace(connection, mapping=Mapping(entries)))
    if not dry_run:
        plugin.connections.drop_entry(connection, kind, source)
    if as_json:
        words = {"kind": kind, "source": source, "target": gone.target}
        print_json({"name": name, **words, "applied": not dry_run, "moved": moved_view(found)})
        return
    say_moved(found, whole=dry_run)
    say("Nothing was changed." if dry_run else f"{kind} {source} is not mapped any more.")


def _rows(connection: Connection, gathering: MappingReader) -> list[dict[str, Any]]:
    entries, kinds = connection.mapping.entries, list(KINDS)
    invalid, organisation = invalid_entries(connection), connection.organisation
    ids = {entry.target for (kind, _), entry in entries.items() if kind == "contact"}
    contacts = {x.id: x for x in gathering.contacts_with(sorted(ids))}
    told = bool(ids) and gathering.target() is not None and not gathering.notes
    channels = {}
    if any(source.startswith("channel:") for _, source in entries):
        channels = {key: x.name for key, x in gathering.seen(lines=False).channels.items()}
    rows = []
    for (kind, source), entry in sorted(
        entries.items(), key=lambda x: (kinds.index(x[0][0]), x[0][1])
    ):
        contact = contacts.get(entry.target) if kind == "contact" else None
        problem = invalid.get((kind, source), "")
        if kind == "contact" and not problem and told:
            problem = _of_contact(contact)
        rows.append(
            {
                "kind": kind,
                "source": source,
                "source_name": channels.get(source.removeprefix("channel:")),
                "target": entry.target,
                "target_name": _called(organisation, kind, entry.target, contact),
                "assumed": entry.assumed,
                "valid": not problem,
                "problem": problem or None,
                "doubt": _doubt(organisation, kind, entry.target) if not problem else None,
            }
        )
    return rows


def _of_contact(contact: Listed | None) -> str:
    """What is wrong with a contact, now that the organisation's were read."""
    if contact is None:
        return "The organisation has no such contact"
    return "" if contact.active else "The contact is archived, or was merged into another one"


def _called(
    organisation: Organisation | None, kind: str, target: str, contact: Listed | None
) -> str | None:
    if contact is not None:
        return contact.name
    return (name_of(organisation, kind, target) or None) if organisation else None


def _doubt(organisation: Organisation | None, kind: str, target: str) -> str | None:
    return (doubt_of(organisation, kind, target) or None) if organisation else None


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    source = row["source"]
    if row["source_name"]:
        source = f"{source} ({row['source_name']})"
    how = "assumed" if row["assumed"] else ""
    wrong = row["problem"] or row["doubt"] or ""
    return row["kind"], source, row["target"], row["target_name"] or "", how, wrong
