"""The judgement of what came from Xero: each sales invoice one order, each purchase order one ASN.

An order is an invoice's whose id stands in its external reference; an ASN is a purchase order's
whose number it has: no two organisations have one in common.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from .accountant import PURCHASE
from .members import Member

_NEW = 1


def imported(seen: Mapping[str, Any], members: Sequence[Member]) -> list[str]:
    """What is wrong with the orders and ASNs that were made, one sentence each."""
    orders, asns = _orders(seen), _asns(seen)
    wrong, belongs = [], Counter[tuple[str, str]]()
    for typed in seen["typed"]:
        kind, number = typed["kind"], typed["number"]
        for member in members:
            if member.organisation != typed["organisation"] or kind not in member.imports:
                continue
            key = (member.account, number if kind == "purchase_order" else typed["id"])
            belongs[key] += 1
            found = (asns if kind == "purchase_order" else orders).get(key, [])
            called = f"{member.name}: {kind} {number}"
            if len(found) != 1:
                wrong.append(f"{called} is in Mintsoft {len(found)} times")
            wrong += [
                f"{called} is in Mintsoft with {units}, not {typed['units']}"
                for units in found
                if units != typed["units"]
            ]
    wrong += [
        f"{key} is in Mintsoft account {account}, where it does not belong"
        for account, key in (orders.keys() | asns.keys()) - belongs.keys()
    ]
    return wrong


def _orders(seen: Mapping[str, Any]) -> dict[tuple[str, str], list[dict[str, int]]]:
    """Units by SKU of the orders that were made from invoices, by account and invoice."""
    found: dict[tuple[str, str], list[dict[str, int]]] = {}
    for name, account in seen["accounts"].items():
        for versions in account["versions"].values():
            raw = versions[-1][1]
            reference = str(raw["ExternalOrderReference"] or "")
            # A day begins with one that is despatched already: an earlier connection's.
            if reference.startswith("xero:") and versions[0][1]["OrderStatusId"] == _NEW:
                units = {x["SKU"]: int(float(x["Quantity"])) for x in raw["OrderItems"]}
                found.setdefault((name, reference.removeprefix("xero:")), []).append(units)
    return found


def _asns(seen: Mapping[str, Any]) -> dict[tuple[str, str], list[dict[str, int]]]:
    found: dict[tuple[str, str], list[dict[str, int]]] = {}
    for name, account in seen["accounts"].items():
        for raw in account["asns"]:
            number = str(raw["POReference"] or "")
            if number.startswith(PURCHASE):
                units = {x["SKU"]: int(float(x["QuantityExpected"])) for x in raw["Items"]}
                found.setdefault((name, number), []).append(units)
    return found
