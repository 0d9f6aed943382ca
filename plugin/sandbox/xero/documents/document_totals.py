"""The totals of a document, computed from its lines (xero.md 5.1 rule 4)."""

from decimal import Decimal

from ...store import Document
from ..protocol.reading import Element
from . import arithmetic

_NAMES = ("SubTotal", "TotalTax", "Total")


def of(document: Document) -> Document:
    """The properties that follow from the lines."""
    lines = document["LineItems"]
    amounts = [(Decimal(line["LineAmount"]), Decimal(line["TaxAmount"])) for line in lines]
    totals = arithmetic.totals(amounts, document["LineAmountTypes"])
    discounted = any(Decimal(line.get("DiscountRate") or 0) for line in lines)
    return {
        "SubTotal": str(totals.sub_total),
        "TotalTax": str(totals.total_tax),
        "Total": str(totals.total),
        "TotalDiscount": str(_discount(lines)) if discounted else None,
        "IsDiscounted": discounted,
    }


def _discount(lines: list[Document]) -> Decimal:
    """What all lines' discounts take off."""
    discount = arithmetic.ZERO
    for line in lines:
        if line.get("DiscountRate"):
            gross = arithmetic.gross_of(Decimal(line["Quantity"]), Decimal(line["UnitAmount"]))
            discount += arithmetic.rounded(gross) - Decimal(line["LineAmount"])
    return arithmetic.rounded(discount)


def differ(sent: Element, document: Document) -> bool:
    """Whether totals were sent that are not the document's (xero.md 3.1)."""
    return any(name in sent and sent[name] != Decimal(document[name]) for name in _NAMES)
