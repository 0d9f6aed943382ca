"""What a person or a test does to the sandbox outside of the API; no key is asked for."""

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, request

from ..day.reference import DESPATCHED_STATUSES, STATUS_NAMES
from ..store import Document
from .account import FAULTS, LONDON, REQUESTS, Account, this_account
from .answers import answer
from .faults import Faults, fault_from_json

control = Blueprint("mintsoft_sandbox_control", __name__, url_prefix="/_sandbox")
PERSON = "person"


def complaint(sentence: str) -> Response:
    """The request makes no sense."""
    return answer({"error": sentence}, 400)


def body() -> Any:
    """The JSON of the request, or None."""
    return request.get_json(force=True, silent=True)


@control.post("/edit")
def edit() -> Response:
    """Edit an order as a person does in Mintsoft: ``{"id": 9001, "set": {...}}``.

    An order that becomes despatched gets a despatch date; one that no longer is loses it.
    """
    asked = body()
    if not isinstance(asked, dict) or not isinstance(asked.get("set"), dict):
        return complaint('Send {"id": 9001, "set": {"OrderStatusId": 4}}.')
    account = this_account()
    with account.store.changing():
        order = account.store.table("order").get(str(asked.get("id")))
        if order is None:
            return complaint(f"There is no order {asked.get('id')}.")
        changes = asked["set"]
        if unknown := sorted(changes.keys() - order.keys()):
            return complaint(f"An order has no {', '.join(unknown)}.")
        follows = despatch_date(account, order, changes) | named_records(account, changes)
        changed = account.change(order, by=PERSON, **{**follows, **changes})
    return answer(changed)


def despatch_date(account: Account, order: Document, changes: Document) -> Document:
    """What a new status does to the despatch date."""
    if "OrderStatusId" not in changes:
        return {}
    if changes["OrderStatusId"] not in DESPATCHED_STATUSES:
        return {"DespatchDate": None}
    return {} if order.get("DespatchDate") else {"DespatchDate": account.stamp()}


def named_records(account: Account, changes: Document) -> Document:
    """The records that go with new IDs of the channel, the currency and the country."""
    return {
        name: account.named(name.lower(), changes[f"{name}Id"])
        for name in ("Channel", "Currency", "Country")
        if f"{name}Id" in changes
    }


@control.post("/orders")
def add_orders() -> Response:
    """Add orders in the API's own JSON: ``{"orders": [...]}``; IDs are given where absent."""
    asked = body()
    rows = asked.get("orders") if isinstance(asked, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return complaint('Send {"orders": [...]} with orders in the API\'s own JSON.')
    account = this_account()
    with account.store.changing():
        for row in rows:
            if str(row.get("ID")) in account.store.table("order"):
                return complaint(f"There is an order {row['ID']} already; edit it instead.")
        stamp = {"LastUpdated": account.stamp(), "LastUpdatedByUser": PERSON}
        ids = [account.add({**stamp, **row}) for row in rows]
    return answer({"ids": ids})


@control.get("/faults")
def show_faults() -> Response:
    """The faults that were set, each with how often it fired."""
    return answer({"faults": [asdict(fault) for fault in faults().all()]})


@control.post("/faults")
def set_faults() -> Response:
    """Have these faults and no others: ``{"faults": [{"kind": "drop", "times": 1}]}``."""
    asked = body()
    rows = asked.get("faults") if isinstance(asked, dict) else None
    if not isinstance(rows, list):
        return complaint('Send {"faults": [{"kind": "error", "path": "/Order/List", "times": 1}]}.')
    try:
        faults().set([fault_from_json(row) for row in rows])
    except ValueError as error:
        return complaint(str(error))
    return show_faults()


def faults() -> Faults:
    """The app's faults."""
    kept: Faults = current_app.extensions[FAULTS]
    return kept


@control.post("/clock")
def set_clock() -> Response:
    """Set the clock, which goes on from there: ``{"now": "2026-06-01T12:00:00Z"}``, or null.

    A time without offset is London's.
    """
    asked = body()
    if not isinstance(asked, dict) or "now" not in asked:
        return complaint('Send {"now": "2026-06-01T12:00:00Z"}, or null for the real time.')
    account = this_account()
    now = None
    if asked["now"] is not None:
        try:
            now = datetime.fromisoformat(asked["now"])
        except (TypeError, ValueError):
            return complaint(f"{asked['now']!r} is no time such as 2026-06-01T12:00:00Z.")
        now = now if now.tzinfo else now.replace(tzinfo=LONDON)
    account.set_clock(now)
    return answer({"now": account.now().isoformat()})


@control.post("/reset")
def reset() -> Response:
    """Begin the day again: edits, tags, comments, keys, faults and the clock are forgotten."""
    this_account().reset()
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
    requests: Counter[str] = current_app.extensions[REQUESTS]
    statuses = Counter(STATUS_NAMES.get(row.get("OrderStatusId", 0), "") for row in orders)
    return answer(
        {
            "orders": len(orders),
            "by_status": dict(sorted(statuses.items())),
            "tagged": sum(1 for row in orders if row.get("Tags")),
            "comments": sum(len(row["comments"]) for row in comments),
            "requests": dict(sorted(requests.items())),
            "now": account.now().astimezone(UTC).isoformat(),
        }
    )
