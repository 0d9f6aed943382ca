"""What settings may be: each kind of value reads what people type, or says what it must be."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..invoices.reference import WORDS, problem_of
from ..invoices.tax_basis import TAX_BASES
from ..notifications.webhook_address import posting_problem
from ..orders.prices_with_tax import gross_channel

#: How many warehouses or channels may be named, how long each name may be, and how many
#: people are told by e-mail.
MOST_NAMES, LONGEST_NAME, MOST_ADDRESSES = 100, 100, 20

#: Both spellings are one entry: Mintsoft's guide uses the first, its API the second.
SAME_STATUS = {"INVOICEFAILEDNOCOURIERPRICE": "INVOICEFAILED"}

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)

_PLACE = re.compile(r"[0-9]{1,10}|[A-Z]{2}|[0-9]{1,10}:[A-Z]{2}")

#: What a setting is once it is read.
Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True)
class ValueKind(Generic[Value]):
    """A kind of value."""

    #: From text to value. Raises ValueError with what it must be: ``must be yes or no``.
    read: Callable[[str], Value]
    #: What it may be, in a phrase.
    allowed: str
    #: The words that it may be; empty where it is not one of a few.
    choices: tuple[str, ...] = ()


def one_of(*words: str) -> ValueKind[str]:
    """One of a few words."""
    allowed = f"{', '.join(words[:-1])} or {words[-1]}"

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"must be {allowed}")
        return text

    return ValueKind(read=read, allowed=allowed, choices=words)


def yes_or_no() -> ValueKind[str]:
    """``yes`` or ``no``."""
    return one_of("yes", "no")


def whole(least: int, most: int, words: str) -> ValueKind[int]:
    """A whole number within bounds; `words`: of what, ``whole number of days``."""
    allowed = f"from {least} to {most}"

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise ValueError(f"must be a {words}") from None
        if not least <= number <= most:
            raise ValueError(f"must be {allowed}")
        return number

    return ValueKind(read=read, allowed=allowed)


def decimal(least: Decimal, most: Decimal, *, like: str, bounds: str) -> ValueKind[Decimal]:
    """A number within bounds; `like`: one such, ``an amount like 0.05``; `bounds` in words."""

    def read(text: str) -> Decimal:
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise ValueError(f"must be {like}")
        if not least <= number <= most:
            raise ValueError(f"must be {bounds}")
        return number

    return ValueKind(read=read, allowed=bounds)


def text(pattern: str, allowed: str) -> ValueKind[str]:
    """A text that fits a pattern."""
    fits = re.compile(pattern)

    def read(given: str) -> str:
        if not fits.fullmatch(given):
            raise ValueError(f"must be {allowed}")
        return given

    return ValueKind(read=read, allowed=allowed)


def any_text(allowed: str) -> ValueKind[str]:
    """A text that is checked where more is known."""
    return ValueKind(read=str, allowed=allowed)


def name_or_nothing() -> ValueKind[str]:
    """A name or an id."""
    return text(r"[^,\x00-\x1f]{0,100}", "a name or an id without a comma, or empty")


def names() -> ValueKind[tuple[str, ...]]:
    """Names or ids separated by commas; none is fine."""

    def read(given: str) -> tuple[str, ...]:
        texts = _split(given)
        wrong = [x for x in texts if len(x) > LONGEST_NAME or not x.isprintable()]
        if wrong or len(texts) > MOST_NAMES:
            raise ValueError("must be names or ids separated by commas, or empty for all")
        return tuple({text.casefold(): text for text in texts}.values())

    return ValueKind(read=read, allowed="Names or ids separated by commas")


def statuses(allowed: str, *among: str) -> ValueKind[tuple[str, ...]]:
    """Status names separated by commas; at least one. `among`: those that there are."""

    def read(given: str) -> tuple[str, ...]:
        found = [name.upper() for name in _split(given)]
        if not found:
            raise ValueError("must name at least one status")
        if among and not set(found) <= set(among):
            raise ValueError(f"must be {', '.join(among[:-1])} or {among[-1]}")
        return tuple(dict.fromkeys(SAME_STATUS.get(name, name) for name in found))

    return ValueKind(read=read, allowed=allowed)


def day_or_any() -> ValueKind[date | None]:
    """A date, or the word any, which is None."""

    def read(given: str) -> date | None:
        if given.lower() == "any":
            return None
        try:
            return date.fromisoformat(given)
        except ValueError:
            raise ValueError("must be a date like 2026-11-01, or any") from None

    return ValueKind(read=read, allowed="A date, or the word any")


def time_zone() -> ValueKind[str]:
    """An IANA name."""

    def read(given: str) -> str:
        try:
            ZoneInfo(given)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("must be a time zone like Europe/London") from None
        return given

    return ValueKind(read=read, allowed="a time zone like Europe/London")


def tax_basis() -> ValueKind[str]:
    """VAT, GST however Australia calls it, or the word organisation."""
    known = {basis.upper(): basis for basis in TAX_BASES}

    def read(given: str) -> str:
        word = {"BAS": "GST", "BAS/GST": "GST"}.get(given.upper(), given.upper())
        if word not in known:
            raise ValueError("must be organisation, VAT or GST")
        return known[word]

    allowed = "VAT, GST however Australia calls it, or the word organisation"
    return ValueKind(read=read, allowed=allowed)


def gross_channels() -> ValueKind[tuple[str, ...]]:
    """Channels separated by commas, each with a tax rate where it needs one; none is fine."""

    def read(given: str) -> tuple[str, ...]:
        texts = [text.upper() for text in _split(given)]
        try:
            found = {(x.channel_id, x.country) for x in map(gross_channel, texts)}
        except ValueError:
            raise ValueError("must be like 7, 7:20 or 7:GB:20, separated by commas") from None
        if len(found) < len(texts):
            raise ValueError("must not name a channel and country twice")
        return tuple(texts)

    allowed = "Channels separated by commas, each with a tax rate where it needs one"
    return ValueKind(read=read, allowed=allowed)


def tax_not_ours() -> ValueKind[tuple[str, ...]]:
    """Channels and countries separated by commas; none is fine."""

    def read(given: str) -> tuple[str, ...]:
        texts = [text.upper() for text in _split(given)]
        if len(texts) > MOST_NAMES or not all(map(_PLACE.fullmatch, texts)):
            raise ValueError("must be like 7, US or 7:US, separated by commas")
        return tuple(dict.fromkeys(texts))

    return ValueKind(read=read, allowed="Channels, countries or CHANNEL:COUNTRY, with commas")


def reference() -> ValueKind[str]:
    """Words, some of them in braces."""
    return _judged(problem_of, f"words, and {', '.join('{' + word + '}' for word in WORDS)}")


def addresses() -> ValueKind[tuple[str, ...]]:
    """E-mail addresses separated by commas; none is fine."""

    def read(given: str) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(_split(given)))
        if len(found) > MOST_ADDRESSES or not all(map(_ADDRESS.fullmatch, found)):
            raise ValueError(f"must be at most {MOST_ADDRESSES} addresses like books@example.com")
        return found

    return ValueKind(read=read, allowed="E-mail addresses separated by commas")


def webhook() -> ValueKind[str]:
    """An https address that may be posted to, or nothing."""

    def problem(given: str) -> str:
        return posting_problem(given) if given else ""

    return _judged(problem, "an https address, or empty")


def _judged(problem: Callable[[str], str], allowed: str) -> ValueKind[str]:
    def read(given: str) -> str:
        if said := problem(given):
            raise ValueError(said)
        return given

    return ValueKind(read=read, allowed=allowed)


def _split(given: str) -> list[str]:
    return [x.strip() for x in given.split(",") if x.strip()]
