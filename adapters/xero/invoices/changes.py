"""Changes of an invoice that is in Xero: only by an id that we hold, never by number (xero.md 4).

``POST`` with a number overwrites whatever document has it, whoever made that.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from ....plugin.errors import NeedsPerson, Unknown
from ....plugin.ports.target import TargetDocument
from ..api.client import XeroClient
from ..api.errors import code_of, elements_of, fix_of, refusal_of
from ..api.fields import write_json
from .invoices import document_of

#: What becomes of an invoice that is to count no more, by its status.
_ENDED = {"DRAFT": "DELETED", "SUBMITTED": "DELETED", "AUTHORISED": "VOIDED"}


def end_invoice(client: XeroClient, document: TargetDocument) -> TargetDocument:
    """Void an invoice, or delete it where it is not approved yet; one that has ended stays so.

    Raises:
        NeedsPerson: Xero refuses, for instance because there are payments (MX-401).
        Unknown: the answer was lost; the same may be sent again.
        TryLater, Disconnected: nothing was done.
    """
    if not document.alive:
        return document
    status = _ENDED.get(document.status, "VOIDED")
    return update_invoice(client, document.invoice_id, {"Status": status})


def update_invoice(
    client: XeroClient, invoice_id: str, changes: Mapping[str, Any]
) -> TargetDocument:
    """Change fields of one invoice, by Xero's names; what is not named stays.

    Lines are left out of it: those that are not sent again with their ids would be deleted,
    and a discount that is sent again may be refused (xero.md 4, 5.3).

    Raises:
        NeedsPerson: Xero refuses (MX-401...).
        Unknown: the answer was lost; the same may be sent again.
        TryLater, Disconnected: nothing was done.
        ValueError: `changes` has lines. Our bug.
    """
    if "LineItems" in changes:
        raise ValueError("lines are not changed")
    element = {"InvoiceID": invoice_id, **changes}
    body = write_json({"Invoices": [element]}).encode("ascii")
    reply = client.post(f"Invoices/{invoice_id}", body, uuid.uuid4().hex)
    if answer := refusal_of(reply.status, reply.body, "Invoices"):
        raise NeedsPerson(code=code_of(answer), answer=answer, number="", fix=fix_of(answer))
    try:
        return document_of(elements_of(reply.body, "Invoices")[0])
    except (IndexError, KeyError, ValueError):
        raise Unknown(detail="no invoice in the answer to a change") from None
