"""Reading the JSON of a request as the framework does: names in any case, values converted.

What can't be converted makes the whole request invalid (mintsoft.md 1.5).
"""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from flask import request

from .answers import invalid

INT32 = 2**31 - 1
MOST_MONEY = Decimal(10) ** 12


class Members:
    """The members of one JSON object; a null one counts as not given."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._values = {name.lower(): value for name, value in document.items()}

    def has(self, name: str) -> bool:
        """Whether it is there, null or not."""
        return name.lower() in self._values

    def text(self, name: str) -> str | None:
        """A text, trimmed; a number becomes one; an empty one is None."""
        value = self._values.get(name.lower())
        if value is None or isinstance(value, bool | dict | list):
            return None if value is None else invalid()
        return str(value).strip() or None

    def whole(self, name: str) -> int | None:
        """A whole number of 32 bits."""
        value = self._values.get(name.lower())
        if value is None or value == "":
            return None
        if isinstance(value, bool | dict | list):
            invalid()
        try:
            number = Decimal(str(value))
            if number.is_finite() and abs(number) <= INT32 and number == int(number):
                return int(number)
        except InvalidOperation:
            pass
        return invalid()

    def money(self, name: str) -> Decimal:
        """A decimal number, 0 if it isn't given."""
        value = self._values.get(name.lower())
        if value is None or value == "":
            return Decimal(0)
        if isinstance(value, bool | dict | list):
            invalid()
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            invalid()
        return number if number.is_finite() and abs(number) < MOST_MONEY else invalid()

    def flag(self, name: str) -> bool:
        """True or false; false if it isn't given."""
        value = self._values.get(name.lower())
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        return value if isinstance(value, bool) else (False if value is None else invalid())

    def part(self, name: str) -> "Members | None":
        """An object inside this one."""
        value = self._values.get(name.lower())
        if value is None:
            return None
        return Members(value) if isinstance(value, dict) else invalid()

    def parts(self, name: str) -> "list[Members]":
        """A list of objects; none if it isn't given."""
        value = self._values.get(name.lower())
        return [] if value is None else rows(value)

    def reference(self, name: str) -> int | str | None:
        """Which record is meant: ``NameId`` if given, else what ``Name`` says."""
        return self.whole(f"{name}Id") or self.text(name)


def rows(value: Any) -> list[Members]:
    """A list of objects."""
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        invalid()
    return [Members(row) for row in value]


def sent() -> Members:
    """The object that the request sends; none counts as an empty one."""
    document = sent_json()
    if document is None:
        return Members({})
    return Members(document) if isinstance(document, dict) else invalid()


def sent_rows() -> list[Members]:
    """The list of objects that the request sends."""
    return rows(sent_json())


def sent_json() -> Any:
    """The JSON that the request sends, with decimal numbers; None if there is none."""
    text = request.get_data()
    if not text.strip():
        return None
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError, InvalidOperation):
        return invalid()


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)
