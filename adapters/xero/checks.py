"""What Xero would say of an invoice, found out without asking: in its own words.

The organisation's accounts, tax types, currencies and lock date come from its last reading;
totals and discounts from `arithmetic`.
"""

from collections.abc import Iterator

from ...plugin.domain.invoice import Invoice
from ...plugin.domain.mapping import NO_TAX
from ...plugin.domain.money import ZERO
from ...plugin.domain.organisation import Organisation
from ...plugin.errors import NeedsPerson
from .arithmetic import Prediction, Refusal, line_total_refusal, predict
from .errors import fix_of
from .invoices import lines_of

#: The one account that Xero keeps for itself and still lets documents use (xero.md 5.4).
_ROUNDING = "ROUNDING"


def check_invoice(invoice: Invoice, organisation: Organisation) -> None:
    """Refuse what Xero would refuse, or compute differently.

    Raises:
        NeedsPerson: in Xero's words (MX-306), or with both totals (MX-304).
    """
    predicted = _predicted(invoice, organisation)
    answer = next(_refusals(invoice, organisation), "")
    if not answer and isinstance(predicted, Refusal):
        answer = predicted.sentence + _as_known(invoice)
    if not answer and isinstance(predicted, Prediction) and predicted.total < 0:
        answer = line_total_refusal(predicted.total, ZERO)
    if answer:
        raise NeedsPerson(code="MX-306", answer=answer, fix=_fix(answer))
    if isinstance(predicted, Prediction) and predicted.total != invoice.total:
        raise NeedsPerson(
            code="MX-304",
            built=f"{predicted.total} {invoice.currency}",
            stated=f"{invoice.total} {invoice.currency}",
        )


def _predicted(invoice: Invoice, organisation: Organisation) -> Prediction | Refusal:
    rates = {rate.tax_type: rate.rate for rate in organisation.tax_rates if rate.active}
    return predict(lines_of(invoice), rates)


def _refusals(invoice: Invoice, organisation: Organisation) -> Iterator[str]:
    """Xero's sentences on everything but the amounts (xero.md 3.1)."""
    if not (invoice.contact or invoice.contact_id):
        yield "A Contact must be specified for this type of transaction"
    if not invoice.lines:
        yield "One or more line items must be specified"
    if invoice.currency not in organisation.currencies:
        yield f"Organisation is not subscribed to currency {invoice.currency}"
    locked = organisation.locked_until
    if locked is not None and invoice.date <= locked:
        yield f"The document date cannot be before the period lock date, currently set at {locked}"
    for line in invoice.lines:
        yield from _account_refusals(line.account_code, line.tax_type, organisation)


def _account_refusals(code: str, tax_type: str, organisation: Organisation) -> Iterator[str]:
    account = organisation.account(code)
    if account is None or account.system_account not in {"", _ROUNDING}:
        yield f"Account code '{code}' is not a valid code for this document."
        return
    if not account.active:
        yield (
            f"Account code '{code}' has been archived, or has been deleted. "
            "Each line item must reference a valid account."
        )
    if tax_type != NO_TAX and organisation.rate_of(tax_type) is None:
        yield (
            f"TaxType code {tax_type} does not exist or cannot be used for this type of transaction"
        )
    elif account.account_class == "REVENUE" and not _fits_revenue(tax_type, organisation):
        yield f"The TaxType code '{tax_type}' cannot be used with account code '{code}'"


def _fits_revenue(tax_type: str, organisation: Organisation) -> bool:
    entries = [rate for rate in organisation.tax_rates if rate.tax_type == tax_type]
    return any(rate.applies_to_revenue for rate in entries) or not entries


def _as_known(invoice: Invoice) -> str:
    """The sentence by which users of Mintsoft know a discount that is larger than its line."""
    for line in invoice.lines:
        if line.discount > 0 > line.net:
            return f" ({line_total_refusal(line.net, ZERO)})"
    return ""


def _fix(answer: str) -> str:
    """The catalogue's own fix, unless the answer points to an account, a tax type, a date."""
    elsewhere = ("account code", "taxtype", "currency", "lock date")
    return fix_of(answer) if any(word in answer.lower() for word in elsewhere) else ""
