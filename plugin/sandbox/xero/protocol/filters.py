"""What a list is asked for: fields, ``order``, paging and ``If-Modified-Since`` (xero.md 2.2).

The language of ``where`` is in where.py.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from .envelope import bad_query, milliseconds
from .expressions import Document, Fields, Getter, Test, Value
from .routing import Call
from .where import where

__all__ = [
    "Fields",
    "Test",
    "Value",
    "day",
    "flag",
    "guid",
    "ids",
    "matching",
    "modified_since",
    "number",
    "ordered",
    "paged",
    "stamp",
    "text",
    "texts",
    "where",
    "words",
]

# ------------------------------------------------------------------------- field makers


def text(get: Getter) -> Value:
    """A field that is text."""
    return Value("text", get)


def texts(*names: str) -> dict[str, Value]:
    """Fields that are kept as text under their own names."""
    return {name: text(lambda row, name=name: row.get(name)) for name in names}  # type: ignore[misc]


def flag(name: str) -> Value:
    """A field that is true or false; false where it is not kept."""
    return Value("flag", lambda document: document.get(name, False))


def number(name: str) -> Value:
    """A field that is kept as decimal text."""
    return Value("number", lambda document: _decimal(document.get(name)))


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def day(name: str) -> Value:
    """A field that is kept as ``YYYY-MM-DD``."""

    def get(document: Document) -> datetime | None:
        value = document.get(name)
        return datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None

    return Value("date", get)


def stamp(name: str) -> Value:
    """A field that is kept in milliseconds since 1970."""
    return Value("date", lambda document: datetime.fromtimestamp(document[name] / 1000, UTC))


def guid(name: str) -> Value:
    """A field that is an id."""
    return Value("guid", lambda document: document.get(name))


# ------------------------------------------------------------ where, since, order, paging


def matching(call: Call, rows: list[Document], fields: Fields) -> list[Document]:
    """Rows that ``where`` and ``If-Modified-Since`` let through, by ``order`` if there is one."""
    if call.args.get("where"):
        test = where(call.args["where"], fields)
        rows = [row for row in rows if test(row)]
    since = modified_since(call.headers.get("If-Modified-Since"))
    if since is not None:
        rows = [row for row in rows if row.get("UpdatedDateUTC", since) >= since]
    if call.args.get("order"):
        rows = ordered(rows, call.args["order"], fields, "")
    return rows


def ordered(rows: list[Document], order: str | None, fields: Fields, key: str) -> list[Document]:
    """Rows by ``order``, else by UpdatedDateUTC and `key`, both ascending."""
    if not order:
        return sorted(rows, key=lambda row: (row["UpdatedDateUTC"], row[key]))
    known = {name.lower(): value for name, value in fields.items()}
    for part in reversed(order.split(",")):
        name, _, direction = part.strip().partition(" ")
        field = known.get(name.lower())
        if field is None or direction.strip().lower() not in {"", "asc", "desc"}:
            raise bad_query(f"No property or field '{part.strip()}' exists")
        rows = sorted(rows, key=_sort_key(field), reverse=direction.strip().lower() == "desc")
    return rows


def _sort_key(field: Value) -> Callable[[Document], tuple[bool, Any]]:
    def key(row: Document) -> tuple[bool, Any]:
        value = field.get(row)
        return (value is not None, "" if value is None else value)

    return key


def paged(rows: list[Document], args: Mapping[str, str]) -> tuple[list[Document], dict[str, int]]:
    """One page of rows, and the pagination object; what is out of range is clamped."""
    page = max(_whole(args.get("page"), 1), 1)
    size = min(max(_whole(args.get("pagesize"), 100), 1), 1000)
    pagination = {
        "page": page,
        "pageSize": size,
        "pageCount": -(-len(rows) // size),
        "itemCount": len(rows),
    }
    return rows[(page - 1) * size : page * size], pagination


def _whole(value: str | None, otherwise: int) -> int:
    try:
        return int(value) if value else otherwise
    except ValueError:
        return otherwise


def modified_since(header: str | None) -> int | None:
    """``If-Modified-Since`` in milliseconds: ISO without zone (UTC) or RFC 1123; else None."""
    if not header:
        return None
    try:
        moment = datetime.fromisoformat(header)
    except ValueError:
        try:
            moment = parsedate_to_datetime(header)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return milliseconds(moment.replace(microsecond=0))


def words(value: str | None) -> set[str] | None:
    """A comma-separated list of the query, in lower case; None where it is absent or empty."""
    return {word.strip().lower() for word in (value or "").split(",") if word.strip()} or None


def ids(value: str | None) -> set[str] | None:
    """Like `words`, of ids: Xero knows them without their dashes too, as pyxero sends them."""
    found = words(value)
    return None if found is None else {_dashed(word) for word in found}


def _dashed(word: str) -> str:
    try:
        return str(uuid.UUID(word))
    except ValueError:
        return word
