"""What other people do between two calls of a reader: the faults ``shift`` and ``edit_between``.

Both happen right after a page of Order/List was made, before anybody else can ask.
"""

from flask import Response, current_app, g, request

from ...day.reference import STATUS_IDS
from ..account import FAULTS, Account, this_account
from ..orders.moves import set_status
from ..orders.orders import PAGE, listed
from .faults import ENVIRON, Fault, Faults

PERSON = "person"
#: How many orders outside of the list `shift` tries.
MOST_TRIED = 20
#: Where an order goes next by itself.
NEXT = {
    STATUS_IDS["DESPATCHED"]: STATUS_IDS["INVOICED"],
    STATUS_IDS["INVOICEFAILED"]: STATUS_IDS["INVOICED"],
    STATUS_IDS["NEW"]: STATUS_IDS["PRINTED"],
}


def change_meanwhile(response: Response) -> Response:
    """Change the orders after the page was made, if that is due."""
    fault: Fault | None = request.environ.get(ENVIRON)
    page: list[int] = g.get(PAGE, [])
    if fault is None or fault.kind not in {"shift", "edit_between"}:
        return response
    account = this_account()
    with account.store.changing():
        happened = bool(page) and (
            shift(account, page) if fault.kind == "shift" else edit(account, page[0], fault)
        )
    if not happened:
        faults: Faults = current_app.extensions[FAULTS]
        faults.give_back(fault)
    return response


def edit(account: Account, order_id: int, fault: Fault) -> bool:
    """Edit the first order of the page."""
    order = account.store.table("order")[str(order_id)]
    account.change(order, by=PERSON, **fault.set)
    return True


def shift(account: Account, page: list[int]) -> bool:
    """Let rows move between this page and the next; whether they could be made to.

    The first order of the page is changed so that it leaves the list or its place, and the
    rows below move up; failing that, an order that was not in the list comes in above and
    they move down.
    """
    before = [row["ID"] for row in listed()]
    first = account.store.table("order")[str(page[0])]
    outsiders = [row for row in account.orders() if row["ID"] not in set(before)]
    for order in (first, *outsiders[:MOST_TRIED]):
        for status in (order["OrderStatusId"], NEXT.get(order["OrderStatusId"])):
            if status is None:
                continue
            account.change(order, by=PERSON, OrderStatusId=status)
            happens = moved(before, page)
            account.keep(order)
            if happens:
                set_status(account, order, status, by=PERSON)
                return True
    return False


def moved(before: list[int], page: list[int]) -> bool:
    """Whether the row that ended the page now has another place."""
    after = [row["ID"] for row in listed()]
    last = page[-1]
    return last not in after or before.index(last) != after.index(last)
