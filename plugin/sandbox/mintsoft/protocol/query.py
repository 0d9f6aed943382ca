"""Reading query parameters and paths the way the framework does (mintsoft.md 1.3).

A parameter that can't be read counts as not given, as was seen for `SinceLastUpdated`; an
unknown one is ignored.
"""

from collections.abc import Callable
from datetime import datetime

from flask import request

from ...store import Document
from ..account import this_account
from ..control.settings import Limit
from .answers import broken, invalid
from .body import INT32, Members

MOST_ROWS = 100

Rows = list[Document]
Filter = Callable[[Rows], Rows]


def given(name: str) -> str | None:
    """A parameter's text, None if it isn't there."""
    found = request.args.get(name)
    if found is None and this_account().settings.any_case:
        wanted = name.lower()
        found = next((text for key, text in request.args.items() if key.lower() == wanted), None)
    return found


def text(name: str) -> str:
    """A parameter that there must be."""
    found = (given(name) or "").strip()
    return found or invalid()


def whole(name: str, default: int = 0) -> int:
    """A whole number of 32 bits."""
    try:
        number = int(given(name) or "")
    except ValueError:
        return default
    return number if abs(number) <= INT32 else default


def flag(name: str) -> bool:
    """True or false."""
    return (given(name) or "").lower() == "true"


def moment(name: str) -> str | None:
    """A date-time in the account's zone, comparable as text; None if there is none.

    One with an offset is converted, one without is in the account's zone.
    """
    try:
        return this_account().local_text(datetime.fromisoformat(given(name) or ""))
    except (ValueError, OverflowError):
        return None


def sent_moment(members: Members, name: str) -> str | None:
    """A date-time of a body, in the account's zone; one that can't be read is invalid."""
    value = members.text(name)
    if value is None:
        return None
    try:
        return this_account().local_text(datetime.fromisoformat(value))
    except (ValueError, OverflowError):
        return invalid()


def words(name: str) -> frozenset[str]:
    """The parts of a list of tags, in small letters."""
    return frozenset(tag.lower() for tag in split_tags(given(name)))


def split_tags(tags: str | None) -> list[str]:
    """The tags in a text, as they are written."""
    parts = (tags or "").split(this_account().settings.tag_separator)
    return [tag.strip() for tag in parts if tag.strip()]


def path_id(number: str) -> int:
    """The number in a path; anything else is an invalid request."""
    if not (number.isascii() and number.isdigit() and len(number) <= len(str(INT32))):
        invalid()
    return int(number) if int(number) <= INT32 else invalid()


# Filters


def equals(prop: str, wanted: int) -> Filter:
    """Those whose property is this number."""
    return lambda rows: [row for row in rows if row.get(prop) == wanted]


def at_or_after(prop: str, since: str) -> Filter:
    """Those whose property is a moment and not before this one."""
    if this_account().settings.inclusive_bounds:
        return lambda rows: [row for row in rows if (row.get(prop) or "") >= since]
    return lambda rows: [row for row in rows if (row.get(prop) or "") > since]


def at_or_before(prop: str, until: str) -> Filter:
    """Those whose property is a moment and not after this one."""
    if this_account().settings.inclusive_bounds:
        return lambda rows: [row for row in rows if "" < (row.get(prop) or "") <= until]
    return lambda rows: [row for row in rows if "" < (row.get(prop) or "") < until]


def page(
    rows: Rows, limit: Limit, *, names: tuple[str, str] = ("PageNo", "Limit"), most: int = MOST_ROWS
) -> Rows:
    """The page that is asked for; page 0 breaks the real thing too.

    Args:
        rows: All that there is.
        limit: What becomes of a `Limit` that is too great.
        names: What the parameters are called here.
        most: Rows on a page; 100 without `Limit`.
    """
    number, size = whole(names[0], 1), whole(names[1], MOST_ROWS)
    if number < 1:
        broken()
    if limit == "ignore":
        return rows
    if size > most and limit == "refuse":
        invalid()
    size = max(0, min(size, most))
    return rows[(number - 1) * size : number * size]
