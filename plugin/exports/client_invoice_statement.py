"""What the source states of a client invoice: amounts without tax (mintsoft.md 5).

What it comes to is what was built of it, where it is still the same, else what would be built now.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ..domain.client_invoices.client_invoice import Client, ClientInvoice
from ..domain.client_invoices.client_invoice_building import InvoicingTerms, build_client_invoice
from ..domain.connections.connection import Connection
from ..domain.reconciliation.reconciliation import Booked, Stated
from ..errors import NeedsPerson
from .client_invoice_inputs import net_of


def as_built(stated: Sequence[Stated], rows: Sequence[Booked]) -> list[Stated]:
    """Client invoices with what the ledger built of them, as far as they are still the same."""
    built = {(x.source_id, x.fingerprint): x.gross for x in rows if x.own and x.gross is not None}
    same = ((x, built.get((x.source_id, x.fingerprint))) for x in stated)
    return [x if gross is None else replace(x, gross=gross) for x, gross in same]


def stated_of(connection: Connection, invoice: ClientInvoice, client: Client | None) -> Stated:
    """What the source states of an invoice of one of its clients; None: nobody knows whose."""
    return Stated(
        source_id=invoice.source_id,
        number=invoice.source_id,
        day=invoice.dated_on,
        channel=client.code if client else "",
        currency=connection.mapping.currency(client.currency) if client else "",
        gross=_comes_to(connection, invoice, client),
        fingerprint=invoice.fingerprint,
        changed_at=invoice.changed_at,
    )


def _comes_to(connection: Connection, invoice: ClientInvoice, client: Client | None) -> Decimal:
    """With tax; without it where nobody could tell."""
    terms = InvoicingTerms(
        contact="",
        contact_id="",
        date=invoice.dated_on,
        due_date=invoice.dated_on,
        status="DRAFT",
        postage_includes_vat_free=connection.settings.postage_includes_vat_free,
    )
    try:
        if client is not None:
            mapping, organisation = connection.mapping, connection.organisation_known
            return build_client_invoice(invoice, client, None, mapping, organisation, terms).total
    except NeedsPerson:
        pass
    return net_of(connection, invoice, None)
