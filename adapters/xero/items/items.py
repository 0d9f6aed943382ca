"""Items of Xero's price list: read, and made in batches when somebody needs them (xero.md 8)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ....plugin.domain.invoices.item import Item, Trade
from ....plugin.errors import TryLater, Unknown
from ..api.client import Reply, XeroClient
from ..api.errors import OUTAGE_WAIT, messages_of, summary_of
from ..api.fields import NO_ID, mappings, quoted, to_decimal, to_moment, to_text, write_json
from ..api.pages import chunks
from ..imports.sales_invoices import OVERLAP

#: Items in one call (xero.md 2.4).
BATCH = 100

#: Characters of a code (xero.md 8).
LONGEST_CODE = 30

_LONGEST = {"Code": LONGEST_CODE, "Name": 50, "Description": 4000}

_EXISTS = "already exists"


@dataclass(frozen=True, kw_only=True)
class ItemsMade:
    """What became of items that were wanted."""

    #: Xero's ids by code: those just made, and those that somebody else had made.
    ids: Mapping[str, str]
    #: Xero's words by code, on those that it refused.
    refused: Mapping[str, str]


def items_since(client: XeroClient, since: datetime | None) -> list[Item]:
    """All items changed at or after a moment; None: all. One call, as this list has no pages.

    Raises:
        TryLater: Xero can't be reached, is offline, or a limit is used up.
        Disconnected: access has ended.
    """
    begin = since - OVERLAP if since else None
    return read_items(client.get("Items", {"unitdp": "4"}, begin).get("Items"))


def create_items(client: XeroClient, items: Sequence[Item]) -> ItemsMade:
    """Make items that are not there; those whose code exists are left as they are.

    A code is at most 30 characters long: a longer one is refused here, without a call. When an
    answer is lost, nothing can come twice: the same again finds what was made.

    Raises:
        TryLater: Xero can't be reached, or an answer was lost.
        Disconnected: access has ended.
    """
    ids: dict[str, str] = {}
    refused = {x.code: _too_long(x.code) for x in items if len(x.code) > _LONGEST["Code"]}
    sound = [item for item in {x.code: x for x in items}.values() if item.code not in refused]
    for start in range(0, len(sound), BATCH):
        batch = sound[start : start + BATCH]
        made, words = _create(client, batch)
        ids |= made
        refused |= words
    taken = [code for code, words in refused.items() if _EXISTS in words.lower()]
    for code, item_id in _find(client, taken).items():
        ids[code] = item_id
        del refused[code]
    return ItemsMade(ids=ids, refused=refused)


def read_items(entries: Any) -> list[Item]:
    """The items of an answer; what has neither id nor code is left out."""
    return [
        item_of(entry) for entry in mappings(entries) if entry.get("ItemID") and entry.get("Code")
    ]


def item_of(entry: Mapping[str, Any]) -> Item:
    """One item as Xero lists it."""
    changed = entry.get("UpdatedDateUTC")
    return Item(
        item_id=str(entry["ItemID"]),
        code=str(entry["Code"]),
        name=str(entry.get("Name") or ""),
        description=str(entry.get("Description") or ""),
        sold=entry.get("IsSold") is not False,
        purchased=entry.get("IsPurchased") is not False,
        tracked=entry.get("IsTrackedAsInventory") is True,
        selling=_trade(entry.get("SalesDetails")),
        buying=_trade(entry.get("PurchaseDetails")),
        changed_at=to_moment(changed) if changed else None,
    )


def _trade(entry: Any) -> Trade:
    details = entry if isinstance(entry, Mapping) else {}
    return Trade(
        unit_price=to_decimal(details.get("UnitPrice")),
        account_code=str(details.get("AccountCode") or ""),
        tax_type=str(details.get("TaxType") or ""),
    )


def payload_of(item: Item) -> dict[str, Any]:
    """An item as Xero takes it: never with stock, which the warehouse counts (xero.md 8)."""
    texts = {"Code": item.code, "Name": item.name, "Description": item.description}
    details = {"SalesDetails": item.selling, "PurchaseDetails": item.buying}
    return {
        **{name: to_text(text, _LONGEST[name]) for name, text in texts.items() if text},
        "IsSold": item.sold,
        "IsPurchased": item.purchased,
        **{name: _details(trade) for name, trade in details.items() if trade != Trade()},
    }


def _details(trade: Trade) -> dict[str, str | Decimal]:
    price = {} if trade.unit_price is None else {"UnitPrice": trade.unit_price}
    codes = {"AccountCode": trade.account_code, "TaxType": trade.tax_type}
    return {**price, **{name: code for name, code in codes.items() if code}}


def _create(client: XeroClient, items: Sequence[Item]) -> tuple[dict[str, str], dict[str, str]]:
    """Ids of what one call made, and Xero's words on what it did not; both by code."""
    body = write_json({"Items": [payload_of(item) for item in items]}).encode("ascii")
    params = {"summarizeErrors": "false", "unitdp": "4"}
    try:
        reply = client.put("Items", params, body, uuid.uuid4().hex)
    except Unknown as error:
        raise TryLater(service="Xero", after=OUTAGE_WAIT, detail=error.detail) from None
    made, words = _read(reply)
    missing = [item.code for item in items if item.code not in made and item.code not in words]
    if missing:
        made |= _find(client, missing)
    said = summary_of(reply.body) or "no reason given"
    return made, words | {code: said for code in missing if code not in made}


def _read(reply: Reply) -> tuple[dict[str, str], dict[str, str]]:
    made: dict[str, str] = {}
    refused: dict[str, str] = {}
    for entry in mappings(reply.body.get("Items") or reply.body.get("Elements")):
        code, item_id = str(entry.get("Code") or ""), str(entry.get("ItemID") or NO_ID)
        words = " ".join(messages_of(entry))
        if words or item_id == NO_ID:
            refused[code] = words or "no reason given"
        else:
            made[code] = item_id
    return made, refused


def _find(client: XeroClient, codes: Sequence[str]) -> dict[str, str]:
    """Ids of the items with these codes, by code as asked for; Xero ignores its case."""
    asked = {code.casefold(): code for code in codes}
    found: dict[str, str] = {}
    for where in chunks([f"Code=={quoted(code)}" for code in codes], " OR "):
        for entry in read_items(client.get("Items", {"where": where}).get("Items")):
            if entry.code.casefold() in asked:
                found[asked[entry.code.casefold()]] = entry.item_id
    return found


def _too_long(code: str) -> str:
    return f"The code has {len(code)} characters, Xero takes {_LONGEST['Code']}."
