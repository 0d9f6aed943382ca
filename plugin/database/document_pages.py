"""Document pages: documents a page at a time, and how many there are, for whoever looks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from ..domain.connections.connection import Connection
from ..domain.exports.export import LARGEST_ID, Export, ExportState
from ..errors import SettingsError
from .base import LedgerPart
from .history import export_of
from .tables import export

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"(\d{1,18})-(\d{1,10})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some documents, the latest change first."""

    exports: tuple[Export, ...]
    #: The place after the last of them, for `Pages.page`; empty when there are no more.
    next: str


class Pages(LedgerPart):
    """Reading by the page. No page is skipped into: each begins where one has ended."""

    def counts_by_connection(self) -> dict[int, dict[ExportState, int]]:
        """How many documents of each connection are in each state, by the connection's id."""
        columns = (export.c.connection_id, export.c.state)
        query = select(*columns, func.count()).group_by(*columns)
        with self._database.transaction() as transaction:
            rows = transaction.execute(query).all()
        found: dict[int, dict[ExportState, int]] = {}
        for connection_id, state, count in rows:
            found.setdefault(connection_id, {})[ExportState(state)] = count
        return found

    def page(
        self,
        connections: Sequence[Connection],
        *,
        state: ExportState | None = None,
        number: str = "",
        after: str = "",
        limit: int,
    ) -> Page:
        """Documents of these connections, in one state or all, from one place on.

        A document that changes meanwhile moves to the first page; none is shown twice.

        Args:
            connections: at least one; all of them may be given.
            state: None for any.
            number: what order numbers begin with, in either case.
            after: `Page.next` of the page before.
            limit: how many at the most.

        Raises:
            SettingsError: `after` is no such place.
        """
        query = select(export).where(
            export.c.connection_id.in_([x.connection_id for x in connections])
        )
        if state is not None:
            query = query.where(export.c.state == state)
        if number:
            query = query.where(_begins_with(number))
        if after:
            query = query.where(_behind(*_read(after)))
        query = query.order_by(export.c.updated_at.desc(), export.c.id.desc()).limit(limit + 1)
        with self._database.transaction() as transaction:
            rows = transaction.execute(query).mappings().all()
        shown = tuple(export_of(row) for row in rows[:limit])
        return Page(exports=shown, next=_write(shown[-1]) if len(rows) > limit else "")


def _begins_with(text: str) -> Any:
    # SQLite's lower() knows ASCII only: other letters are found as they are written.
    same = export.c.number.startswith(text, autoescape=True)
    return same | func.lower(export.c.number).startswith(text.lower(), autoescape=True)


def _behind(moment: datetime, export_id: int) -> Any:
    """Changed before a document, or at the same moment with a smaller id."""
    column = export.c.updated_at
    return (column < moment) | ((column == moment) & (export.c.id < export_id))


def _write(last: Export) -> str:
    microseconds = (last.updated_at - _EPOCH) // timedelta(microseconds=1)
    return f"{microseconds}-{last.export_id}"


def _read(place: str) -> tuple[datetime, int]:
    found = _PLACE.fullmatch(place)
    try:
        if found and int(found[2]) <= LARGEST_ID:
            return _EPOCH + timedelta(microseconds=int(found[1])), int(found[2])
    except OverflowError:
        pass
    raise SettingsError("There is no such page of orders", fix="Begin with the first page.")
