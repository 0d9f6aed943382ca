"""A purchase order as an ASN (advance shipping notice): one line for each line with an item.

What only the warehouse knows (in what the goods come, where they go) is told by the connection's
settings. Three digests keep edits apart: what the purchase order says, what we asked for, and
what the ASN says now.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ...errors import NeedsPerson
from ..money import ZERO
from ..orders.order import ACCOUNTING_MARKER
from ..warehouse.goods_in import Asn, NewAsn, NewAsnLine
from .purchase_order import PurchaseOrder, PurchaseOrderLine

#: Xero does not say in how many packages goods come, and Mintsoft wants a number (mintsoft.md 4).
PACKAGES = 1
#: The longest name that Mintsoft takes for a supplier.
_MOST_SUPPLIER = 250
#: How many lines a sentence names.
_MOST_NAMED = 10


@dataclass(frozen=True, kw_only=True)
class AsnTerms:
    """What an ASN takes from its connection."""

    #: Empty where the login is the client's own.
    client_id: str = ""
    #: Id of a warehouse, and name of a goods-in type, of the account.
    warehouse_id: str
    goods_in_type: str
    #: Said instead of the contact's name; empty for that.
    supplier: str = ""
    #: Days from the purchase order's date to the arrival where it names none; 0: refused.
    arrival_days: int = 0


def goods_of(order: PurchaseOrder) -> list[PurchaseOrderLine]:
    """The lines that a warehouse can receive: those with an item and a quantity."""
    return [line for line in order.lines if _is_goods(line)]


def _is_goods(line: PurchaseOrderLine) -> bool:
    return bool(line.item_code.strip()) and line.quantity is not None


def arrival_of(order: PurchaseOrder, document_date: dt.date, arrival_days: int) -> dt.date | None:
    """The day on which the goods arrive: as the order says, else by the rule, else None.

    `document_date`: of the order, or of its last change where it has none.
    """
    if order.arrives_on or not arrival_days:
        return order.arrives_on
    return document_date + dt.timedelta(days=arrival_days)


def build_asn(order: PurchaseOrder, document_date: dt.date, terms: AsnTerms) -> NewAsn:
    """The ASN of a purchase order.

    Raises:
        NeedsPerson: a quantity is no whole number above 0 (MX-520); it does not say when the
            goods arrive (MX-523); it lacks something else that Mintsoft needs (MX-502).
    """
    arrival = arrival_of(order, document_date, terms.arrival_days)
    if arrival is None:
        raise NeedsPerson(code="MX-523")
    return NewAsn(
        po_reference=order.number,
        client_id=terms.client_id,
        warehouse_id=terms.warehouse_id,
        supplier=(terms.supplier or " ".join(order.supplier.split()))[:_MOST_SUPPLIER],
        expected_on=arrival,
        goods_in_type=terms.goods_in_type,
        packages=PACKAGES,
        comments=f"From purchase order {order.number} in Xero",
        lines=tuple(_lines(order)),
    )


def _lines(order: PurchaseOrder) -> Iterator[NewAsnLine]:
    for position, mark in marks_of(order).items():
        line = order.lines[position - 1]
        units = line.whole_units
        if units is None:
            raise NeedsPerson(
                code="MX-520", line=position, quantity=line.quantity, sku=line.item_code
            )
        yield NewAsnLine(sku=line.item_code.strip(), quantity=units, source_line_id=mark)


def origin_of(purchase_order_id: str) -> str:
    """What the marks of all lines of an order's ASN begin with; no other order has it."""
    return f"{ACCOUNTING_MARKER}{purchase_order_id}:"


def marks_of(order: PurchaseOrder) -> dict[int, str]:
    """The marks of the lines that go on an ASN, by their positions from 1; no two are equal."""
    marks: dict[int, str] = {}
    for position, line in enumerate(order.lines, start=1):
        if _is_goods(line):
            mark = f"{origin_of(order.purchase_order_id)}{line.line_id or position}"
            marks[position] = f"{mark}:{position}" if mark in marks.values() else mark
    return marks


def left_out(order: PurchaseOrder) -> str:
    """In a sentence, which lines with a quantity are not on the ASN; empty when all are."""
    numbers = [
        position
        for position, line in enumerate(order.lines, start=1)
        if line.quantity is not None and not _is_goods(line)
    ]
    if not numbers:
        return ""
    named = ", ".join(str(number) for number in numbers[:_MOST_NAMED])
    more = f" and {len(numbers) - _MOST_NAMED} more" if len(numbers) > _MOST_NAMED else ""
    if len(numbers) == 1:
        return f"Line {named} has no item and is not on the ASN."
    return f"Lines {named}{more} have no item and are not on the ASN."


def fingerprint_of(order: PurchaseOrder) -> str:
    """Digest of what a purchase order says to a warehouse.

    That it was billed, priced or paid for is no edit, nor are new ids of the same lines; that it
    was deleted is.
    """
    arrival = order.arrives_on.isoformat() if order.arrives_on else None
    lines = [(x.item_code, str((x.quantity or ZERO).normalize())) for x in goods_of(order)]
    said = _said(order.number, order.supplier, arrival, lines)
    return _digest([*said, order.status == "DELETED"])


def content_of(asn: NewAsn | Asn) -> str:
    """Digest of what an ASN says of the goods; equal for one that was asked for and came to be.

    Where the goods go and in what they come is the warehouse's own affair once it is made.
    """
    day = asn.expected_on.isoformat() if asn.expected_on else None
    lines = [(sku, str(quantity)) for sku, quantity in _announced(asn)]
    return _digest(_said(asn.po_reference, asn.supplier, day, lines))


def _announced(asn: NewAsn | Asn) -> list[tuple[str, int]]:
    if isinstance(asn, NewAsn):
        return [(line.sku, line.quantity) for line in asn.lines]
    return [(line.sku, line.expected) for line in asn.lines]


def _said(
    number: str, supplier: str, day: str | None, lines: Sequence[tuple[str, str]]
) -> list[object]:
    """The same whatever the case and order in which it is written."""
    named = sorted((sku.strip().casefold(), quantity) for sku, quantity in lines)
    return [number.strip().casefold(), " ".join(supplier.split()).casefold(), day, named]


def _digest(said: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def changed_asn(now: Asn, wanted: NewAsn) -> NewAsn:
    """What an ASN is to say from now on: the goods as wanted, all else as the warehouse has it."""
    return replace(
        wanted,
        client_id=now.client_id or wanted.client_id,
        warehouse_id=now.warehouse_id or wanted.warehouse_id,
        goods_in_type=now.goods_in_type or wanted.goods_in_type,
        packages=now.packages or wanted.packages,
    )


def versions(has: Asn, wants: NewAsn) -> dict[str, str]:
    """What an ASN says and what it should say, for a sentence; suppliers may be people: unnamed."""
    said = {"has": in_words(has), "wants": in_words(wants)}
    if has.po_reference.strip() != wants.po_reference.strip():
        numbers = {"has": has.po_reference, "wants": wants.po_reference}
        said = {which: f"{numbers[which]}: {text}" for which, text in said.items()}
    if " ".join(has.supplier.split()).casefold() != " ".join(wants.supplier.split()).casefold():
        said["wants"] += ", from another supplier"
    return {"asn": has.asn_id, **said}


def in_words(asn: NewAsn | Asn) -> str:
    """What an ASN says, for a message: ``WID-1 x 100, GAD-2 x 5, arriving 2026-06-20``."""
    units: dict[str, int] = {}
    for sku, quantity in _announced(asn):
        units[sku] = units.get(sku, 0) + quantity
    parts = [f"{sku} x {quantity}" for sku, quantity in units.items()]
    if len(parts) > _MOST_NAMED:
        parts = [*parts[:_MOST_NAMED], f"{len(parts) - _MOST_NAMED} more products"]
    day = f", arriving {asn.expected_on}" if asn.expected_on else ""
    return ", ".join(parts) + day
