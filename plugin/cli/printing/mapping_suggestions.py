"""What `mapping complete` does and prints."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from ...domain.connections.connection import Connection
from ...domain.connections.mapping import Entry, Mapping
from ...services.container import Container
from ...services.mapping.account_finder import Confidence
from ...services.mapping.gaps import Gap, gaps
from ...services.mapping.reader import MappingReader
from ...services.mapping.suggestions import Suggestion, suggestions
from ...services.mapping.targets import name_of
from ..output import note, print_json, say, table
from .impact import foreseen, moved_view, say_moved


def complete(plugin: Container, name: str, *, apply: bool, least: str, as_json: bool) -> None:
    """Suggest entries, with `apply` make those that are sure enough, and say what is missing."""
    connection = plugin.connections.named(name)
    if connection.organisation is not None and connection.may_run()[0]:
        connection = plugin.refreshed(connection, now=True)
    gathering = MappingReader(plugin=plugin, connection=connection)
    material = gathering.material()
    found = suggestions(connection, material)
    sure = [x for x in found if x.confidence.at_least(Confidence(least))]
    after = _with(connection, sure)
    moved = foreseen(plugin, connection, after)
    if apply and sure:
        made = {key: after.mapping.entries[key] for key in ((x.kind, x.source) for x in sure)}
        plugin.connections.keep_entries(connection, made)
    missing = gaps(after if apply else connection, material)
    for sentence in gathering.notes:
        note(sentence)
    if as_json:
        taken = {id(x) for x in sure}
        print_json(
            {
                "name": name,
                "applied": apply,
                "suggestions": [
                    {**_view(connection, x), "applied": apply and id(x) in taken} for x in found
                ],
                "missing": [asdict(gap) for gap in missing],
                "moved": moved_view(moved),
            }
        )
        return
    _say_suggestions(connection, found)
    say_moved(moved, whole=not apply)
    _say_missing(missing)
    if apply:
        say(f"{len(sure)} entries were made." if sure else "Nothing was changed.")
    elif sure:
        say(
            f"To make those that are {least} or surer: "
            f"mintsoft-xero mapping complete {name} --apply"
        )


def _with(connection: Connection, chosen: Sequence[Suggestion]) -> Connection:
    """The connection as it would be."""
    made = {(x.kind, x.source): Entry(target=x.target) for x in chosen}
    return replace(connection, mapping=Mapping({**connection.mapping.entries, **made}))


def _view(connection: Connection, suggestion: Suggestion) -> dict[str, Any]:
    organisation = connection.organisation
    called = name_of(organisation, suggestion.kind, suggestion.target) if organisation else ""
    view = asdict(suggestion)
    return {**view, "instead_of": suggestion.instead_of or None, "target_name": called or None}


def _say_suggestions(connection: Connection, found: Sequence[Suggestion]) -> None:
    if not found:
        say("There is nothing to suggest.")
        return
    rows = []
    for suggestion in found:
        view = _view(connection, suggestion)
        target = " ".join(x for x in (suggestion.target, view["target_name"]) if x)
        sure, why = str(suggestion.confidence), suggestion.because
        orders = str(suggestion.orders)
        rows.append((suggestion.kind, suggestion.source, target, sure, orders, why))
    table(("Mapping", "From", "To", "Confidence", "Orders", "Because"), rows, right=[4])


def _say_missing(missing: Sequence[Gap]) -> None:
    for gap in missing:
        orders = f" ({gap.orders} order{'' if gap.orders == 1 else 's'})" if gap.orders else ""
        say(f"{'Missing' if gap.blocks else 'Advice'}: {gap.sentence}{orders}")
        say(f"         {gap.fix}")
