"""Reading and writing Xero's JSON: Decimals, its two date formats, keys in any case."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from json.encoder import encode_basestring_ascii
from typing import Any
from unicodedata import category

#: The id of a document that was not created (xero.md 2.4).
NO_ID = "00000000-0000-0000-0000-000000000000"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICKS = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")


class Entry(dict[str, Any]):
    """An object of Xero's, whose keys are found in any case (xero.md 1.7); kept in lower case."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        super().__init__({key.lower(): value for key, value in pairs})

    def __getitem__(self, key: str) -> Any:
        return super().__getitem__(key.lower())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and super().__contains__(key.lower())

    def get(self, key: str, default: Any = None) -> Any:
        """As a dictionary's."""
        return super().get(key.lower(), default)


def read_json(text: str | bytes) -> Any:
    """Parse JSON: fractions as Decimal, objects with keys in any case (xero.md 1.7).

    Raises:
        ValueError: it is no JSON, or holds a number that is none (NaN).
    """
    return json.loads(
        text,
        parse_float=Decimal,
        parse_constant=_refuse_constant,
        object_pairs_hook=Entry,
    )


def write_json(value: Any) -> str:
    """JSON text of dicts, lists, texts, integers and Decimals; these are written as numbers.

    The same value always gives the same text, in ASCII.
    """
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if isinstance(value, dict):
        pairs = [f"{encode_basestring_ascii(x)}:{write_json(y)}" for x, y in value.items()]
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(write_json, value)) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value)


def to_text(value: str, limit: int) -> str:
    """A text that Xero can store: no control characters but line ends, cut at `limit`."""
    if value.isprintable():
        return value[:limit].strip()
    sound = value.encode("utf-8", "replace").decode("utf-8")
    kept = (sign for sign in sound if sign in "\n\t" or category(sign) != "Cc")
    return "".join(kept)[:limit].strip()


def to_decimal(value: Any) -> Decimal | None:
    """An amount, which Xero writes as a number or as a text (xero.md 2); None if it is none."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def amount_of(entry: Mapping[str, Any], name: str) -> Decimal:
    """An amount that Xero leaves out where it is nothing.

    Raises:
        ValueError: there is something, and it is no amount.
    """
    if entry.get(name) is None:
        return Decimal(0)
    amount = to_decimal(entry[name])
    if amount is None:
        raise ValueError(name)
    return amount


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list; nothing else that may be in it, and none where it is no list."""
    found = value if isinstance(value, list) else []
    return [entry for entry in found if isinstance(entry, Mapping)]


def to_moment(value: Any) -> datetime:
    """A moment in UTC out of ``/Date(ms+0000)/`` or ISO text (xero.md 2.1).

    Raises:
        ValueError: it is neither.
    """
    ticks = _TICKS.fullmatch(str(value))
    if ticks:
        return _EPOCH + timedelta(milliseconds=int(ticks[1]))
    moment = datetime.fromisoformat(str(value))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def to_date(value: Any) -> date | None:
    """A document's date: midnight UTC of it, never shifted by a zone (xero.md 2.1)."""
    return to_moment(value).date() if value else None


def quoted(value: str) -> str:
    """A text for a ``where`` filter; only a doubled quote escapes one (xero.md 2.2)."""
    return '"' + value.replace('"', '""') + '"'


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no amount")
