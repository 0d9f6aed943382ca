"""PriceList: which items of one organisation a sales line may name, as one process knows it.

``GET /Items`` has no pages (xero.md 8), so the whole list is read once, and then what changed
since, every quarter of an hour at the most; not once for each batch.
"""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from ....plugin.domain.invoices.item import Item
from ..api.client import XeroClient
from .items import LONGEST_CODE, create_items, items_since

log = logging.getLogger("mintsoft_xero.xero")

#: Changes are read again when the list is older than this and is asked for.
AGE = timedelta(minutes=15)

#: The same before something is made.
NEW = timedelta(seconds=2)


class PriceList:
    """One organisation's items. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        #: Codes as Xero spells them, by the code without regard to case; empty: not to be used.
        self._codes: dict[str, str] = {}
        #: What Xero refused to make, until the list is read again.
        self._refused: set[str] = set()
        self._read_at: datetime | None = None

    def codes(self, client: XeroClient, wanted: Sequence[Item], *, create: bool) -> dict[str, str]:
        """Codes that sales lines may name, by the code of the wanted item; see `Target`."""
        with self._lock:
            self._refresh(client, AGE)
            if create and self._missing(wanted):
                # Another process may just have made them.
                self._refresh(client, NEW)
                self._create(client, self._missing(wanted))
            known = {x.code: self._codes.get(x.code.casefold(), "") for x in wanted}
        return {code: theirs for code, theirs in known.items() if theirs}

    def forget(self) -> None:
        """Read it all again the next time: Xero refused an item that was in it."""
        with self._lock:
            self._read_at = None

    def _missing(self, wanted: Sequence[Item]) -> list[Item]:
        """Those of the items that are to be made, once each: Xero ignores the case of codes."""
        known = self._codes.keys() | self._refused
        possible = [x for x in wanted if x.code.strip() and len(x.code) <= LONGEST_CODE]
        distinct = {x.code.casefold(): x for x in possible}
        return [item for key, item in distinct.items() if key not in known]

    def _refresh(self, client: XeroClient, age: timedelta) -> None:
        """Read what changed, if the last reading is older than this; the first reads all."""
        now = client.clock.now()
        if self._read_at is not None and now - self._read_at < age:
            return
        items = items_since(client, self._read_at)
        if self._read_at is None:
            self._codes.clear()
        if age is AGE:
            self._refused.clear()
        # One that Xero counts the stock of would be counted twice, and may be refused for want of
        # stock; one that is not for sale can't be on an invoice (xero.md 8).
        usable = {x.code.casefold(): x.code if x.sold and not x.tracked else "" for x in items}
        self._codes |= usable
        self._read_at = now

    def _create(self, client: XeroClient, missing: Sequence[Item]) -> None:
        if not missing:
            return
        made = create_items(client, missing)
        self._codes |= {code.casefold(): code for code in made.ids}
        self._refused |= {code.casefold() for code in made.refused}
        for words in sorted(set(made.refused.values())):
            log.warning("an item could not be made, its lines go without: %s", words)
