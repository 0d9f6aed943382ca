"""Why a document is where it is, as far as anybody knows."""

from dataclasses import dataclass

from ...domain.connections.connection import Connection
from ...domain.decisions.decision import RuleTrace
from ...domain.exports.drift import Difference
from ...domain.exports.story import Story
from ...exports.kinds import overrides_of
from ..container import Container
from .find import choose


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One document: all that the ledger has of it, and what the rules say of it now."""

    connection: Connection
    story: Story
    #: Every rule of the book as it is now, on the facts as they were; none without facts.
    rules: tuple[RuleTrace, ...]
    #: Whether another book decided it.
    book_changed: bool
    #: What differs from what was exported: of the document, and of its invoice.
    changed_at_source: tuple[Difference, ...]
    changed_in_target: tuple[Difference, ...]


def explain(plugin: Container, name: str, number: str) -> list[Explanation]:
    """All documents of a connection that have this number.

    Raises:
        SettingsError: there is no such connection or document.
        RuleFileError, TryLater: the rules can't be asked.
    """
    connection = plugin.connections.named(name)
    found = choose(plugin, connection, [number])
    return [_explained(plugin, connection, x.export_id) for x in found]


def _explained(plugin: Container, connection: Connection, export_id: int) -> Explanation:
    story = plugin.ledger.story(export_id)
    at_source, in_target = plugin.ledger.drift(export_id)
    decider = plugin.decider_of(connection.book)
    values = overrides_of(connection, story.export.kind)
    return Explanation(
        connection=connection,
        story=story,
        rules=() if story.facts is None else tuple(decider.explain(story.facts, values)),
        book_changed=bool(story.book) and story.book != decider.digest,
        changed_at_source=at_source,
        changed_in_target=in_target,
    )
