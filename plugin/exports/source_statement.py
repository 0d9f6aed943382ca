"""Source statement: what the source says of a period now, to be held against both others."""

from collections.abc import Sequence
from datetime import date

from ..domain.connections.connection import Connection
from ..domain.reconciliation.reconciliation import Booked, Stated
from ..domain.times import midnight
from .context import ExportContext

#: Documents that the list does not have are looked up one by one, up to so many; when there are
#: more, the list is believed.
LOOKED_UP = 100


def stated_since(
    parts: ExportContext, connection: Connection, first: date
) -> tuple[list[Stated], frozenset[str]]:
    """All documents of the source from a day on, and ids of those that can't be read.

    Raises:
        TryLater, Disconnected: the source can't be read.
    """
    stated: dict[str, Stated] = {}
    unreadable = set()
    since = midnight(first, connection.settings.timezone)
    for document in parts.kind.stated(parts, connection, since):
        if isinstance(document, Stated):
            stated[document.source_id] = document
        else:
            unreadable.add(document.source_id)
    return list(stated.values()), frozenset(unreadable)


def gone_since(parts: ExportContext, rows: Sequence[Booked]) -> frozenset[str]:
    """Ids of those rows whose document the source has no more. Raises as `stated_since`."""
    ids = [row.source_id for row in rows]
    if len(ids) > LOOKED_UP:
        return frozenset(ids)
    return frozenset(x for x in ids if parts.kind.is_gone(parts, x))
