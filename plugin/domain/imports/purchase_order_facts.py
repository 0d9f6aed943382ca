"""The facts of a purchase order: what rules may see before it becomes an ASN at the warehouse."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..decisions.facts import FactType, FactValue, LineFacts, by_name, fact
from ..money import ZERO, to_penny
from .purchase_order import PurchaseOrder, PurchaseOrderLine

#: Read from the purchase order itself.
PURCHASE_ORDER_FACTS = (
    fact("number", FactType.TEXT, "the purchase order's number", "PO-0042"),
    fact("reference", FactType.TEXT, "the reference that a person wrote, may be empty", "Q3"),
    fact("status", FactType.TEXT, "its status in Xero", "AUTHORISED"),
    fact("supplier_id", FactType.TEXT, "Xero's id of the supplier, empty when none", "5afe"),
    fact("supplier_known", FactType.YES_NO, "the purchase order names its supplier", "yes"),
    fact("currency", FactType.TEXT, "three-letter currency of all amounts", "GBP"),
    fact(
        "arrives_on",
        FactType.DATE,
        "day promised, else wished for; document_date when it says none",
        "2026-06-20",
    ),
    fact("arrival_known", FactType.YES_NO, "it says when the goods arrive", "yes"),
    fact("line_count", FactType.NUMBER, "lines with a quantity, not those of text", "2", "lines"),
    fact("goods_line_count", FactType.NUMBER, "lines that have an item", "1", "lines"),
    fact("quantity", FactType.NUMBER, "whole units on lines that have an item", "100", "units"),
    fact("total_net", FactType.MONEY, "quantity times price of all lines", "450.00"),
    fact("lines", FactType.LINES, "lines with a quantity, for `any line` and `all lines`", ""),
)

#: Of each line with a quantity.
LINE_FACTS = (
    fact("sku", FactType.TEXT, "code of the item, empty when none", "WID-1"),
    fact("sku_known", FactType.YES_NO, "Mintsoft has a product with this SKU", "yes"),
    fact("description", FactType.TEXT, "what the line says", "Blue widget"),
    fact("quantity", FactType.NUMBER, "units; 0 when that is no whole number", "100", "units"),
    fact("whole_quantity", FactType.YES_NO, "the quantity is a whole number above 0", "yes"),
    fact("net", FactType.MONEY, "quantity times price; 0 without a price", "450.00"),
)

#: Read from the ledger, the connection and Mintsoft: made new at every decision.
SURROUNDING_FACTS = (
    fact("document_date", FactType.DATE, "its date, else the day it was changed", "2026-06-02"),
    fact("today", FactType.DATE, "the day of the decision in the connection's zone", "2026-06-03"),
    fact("before_start_date", FactType.YES_NO, "document_date is before start_date", "no"),
    fact("already_imported", FactType.YES_NO, "Mintsoft has an ASN made from it", "no"),
    fact("edited_since_import", FactType.YES_NO, "changed in Xero after we imported it", "no"),
    fact("goods_in_begun", FactType.YES_NO, "some of the goods on its ASN have arrived", "no"),
)

CATALOGUE = by_name(*PURCHASE_ORDER_FACTS, *SURROUNDING_FACTS)
LINE_CATALOGUE = by_name(*LINE_FACTS)


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderSurroundings:
    """What is known about a purchase order from outside of it, at one moment."""

    document_date: date
    today: date
    before_start_date: bool
    already_imported: bool
    edited_since_import: bool
    goods_in_begun: bool

    def facts(self) -> dict[str, FactValue]:
        """The same as facts, one for each entry of `SURROUNDING_FACTS`."""
        return dict(self.__dict__)


def facts_of_purchase_order(
    order: PurchaseOrder, document_date: date, *, known_skus: Collection[str]
) -> dict[str, FactValue]:
    """The facts that the purchase order itself gives, one per entry of `PURCHASE_ORDER_FACTS`.

    Args:
        order: as the accounting side has it.
        document_date: its date, else the day it was changed in the connection's zone.
        known_skus: those of its SKUs that the warehouse has a product for, as it spells them.
    """
    counted = [line for line in order.lines if line.quantity is not None]
    goods = [line for line in counted if line.item_code]
    return {
        "number": order.number,
        "reference": order.reference,
        "status": order.status,
        "supplier_id": order.contact_id,
        "supplier_known": bool(order.supplier.strip()),
        "currency": order.currency,
        "arrives_on": order.arrives_on or document_date,
        "arrival_known": order.arrives_on is not None,
        "line_count": len(counted),
        "goods_line_count": len(goods),
        "quantity": sum(line.whole_units or 0 for line in goods),
        "total_net": to_penny(sum((_net(line) for line in counted), ZERO)),
        "lines": tuple(_facts_of_line(line, known_skus) for line in counted),
    }


def _facts_of_line(line: PurchaseOrderLine, known_skus: Collection[str]) -> LineFacts:
    return {
        "sku": line.item_code,
        "sku_known": line.item_code in known_skus,
        "description": line.description,
        "quantity": line.whole_units or 0,
        "whole_quantity": line.whole_units is not None,
        "net": to_penny(_net(line)),
    }


def _net(line: PurchaseOrderLine) -> Decimal:
    return (line.quantity or ZERO) * (line.unit_amount or ZERO)
