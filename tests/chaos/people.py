"""Other people, while the export runs: they edit orders, and make invoices of their own.

They leave alone what a day has on purpose (duplicates, split orders, wrong totals ...): they edit
ordinary orders, in a way that an honest shop does, with totals that add up.
"""

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from flask import Flask

from ...plugin.sandbox import xero
from ...plugin.sandbox.day import Day
from ...plugin.sandbox.day.reference import DESPATCHED_STATUSES, STATUS_IDS
from ...plugin.sandbox.mintsoft.account import EXTENSION, Account
from ...plugin.sandbox.mintsoft.orders.moves import set_status
from ...plugin.sandbox.store import Document, Store

ORDINARY = ("despatched", "invoiced", "in_progress", "cancelled")
SHIPPING = {"Net": Decimal("5.00"), "Tax": Decimal("1.00")}
#: The part of the edits that meet an order before it is sent.
UNSENT = 0.85
#: What an edit does, and how often.
EDITS = {"another_total": 5, "despatched": 4, "cancelled": 1, "held": 1}


def edit_some(app: Flask, day: Day, random: Random, sent: set[str]) -> str:
    """Edit one ordinary order, mostly one that is not in Xero yet; what was done.

    `sent`: numbers of documents in Xero.
    """
    account: Account = app.extensions[EXTENSION]
    ids = [key for key, expected in day.expected.items() if expected.case in ORDINARY]
    (how,) = random.choices(list(EDITS), weights=list(EDITS.values()))
    with app.app_context(), account.store.changing():
        orders = account.store.table("order")
        due = [key for key in ids if orders[key]["OrderStatusId"] in DESPATCHED_STATUSES]
        unsent = [key for key in due if orders[key]["OrderNumber"].lower() not in sent]
        some = unsent if unsent and how != "despatched" and random.random() < UNSENT else ids
        order = orders[random.choice(some)]
        if how == "another_total":
            account.change(order, by="person", **_dearer(order))
        else:
            names = {"despatched": "DESPATCHED", "cancelled": "CANCELLED", "held": "HOLDING"}
            set_status(account, order, STATUS_IDS[names[how]], by="person")
    return how


def _dearer(order: Document) -> dict[str, Any]:
    """Another delivery charge, and the totals that follow from it."""
    taxed = bool(order["TotalOrderTax"])
    net, tax = SHIPPING["Net"], SHIPPING["Tax"] if taxed else Decimal(0)
    added = {"Net": net, "Tax": tax, "Gross": net + tax}
    sums = {f"Shipping{name}": value for name, value in added.items()}
    sums |= {f"TotalOrder{name}": value for name, value in added.items()}
    sums |= {"ShippingTotalExVat": net, "ShippingTotalVat": tax, "TotalVat": tax}
    return {name: float(Decimal(str(order[name])) + value) for name, value in sums.items()}


def make_invoice(store: Store, day: Day, random: Random) -> str:
    """Type an invoice into Xero under the number of some order; empty if that has gone already."""
    rows = [row for row in day.orders if day.expected[str(row["ID"])].case in ORDINARY]
    number = random.choice(rows)["OrderNumber"]
    amount = Decimal(random.randrange(100, 20_000)) / 100
    today = date.today()  # noqa: DTZ011 - what a person writes on a paper
    try:
        xero.seed_invoice(store, number=number, gross=amount, currency="GBP", date=today)
    except ValueError:
        return ""
    return str(number)
