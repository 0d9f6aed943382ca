"""Sending an invoice to its contact by e-mail; here nothing is sent (xero.md 4)."""

from ..protocol.envelope import Answer, invalid, not_found, validation_errors
from ..protocol.routing import Call, Route

#: Assumed; Xero's own description only says which statuses may be sent.
CANNOT_BE_SENT = "Only sales invoices that are SUBMITTED, AUTHORISED or PAID can be emailed."


def post(call: Call) -> Answer:
    """204, and the invoice is marked as sent."""
    invoice = call.tenant.invoice(call.ids[0])
    if invoice is None:
        return not_found()
    if invoice["Type"] != "ACCREC" or invoice["Status"] not in {"SUBMITTED", "AUTHORISED", "PAID"}:
        element = {"InvoiceID": invoice["InvoiceID"]}
        return invalid([element | {"ValidationErrors": validation_errors([CANNOT_BE_SENT])}])
    call.tenant.save_invoice(invoice | {"SentToContact": True})
    return Answer(status=204)


ROUTES = [
    Route(
        template="Invoices/{id}/Email",
        scopes=("accounting.invoices",),
        handlers={"POST": post},
    )
]
