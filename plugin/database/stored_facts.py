"""Stored facts: what decisions were made on, read in bulk to try other rules on them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from ..domain.connections.connection import Connection
from ..domain.decisions.facts import Fact, FactType, LineFacts
from ..domain.exports.export import DocumentKind, ExportState
from ..domain.money import to_penny
from .base import chunks
from .database import Database
from .tables import export

_Decode = Callable[[Any], Any]

_COLUMNS = (
    export.c.number,
    export.c.state,
    export.c.total,
    export.c.currency,
    export.c.facts,
)


@dataclass(frozen=True, kw_only=True)
class Decided:
    """One document as it was decided last."""

    number: str
    state: ExportState
    #: The target's total when exported, else the stated gross.
    total: Decimal
    currency: str
    #: Those of the facts asked for that are stored as their types have them.
    facts: Mapping[str, Any]
    #: Whether these are all that were asked for.
    whole: bool


class StoredFacts:
    """Reads decided documents a piece at a time, each in a short transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def decided(
        self,
        connection: Connection,
        kind: DocumentKind,
        *,
        since: date | None,
        facts: Sequence[Fact],
        line_facts: Sequence[Fact],
    ) -> Iterator[Decided]:
        """Documents that were decided, by the ledger's id, with the surroundings of that time.

        Those that could not be read have no decision, and are left out.

        Args:
            connection: whose documents.
            kind: which of them.
            since: dated on or after this day, in the connection's time zone; None for any.
            facts: what is wanted of each document.
            line_facts: what is wanted of each line.

        Raises:
            TryLater: the database can't be reached.
        """
        read = _reader(facts, line_facts)
        with self._database.transaction() as transaction:
            ids = transaction.scalars(_ids(connection, kind, since)).all()
        for some in chunks(ids):
            query = select(*_COLUMNS).where(export.c.id.in_(some)).order_by(export.c.id)
            with self._database.transaction() as transaction:
                rows = transaction.execute(query).all()
            for number, state, total, currency, kept in rows:
                found = read(kept or {})
                yield Decided(
                    number=number,
                    state=ExportState(state),
                    total=total,
                    currency=currency,
                    facts=found,
                    whole=len(found) == len(facts),
                )


def _ids(connection: Connection, kind: DocumentKind, since: date | None) -> Select[Any]:
    query = select(export.c.id).where(
        export.c.connection_id == connection.connection_id,
        export.c.kind == kind,
        export.c.decided_at.is_not(None),
        export.c.document_at.is_not(None),
    )
    if since is not None:
        zone = ZoneInfo(connection.settings.timezone)
        began = datetime.combine(since, time.min, tzinfo=zone)
        query = query.where(export.c.document_at >= began)
    return query.order_by(export.c.id)


def _reader(
    facts: Sequence[Fact], line_facts: Sequence[Fact]
) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """What reads the wanted facts of one row, and only those: most books name few."""
    of_line = [(fact.name, _DECODE[fact.type]) for fact in line_facts]

    def lines(kept: Any) -> tuple[LineFacts, ...]:
        return tuple([{name: decode(line[name]) for name, decode in of_line} for line in kept])

    wanted = [
        (fact.name, lines if fact.type is FactType.LINES else _DECODE[fact.type]) for fact in facts
    ]

    def read(kept: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return {name: decode(kept[name]) for name, decode in wanted}
        except _UNREADABLE:
            return dict(_readable(wanted, kept))

    return read


def _readable(
    wanted: Sequence[tuple[str, _Decode]], kept: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    for name, decode in wanted:
        with suppress(*_UNREADABLE):
            yield name, decode(kept[name])


@lru_cache(maxsize=65_536)
def _money(kept: Any) -> Decimal:
    amount = Decimal(kept) if isinstance(kept, str) else Decimal("NaN")
    if amount != to_penny(amount):
        raise ValueError("no amount to the penny")
    return amount


def _number(kept: Any) -> int:
    if type(kept) is not int:
        raise ValueError("no whole number")
    return kept


def _text(kept: Any) -> str:
    if type(kept) is not str:
        raise ValueError("no text")
    return kept


def _yes_no(kept: Any) -> bool:
    if type(kept) is not bool:
        raise ValueError("neither yes nor no")
    return kept


def _texts(kept: Any) -> tuple[str, ...]:
    return tuple(map(_text, kept))


_UNREADABLE = (LookupError, ValueError, TypeError, ArithmeticError)

_DECODE: Mapping[FactType, _Decode] = {
    FactType.MONEY: _money,
    FactType.NUMBER: _number,
    FactType.TEXT: _text,
    FactType.DATE: date.fromisoformat,
    FactType.YES_NO: _yes_no,
    FactType.TEXTS: _texts,
}
