"""What a person or a test does to the sandbox outside of the API; no key is asked for."""

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, request

from ...day.reference import STATUS_NAMES
from ...store import Document
from ..account import FAULTS, REQUESTS, Account, this_account
from ..invoices import auto_invoice, confirm
from ..orders.moves import DESPATCHED, PRESENT, set_status, with_stock
from ..orders.parts import merge
from ..protocol.answers import Refusal, answer
from .faults import Faults, fault_from_json

control = Blueprint("mintsoft_sandbox_control", __name__, url_prefix="/_sandbox")
PERSON = "person"
LONGEST_WAIT = 30.0


class Complaint(Exception):  # noqa: N818 - an answer, not a failure
    """The request makes no sense; the text says why."""


@control.errorhandler(Complaint)
@control.errorhandler(Refusal)
def complain(complaint: Exception) -> Response:
    """Answer with a sentence."""
    return answer({"error": str(complaint)}, 400)


def body() -> Document:
    """The object of the request; none is an empty one."""
    document = request.get_json(force=True, silent=True) if request.get_data() else {}
    if not isinstance(document, dict):
        raise Complaint("Send a JSON object.")
    return document


def stored_order(account: Account, order_id: Any) -> Document:
    """The order with this ID."""
    order = account.store.table("order").get(str(order_id))
    if order is None:
        raise Complaint(f"There is no order {order_id}.")
    return order


def asked_orders(account: Account, asked: Document, status: int) -> list[Document]:
    """The orders named by ``id`` or ``ids``; without either all with this status."""
    if "ids" not in asked and "id" not in asked:
        return [row for row in account.all_orders() if row["OrderStatusId"] == status]
    ids = asked["ids"] if "ids" in asked else [asked["id"]]
    if not isinstance(ids, list):
        raise Complaint('Send {"ids": [9001, 9002]}.')
    return [stored_order(account, order_id) for order_id in ids]


# Orders


@control.post("/edit")
def edit() -> Response:
    """Edit an order as a person does in Mintsoft: ``{"id": 9001, "set": {...}}``.

    An order that becomes despatched gets a despatch date; one that no longer is loses it, unless
    it is cancelled and a setting lets it keep it.
    """
    asked = body()
    changes = asked.get("set")
    if not isinstance(changes, dict):
        raise Complaint('Send {"id": 9001, "set": {"OrderStatusId": 4}}.')
    account = this_account()
    with account.store.changing():
        order = stored_order(account, asked.get("id"))
        if unknown := sorted(changes.keys() - order.keys()):
            raise Complaint(f"An order has no {', '.join(unknown)}.")
        changes = named_records(account, changes) | changes
        if "OrderItems" in changes:
            changes["OrderItems"] = with_stock(order | changes)["OrderItems"]
        status = changes.pop("OrderStatusId", None)
        if status is None:
            return answer(account.change(order, by=PERSON, **changes))
        if status not in STATUS_NAMES:
            raise Complaint(f"There is no status {status}.")
        return answer(set_status(account, order, status, by=PERSON, **changes))


def named_records(account: Account, changes: Document) -> Document:
    """The records that go with new IDs of the channel, the currency and the country."""
    return {
        name: account.named(name.lower(), changes[f"{name}Id"])
        for name in ("Channel", "Currency", "Country")
        if f"{name}Id" in changes
    }


@control.post("/orders")
def add_orders() -> Response:
    """Add orders in the API's own JSON: ``{"orders": [...]}``; IDs are given where absent.

    A row may say nothing of its stock: it has left with its order, or is set aside for it.
    """
    rows = body().get("orders")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Complaint('Send {"orders": [...]} with orders in the API\'s own JSON.')
    account = this_account()
    with account.store.changing():
        for row in rows:
            if str(row.get("ID")) in account.store.table("order"):
                raise Complaint(f"There is an order {row['ID']} already; edit it instead.")
        ids = [account.add({**account.stamps(PERSON), **with_stock(row)}) for row in rows]
    return answer({"ids": ids})


@control.post("/despatch")
def despatch() -> Response:
    """Despatch orders at the packing bench: ``{"ids": [...]}``, or all that are PACKED."""
    account = this_account()
    with account.store.changing():
        packed = next(number for number, name in STATUS_NAMES.items() if name == "PACKED")
        found = asked_orders(account, body(), packed)
        done = [row["ID"] for row in found if row["OrderStatusId"] in PRESENT]
        for order_id in done:
            tracking = {"TrackingNumber": f"SBX{order_id:09d}"}
            order = stored_order(account, order_id)
            set_status(account, order, DESPATCHED, by="packer1", **tracking)
    return answer({"ids": done})


@control.post("/merge")
def merge_orders() -> Response:
    """Merge two orders in the UI: ``{"into": 9001, "absorb": 9002}``; the second is gone."""
    asked = body()
    account = this_account()
    with account.store.changing():
        into = stored_order(account, asked.get("into"))
        absorbed = stored_order(account, asked.get("absorb"))
        if into["ID"] == absorbed["ID"]:
            raise Complaint("An order can't be merged with itself.")
        if into["ClientId"] != absorbed["ClientId"]:
            raise Complaint("Orders of two clients can't be merged.")
        return answer(merge(account, into, absorbed))


# Charges


@control.post("/invoice")
def invoice_orders() -> Response:
    """The nightly run charges orders: ``{"ids": [...]}``, or all that are DESPATCHED.

    With ``"fail": true`` no courier price is found, and they become INVOICEFAILED.
    """
    asked = body()
    account = this_account()
    with account.store.changing():
        found = asked_orders(account, asked, DESPATCHED)
        done = auto_invoice(account, found, fail=asked.get("fail") is True)
    return answer({"ids": done})


@control.post("/confirm-invoice")
def confirm_invoice() -> Response:
    """Confirm all that a client owes as one invoice: ``{"client": 3, "name": "June"}``."""
    asked = body()
    account = this_account()
    with account.store.changing():
        client = account.store.table("client").get(str(asked.get("client")))
        if client is None:
            raise Complaint(f"There is no client {asked.get('client')}.")
        name = asked.get("name")
        invoice = confirm(account, client, name=None if name is None else str(name))
        if invoice is None:
            raise Complaint(f"{client['Name']} owes nothing that is not confirmed.")
    return answer(invoice)


@control.get("/callbacks")
def callbacks() -> Response:
    """The calls that were made to others; ``?wait=5`` waits so long for those under way."""
    wait = min(max(request.args.get("wait", 0.0, type=float), 0.0), LONGEST_WAIT)
    return answer(this_account().callbacks.shown(wait))


# The sandbox itself


@control.get("/settings")
def show_settings() -> Response:
    """Every setting and its value; settings.py says what each means."""
    return answer(this_account().settings.shown())


@control.post("/settings")
def change_settings() -> Response:
    """Change some settings: ``{"nulls": false}``."""
    try:
        this_account().set(body())
    except ValueError as error:
        raise Complaint(str(error)) from None
    return show_settings()


@control.get("/faults")
def show_faults() -> Response:
    """The faults that were set, each with how often it was met and how often it happened."""
    return answer({"faults": [asdict(fault) for fault in faults().all()]})


@control.post("/faults")
def set_faults() -> Response:
    """Have these faults and no others: ``{"faults": [{"kind": "drop", "times": 1}]}``."""
    rows = body().get("faults")
    if not isinstance(rows, list):
        raise Complaint('Send {"faults": [{"kind": "error", "path": "/Order/List", "times": 1}]}.')
    try:
        faults().set([fault_from_json(row) for row in rows])
    except ValueError as error:
        raise Complaint(str(error)) from None
    return show_faults()


def faults() -> Faults:
    """The app's faults."""
    kept: Faults = current_app.extensions[FAULTS]
    return kept


@control.post("/password")
def change_password() -> Response:
    """Give the user another password, which ends its key: ``{"password": "..."}``."""
    password = body().get("password")
    if not isinstance(password, str) or not password:
        raise Complaint('Send {"password": "..."}.')
    account = this_account()
    with account.store.changing():
        account.change_password(password)
    return answer({"username": account.user.username})


@control.post("/clock")
def set_clock() -> Response:
    """Set the clock, which goes on from there: ``{"now": "2026-06-01T12:00:00Z"}``, or null.

    A time without offset is the account's.
    """
    asked = body()
    if "now" not in asked:
        raise Complaint('Send {"now": "2026-06-01T12:00:00Z"}, or null for the real time.')
    account = this_account()
    try:
        account.set_clock(asked["now"] and datetime.fromisoformat(asked["now"]))
    except (TypeError, ValueError, OverflowError):
        raise Complaint(f"{asked['now']!r} is no time such as 2026-06-01T12:00:00Z.") from None
    return answer({"now": account.now().isoformat()})


@control.post("/reset")
def reset() -> Response:
    """Begin the day again: edits, tags, keys, faults, settings and the clock are forgotten."""
    account = this_account()
    account.reset()
    account.callbacks.forget()
    faults().set([])
    current_app.extensions[REQUESTS].clear()
    return state()


@control.get("/state")
def state() -> Response:
    """How much of what there is, and how often each address of the API was called."""
    account = this_account()
    orders = account.all_orders()
    with account.store.lock:
        comments = list(account.store.table("comment").values())
        requests: Counter[str] = current_app.extensions[REQUESTS].copy()
        counts = {kind: len(account.store.table(kind)) for kind in ("product", "asn", "invoice")}
    statuses = Counter(STATUS_NAMES.get(row.get("OrderStatusId", 0), "") for row in orders)
    return answer(
        {
            "orders": len(orders),
            "by_status": dict(sorted(statuses.items())),
            "tagged": sum(1 for row in orders if row.get("Tags")),
            "comments": sum(len(row["comments"]) for row in comments),
            **{f"{kind}s": number for kind, number in counts.items()},
            "requests": dict(sorted(requests.items())),
            "now": account.now().astimezone(UTC).isoformat(),
        }
    )
