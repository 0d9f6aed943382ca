"""Items: GET (never paged), PUT, POST and DELETE (xero.md 8)."""

import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ...store import Document
from ..documents.arithmetic import unit_price
from ..protocol import elements, filters, messages, reading
from ..protocol.elements import Outcome
from ..protocol.envelope import NO_ID, Answer, not_found, stamp_text
from ..protocol.reading import Element
from ..protocol.routing import Call, Route
from ..tenant import Tenant
from .account_checks import TAX_FLAGS

_LONGEST_CODE = 30
_LENGTHS = {"Name": 50, "Description": 4000, "PurchaseDescription": 4000}
_DETAILS = ("SalesDetails", "PurchaseDetails")
_PURCHASE = reading.Shape(
    "Purchase",
    {"UnitPrice": "number", "AccountCode": "text", "COGSAccountCode": "text", "TaxType": "text"},
)
# IsTrackedAsInventory, QuantityOnHand and TotalCostPool are Xero's own: sent, they are ignored.
_SHAPE = reading.Shape(
    "Item",
    {"ItemID": "guid", "IsSold": "flag", "IsPurchased": "flag"}
    | dict.fromkeys(["Code", "Name", "Description", "PurchaseDescription"], "text")
    | {"InventoryAssetAccountCode": "text"}
    | dict.fromkeys(_DETAILS, _PURCHASE),
)
FIELDS: filters.Fields = {
    "ItemID": filters.guid("ItemID"),
    **filters.texts("Code", "Name", "Description", "PurchaseDescription"),
    **{name: filters.flag(name) for name in ("IsSold", "IsPurchased", "IsTrackedAsInventory")},
    "SalesDetails.UnitPrice": filters.Value(
        "number", lambda row: Decimal(row["SalesDetails"].get("UnitPrice", 0))
    ),
    "PurchaseDetails.UnitPrice": filters.Value(
        "number", lambda row: Decimal(row["PurchaseDetails"].get("UnitPrice", 0))
    ),
    "UpdatedDateUTC": filters.stamp("UpdatedDateUTC"),
}


def get(call: Call) -> Answer:
    """All items: this endpoint is not paged."""
    rows = filters.matching(call, call.tenant.rows("xero_item"), FIELDS)
    return Answer(payload={"Items": [_shown(row, call.unitdp) for row in rows]})


def get_one(call: Call) -> Answer:
    """One item by Code or ItemID."""
    found = _found(call)
    return Answer(payload={"Items": [_shown(found, call.unitdp)]}) if found else not_found()


def _found(call: Call) -> Document | None:
    named = call.ids[0]
    return call.tenant.find("xero_item", named) or _by_id(call.tenant, named.lower())


def _by_id(tenant: Tenant, item_id: str) -> Document | None:
    rows = tenant.rows("xero_item")
    return next((row for row in rows if row["ItemID"] == item_id), None)


def delete(call: Call) -> Answer:
    """Delete one item; documents that used it keep its code."""
    found = _found(call)
    if found is None:
        return not_found()
    call.tenant.store.delete("xero_item", found["Code"])
    return Answer(status=204)


# ---------------------------------------------------------------------------- PUT and POST


def put(call: Call) -> Answer:
    """Create only: a used code is an error."""

    def create(sent: Element) -> Outcome:
        code = sent.get("Code", "")
        taken = call.tenant.find("xero_item", code) is not None
        return _written(call, sent, None, [messages.item_exists(code)] if taken else [])

    return elements.write(call, "Items", _SHAPE, create, summarizes=True)


def post(call: Call) -> Answer:
    """Create or change: by ItemID, else by Code."""

    def create_or_change(sent: Element) -> Outcome:
        if "ItemID" not in sent:
            return _written(call, sent, call.tenant.find("xero_item", sent.get("Code", "")))
        found = _by_id(call.tenant, sent["ItemID"])
        return _written(call, sent, found, [] if found else [messages.ITEM_UNKNOWN])

    return elements.write(call, "Items", _SHAPE, create_or_change, summarizes=True)


def post_one(call: Call) -> Answer:
    """Change one item by its id or code."""
    found = _found(call)
    if found is None:
        return not_found()
    return elements.write_single(call, "Items", _SHAPE, lambda sent: _written(call, sent, found))


def _written(
    call: Call, sent: Element, existing: Document | None, known: list[str] | None = None
) -> Outcome:
    document = _document(sent, existing, call.unitdp) | {"UpdatedDateUTC": call.tenant.now_ms()}
    errors = known or list(_faults(call.tenant, document, existing))
    if errors:
        refused = document if existing else document | {"ItemID": NO_ID}
        return Outcome(shown=_shown(refused, call.unitdp), errors=errors)
    if existing and existing["Code"] != document["Code"]:
        call.tenant.store.delete("xero_item", existing["Code"])
    call.tenant.store.put("xero_item", document["Code"], document)
    return Outcome(shown=_shown(document, call.unitdp), errors=[])


def _document(sent: Element, existing: Document | None, unitdp: int) -> Document:
    """The item as it would be: prices rounded, and only the sides that it is used on."""
    before = existing or {"ItemID": str(uuid.uuid4()), "IsSold": True, "IsPurchased": True}
    changes = {name: value for name, value in sent.items() if name not in {"ItemID", *_DETAILS}}
    document = {"Code": "", "SalesDetails": {}, "PurchaseDetails": {}} | before | changes
    for name in _DETAILS:
        details = document[name] | sent.get(name, {})
        if "UnitPrice" in sent.get(name, {}):
            details["UnitPrice"] = str(unit_price(details["UnitPrice"], unitdp))
        document[name] = details
    if not document["IsSold"]:
        document |= {"Description": None, "SalesDetails": {}}
    if not document["IsPurchased"]:
        document |= {"PurchaseDescription": None, "PurchaseDetails": {}}
    cogs = document["PurchaseDetails"].get("COGSAccountCode")
    tracked = bool(document.get("InventoryAssetAccountCode") and cogs)
    return document | {"IsTrackedAsInventory": tracked}


def _faults(tenant: Tenant, document: Document, existing: Document | None) -> Iterator[str]:
    code = document["Code"]
    if not 0 < len(code) <= _LONGEST_CODE:
        yield messages.ITEM_CODE_LENGTH
    holder = tenant.find("xero_item", code)
    if existing and holder and holder["ItemID"] != existing["ItemID"]:
        yield messages.item_exists(code)
    for name, most in _LENGTHS.items():
        if len(document.get(name) or "") > most:
            yield messages.too_long(name, most)
    for name in _DETAILS:
        yield from _detail_faults(tenant, document[name])
    yield from _tracked_faults(tenant, document)


def _detail_faults(tenant: Tenant, details: Document) -> Iterator[str]:
    """The accounts and the tax type of one side, and that they go together."""
    tax_type = details.get("TaxType")
    rate = tenant.find("xero_tax_rate", tax_type) if tax_type else None
    if tax_type and (rate is None or rate["Status"] != "ACTIVE"):
        yield messages.tax_type_unknown(tax_type)
    for name in ("AccountCode", "COGSAccountCode"):
        code = details.get(name)
        account = tenant.find("xero_account", code) if code else None
        if not code:
            continue
        if account is None or account["Type"] == "BANK" or account["SystemAccount"]:
            yield messages.account_not_valid(code)
        elif account["Status"] != "ACTIVE":
            yield messages.account_archived(code)
        elif rate is not None and not rate[TAX_FLAGS[account["Class"]]]:
            yield messages.tax_type_not_for(str(tax_type), code)


def _tracked_faults(tenant: Tenant, document: Document) -> Iterator[str]:
    """A tracked item has both its accounts, and no purchase account beside them."""
    code = document.get("InventoryAssetAccountCode")
    cogs = document["PurchaseDetails"].get("COGSAccountCode")
    if bool(code) != bool(cogs):
        yield messages.ITEM_TRACKED_BOTH
    account = tenant.find("xero_account", code) if code else None
    if code and (
        account is None or account["Type"] != "INVENTORY" or account["Status"] != "ACTIVE"
    ):
        yield messages.ITEM_INVENTORY_ACCOUNT
    if document["IsTrackedAsInventory"] and document["PurchaseDetails"].get("AccountCode"):
        yield messages.ITEM_TRACKED_ACCOUNT


def _shown(row: Document, unitdp: int) -> dict[str, Any]:
    """An item as Xero writes it; what is on hand is told of tracked ones only."""
    shown: dict[str, Any] = row | {"UpdatedDateUTC": stamp_text(row["UpdatedDateUTC"])}
    for name in _DETAILS:
        details = row[name]
        if "UnitPrice" in details:
            price = str(unit_price(Decimal(details["UnitPrice"]), unitdp))
            shown[name] = details | {"UnitPrice": price}
    if row["IsTrackedAsInventory"]:
        shown |= {"TotalCostPool": Decimal("0.00"), "QuantityOnHand": Decimal("0.0000")}
    return shown


_SCOPES = ("accounting.invoices", "accounting.settings")
ROUTES = [
    Route(template="Items", scopes=_SCOPES, handlers={"GET": get, "PUT": put, "POST": post}),
    Route(
        template="Items/{id}",
        scopes=_SCOPES,
        handlers={"GET": get_one, "POST": post_one, "DELETE": delete},
    ),
]
