"""The mapping as programs read it: its entries, a change of it, and what is suggested."""

from dataclasses import asdict
from typing import Any

from ...domain.connections.connection import Connection
from ..mapping.completion import Completion
from ..mapping.edit import MappingChange
from ..mapping.listing import MappingEntry
from ..mapping.suggestions import Suggestion
from ..mapping.targets import name_of
from .change_preview import preview


def mapping_entry(of: MappingEntry) -> dict[str, Any]:
    """One entry, with what it is called on both sides and whether it holds."""
    return {
        "kind": of.kind,
        "source": of.source,
        "source_name": of.source_name or None,
        "target": of.entry.target,
        "target_name": of.target_name or None,
        "assumed": of.entry.assumed,
        "valid": not of.problem,
        "problem": of.problem or None,
        "doubt": of.doubt or None,
    }


def mapping_change(done: MappingChange) -> dict[str, Any]:
    """An entry that was made or removed, or would be."""
    return {
        "name": done.connection.name,
        "kind": done.kind,
        "source": done.source,
        "target": done.entry.target,
        "applied": done.applied,
        "moved": preview(done.preview),
    }


def suggestion(connection: Connection, of: Suggestion) -> dict[str, Any]:
    """What might fill a gap, how sure that is, and why."""
    organisation = connection.organisation
    called = name_of(organisation, of.kind, of.target) if organisation else ""
    return {**asdict(of), "instead_of": of.instead_of or None, "target_name": called or None}


def completion(done: Completion) -> dict[str, Any]:
    """What is suggested, what was made of it, and what is missing still."""
    taken = {id(x) for x in done.sure}
    return {
        "name": done.connection.name,
        "applied": done.applied,
        "suggestions": [
            {**suggestion(done.connection, x), "applied": done.applied and id(x) in taken}
            for x in done.suggestions
        ],
        "missing": [asdict(gap) for gap in done.missing],
        "moved": preview(done.preview),
    }
