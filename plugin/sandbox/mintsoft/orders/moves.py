"""Moving orders from status to status (mintsoft.md 2.2 and 2.4): many of the calls are GETs.

From which status which move is allowed is ASSUMED, but for what mintsoft.md says of NEW.
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from ...day.reference import DESPATCHED_STATUSES, STATUS_IDS, STATUS_NAMES
from ...store import Document
from ..account import Account, this_account
from ..protocol.answers import invalid, refuse, result
from ..protocol.query import given, moment, path_id, whole

moves = Blueprint("mintsoft_sandbox_moves", __name__)

UNKNOWN_ORDER = "Order not found"
CANCELLED, DESPATCHED = STATUS_IDS["CANCELLED"], STATUS_IDS["DESPATCHED"]
MOST_PARCELS = 1000


def ids(*names: str) -> frozenset[int]:
    """The IDs of these statuses."""
    return frozenset(STATUS_IDS[name] for name in names)


#: Nobody has begun to pick the order yet.
UNTOUCHED = ids(
    *("NEW", "HOLDING", "ONBACKORDER", "AWAITINGCONFIRMATION", "AWAITINGDOCUMENTATION"),
    *("AWAITINGPAYMENT", "FRAUDRISK"),
)
#: Still in the house.
PRESENT = frozenset(STATUS_NAMES) - DESPATCHED_STATUSES - {CANCELLED}


@dataclass(frozen=True, kw_only=True)
class Move:
    """A change of status that the API offers."""

    #: The statuses from which it is allowed.
    of: frozenset[int]
    #: The status to which it leads; None leads back to the one before.
    to: int | None
    #: What can't be done otherwise: "Order is X and can't be ...".
    done: str


CANCEL = Move(of=UNTOUCHED, to=CANCELLED, done="cancelled")
#: By the last part of the address.
BY_GET = {
    "Cancel": CANCEL,
    "CancelNoStock": CANCEL,
    "MarkDespatched": Move(of=PRESENT, to=DESPATCHED, done="despatched"),
    "MarkPrinted": Move(of=ids("NEW", "PRINTED"), to=STATUS_IDS["PRINTED"], done="printed"),
    "MarkAwaitingPayment": Move(of=UNTOUCHED, to=STATUS_IDS["AWAITINGPAYMENT"], done="held"),
    "MarkPaymentReceived": Move(
        of=ids("AWAITINGPAYMENT"), to=STATUS_IDS["NEW"], done="marked as paid"
    ),
    "MarkAwaitingConfirmation": Move(
        of=UNTOUCHED, to=STATUS_IDS["AWAITINGCONFIRMATION"], done="held"
    ),
    "MarkConfirmed": Move(of=ids("AWAITINGCONFIRMATION"), to=STATUS_IDS["NEW"], done="confirmed"),
    "MarkPackAndHold": Move(of=PRESENT, to=STATUS_IDS["PACKANDHOLD"], done="packed and held"),
    "MarkReleasePackAndHold": Move(of=ids("PACKANDHOLD"), to=None, done="released"),
}
BY_POST = {
    "MarkFraudRisk": Move(of=UNTOUCHED, to=STATUS_IDS["FRAUDRISK"], done="marked"),
    "MarkFraudRiskAccepted": Move(of=ids("FRAUDRISK"), to=STATUS_IDS["NEW"], done="accepted"),
}


def make_move(order_id: str, move: Move, **changes: Any) -> Document:
    """Move the order of a path, or refuse to; return what it has become."""
    account = this_account()
    with account.store.changing():
        order = order_or_refusal(order_id)
        status = order["OrderStatusId"]
        if status not in move.of:
            refuse(f"Order is {STATUS_NAMES[status]} and can't be {move.done}")
        to = before(account, order) if move.to is None else move.to
        return set_status(account, order, to, **changes)


def order_or_refusal(order_id: str) -> Document:
    """The order of a path; a refused write if the user has none with this ID."""
    return this_account().order(path_id(order_id)) or refuse(UNKNOWN_ORDER)


def set_status(
    account: Account, order: Document, status: int, *, by: str | None = None, **changes: Any
) -> Document:
    """Let an order have a status: with its despatch date, its history, and the callbacks."""
    was = order["OrderStatusId"]
    if status not in DESPATCHED_STATUSES:
        if not (status == CANCELLED and account.settings.cancelled_keeps_despatch_date):
            changes = {"DespatchDate": None, "DespatchedByUser": None, **changes}
    elif not order.get("DespatchDate"):
        gone = {"DespatchDate": account.stamp(), "DespatchedByUser": by or account.user.username}
        changes = {**gone, "OrderItems": moved_items(order, gone=True), **changes}
    changed = account.change(order, by=by, **{**changes, "OrderStatusId": status})
    if status != was:
        account.attach("past_status", order["ID"], {"OrderStatusId": was})
        announce(account, changed, was)
    return changed


def moved_items(order: Document, *, gone: bool) -> list[Document]:
    """The rows of an order whose stock has left, or is set aside."""
    return [{**item, **stock(item, gone=gone)} for item in order.get("OrderItems") or ()]


def with_stock(order: Document) -> Document:
    """An order whose rows say where their stock is; those that say it already stay as they are."""
    rows, gone = order.get("OrderItems"), order.get("OrderStatusId") in DESPATCHED_STATUSES
    if not isinstance(rows, list) or not all(isinstance(item, dict) for item in rows):
        return order  # damaged on purpose
    return {**order, "OrderItems": [{**stock(item, gone=gone), **item} for item in rows]}


def stock(item: Document, *, gone: bool) -> Document:
    """What of a row is set aside, and what has left."""
    quantity = item.get("Quantity") or 0
    return {"Allocated": 0 if gone else quantity, "Commited": quantity if gone else 0}


def before(account: Account, order: Document) -> int:
    """The status that an order had before this one; NEW if that isn't known."""
    past = account.attached("past_status", order["ID"])
    return int(past[-1]["OrderStatusId"]) if past else STATUS_IDS["NEW"]


def announce(account: Account, order: Document, was: int) -> None:
    """Call those who wanted to know that an order was despatched or cancelled."""
    if order["OrderStatusId"] == CANCELLED:
        tell(account, order["ID"], order, event="cancelled", code="ExtraCode2")
    elif order["OrderStatusId"] in DESPATCHED_STATUSES and was not in DESPATCHED_STATUSES:
        tell(account, order["ID"], order, event="despatched", code="ExtraCode1")


def tell(account: Account, order_id: int, document: Any, *, event: str, code: str) -> None:
    """Call the addresses that an order's connect actions keep under a code."""
    honours = account.settings.order_authorization
    for action in account.attached("connect_action", order_id):
        if (action["Type"] or "").upper() == "API":
            account.callbacks.call(
                action[code],
                document,
                event=event,
                record_id=order_id,
                authorization=action["ExtraCode4"] if honours else None,
            )


@moves.get(f"/api/Order/<order_id>/<any({','.join(BY_GET)}):name>")
def move_by_get(order_id: str, name: str) -> Response:
    """A GET that changes the order."""
    changes: dict[str, Any] = {}
    if name == "MarkDespatched" and (tracking := given("TrackingNumber")):
        changes["TrackingNumber"] = tracking
    if name == "MarkPackAndHold":
        changes["RequiredDespatchDate"] = moment("ReleaseDate") or invalid()
    changed = make_move(order_id, BY_GET[name], **changes)
    if name == "MarkPrinted" and (comment := (given("Comment") or "").strip()):
        said = {"OrderId": changed["ID"], "OrderStatusId": changed["OrderStatusId"]}
        this_account().attach("comment", changed["ID"], {**said, "Comment": comment})
    return result(changed["ID"])


@moves.post(f"/api/Order/<order_id>/<any({','.join(BY_POST)}):name>")
def move_by_post(order_id: str, name: str) -> Response:
    """A change of status that is a POST."""
    return result(make_move(order_id, BY_POST[name])["ID"])


@moves.get("/api/Order/<order_id>/UpdateNumberOfParcels")
def update_number_of_parcels(order_id: str) -> Response:
    """Say how many parcels an order is: a GET that changes it."""
    parcels = whole("NumberOfParcels")
    account = this_account()
    with account.store.changing():
        order = order_or_refusal(order_id)
        if not 1 <= parcels <= MOST_PARCELS:
            refuse(f"NumberOfParcels must be from 1 to {MOST_PARCELS}")
        account.change(order, NumberOfParcels=parcels)
    return result(order["ID"])
