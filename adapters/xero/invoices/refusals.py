"""What Xero answers to an invoice as it would be PUT: each refusal word for word, or its totals.

Where the words are known they stand in xero.md 3.1. Xero's order is known of two messages only,
"The TaxType field is mandatory" and "Account code must be specified", in this order; that of the
others, and the words marked [A], are assumptions which the sandbox shares. What can't be known
beforehand is left out: a number that is taken, an archived contact, unknown ids and items, the
plan's limit. So are values that are no words of Xero's at all, which end the whole request.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ....plugin.domain.connections.organisation import Account
from .arithmetic import (
    Line,
    LineAmountTypes,
    LineOutcome,
    Prediction,
    Refusal,
    UnitPlaces,
    add_up,
    predict_line,
)
from .chart import Chart

#: The statuses that a new invoice may have (xero.md 4).
_CREATABLE = ("DRAFT", "SUBMITTED", "AUTHORISED")
#: Those that need accounts, tax types and a due date; a refused PAID is looked through as well.
_APPROVED = ("SUBMITTED", "AUTHORISED", "PAID")

_LONGEST_NUMBER = 255
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: What makes a line more than a description (xero.md 4).
_AMOUNTS = ("Quantity", "UnitAmount", "LineAmount")

NEGATIVE_TOTAL = "The invoice total cannot be negative."  # [A], xero.md 5.3


def answer_to(
    payload: Mapping[str, Any], chart: Chart, *, today: date, unitdp: UnitPlaces = 4
) -> Prediction | Refusal:
    """What Xero will say to one new sales invoice.

    Args:
        payload: an element of ``PUT /Invoices`` of Type ACCREC; amounts are Decimals or integers.
        chart: what is known of the organisation.
        today: the date there, which an invoice without a date gets (xero.md 2.1).
        unitdp: places that the request lets a unit price have.
    """
    types: LineAmountTypes = payload.get("LineAmountTypes") or "Exclusive"
    lines: list[Line] = payload.get("LineItems") or []
    approved = payload.get("Status") in _APPROVED
    outcomes = [_amounts(line, chart, types, unitdp) for line in lines]
    prediction = add_up(outcomes, types)
    said = [*_head(payload, chart, today)]
    if not lines:
        said.append("One or more line items must be specified")
    for line, outcome in zip(lines, outcomes, strict=True):
        said += _line(line, chart, approved=approved)
        said += outcome.refusals
    said += _foot(payload, prediction, approved=approved)
    return Refusal(tuple(dict.fromkeys(said)), prediction.total) if said else prediction


def _head(payload: Mapping[str, Any], chart: Chart, today: date) -> Iterator[str]:
    if payload.get("Status", "DRAFT") not in _CREATABLE:
        yield "Invoice not of valid status for creation"
    sent = payload.get("Date")
    yield from _lock(date.fromisoformat(sent[:10]) if sent else today, chart)
    number = payload.get("InvoiceNumber") or ""
    if len(number) > _LONGEST_NUMBER or not (number.isascii() and number.isprintable()):
        # The rule is documented (xero.md 4), the words are [A].
        yield "Invoice number must be at most 255 printable ASCII characters."
    currency = payload.get("CurrencyCode")
    if currency is not None and currency not in chart.currencies:
        yield f"Organisation is not subscribed to currency {currency}"
    contact = payload.get("Contact")
    if contact is None:
        yield "A Contact must be specified for this type of transaction"
    elif not any(contact.get(name) for name in ("Name", "ContactID", "ContactNumber")):
        yield (
            "The Contact must contain at least 1 of the following elements to identify the "
            "contact: Name, ContactID, ContactNumber"
        )


def _lock(day: date, chart: Chart) -> Iterator[str]:
    """On or before a lock date; of both, the end of year's is named [A]."""
    for lock, name in ((chart.year_lock, "end of year"), (chart.period_lock, "period")):
        if lock is not None and day <= lock:
            shown = f"{lock.day:02}-{_MONTHS[lock.month - 1]}-{lock.year}"
            yield (
                f"The document date cannot be before the {name} lock date, currently set at {shown}"
            )
            return


def _line(line: Line, chart: Chart, *, approved: bool) -> Iterator[str]:
    """Everything about a line but its amounts."""
    code, tax_type = line.get("AccountCode") or "", line.get("TaxType")
    needed = approved and not _is_description(line)
    if code:
        yield from _account(code, chart)
    elif needed:
        if tax_type is None:
            yield "The TaxType field is mandatory"
        yield "Account code must be specified"
    if tax_type is not None:
        yield from _tax_type(tax_type, code, chart)
    if approved and not line.get("Description"):
        yield "Description must be specified"  # [A]
    for entry in line.get("Tracking") or ():
        yield from _tracking(entry["Name"], entry["Option"], chart)


def _tracking(category: str, option: str, chart: Chart) -> Iterator[str]:
    named = category.casefold(), option.casefold()
    if chart.tracking is not None and named not in chart.tracking:
        # The words are [A].
        yield f"The tracking category or option '{option}' does not exist or is not active."


def _account(code: str, chart: Chart) -> Iterator[str]:
    account = chart.accounts.get(code)
    if account is None or code in chart.reserved:
        yield f"Account code '{code}' is not a valid code for this document."
    elif not account.active:
        yield (
            f"Account code '{code}' has been archived, or has been deleted. "
            "Each line item must reference a valid account."
        )


def _usable(code: str, chart: Chart) -> Account | None:
    account = chart.accounts.get(code)
    return account if account and account.active and code not in chart.reserved else None


def _tax_type(tax_type: str, code: str, chart: Chart) -> Iterator[str]:
    account = _usable(code, chart)
    if tax_type not in chart.rates:
        yield (
            f"TaxType code {tax_type} does not exist or cannot be used for this type of transaction"
        )
    elif account is not None and (tax_type, account.account_class) in chart.unfit:
        yield f"The TaxType code '{tax_type}' cannot be used with account code '{code}'"


def _foot(payload: Mapping[str, Any], found: Prediction, *, approved: bool) -> Iterator[str]:
    if approved and not payload.get("DueDate"):
        yield "The document DueDate field must be specified."  # the words are [A]
    sent = (("SubTotal", found.subtotal), ("TotalTax", found.tax), ("Total", found.total))
    if any(payload.get(name) is not None and payload[name] != value for name, value in sent):
        # CONFLICT: observed with older versions; the API's description says "ignored".
        yield "The document total does not equal the sum of the lines."
    if found.total < 0:
        yield NEGATIVE_TOTAL


def _amounts(line: Line, chart: Chart, types: LineAmountTypes, unitdp: UnitPlaces) -> LineOutcome:
    if _is_description(line):
        return LineOutcome(amount=Decimal("0.00"), tax=Decimal("0.00"))
    tax_type = line.get("TaxType")
    if tax_type is None:
        account = _usable(line.get("AccountCode") or "", chart)
        tax_type = account.tax_type if account else ""
    return predict_line(line, chart.rates.get(tax_type, Decimal(0)), types, unitdp)


def _is_description(line: Line) -> bool:
    """A line that only says something; it needs no account."""
    return all(line.get(name) is None for name in _AMOUNTS)
