"""What payments and credit notes do to what is left of a document (xero.md 3.1 and 10).

A row keeps its amounts as text; a changed row is a new one, as the Store wants it.
"""

from decimal import Decimal
from typing import Any

from ...store import Document
from ..documents.arithmetic import ZERO, rounded


def left(row: Document) -> Decimal:
    """What is left to pay on an invoice, or to use of a credit note."""
    return Decimal(row["AmountDue"] if "InvoiceID" in row else row["RemainingCredit"])


def settled(row: Document) -> Decimal:
    """What was paid of an invoice or credited to it, or was used of a credit note."""
    if "InvoiceID" in row:
        return Decimal(row["AmountPaid"]) + Decimal(row["AmountCredited"])
    return Decimal(row["Total"]) - Decimal(row["RemainingCredit"])


def moved(
    row: Document, lists: dict[str, list[Any]], now: int, *, paid: Decimal, credited: Decimal = ZERO
) -> Document:
    """An invoice or credit note after money has moved; `lists` are its new lists of it.

    Args:
        row: the document as it was.
        lists: its new "Payments", "CreditNotes" or "Allocations".
        now: milliseconds since 1970.
        paid: what was paid; negative where a payment is taken back.
        credited: what was credited to an invoice, or used of a credit note; may be negative.
    """
    if "InvoiceID" in row:
        balance = {
            "AmountPaid": _text(Decimal(row["AmountPaid"]) + paid),
            "AmountCredited": _text(Decimal(row["AmountCredited"]) + credited),
            "AmountDue": _text(left(row) - paid - credited),
        }
    else:
        balance = {"RemainingCredit": _text(left(row) - paid - credited)}
    changed = row | balance | lists | {"UpdatedDateUTC": now}
    if left(changed) == 0:
        return changed | {"Status": "PAID", "FullyPaidOnDate": _last_day(changed)}
    return changed | {"Status": "AUTHORISED", "FullyPaidOnDate": None}


def _last_day(row: Document) -> str:
    """The day of the payment or allocation that is the latest."""
    entries = [
        entry for name in ("Payments", "CreditNotes", "Allocations") for entry in row.get(name, ())
    ]
    return max((str(entry["Date"]) for entry in entries), default=str(row["Date"]))


def _text(amount: Decimal) -> str:
    return str(rounded(amount))
