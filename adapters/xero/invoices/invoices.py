"""Invoices to Xero's JSON, and Xero's answers to outcomes. Pure: no call is made here.

What is sent follows the client rules of xero.md 5.2: quantity, unit price and tax type, and a
discount only when there is one; never a line total or a total, which Xero computes.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from ....plugin.domain.exports.outcome import Outcome, OutcomeKind
from ....plugin.domain.invoices.invoice import Invoice, InvoiceLine
from ....plugin.errors import NeedsPerson, PluginError, TryLater
from ....plugin.ports.target import Numbered, TargetDocument
from ..api.client import Reply
from ..api.errors import KEY_REUSED, code_of, fix_of, messages_of, summary_of
from ..api.fields import NO_ID, to_date, to_decimal, to_moment, to_text, write_json

log = logging.getLogger("mintsoft_xero.xero")

#: Bytes that a request may have (xero.md 2.4).
LARGEST_BODY = 3_500_000

_LONGEST_DESCRIPTION = 4000
_LONGEST_REFERENCE = 255
_REFUSED = 400


def body_of(batch: Sequence[Numbered]) -> bytes:
    """The exact bytes of the request that creates a batch; the same batch, the same bytes.

    Raises:
        NeedsPerson: it is larger than Xero takes; send fewer at once.
    """
    body = write_json({"Invoices": [payload_of(entry) for entry in batch]}).encode("ascii")
    if len(body) > LARGEST_BODY:
        answer = f"the request is larger than {LARGEST_BODY} bytes."
        raise NeedsPerson(code="MX-306", answer=answer, fix="Lower batch_size, then retry.")
    return body


def payload_of(entry: Numbered) -> dict[str, Any]:
    """One invoice as an element of ``PUT /Invoices`` (xero.md 4)."""
    invoice = entry.invoice
    # The reference ends with our mark, which must survive.
    reference = to_text(invoice.reference, len(invoice.reference))[-_LONGEST_REFERENCE:].strip()
    return {
        "Type": "ACCREC",
        "InvoiceNumber": entry.number,
        **({"Reference": reference} if reference else {}),
        "Contact": {"ContactID": entry.contact_id},
        "Date": invoice.date.isoformat(),
        "DueDate": invoice.due_date.isoformat(),
        "LineAmountTypes": "Inclusive" if invoice.prices_with_tax else "Exclusive",
        "CurrencyCode": invoice.currency,
        **({"CurrencyRate": invoice.exchange_rate} if invoice.exchange_rate else {}),
        "Status": invoice.status,
        **({"BrandingThemeID": invoice.branding_theme} if invoice.branding_theme else {}),
        "LineItems": lines_of(invoice, entry.item_codes),
    }


def lines_of(invoice: Invoice, item_codes: Mapping[str, str]) -> list[dict[str, Any]]:
    """The lines of an invoice as Xero takes them, and its note as a line of words alone."""
    lines = [_line_of(line, item_codes.get(line.item_code, "")) for line in invoice.lines]
    return [*lines, {"Description": invoice.note}] if invoice.note else lines


def _line_of(line: InvoiceLine, item_code: str) -> dict[str, Any]:
    return {
        "Description": to_text(line.description, _LONGEST_DESCRIPTION),
        "Quantity": line.quantity,
        "UnitAmount": line.unit_amount,
        "AccountCode": line.account_code,
        "TaxType": line.tax_type,
        **({} if line.sent_tax is None else {"TaxAmount": line.sent_tax}),
        **({"ItemCode": item_code} if item_code else {}),
        **({"Tracking": [_option(text) for text in line.tracking]} if line.tracking else {}),
        **_discount_of(line),
    }


def _option(text: str) -> dict[str, str]:
    """A tracking option from Category=Option (xero.md 10)."""
    category, _, option = text.partition("=")
    return {"Name": category.strip(), "Option": option.strip()}


def _discount_of(line: InvoiceLine) -> dict[str, Decimal]:
    """The discount, if there is one; a line that comes to nothing is discounted by its rate.

    An amount is rounded to the penny before Xero compares it with the line, so 27.83 off
    27.8260 would be refused (xero.md 5.3).
    """
    if line.discount <= 0:
        return {}
    if line.amount == 0:
        return {"DiscountRate": Decimal(100)}
    return {"DiscountAmount": line.discount}


def outcomes_of(reply: Reply, numbers: Sequence[str]) -> dict[str, Outcome]:
    """What an answer to ``PUT /Invoices`` says of each number.

    Elements are matched by number, whatever their order (xero.md 2.4). What the answer does
    not mention may exist: a refused batch without ``summarizeErrors=false`` lists only what
    was refused.
    """
    elements = reply.body.get("Invoices") or reply.body.get("Elements")
    if not isinstance(elements, list):
        return dict.fromkeys(numbers, _outcome_of_all(reply))
    told: dict[str, Outcome] = {}
    for element in elements:
        if not isinstance(element, Mapping) or not element.get("InvoiceNumber"):
            continue
        key = key_of(str(element["InvoiceNumber"]))
        if key not in told or told[key].kind is not OutcomeKind.EXPORTED:
            told[key] = _outcome_of(element)
    return {number: told.get(key_of(number)) or lost() for number in numbers}


def key_of(number: str) -> str:
    """An invoice number as Xero compares it: without regard to case."""
    return number.strip().casefold()


def _outcome_of(element: Mapping[str, Any]) -> Outcome:
    """One element: created only if it has an id and no error (xero.md 2.4)."""
    invoice_id = str(element.get("InvoiceID") or "")
    words = " ".join(messages_of(element))
    failed = element.get("HasErrors") is True or (
        str(element.get("StatusAttributeString", "")).upper() == "ERROR"
    )
    if failed or words or invoice_id == NO_ID:
        return refused(words or "no reason given", str(element.get("InvoiceNumber")))
    total = to_decimal(element.get("Total"))
    if not invoice_id or total is None:
        return lost()
    for warning in element.get("Warnings") or []:
        log.warning("invoice %s: Xero warns: %s", invoice_id, warning.get("Message"))
    return Outcome(kind=OutcomeKind.EXPORTED, invoice_id=invoice_id, total=total)


def _outcome_of_all(reply: Reply) -> Outcome:
    """An answer that is about the request as a whole."""
    if reply.status != _REFUSED:
        return lost()
    outcome = refused(summary_of(reply.body))
    # What an idempotency key stood for may have been created.
    return replace(outcome, of_request=outcome.kind is OutcomeKind.REFUSED)


def refused(words: str, number: str = "") -> Outcome:
    """A refusal, in Xero's words."""
    if KEY_REUSED in words.lower():
        # What the key stood for may have been created: look before sending again.
        return lost()
    code = code_of(words)
    error = NeedsPerson(code=code, answer=words, number=number)
    fix = error.fix if code == "MX-402" else fix_of(words)
    return Outcome(kind=OutcomeKind.REFUSED, code=code, message=error.message, fix=fix)


def names_an_item(outcome: Outcome) -> bool:
    """Whether an item code was refused: it was deleted, or may not be sold any more."""
    return outcome.kind is OutcomeKind.REFUSED and "item code" in outcome.message.lower()


def later(error: TryLater, now: datetime) -> Outcome:
    """Nothing was done; the same again at a time."""
    again_at = now + timedelta(seconds=error.after)
    return _open(OutcomeKind.LATER, error, again_at)


def lost(error: PluginError | None = None) -> Outcome:
    """The answer was lost, or does not say."""
    return _open(OutcomeKind.UNKNOWN, error or PluginError(code="MX-603"))


def _open(kind: OutcomeKind, error: PluginError, again_at: datetime | None = None) -> Outcome:
    return Outcome(
        kind=kind, code=error.code, message=error.message, fix=error.fix, again_at=again_at
    )


def document_of(element: Mapping[str, Any]) -> TargetDocument:
    """One invoice as Xero lists it.

    Raises:
        KeyError, ValueError: a field that Xero always gives is missing or unreadable.
    """
    total = to_decimal(element["Total"])
    if total is None:
        raise ValueError("an invoice without a total")
    return TargetDocument(
        invoice_id=element["InvoiceID"],
        number=element.get("InvoiceNumber") or "",
        reference=element.get("Reference") or "",
        status=element["Status"],
        contact_id=(element.get("Contact") or {}).get("ContactID") or "",
        currency=element.get("CurrencyCode") or "",
        total=total,
        changed_at=to_moment(element["UpdatedDateUTC"]),
        dated=to_date(element.get("Date")),
    )
