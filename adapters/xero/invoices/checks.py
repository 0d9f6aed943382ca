"""What Xero would say of our own invoice, found out without asking: in its own words."""

from collections.abc import Iterator
from typing import Any

from ....plugin.domain.connections.organisation import Organisation
from ....plugin.domain.invoices.invoice import Invoice
from ....plugin.domain.money import ZERO
from ....plugin.error_codes import CODES
from ....plugin.errors import NeedsPerson
from ....plugin.ports.target import Numbered
from ..api.errors import code_of, fix_of
from .arithmetic import Refusal, line_total_refusal
from .chart import chart_of
from .invoices import payload_of
from .refusals import NEGATIVE_TOTAL, answer_to

#: The code of what Xero would refuse about the order itself.
PREDICTED = "MX-306"

#: Fragments of the answers that another thing than the order must be changed for.
_ELSEWHERE = ("account code", "taxtype", "currency", "lock date", "tracking category or option")


def check_invoice(invoice: Invoice, organisation: Organisation) -> None:
    """Refuse what Xero would refuse, or compute differently.

    Raises:
        NeedsPerson: in Xero's words (MX-306, or the code of such a refusal where another thing
            than the order must be changed), or with both totals (MX-304).
    """
    answer = answer_to(_payload(invoice), chart_of(organisation), today=invoice.date)
    if isinstance(answer, Refusal):
        words = " ".join(_quoted(invoice, answer))
        raise _refused(words)
    if answer.total != invoice.total:
        raise NeedsPerson(
            code="MX-304",
            built=f"{answer.total} {invoice.currency}",
            stated=f"{invoice.total} {invoice.currency}",
        )


def _payload(invoice: Invoice) -> dict[str, Any]:
    """As it will be sent, but for its number and its contact's id, which are found later."""
    payload = payload_of(Numbered(number="", contact_id=invoice.contact_id, invoice=invoice))
    if not invoice.contact_id:
        payload["Contact"] = {"Name": invoice.contact} if invoice.contact else None
    return payload


def _quoted(invoice: Invoice, refusal: Refusal) -> Iterator[str]:
    """Xero's sentences, and beside the first on too large a discount what it is known by.

    Users of Mintsoft know it by the sentence on line totals: with the figures of the line, or
    with those of the whole order.
    """
    nets = (line.net for line in invoice.lines if line.discount > 0 > line.net)
    net = next(nets, refusal.total)
    for sentence in refusal.sentences:
        yield sentence
        if net < 0 and sentence.startswith(("The discount rate", NEGATIVE_TOTAL)):
            yield f"({line_total_refusal(net, ZERO)})"
            net = ZERO


def _refused(answer: str) -> NeedsPerson:
    """The order must be changed, unless the answer points to an account, a tax type, a date.

    Then it is one with what Xero itself refuses for the same cause: the same code, the same fix.
    """
    sentence = CODES[PREDICTED].sentence.format(answer=answer)
    if any(word in answer.lower() for word in _ELSEWHERE):
        return NeedsPerson(sentence, code=code_of(answer), fix=fix_of(answer))
    return NeedsPerson(code=PREDICTED, answer=answer)
