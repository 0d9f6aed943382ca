"""Changing orders (mintsoft.md 2.4 and 2.5). What is refused is answered with 200 too."""

from typing import Any

from flask import Blueprint, Response

from ...store import Document
from ..account import Account, this_account
from ..protocol.answers import refuse, result
from ..protocol.body import Members, sent
from ..protocol.query import sent_moment, split_tags, text
from .moves import order_or_refusal

writes = Blueprint("mintsoft_sandbox_writes", __name__)

#: Texts that ``POST /api/Order/{id}`` may change, each with its greatest length or None.
UPDATABLE: dict[str, int | None] = {
    "OrderNumber": 250,
    "ExternalOrderReference": 250,
    "VATNumber": 50,
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
#: These can't be emptied.
NEVER_EMPTY = frozenset({"OrderNumber", "FirstName", "Address1", "PostCode"})
DATES = ("RequiredDeliveryDate", "RequiredDespatchDate")
#: The records that an update may change, by the member's name.
RECORDS = {"Currency": "currency", "Country": "country", "CourierService": "courier_service"}


@writes.put("/api/Order/<order_id>/Tag")
def tag(order_id: str) -> Response:
    """Add a tag; whether one that is there already is an error is a setting."""
    return set_tag(order_id, present=True)


@writes.delete("/api/Order/<order_id>/Tag")
def untag(order_id: str) -> Response:
    """Take a tag away; one that isn't there is no error and no change."""
    return set_tag(order_id, present=False)


def set_tag(order_id: str, *, present: bool) -> Response:
    """Make a tag be there or not."""
    name = text("Tag")
    account = this_account()
    with account.store.changing():
        order = order_or_refusal(order_id)
        tags = split_tags(order.get("Tags"))
        others = [one for one in tags if one.lower() != name.lower()]
        is_there = len(others) < len(tags)
        if present and is_there and account.settings.tag_twice == "refused":
            refuse(f"Order already has the tag {name}")
        if present != is_there:
            left = [*tags, name] if present else others
            touch(account, order, Tags=account.settings.tag_separator.join(left) or None)
    return result(order["ID"])


def touch(account: Account, order: Document, **changes: Any) -> None:
    """Change an order by a tag or a comment, which may or may not move `LastUpdated`."""
    if account.settings.tagging_touches:
        account.change(order, **changes)
    else:
        account.keep({**order, **changes})


@writes.post("/api/Order/<order_id>/Comments")
def comment(order_id: str) -> Response:
    """Add a comment; the result carries the comment's ID."""
    said = sent().text("Comment")
    account = this_account()
    with account.store.changing():
        order = order_or_refusal(order_id)
        if said is None:
            refuse("Comment is required")
        document = {"OrderId": order["ID"], "OrderStatusId": order["OrderStatusId"]}
        added = account.attach("comment", order["ID"], {**document, "Comment": said})
        touch(account, order)
    return result(int(added["ID"]))


@writes.post("/api/Order/<order_id>")
def update(order_id: str) -> Response:
    """Change what is sent and may be changed; the rest of the body is ignored."""
    members = sent()
    account = this_account()
    with account.store.changing():
        order = order_or_refusal(order_id)
        changes = {**texts(members), **references(account, members)}
        if members.has("OrderValue"):
            changes["OrderValue"] = float(members.money("OrderValue"))
        for name in DATES:
            if members.has(name):
                changes[name] = sent_moment(members, name)
        account.change(order, **changes)
    return result(order["ID"])


def texts(members: Members) -> dict[str, str | None]:
    """The texts that are sent, none too long, none of those that must be there empty."""
    found = {name: members.text(name) for name in UPDATABLE if members.has(name)}
    for name, value in found.items():
        if len(value or "") > (UPDATABLE[name] or len(value or "")):
            refuse(f"{name} must be at most {UPDATABLE[name]} characters")
        if value is None and name in NEVER_EMPTY:
            refuse(f"{name} is required")
    return found


def references(account: Account, members: Members) -> Document:
    """The records that are sent by ID, name or code; the ID wins."""
    found: Document = {}
    for name, kind in RECORDS.items():
        if (wanted := members.reference(name)) is None:
            continue
        record = account.named(kind, wanted)
        if record is None:
            refuse(f"{name} not found")
        found[f"{name}Id"] = record["ID"]
        if name == "CourierService":
            found["CourierServiceName"] = record["Name"]
            found["CourierServiceTypeId"] = record["CourierServiceTypeId"]
        else:
            found[name] = record
    return found
