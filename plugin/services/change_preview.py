"""Change preview: what a change of settings or mapping would move, before it is made."""

from dataclasses import dataclass

from ..domain.connections.connection import Connection
from ..domain.reconciliation.impact import Impact
from ..errors import Disconnected, RuleFileError, TryLater
from ..exports.impact import moved
from .container import Container

#: The setting, and the fact by which the rules look at it.
_LOOKED_AT_BY = {"warehouses": "outside_warehouses", "channels": "outside_channels"}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a change would move, or why that can't be told."""

    #: None where it can't be told.
    impact: Impact | None
    #: Why not, in a sentence; else empty.
    problem: str = ""


def preview(plugin: Container, before: Connection, after: Connection) -> Preview:
    """What changing a connection would move. Makes no call, changes nothing.

    Raises:
        SettingsError: a setting does not fit the list or amount of the rules that it replaces.
    """
    if before.organisation is None:
        return Preview(impact=Impact())
    try:
        found = moved(plugin.parts(before), before, after)
    except (TryLater, Disconnected, RuleFileError) as error:
        return Preview(impact=None, problem=f"What this moves can't be told: {error.message}")
    found.unforeseen += _not_looked_at(plugin, after)
    return Preview(impact=found)


def _not_looked_at(plugin: Container, after: Connection) -> list[str]:
    """Settings that the active rules pass by: they were written, or activated, before them."""
    if after.book != "orders":
        return []
    active = plugin.rulebooks.books.active("orders")
    text = plugin.rulebooks.text(active) if active else None
    return [
        f"The active rules do not look at {fact}, so {name} does nothing: copy the rule {fact} "
        "of the packaged orders.yaml, then run mintsoft-xero rules activate."
        for name, fact in _LOOKED_AT_BY.items()
        if text is not None and getattr(after.settings, name) and fact not in text
    ]
