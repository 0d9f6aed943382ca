"""Rows of Mintsoft: lists page by page, without missing a row or believing a short page.

Lists have no total and no next link (mintsoft.md 1.3). Some cap pages below what is asked, some
ignore the page number, and all of them are counted anew for each page while Mintsoft goes on
working, so that rows slip from page to page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from ....plugin.errors import NeedsPerson
from .calls import ASN_LIST, CLIENTS, INVOICE_LIST, ORDER_LIST, PRODUCT_LIST, Query
from .client import MintsoftClient
from .errors import GONE
from .fields import text_id

Row = Any

#: Rows of a page: the most that is safe to ask for. More is refused by one list, and cut
#: silently by another (mintsoft.md 1.3).
LIMIT = 100
#: A walk over several pages is repeated at most this often.
PASSES = 3
#: A page that equals the one before is believed to be the end when it has come so often.
REPEATS = 3


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A list that has pages, and how its own parameters are spelt."""

    path: str
    page: str = "PageNo"
    limit: str = "Limit"


ORDERS = Listing(path=ORDER_LIST)
PRODUCTS = Listing(path=PRODUCT_LIST)
ASNS = Listing(path=ASN_LIST)
INVOICES = Listing(path=INVOICE_LIST)
ALL_CLIENTS = Listing(path=CLIENTS, page="pageNo", limit="limit")


def walk(
    client: MintsoftClient, listing: Listing, query: Query | None = None
) -> Iterator[list[Row]]:
    """All rows of a list in pages, each row once for each state that it is met in.

    A row that leaves a page lets the first row of the next one slip through. A walk over more
    than one page is therefore repeated until it meets no row for the first time. A row that
    *changes* during the walk may still be missed in its new state: the overlap of the next
    walk's cursor is what catches it. Raises as `MintsoftClient.read_list`.
    """
    # Of hundreds of thousands of rows only this much is kept.
    seen: dict[str, tuple[int, ...]] = {}
    for _ in range(PASSES):
        before, several = len(seen), False
        for rows in _pages(client, listing, query or {}):
            several = several or len(rows) >= LIMIT or len(seen) > before
            fresh = [row for row in rows if _is_new(row, seen)]
            if fresh:
                yield fresh
        if not several or len(seen) == before:
            return


def read_row(client: MintsoftClient, path: str, document_id: str) -> Row | None:
    """One document by its id; None when it is gone. Raises as `MintsoftClient.read_list`."""
    if not document_id.isdecimal():
        return None
    try:
        return client.read_object(path, document_id=document_id)
    except NeedsPerson as error:
        if error.code != GONE:
            raise
        return None


def search(client: MintsoftClient, path: str, query: Query) -> list[Row]:
    """What a search finds; a 404 is nothing too. Raises as `MintsoftClient.read_list`."""
    try:
        return client.read_list(path, query=query)
    except NeedsPerson as error:
        if error.code != GONE:
            raise
        return []


def belongs(row: Row, client_id: str) -> bool:
    """False for another client's row: names of parameters are silently ignored by lists."""
    owner = row.get("ClientId") if isinstance(row, dict) else None
    return not client_id or owner is None or str(owner) == client_id


def _pages(client: MintsoftClient, listing: Listing, query: Query) -> Iterator[list[Row]]:
    """Non-empty pages, until an empty one; a short page is not the end."""
    previous: list[str] = []
    times = 0
    for number in count(1):
        asked = {**query, listing.limit: LIMIT, listing.page: number}
        rows = client.read_list(listing.path, query=asked)
        ids = [text_id(row) for row in rows]
        # Some lists ignore the page and answer the same for ever. One equal page may also come
        # of 100 rows that were moved in front meanwhile, so it is no proof yet.
        times = times + 1 if ids == previous else 1
        if not rows or times == REPEATS:
            return
        previous = ids
        yield rows


def _is_new(row: Row, seen: dict[str, tuple[int, ...]]) -> bool:
    """Whether the row is met in this state for the first time."""
    source_id = text_id(row)
    states = seen.get(source_id, ())
    state = hash(str(row.get("LastUpdated")) if isinstance(row, dict) else "")
    is_new = state not in states
    if is_new:
        seen[source_id] = (*states, state)
    return is_new
