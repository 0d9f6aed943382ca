"""One Mintsoft account of the fleet: its day, what people do in it, every version of its orders."""

import time
from dataclasses import replace
from random import Random

from ...plugin.sandbox import mintsoft
from ...plugin.sandbox.day import Day, make_day
from ...plugin.sandbox.day.reference import STATUS_IDS
from ...plugin.sandbox.mintsoft.account import EXTENSION, Account
from ...plugin.sandbox.mintsoft.invoices import auto_invoice, confirm
from ...plugin.sandbox.mintsoft.orders.moves import set_status
from ...plugin.sandbox.store import Document, Store
from ..chaos import people
from ..chaos.clock import FastClock

_DESPATCHED = STATUS_IDS["DESPATCHED"]


class MintsoftAccount:
    """One account: its app, its day, and every version of its orders."""

    def __init__(self, name: str, first: int, orders: int, seed: int, clock: FastClock) -> None:
        today = clock.now().date()
        day = make_day(orders=orders, seed=seed + first, today=today, first_order_id=first)
        self.day, self.store = _with_own_invoices(day, first), Store()
        self.random = Random(f"{name} {seed}")
        self.app = mintsoft.create_app(
            self.store, day=self.day, clock=clock.now, username=name, password=name
        )
        self.account: Account = self.app.extensions[EXTENSION]
        now = time.monotonic()
        #: By order: (moment, raw order), the oldest first.
        self.versions: dict[str, list[tuple[float, Document]]] = {
            key: [(now, order)] for key, order in self.store.table("order").items()
        }
        self.store.listener = self._changed

    def _changed(self, kind: str, _old: Document | None, new: Document) -> None:
        if kind == "order":
            self.versions.setdefault(str(new["ID"]), []).append((time.monotonic(), new))

    def edit(self, sent: set[str]) -> str:
        """A person edits some order."""
        return people.edit_some(self.app, self.day, self.random, sent)

    def sell(self) -> int:
        """A new order, like one of the day's, leaves the warehouse; its ID."""
        rows = [x for x in self.day.orders if x["OrderStatusId"] == _DESPATCHED]
        rows = [x for x in rows if self.day.expected[str(x["ID"])].case == "despatched"]
        like = self.random.choice(rows)
        with self.app.app_context(), self.store.changing():
            ID = max(int(key) for key in self.store.table("order")) + 1  # noqa: N806
            new = {**like, "ID": ID, "OrderNumber": f"{like['OrderNumber']}-N{ID % 1000}"}
            self.account.add({**new, **self.account.stamps("person")})
        return ID

    def despatch(self) -> bool:
        """An order that was made from an invoice leaves the warehouse; whether there is one."""
        made = [x for x in self.account.all_orders() if _from_xero(x)]
        made = [x for x in made if x["OrderStatusId"] != _DESPATCHED]
        if not made:
            return False
        with self.app.app_context(), self.store.changing():
            set_status(self.account, self.random.choice(made), _DESPATCHED, by="packer1")
        return True

    def charge(self) -> str:
        """The night charges what has left the warehouse, and a person confirms it; for whom."""
        with self.app.app_context(), self.store.changing():
            waiting = [x for x in self.account.all_orders() if x["OrderStatusId"] == _DESPATCHED]
            waiting = [x for x in waiting if not _from_xero(x)]
            some = self.random.sample(waiting, min(4, len(waiting)))
            auto_invoice(self.account, some, fail=False)
            client = self.random.choice(self.account.records("client"))
            invoice = confirm(self.account, client, name=None)
        return client["Code"] if invoice else ""


def _from_xero(order: Document) -> bool:
    return str(order["ExternalOrderReference"] or "").startswith("xero:")


def _with_own_invoices(day: Day, first: int) -> Day:
    """The day with IDs of invoices that no other account has."""

    def moved(kind: str, row: Document) -> Document:
        name = "ID" if kind == "invoice" else "InvoiceSummaryId"
        return {**row, name: row[name] + first} if row.get(name) else row

    charges = {kind: tuple(moved(kind, x) for x in rows) for kind, rows in day.charges.items()}
    return replace(day, charges=charges)
