from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from .....adapters.mintsoft.api import paging
from .....adapters.mintsoft.api.client import MintsoftClient
from .....adapters.mintsoft.api.paging import Listing, walk
from .server import Scripted, answered

LISTS = [value for value in vars(paging).values() if isinstance(value, Listing)]
Page = Callable[[int, int], list[dict[str, Any]]]

pytestmark = pytest.mark.parametrize("listing", LISTS, ids=[one.path for one in LISTS])


def rows(*ids: int) -> list[dict[str, Any]]:
    return [{"ID": one, "LastUpdated": "2026-06-02T15:01:12.123"} for one in ids]


def listing_of(page: Page, listing: Listing) -> Callable[[Request], Response]:
    """Answer a list by page number and size, and refuse what no list likes."""

    def answer(request: Request) -> Response:
        number, limit = int(request.args[listing.page]), int(request.args[listing.limit])
        assert request.path == listing.path
        if number < 1 or limit > 100:
            return Response(status=400)
        return answered(page(number, limit))

    return answer


def walked(client: MintsoftClient, listing: Listing) -> list[int]:
    return [row["ID"] for page in walk(client, listing) for row in page]


def test_pages_may_be_capped(server: Scripted, client: MintsoftClient, listing: Listing) -> None:
    """A list that gives fewer rows than asked is read to its empty page."""
    server.answer = listing_of(lambda n, _: rows(*range(1, 96))[(n - 1) * 30 : n * 30], listing)
    assert walked(client, listing) == list(range(1, 96))


def test_the_page_may_be_ignored(
    server: Scripted, client: MintsoftClient, listing: Listing
) -> None:
    """A list that always answers the same ends, and gives each row once."""
    server.answer = listing_of(lambda *_: rows(*range(1, 340)), listing)
    assert walked(client, listing) == list(range(1, 340))
    assert len(server.calls) < 10


def test_rows_that_shift_are_found(
    server: Scripted, client: MintsoftClient, listing: Listing
) -> None:
    """A row that slips from page 2 to page 1 between the two calls is found by a second walk."""
    there = list(range(1, 251))

    def page(number: int, limit: int) -> list[dict[str, Any]]:
        found = rows(*there[(number - 1) * limit : number * limit])
        if number == 1 and 5 in there:
            there.remove(5)
        return found

    server.answer = listing_of(page, listing)
    found = walked(client, listing)
    assert sorted(found) == list(range(1, 251))
