"""Reading query parameters the way the framework does (mintsoft.md 1.3).

Names count as the specification writes them. A value that can't be read counts as not given,
as was seen for `SinceLastUpdated`.
"""

from datetime import datetime

from flask import request

from ..store import Document
from .account import local_text
from .answers import broken

MOST_ROWS = 100


def whole(name: str, default: int = 0) -> int:
    """A whole number."""
    try:
        return int(request.args.get(name, ""))
    except ValueError:
        return default


def flag(name: str) -> bool:
    """True or false."""
    return request.args.get(name, "").lower() == "true"


def moment(name: str) -> str | None:
    """A date-time in the account's zone, comparable as text; None if there is none.

    One with an offset is converted, one without is in the account's zone.
    """
    try:
        return local_text(datetime.fromisoformat(request.args.get(name, "")))
    except ValueError:
        return None


def words(name: str) -> frozenset[str]:
    """The parts of a comma-separated list, in small letters."""
    return split_tags(request.args.get(name))


def split_tags(text: str | None) -> frozenset[str]:
    """The tags in a comma-separated text, in small letters."""
    return frozenset(tag.strip().lower() for tag in (text or "").split(",") if tag.strip())


def page(rows: list[Document], *, page_no: str = "PageNo", limit: str = "Limit") -> list[Document]:
    """The page that is asked for, of 100 rows at most; page 0 breaks the real thing too."""
    number, size = whole(page_no, 1), min(whole(limit, MOST_ROWS), MOST_ROWS)
    if number < 1:
        broken()
    start = (number - 1) * max(size, 0)
    return rows[start : start + max(size, 0)]
