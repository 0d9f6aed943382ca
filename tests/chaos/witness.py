"""What the simulators themselves saw: every version of an order, every invoice that was made.

All moments are seconds of one process's monotonic clock, so they can be compared. A process that
calls is known by its User-Agent, ``chaos/PID`` (worker.py).
"""

import json
import time
from typing import Any

from flask import has_request_context, request

from ...plugin.sandbox.store import Document, Store

#: Seconds for which one look at the orders serves several sendings.
ONE_LOOK_SERVES = 2.0
#: What nobody but its maker may change of an invoice.
MONEY = ("InvoiceNumber", "Type", "ContactID", "CurrencyCode", "Total", "LineItems", "Status")


class Witness:
    """Listens to both stores, and to the calls that come in."""

    def __init__(self) -> None:
        #: By order: (moment, raw order), the oldest first.
        self.versions: dict[str, list[tuple[float, Document]]] = {}
        #: By invoice: moment, number, reference, and when its maker last began to read orders.
        self.made: dict[str, dict[str, Any]] = {}
        #: Numbers of documents that were changed after they were made, not by a person.
        self.overwritten: list[str] = []
        #: Numbers that were sent although the same document was there, or on its way.
        self.sent_again: list[str] = []
        #: By process: when it last began to read orders; and whether it has sent since.
        self._reads: dict[str, float] = {}
        self._used: set[str] = set()
        self._keys: dict[str, set[str]] = {}
        self._out: dict[str, int] = {}

    def watch_orders(self, store: Store) -> None:
        """Keep the orders as they are, and as they change."""
        now = time.monotonic()
        for key, order in store.table("order").items():
            self.versions[key] = [(now, order)]
        store.listener = self._order_changed

    def watch_invoices(self, store: Store) -> None:
        """Keep how each invoice was made, and whether it was overwritten."""
        before = store.listener

        def hear(kind: str, old: Document | None, new: Document) -> None:
            if before is not None:
                before(kind, old, new)
            if kind == "xero_invoice":
                self._invoice_changed(old, new)

        store.listener = hear

    def order_list_read(self, page: str | None) -> None:
        """A process begins to read the list of orders."""
        if page in (None, "", "1"):
            self._reads[_caller()] = time.monotonic()
            self._used.discard(_caller())

    def _looked_at(self, caller: str, now: float) -> float:
        """When a process that sends now had last looked at the orders.

        One look serves one sending, and those right after it (a batch that goes in halves);
        who sends again without another look has not looked.
        """
        looked = self._reads.get(caller, now)
        return now if caller in self._used and now - looked > ONE_LOOK_SERVES else looked

    def invoices_sent(self, store: Store, body: bytes, key: str) -> list[str]:
        """A process sends invoices; the numbers, which are on their way now."""
        numbers = []
        for element in _elements(body):
            number = str(element.get("InvoiceNumber", "")).lower()
            keys = self._keys.setdefault(number, set())
            holder = store.table("xero_invoice_number").get(number)
            held = store.table("xero_invoice").get(holder["InvoiceID"]) if holder else None
            ours = held is not None and held.get("Reference") == element.get("Reference")
            # The same bytes under the same key are one sending (xero.md 2.5).
            if key not in keys and (ours or self._out.get(number)):
                self.sent_again.append(number)
            keys.add(key)
            self._out[number] = self._out.get(number, 0) + 1
            numbers.append(number)
        return numbers

    def invoices_answered(self, numbers: list[str], caller: str) -> None:
        """They are not on their way any more."""
        self._used.add(caller)
        for number in numbers:
            self._out[number] -= 1

    def _order_changed(self, kind: str, _old: Document | None, new: Document) -> None:
        if kind == "order":
            self.versions.setdefault(str(new["ID"]), []).append((time.monotonic(), new))

    def _invoice_changed(self, old: Document | None, new: Document) -> None:
        if old is None:
            now, caller = time.monotonic(), _caller()
            self.made[new["InvoiceID"]] = {
                "at": now,
                "by": caller,
                "read_at": self._looked_at(caller, now),
            }
        elif any(old.get(name) != new.get(name) for name in MONEY):
            self.overwritten.append(f"{old['InvoiceNumber']} by {_caller()}")


def _caller() -> str:
    return request.headers.get("User-Agent", "") if has_request_context() else "a person"


def _elements(body: bytes) -> list[Document]:
    try:
        found = json.loads(body)
    except ValueError:
        return []
    rows = found.get("Invoices", []) if isinstance(found, dict) else []
    return [row for row in rows if isinstance(row, dict)]
