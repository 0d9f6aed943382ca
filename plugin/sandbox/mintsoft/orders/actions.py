"""What hangs on an order: documents, shipments and connect actions (mintsoft.md 2.5 and 2.6)."""

import base64
import binascii

from flask import Blueprint, Response

from ...day.reference import STATUS_NAMES
from ...store import Document
from ..account import this_account
from ..protocol.answers import answer, not_found, refuse, result
from ..protocol.body import Members, sent
from ..protocol.query import flag, path_id, sent_moment, whole
from .moves import PRESENT, order_or_refusal
from .orders import order_or_404

actions = Blueprint("mintsoft_sandbox_actions", __name__)

PAPER = {1: "A4", 2: "Label"}


def action_json(order_id: int, members: Members) -> Document:
    """A connect action of an order."""
    codes = {f"ExtraCode{number}": members.text(f"ExtraCode{number}") for number in range(1, 6)}
    return {
        "OrderId": order_id,
        "Type": members.text("Type"),
        "SourceOrderId": members.text("SourceOrderId"),
        "Complete": members.flag("Complete"),
        "AccountId": members.whole("AccountId") or 0,
        **codes,
        "ExtraFlag1": members.flag("ExtraFlag1"),
        "ExtraFlag2": members.flag("ExtraFlag2"),
        "Messages": members.text("Messages"),
        "ExtraDate1": sent_moment(members, "ExtraDate1"),
    }


@actions.put("/api/Order/<order_id>/ConnectActions")
def add_action(order_id: str) -> Response:
    """Ask to be called; `SourceOrderId` must be the client's only one."""
    members = sent()
    account = this_account()
    with account.store.changing():
        order = order_or_refusal(order_id)
        document = action_json(order["ID"], members)
        if document["Type"] is None:
            refuse("Type is required")
        source = document["SourceOrderId"]
        kept = [
            (action["SourceOrderId"], owner["ClientId"])
            for one in account.store.table("connect_action").values()
            for action in one["connect_actions"]
            if (owner := account.store.table("order").get(str(action["OrderId"])))
        ]
        if source is not None and (source, order["ClientId"]) in kept:
            refuse(f"SourceOrderId {source} already exists")
        added = account.attach("connect_action", order["ID"], document)
    return result(added["ID"])


@actions.get("/api/Order/<order_id>/Documents")
def documents(order_id: str) -> Response:
    """The documents of an order, without their contents."""
    rows = this_account().attached("document", order_or_404(order_id)["ID"])
    return answer([{**row, "Base64Data": None} for row in rows])


@actions.put("/api/Order/<order_id>/Documents")
def add_document(order_id: str) -> Response:
    """Attach a document; the result carries its ID."""
    members = sent()
    account = this_account()
    with account.store.changing():
        order = order_or_refusal(order_id)
        data, name = members.text("Base64Data"), members.text("FileName")
        if data is None or name is None:
            refuse("Base64Data and FileName are required")
        try:
            base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError):
            refuse("Base64Data can't be read")
        kind = whole("DocumentTypeId") or members.whole("OrderDocumentTypeId") or 0
        if account.store.table("document_type").get(str(kind)) is None:
            refuse("DocumentType not found")
        document = {
            "OrderId": order["ID"],
            "OrderDocumentTypeId": kind,
            "FileName": name,
            "Comments": members.text("Comment"),
            "ContentType": "application/pdf"
            if name.lower().endswith(".pdf")
            else "application/octet-stream",
            "PaperSize": members.text("OrderDocumentPaperSize")
            or PAPER.get(whole("PaperSize", 1), "A4"),
            "PrintWithOrder": flag("PrintWithOrder"),
            "Printed": False,
            "Scanned": False,
            "DangerousFile": False,
            "DateDetected": None,
            "Base64Data": data,
        }
        added = account.attach("document", order["ID"], document)
    return result(added["ID"])


def document_or_404(order_id: str, document_id: str) -> Document:
    """A document of an order."""
    wanted = path_id(document_id)
    for row in this_account().attached("document", order_or_404(order_id)["ID"]):
        if row["ID"] == wanted:
            return row
    return not_found()


@actions.get("/api/Order/<order_id>/Documents/<document_id>")
def one_document(order_id: str, document_id: str) -> Response:
    """A document with its contents."""
    return answer(document_or_404(order_id, document_id))


@actions.get("/api/Order/<order_id>/Documents/<document_id>/Data")
def document_data(order_id: str, document_id: str) -> Response:
    """The contents of a document as a text in base 64."""
    return answer(document_or_404(order_id, document_id)["Base64Data"])


@actions.get("/api/Order/<order_id>/Documents/<document_id>/MarkPrinted")
def mark_document_printed(order_id: str, document_id: str) -> Response:
    """Say that a document was printed: a GET that changes it, and says nothing."""
    account = this_account()
    with account.store.changing():
        document = document_or_404(order_id, document_id)
        order = document["OrderId"]
        kept = [
            {**row, "Printed": True, **account.stamps()} if row["ID"] == document["ID"] else row
            for row in account.attached("document", order)
        ]
        account.set_attached("document", order, kept)
    return Response(status=204)


@actions.put("/api/Order/<order_id>/Shipments")
def add_shipment(order_id: str) -> Response:
    """Add a shipment by its number, which becomes the order's tracking number."""
    members = sent()
    account = this_account()
    with account.store.changing():
        order = order_or_refusal(order_id)
        if (number := members.text("Number")) is None:
            refuse("Number is required")
        if order["OrderStatusId"] not in PRESENT:
            refuse(f"Order is {STATUS_NAMES[order['OrderStatusId']]} and can't be shipped")
        empty = dict.fromkeys(
            (
                *("OrderDocumentId", "DangerousDocumentId", "ExtraInt1", "ExtraInt2"),
                *("ExtraString1", "ExtraString2", "CommercialInvoiceId", "ReturnLabelId"),
                *("ReturnLabelBarcode", "LabelURL"),
            )
        )
        no = dict.fromkeys(("ExtraBool1", "ExtraBool2", "RequiresManifesting", "Manifested"), False)
        document = {
            **empty,
            **no,
            "OrderId": order["ID"],
            "CourierType": order["CourierServiceName"],
            "AccountId": 0,
            "Number": number,
            "DownloadTrackingEvents": False,
            "ShipmentDate": account.stamp(),
            "ParcelNumbers": [number],
        }
        added = account.attach("shipment", order["ID"], document)
        account.change(order, TrackingNumber=number, TrackingURL=f"https://track.example/{number}")
    return result(added["ID"])


@actions.delete("/api/Order/<order_id>/Shipments/<shipment_id>")
def remove_shipment(order_id: str, shipment_id: str) -> Response:
    """Take a shipment away."""
    account = this_account()
    with account.store.changing():
        order = order_or_refusal(order_id)
        rows = account.attached("shipment", order["ID"])
        left = [row for row in rows if row["ID"] != path_id(shipment_id)]
        if len(left) == len(rows):
            refuse("Shipment not found")
        account.set_attached("shipment", order["ID"], left)
    return result(order["ID"])
