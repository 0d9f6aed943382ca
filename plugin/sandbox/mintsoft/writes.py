"""Changing orders (mintsoft.md 2.4 and 2.5). What is refused is answered with 200 too."""

from typing import Any

from flask import Blueprint, Response, request

from ..day.reference import DESPATCHED_STATUSES, STATUS_IDS, STATUS_NAMES
from ..store import Document
from .account import Account, this_account
from .answers import invalid, refused, result
from .orders import path_id
from .query import split_tags

writes = Blueprint("mintsoft_sandbox_writes", __name__)

UNKNOWN_ORDER = "Order not found"
CANCELLED = STATUS_IDS["CANCELLED"]
#: Nobody has begun to pick the order yet.
CANCELLABLE = frozenset(
    STATUS_IDS[name]
    for name in (
        *("NEW", "HOLDING", "ONBACKORDER", "AWAITINGCONFIRMATION", "AWAITINGDOCUMENTATION"),
        *("AWAITINGPAYMENT", "FRAUDRISK"),
    )
)

#: What ``POST /api/Order/{id}`` may change, each with its greatest length or None.
UPDATABLE: dict[str, int | None] = {
    "OrderNumber": 250,
    "ExternalOrderReference": 250,
    "OrderValue": None,
    "VATNumber": 50,
    "RequiredDeliveryDate": None,
    "RequiredDespatchDate": None,
    "Title": None,
    "FirstName": None,
    "LastName": None,
    "CompanyName": None,
    "Email": None,
    "Phone": 50,
    "Mobile": 50,
    "Address1": None,
    "Address2": None,
    "Address3": None,
    "Town": None,
    "County": None,
    "PostCode": 20,
    "DeliveryNotes": 1000,
    "GiftMessages": 1000,
}


def body_members() -> dict[str, Any]:
    """The members of the body by their name in small letters (they are read ignoring case)."""
    body = request.get_json(force=True, silent=True)
    return {name.lower(): value for name, value in body.items()} if isinstance(body, dict) else {}


@writes.put("/api/Order/<order_id>/Tag")
def tag(order_id: str) -> Response:
    """Add a tag; one that is there already is no error and no change."""
    return set_tag(order_id, present=True)


@writes.delete("/api/Order/<order_id>/Tag")
def untag(order_id: str) -> Response:
    """Take a tag away; one that isn't there is no error and no change."""
    return set_tag(order_id, present=False)


def set_tag(order_id: str, *, present: bool) -> Response:
    """Make a tag be there or not."""
    name = request.args.get("Tag", "").strip()
    if not name:
        invalid()
    account = this_account()
    with account.store.changing():
        order = account.order(path_id(order_id))
        if order is None:
            return refused(UNKNOWN_ORDER)
        before = order.get("Tags")
        if (name.lower() in split_tags(before)) != present:
            kept = [one.strip() for one in (before or "").split(",") if one.strip()]
            left = (
                [*kept, name] if present else [one for one in kept if one.lower() != name.lower()]
            )
            touch(account, order, Tags=",".join(left) or None)
    return result(order_id=order["ID"])


def touch(account: Account, order: Document, **changes: Any) -> None:
    """Change an order by a tag or a comment, which may or may not move `LastUpdated`."""
    if account.tagging_touches:
        account.change(order, by=account.user.username, **changes)
    else:
        account.keep({**order, **changes})


@writes.post("/api/Order/<order_id>/Comments")
def comment(order_id: str) -> Response:
    """Add a comment; the result carries the comment's ID."""
    text = body_members().get("comment")
    account = this_account()
    with account.store.changing():
        order = account.order(path_id(order_id))
        if order is None:
            return refused(UNKNOWN_ORDER)
        if not isinstance(text, str) or not text.strip():
            return refused("Comment is required")
        key = str(order["ID"])
        added = {
            "OrderId": order["ID"],
            "OrderStatusId": order["OrderStatusId"],
            "Comment": text,
            "ID": account.new_id("comment"),
            "LastUpdated": account.stamp(),
            "LastUpdatedByUser": account.user.username,
        }
        kept = account.store.table("comment").get(key, {"comments": []})["comments"]
        account.store.put("comment", key, {"comments": [*kept, added]})
        touch(account, order)
    return result(order_id=int(added["ID"]))


@writes.post("/api/Order/<order_id>")
def update(order_id: str) -> Response:
    """Change what is sent and may be changed; the rest of the body is ignored."""
    members = body_members()
    account = this_account()
    with account.store.changing():
        order = account.order(path_id(order_id))
        if order is None:
            return refused(UNKNOWN_ORDER)
        changes = {name: members[name.lower()] for name in UPDATABLE if name.lower() in members}
        for name, value in changes.items():
            if isinstance(value, str) and len(value) > (UPDATABLE[name] or len(value)):
                return refused(f"{name} must be at most {UPDATABLE[name]} characters")
        for kind, name in (("currency", "Currency"), ("country", "Country")):
            if wanted := members.get(f"{kind}id") or members.get(kind):
                record = account.named(kind, wanted)
                if record is None:
                    return refused(f"{name} not found")
                changes |= {name: record, f"{name}Id": record["ID"]}
        account.change(order, by=account.user.username, **changes)
    return result(order_id=order["ID"])


@writes.get("/api/Order/<order_id>/MarkDespatched")
def mark_despatched(order_id: str) -> Response:
    """Despatch an order: a GET that changes it."""
    account = this_account()
    with account.store.changing():
        order = account.order(path_id(order_id))
        if order is None:
            return refused(UNKNOWN_ORDER)
        status = order["OrderStatusId"]
        if status in DESPATCHED_STATUSES or status == CANCELLED:
            return refused(f"Order is {STATUS_NAMES[status]} and can't be despatched")
        changes = {"DespatchDate": account.stamp(), "DespatchedByUser": account.user.username}
        if tracking := request.args.get("TrackingNumber"):
            changes["TrackingNumber"] = tracking
        account.change(
            order, by=account.user.username, OrderStatusId=STATUS_IDS["DESPATCHED"], **changes
        )
    return result(order_id=order["ID"])


@writes.get("/api/Order/<order_id>/Cancel")
def cancel(order_id: str) -> Response:
    """Cancel an order that nobody has begun to pick: a GET that changes it."""
    account = this_account()
    with account.store.changing():
        order = account.order(path_id(order_id))
        if order is None:
            return refused(UNKNOWN_ORDER)
        status = order["OrderStatusId"]
        if status not in CANCELLABLE:
            return refused(f"Order is {STATUS_NAMES[status]} and can't be cancelled")
        account.change(order, by=account.user.username, OrderStatusId=CANCELLED)
    return result(order_id=order["ID"])
