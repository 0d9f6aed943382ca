"""Kinds of values in Mintsoft's JSON, read tolerantly but never guessed (mintsoft.md 1.4).

Every problem is a phrase that follows a field's name and never repeats the value, which may
be a customer's. The classes work with marshmallow 3.18 to 4.
"""

# ruff: noqa: ARG002 - the arguments are marshmallow's
import re
from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn
from unicodedata import category, normalize

from marshmallow import ValidationError, fields

from ....plugin.domain.money import ZERO

MISSING = "is missing"
#: Bounds of the API's own ``int32``.
INT32 = range(-(2**31), 2**31)
#: No order is worth more, and sums of such amounts still fit Decimal's 28 digits.
MOST_MONEY = Decimal(10) ** 12
#: A ``double`` printed in full has up to 17 digits; more than this is damage.
MOST_PLACES = 30

_AMOUNT = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
#: What neither databases nor XML can hold: control characters other than tab and line ends.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

#: Invisible signs that some scripts and emoji need between others; they make no name alone.
_JOINERS = "\u200c\u200d"
#: Letters and marks that show nothing.
_BLANK = "\u034f\u115f\u1160\u2800\u3164\uffa0"


def refuse(problem: str) -> NoReturn:
    """Say what is wrong with the field that is being read."""
    raise ValidationError(problem)


def clean(text: str) -> str:
    """The text without what can't be stored: control characters and halves of characters."""
    if text.isprintable():
        return text.strip()
    return _UNPRINTABLE.sub("", text.encode("utf-8", "replace").decode("utf-8")).strip()


def name_of(text: str) -> str:
    """A name as people read it: each letter in its composed form, and no invisible signs.

    Two spellings that look the same are one name; what shows nothing is none.
    """
    if text.isascii():
        return text
    composed = normalize("NFC", text)
    kept = [x for x in composed if x not in _BLANK and (category(x) != "Cf" or x in _JOINERS)]
    shown = any(x not in _JOINERS and not x.isspace() for x in kept)
    return "".join(kept).strip() if shown else ""


def text_id(row: Any) -> str:
    """A row's ``ID`` in digits; empty when there is none."""
    value = row.get("ID") if isinstance(row, dict) else None
    whole = isinstance(value, int) and not isinstance(value, bool) and value in INT32
    return str(value) if whole else ""


class _Unvalidated(fields.Field):  # type: ignore[type-arg,unused-ignore]
    """Reads and refuses in one step: marshmallow's second one takes a sixth of all reading."""

    def _validate(self, value: Any) -> None:
        if self.validators:
            super()._validate(value)


class Text(_Unvalidated, fields.String):
    """A string, stripped; a number is taken as its digits. Required means not empty."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool) and value in INT32:
            value = str(value)
        if not isinstance(value, str):
            refuse("is not a text")
        text = clean(value)
        return text if text or not self.required else refuse(MISSING)


class Whole(_Unvalidated, fields.Integer):
    """A whole number within the API's int32; 2.0 is 2."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> int:
        if type(value) is int and value in INT32:  # nearly all
            return value
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            refuse("is not a whole number")
        number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite() or not INT32.start <= number < INT32.stop:
            refuse("is not a whole number that Mintsoft can hold")
        return int(number) if number == int(number) else refuse("is not a whole number")


class Money(_Unvalidated, fields.Decimal):
    """An amount as JSON number or string, exact."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Decimal:
        amount = value if isinstance(value, Decimal) else _to_decimal(value)
        if not amount:
            return ZERO
        if not amount.is_finite():
            refuse("is not an amount")
        if abs(amount) >= MOST_MONEY:
            refuse("is too large an amount")
        return amount if _places(amount) <= MOST_PLACES else refuse("has too many digits")


def _to_decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        refuse("is not an amount")
    if isinstance(value, str) and not _AMOUNT.fullmatch(value.strip()):
        refuse("is not an amount")
    return Decimal(str(value) if isinstance(value, float) else value)


def _places(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    assert isinstance(exponent, int)
    return -exponent


class Moment(_Unvalidated, fields.DateTime):
    """A date and time of 0 to 7 fraction digits, naive unless an offset is written.

    The year 1 is how .NET writes "never", so it counts as missing.
    """

    def _deserialize(  # type: ignore[override]
        self, value: Any, attr: Any, data: Any, **kwargs: Any
    ) -> datetime | None:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value.strip()):
            refuse("is not a date and time")
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            refuse("is not a date and time")
        if moment.year > 1:
            return moment
        return refuse(MISSING) if self.required else None


class Flag(_Unvalidated, fields.Boolean):
    """True or false, nothing that merely looks like it."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> bool:
        return value if isinstance(value, bool) else refuse("is neither true nor false")
