"""Items, as far as lines need them (xero.md 8)."""

import uuid
from typing import Any

from ..store import Document
from . import filters, messages, reading
from .arithmetic import unit_price
from .envelope import (
    NO_ID,
    Answer,
    invalid,
    not_found,
    stamp_text,
    validation_errors,
)
from .routing import Call, Route

_LONGEST_CODE = 30
_DETAILS = reading.Shape(
    "Purchase",
    {"UnitPrice": "number", "AccountCode": "text", "COGSAccountCode": "text", "TaxType": "text"},
)
_SHAPE = reading.Shape(
    "Item",
    {"ItemID": "guid", "IsSold": "flag", "IsPurchased": "flag"}
    | dict.fromkeys(["Code", "Name", "Description", "PurchaseDescription"], "text")
    | {"SalesDetails": _DETAILS, "PurchaseDetails": _DETAILS},
)
FIELDS: filters.Fields = {
    "ItemID": filters.guid("ItemID"),
    "Code": filters.text(lambda row: row.get("Code")),
    "Name": filters.text(lambda row: row.get("Name")),
    "UpdatedDateUTC": filters.stamp("UpdatedDateUTC"),
}


def get(call: Call) -> Answer:
    """All items: this endpoint is not paged."""
    rows = call.tenant.rows("xero_item")
    if "where" in call.args:
        test = filters.where(call.args["where"], FIELDS)
        rows = [row for row in rows if test(row)]
    since = filters.modified_since(call.headers.get("If-Modified-Since"))
    if since is not None:
        rows = [row for row in rows if row["UpdatedDateUTC"] >= since]
    return Answer(payload={"Items": [_shown(row) for row in rows]})


def get_one(call: Call) -> Answer:
    """One item by Code or ItemID."""
    found = call.tenant.find("xero_item", call.ids[0]) or next(
        (row for row in call.tenant.rows("xero_item") if row["ItemID"] == call.ids[0].lower()),
        None,
    )
    return Answer(payload={"Items": [_shown(found)]}) if found else not_found()


def put(call: Call) -> Answer:
    """Create only: a used code is an error."""
    return _write(call, update=False)


def post(call: Call) -> Answer:
    """Create or change, by Code."""
    return _write(call, update=True)


def _write(call: Call, *, update: bool) -> Answer:
    sent = [
        _SHAPE.read(element, f"Items[{position}]")
        for position, element in enumerate(reading.elements(call.body, "Items"))
    ]
    shown, failed = [], []
    for element in sent:
        errors = _faults(call, element, update=update)
        if errors:
            answer = _shown({"ItemID": NO_ID, "UpdatedDateUTC": call.tenant.now_ms()} | element)
            answer["ValidationErrors"] = validation_errors(errors)
            failed.append(answer)
        else:
            answer = _shown(_stored(call, element))
        if not call.summarize_errors:
            answer["StatusAttributeString"] = "ERROR" if errors else "OK"
        shown.append(answer)
    if failed and call.summarize_errors:
        return invalid(failed)
    return Answer(payload={"Items": shown})


def _faults(call: Call, sent: Document, *, update: bool) -> list[str]:
    code = sent.get("Code", "")
    if not 0 < len(code) <= _LONGEST_CODE:
        return [messages.ITEM_CODE_LENGTH]
    if not update and call.tenant.find("xero_item", code):
        return [messages.item_exists(code)]
    details = [sent.get("SalesDetails", {}), sent.get("PurchaseDetails", {})]
    codes = [each["AccountCode"] for each in details if "AccountCode" in each]
    return [
        messages.account_not_valid(code)
        for code in codes
        if call.tenant.find("xero_account", code) is None
    ]


def _stored(call: Call, sent: Document) -> Document:
    before = call.tenant.find("xero_item", sent["Code"]) or {
        "ItemID": str(uuid.uuid4()),
        "IsSold": True,
        "IsPurchased": True,
        "IsTrackedAsInventory": False,
    }
    document = before | sent | {"ItemID": before["ItemID"], "UpdatedDateUTC": call.tenant.now_ms()}
    for name in ("SalesDetails", "PurchaseDetails"):
        details = dict(document.get(name, {}))
        if "UnitPrice" in details:
            price = details["UnitPrice"]
            details["UnitPrice"] = str(unit_price(price, call.unitdp) if name in sent else price)
        document[name] = details
    call.tenant.store.put("xero_item", document["Code"], document)
    return document


def _shown(row: Document) -> dict[str, Any]:
    return row | {"UpdatedDateUTC": stamp_text(row["UpdatedDateUTC"])}


_SCOPES = ("accounting.invoices", "accounting.settings")
ROUTES = [
    Route(template="Items", scopes=_SCOPES, handlers={"GET": get, "PUT": put, "POST": post}),
    Route(template="Items/{id}", scopes=_SCOPES, handlers={"GET": get_one}),
]
