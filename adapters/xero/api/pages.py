"""Long lists, page by page, and long filters, call by call."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from .client import XeroClient

#: What the terms of one filter may take of an address, escaped.
LONGEST_FILTER = 5000


def pages(
    client: XeroClient,
    name: str,
    params: Mapping[str, str],
    since: datetime | None = None,
    *,
    summary: bool = True,
) -> Iterator[list[Mapping[str, Any]]]:
    """Pages of a list until an empty one, or the last that Xero counts (xero.md 2.2).

    What changes meanwhile moves to the end and comes twice. `summary`: without lines and other
    details. Pages are as large as can be: calls are what is short. Raises as `XeroClient.get`.
    """
    kind = {"summaryOnly": "true"} if summary else {}
    page = 1
    before: list[Mapping[str, Any]] = []
    while True:
        paging = {**kind, "page": str(page), "pageSize": "1000"}
        answer = client.get(name, {**params, **paging}, since)
        entries = answer.get(name) or []
        if not entries or entries == before:
            # The same once more: this list knows no pages.
            return
        before = entries
        yield entries
        counted = (answer.get("pagination") or {}).get("pageCount")
        if counted is not None and page >= int(counted):
            return
        page += 1


def chunks(terms: Sequence[str], separator: str) -> Iterator[str]:
    """The terms joined, as many in each text as an address has room for; at least one."""
    group: list[str] = []
    length = 0
    for term in terms:
        needed = len(quote(term + separator, safe=""))
        if group and length + needed > LONGEST_FILTER:
            yield separator.join(group)
            group, length = [], 0
        group.append(term)
        length += needed
    if group:
        yield separator.join(group)
