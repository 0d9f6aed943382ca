"""A client invoice as the source has it with its client, and the document that is built of it."""

from dataclasses import dataclass, field
from datetime import datetime

from ..domain.client_invoices.client_invoice import Breakdown, Client, ClientInvoice
from ..domain.client_invoices.client_invoice_building import InvoicingTerms, build_client_invoice
from ..domain.connections.connection import Connection
from ..domain.invoices.due import due_date
from ..domain.invoices.invoice import Invoice
from ..errors import NeedsPerson
from .client_invoice_contacts import Contact
from .client_invoice_inputs import invoice_date
from .context import ExportContext
from .order_inputs import due_rule


@dataclass(frozen=True, kw_only=True)
class Bill:
    """A client invoice, and what was found out about it."""

    invoice: ClientInvoice
    #: None where the account has no such client.
    client: Client | None
    #: When the run began that read it (UTC): contacts need not be read anew for each unknown
    #: client if they were since.
    read_at: datetime
    contact: Contact = field(default=Contact(name="", contact_id=""))
    #: What it is made of; None before that was read.
    breakdown: Breakdown | None = None


def built_of(parts: ExportContext, connection: Connection, bill: Bill) -> Invoice:
    """The document of an invoice that the rules let out, checked.

    Raises:
        NeedsPerson: it can't be built, or would not be taken.
    """
    invoice, client, contact = bill.invoice, bill.client, bill.contact
    # The packaged rules refuse these before; a book of somebody's own may not.
    if client is None:
        raise NeedsPerson(code="MX-211")
    if contact.problem is not None:
        raise contact.problem
    if not contact.contact_id and connection.settings.create_client_contacts != "yes":
        raise NeedsPerson(code="MX-212", client=client.code)
    organisation, settings = connection.organisation_known, connection.settings
    day = invoice_date(parts, connection, invoice)
    terms = InvoicingTerms(
        contact=contact.name,
        contact_id=contact.contact_id,
        date=day,
        due_date=due_date(day, *due_rule(settings, organisation)),
        status=settings.invoice_status,
        postage_includes_vat_free=settings.postage_includes_vat_free,
        lines=settings.client_invoice_lines,
        branding_theme=connection.mapping.branding_theme("", client.code)
        or settings.branding_theme,
    )
    built = build_client_invoice(
        invoice, client, bill.breakdown, connection.mapping, organisation, terms
    )
    parts.target.check(built, organisation)
    return built
