"""How Xero reads a request body: property names in any case, typed values, error 14 otherwise.

A value of the wrong type refuses the whole call, before any element of it is written. An empty
text is no value, except of a text: so XML says that there is none.
"""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from . import messages, xml
from .envelope import read_day, unreadable

Element = dict[str, Any]

_DECIMAL = "System.Nullable`1[System.Decimal]"
_LARGEST = Decimal(10) ** 15
_WITH_DASHES = 36
_GUID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def elements(body: bytes, plural: str) -> list[Element]:
    """The elements of a body: a single object, or ``{"Invoices": [...]}`` (xero.md 2)."""
    document = body.document if isinstance(body, XmlBody) else _json(body)
    if not isinstance(document, dict):
        raise unreadable(f"The request body must be an object with the property '{plural}'.")
    for key, value in document.items():
        if key.lower() == plural.lower():
            document = value
            break
    found = document if isinstance(document, list) else [document]
    for position, element in enumerate(found):
        if not isinstance(element, dict):
            raise _wrong(element, "object", f"{plural}[{position}]", "")
    return found


class XmlBody(bytes):
    """A body that was read as XML already; `document` is what its JSON would be."""

    document: Any

    @classmethod
    def of(cls, body: bytes, content_type: str) -> bytes:
        """The body itself, or what XML it holds. Raises RefusalError (400) for damaged XML."""
        text = xml.sent_in(body, content_type) if body else None
        if text is None:
            return body
        made = cls(body)
        made.document = xml.read(text)
        return made


def _json(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise unreadable("The request body could not be parsed as JSON.") from None


class Shape:
    """Which properties an element has, and of which type; unknown ones are ignored.

    A type is "text", "number", "day", "flag", "guid", a tuple of allowed words, a Shape for an
    object, or a list with one Shape for an array of them.
    """

    def __init__(self, name: str, properties: Mapping[str, Any]) -> None:
        self.name = name
        self._known = {key: (key, kind) for key, kind in properties.items()}
        self._in_any_case = {key.lower(): entry for key, entry in self._known.items()}

    def read(self, element: Element, path: str) -> Element:
        """The element with canonical names and typed values; an explicit null is absent."""
        found: Element = {}
        for key, value in element.items():
            known = self._known.get(key) or self._in_any_case.get(key.lower())
            if known is None or value is None:
                continue
            name, kind = known
            if value == "" and kind != "text":
                continue
            found[name] = _typed(value, kind, path, name)
        return found


def _typed(value: Any, kind: Any, path: str, name: str) -> Any:
    """A value as its kind; where it stands is put together only for a refusal."""
    reader = _READERS.get(kind) if kind.__class__ is str else None
    if reader is not None:
        return reader(value, path, name)
    if isinstance(kind, Shape):
        if not isinstance(value, dict):
            raise _wrong(value, kind.name, path, name)
        return kind.read(value, f"{path}.{name}")
    if isinstance(kind, list):
        of = kind[0]
        if not isinstance(value, list):
            raise _wrong(value, f"System.Collections.Generic.List`1[{of.name}]", path, name)
        return [_typed(item, of, path, f"{name}[{place}]") for place, item in enumerate(value)]
    return _word(value, kind, path, name)


def _word(value: Any, allowed: tuple[str, ...], path: str, name: str) -> str:
    """An enumeration; its words are case-sensitive (xero.md 4)."""
    if value in allowed:
        return str(value)
    kind = f"{name.removesuffix('Types')}Type" if name.endswith("Types") else name
    raise _wrong(value, f"Xero.API.Library..{kind}", path, name)


def _text(value: Any, path: str, name: str) -> str:
    if isinstance(value, str):
        # Half a surrogate pair is no character and can't be written: a question mark is kept.
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | Decimal):
        return str(value)
    raise _wrong(value, "System.String", path, name)


def _number(value: Any, path: str, name: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise _wrong(value, _DECIMAL, path, name)
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise _wrong(value, _DECIMAL, path, name) from None
    if not number.is_finite() or abs(number) >= _LARGEST:
        raise _wrong(value, _DECIMAL, path, name)
    return number


def _day(value: Any, path: str, name: str) -> str:
    text = _text(value, path, name)
    try:
        return read_day(text)
    except (ValueError, OverflowError):
        raise unreadable(messages.not_a_date(text)) from None


def _flag(value: Any, path: str, name: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise _wrong(value, "System.Nullable`1[System.Boolean]", path, name)


def _guid(value: Any, path: str, name: str) -> str:
    if isinstance(value, str) and _GUID.fullmatch(value):
        return value.lower() if len(value) == _WITH_DASHES else str(uuid.UUID(value))
    raise _wrong(value, "System.Guid", path, name)


_READERS: dict[str, Callable[[Any, str, str], Any]] = {
    "text": _text,
    "number": _number,
    "day": _day,
    "flag": _flag,
    "guid": _guid,
}


def _wrong(value: Any, kind: str, path: str, name: str) -> Exception:
    shown = value if isinstance(value, str) else str(value)
    where = f"{path}.{name}" if name else path
    return unreadable(messages.not_convertible(json.dumps(shown[:100]), kind, where))
