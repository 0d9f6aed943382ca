"""How Xero reads a request body: property names in any case, typed values, error 14 otherwise.

A value of the wrong type refuses the whole call, before any element of it is written.
"""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from . import messages
from .envelope import read_day, unreadable

Element = dict[str, Any]

_DECIMAL = "System.Nullable`1[System.Decimal]"
_LARGEST = Decimal(10) ** 15
_GUID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def elements(body: bytes, plural: str) -> list[Element]:
    """The elements of a body: a single object, or ``{"Invoices": [...]}`` (xero.md 2)."""
    try:
        document = json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise unreadable("The request body could not be parsed as JSON.") from None
    if not isinstance(document, dict):
        raise unreadable(f"The request body must be an object with the property '{plural}'.")
    for key, value in document.items():
        if key.lower() == plural.lower():
            document = value
            break
    found = document if isinstance(document, list) else [document]
    for position, element in enumerate(found):
        if not isinstance(element, dict):
            raise _wrong(element, "object", f"{plural}[{position}]")
    return found


class Shape:
    """Which properties an element has, and of which type; unknown ones are ignored.

    A type is "text", "number", "day", "flag", "guid", a tuple of allowed words, a Shape for an
    object, or a list with one Shape for an array of them.
    """

    def __init__(self, name: str, properties: Mapping[str, Any]) -> None:
        self.name = name
        self._known = {key.lower(): (key, kind) for key, kind in properties.items()}

    def read(self, element: Element, path: str) -> Element:
        """The element with canonical names and typed values; an explicit null is absent."""
        found: Element = {}
        for key, value in element.items():
            known = self._known.get(key.lower())
            if known is None or value is None:
                continue
            name, kind = known
            found[name] = _typed(value, kind, f"{path}.{name}")
        return found


def _typed(value: Any, kind: Any, path: str) -> Any:
    if isinstance(kind, Shape):
        if not isinstance(value, dict):
            raise _wrong(value, kind.name, path)
        return kind.read(value, path)
    if isinstance(kind, list):
        if not isinstance(value, list):
            raise _wrong(value, f"System.Collections.Generic.List`1[{kind[0].name}]", path)
        return [_typed(item, kind[0], f"{path}[{position}]") for position, item in enumerate(value)]
    if isinstance(kind, tuple):
        return _word(value, kind, path)
    return _READERS[kind](value, path)


def _word(value: Any, allowed: tuple[str, ...], path: str) -> str:
    """An enumeration; its words are case-sensitive (xero.md 4)."""
    if value in allowed:
        return str(value)
    name = path.rpartition(".")[2].removesuffix("s")
    raise _wrong(value, f"Xero.API.Library..{name}", path)


def _text(value: Any, path: str) -> str:
    if isinstance(value, str):
        # Half a surrogate pair is no character and can't be written: a question mark is kept.
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | Decimal):
        return str(value)
    raise _wrong(value, "System.String", path)


def _number(value: Any, path: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise _wrong(value, _DECIMAL, path)
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise _wrong(value, _DECIMAL, path) from None
    if not number.is_finite() or abs(number) >= _LARGEST:
        raise _wrong(value, _DECIMAL, path)
    return number


def _day(value: Any, path: str) -> str:
    text = _text(value, path)
    try:
        return read_day(text)
    except (ValueError, OverflowError):
        raise unreadable(messages.not_a_date(text)) from None


def _flag(value: Any, path: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise _wrong(value, "System.Nullable`1[System.Boolean]", path)


def _guid(value: Any, path: str) -> str:
    if isinstance(value, str) and _GUID.fullmatch(value):
        return value.lower()
    raise _wrong(value, "System.Guid", path)


_READERS = {"text": _text, "number": _number, "day": _day, "flag": _flag, "guid": _guid}


def _wrong(value: Any, kind: str, path: str) -> Exception:
    shown = value if isinstance(value, str) else str(value)
    return unreadable(messages.not_convertible(json.dumps(shown[:100]), kind, path))
