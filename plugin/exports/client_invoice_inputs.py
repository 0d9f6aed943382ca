"""What the decision on a client invoice rests on, and what dates it; see `order_inputs`."""

from datetime import date
from decimal import Decimal

from ..domain.client_invoices.client_invoice import Breakdown, Client, ClientInvoice, CostCentre
from ..domain.client_invoices.client_invoice_building import billed, vat_free_is_within
from ..domain.client_invoices.client_invoice_facts import (
    ClientInvoiceDecisionContext,
    facts_of_client_invoice,
)
from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import Identity
from ..domain.decisions.facts import Facts
from ..domain.exports.export import DocumentKind, ExportState
from ..domain.money import ZERO
from ..domain.times import local_date
from ..errors import NeedsPerson
from ..ports.decider import Overrides
from ..ports.ledger.known_documents import KnownDocument
from .client_invoice_contacts import Contact
from .context import ExportContext

#: Facts that only a breakdown gives, which takes five calls.
OF_BREAKDOWN = ("breakdown_known", "breakdown_difference")


def identity_of_invoice(invoice: ClientInvoice, client: Client | None) -> Identity:
    """By what a client invoice is recognised; its id is its number."""
    return Identity(
        kind=DocumentKind.CLIENT_INVOICE,
        source_id=invoice.source_id,
        number=invoice.source_id,
        client=client.code if client else "",
        content=invoice.content,
        split=False,
        fingerprint=invoice.fingerprint,
        seen=invoice.seen(client),
    )


def invoice_overrides(connection: Connection) -> Overrides:
    """What the connection puts in place of the book's own amounts, where it sets one."""
    limit = connection.settings.rounding_limit
    return {"rounding_limit": limit} if limit else {}


def invoice_facts(
    connection: Connection,
    invoice: ClientInvoice,
    client: Client | None,
    breakdown: Breakdown | None,
) -> Facts:
    """What the invoice itself gives to the rules."""
    mapped = {x for x in CostCentre if ("cost_centre", x.value) in connection.mapping.entries}
    within = _within(connection, invoice, breakdown)
    return facts_of_client_invoice(
        invoice, client, breakdown, mapped=mapped, vat_free_within_postage=within
    )


def _within(connection: Connection, invoice: ClientInvoice, breakdown: Breakdown | None) -> bool:
    """As `vat_free_is_within`, before anybody has to be told that it can't be known."""
    setting = connection.settings.postage_includes_vat_free
    try:
        return vat_free_is_within(invoice, breakdown, setting)
    except NeedsPerson:
        return setting == "yes"


def net_of(connection: Connection, invoice: ClientInvoice, breakdown: Breakdown | None) -> Decimal:
    """What its charges come to without tax, as far as it can be told."""
    within = _within(connection, invoice, breakdown)
    return sum(billed(invoice, within=within).values(), ZERO)


def invoice_surroundings(
    parts: ExportContext,
    connection: Connection,
    invoice: ClientInvoice,
    client: Client | None,
    contact: Contact,
    row: KnownDocument | None,
) -> ClientInvoiceDecisionContext:
    """What is known about it from outside of it.

    `row`: its own, as the ledger had it.
    """
    identity = identity_of_invoice(invoice, client)
    settings, organisation = connection.settings, connection.organisation_known
    exported = row if row and row.state is ExportState.EXPORTED else None
    locked, day = organisation.locked_until, invoice_date(parts, connection, invoice)
    may_be_made = settings.create_client_contacts == "yes"
    currency = connection.mapping.currency(client.currency) if client else ""
    return ClientInvoiceDecisionContext(
        document_date=invoice.dated_on,
        today=_today(parts, connection),
        before_start_date=settings.start_date is not None
        and invoice.dated_on < settings.start_date,
        # Why one can't be used is said with its own sentence when the invoice is built.
        contact_known=bool(contact.contact_id or contact.problem or may_be_made),
        already_exported=exported is not None,
        edited_since_export=exported is not None and exported.fingerprint != identity.fingerprint,
        already_in_xero=bool(parts.ledger.taken(connection, [identity])),
        duplicate_of=parts.ledger.twins(connection, [identity]).get(identity.source_id, ""),
        currency_subscribed=currency in organisation.currencies,
        period_locked=locked is not None and day <= locked,
    )


def invoice_date(parts: ExportContext, connection: Connection, invoice: ClientInvoice) -> date:
    """The date of the document: the invoice's own, unless the setting says otherwise."""
    if connection.settings.invoice_date == "exported":
        return _today(parts, connection)
    return invoice.dated_on


def _today(parts: ExportContext, connection: Connection) -> date:
    return local_date(parts.clock.now(), connection.settings.timezone)
