"""Values as rules see them: how text is compared, how a constant is read, how a value is shown."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeGuard

from ....plugin.domain.decisions.facts import FactType, FactValue, Scalar

#: Whole pounds have at most this many digits, so that pennies stay exact in the engine.
MAX_DIGITS = 12
#: The engine counts the bytes of a text in 16 bits, and `fold` makes up to 12 of one letter.
MAX_LETTERS = 5_000

_NUMBER = re.compile(r"[+-]?[0-9]+")
_MONEY = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """What two texts must share to be equal: capitals and outer spaces do not count.

    ``InvoiceFailed`` and ``INVOICEFAILED`` are equal, and so are the two ways in which
    Unicode can write an accented letter (NFC); accents themselves do count.
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).strip()


def read_constant(text: str, wanted: FactType) -> Scalar:
    """Read what an author wrote as a value of one type.

    Raises:
        ValueError: it is not of that type; the text says what is wanted instead.
    """
    if wanted is FactType.MONEY:
        return _money(text)
    if wanted is FactType.NUMBER:
        return _number(text)
    if wanted is FactType.DATE:
        return _date(text)
    if wanted is FactType.YES_NO:
        return _yes_no(text)
    return text


def is_money(value: object) -> TypeGuard[Decimal]:
    """True for a finite amount to the penny that the engine can hold exactly."""
    if not isinstance(value, Decimal):
        return False
    text = str(value)
    if text[-3:-2] == "." and len(text) <= MAX_DIGITS + 3:
        return True  # as nearly all are written: 12.34
    return value.is_finite() and abs(value) < 10**MAX_DIGITS and value == round(value, 2)


def _money(text: str) -> Decimal:
    if not _MONEY.fullmatch(text):
        raise ValueError("an amount such as 100.00 is wanted here")
    whole, _, decimals = text.lstrip("+-").partition(".")
    if len(decimals) > 2:  # noqa: PLR2004 - pennies
        raise ValueError("an amount has at most 2 decimals")
    if len(whole) > MAX_DIGITS:
        raise ValueError(f"an amount has at most {MAX_DIGITS} digits before the point")
    return Decimal(text)


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError("a whole number such as 12 is wanted here")
    if len(text.lstrip("+-")) > MAX_DIGITS:
        raise ValueError(f"a number has at most {MAX_DIGITS} digits")
    return int(text)


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError("a date such as 2026-06-01 is wanted here")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("there is no such day in the calendar") from None


def _yes_no(text: str) -> bool:
    answer = _YES_NO.get(text.lower())
    if answer is None:
        raise ValueError("yes or no is wanted here")
    return answer


def show(value: FactValue) -> str:
    """A value as a person reads it: ``100.00``, ``2026-06-01``, ``yes``, ``NEW, PRINTED``."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, tuple):
        return ", ".join(item for item in value if isinstance(item, str)) or "none"
    return str(value)
