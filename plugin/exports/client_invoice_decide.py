"""From a client invoice as it was read to a row that says where it stands; see `order_decide`.

What an invoice is made of takes five calls more, so it is read only for one that the rules would
let out; then they are asked again, with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..domain.client_invoices.client_invoice import Breakdown, Client, ClientInvoice
from ..domain.client_invoices.client_invoice_building import InvoicingTerms, build_client_invoice
from ..domain.client_invoices.client_invoice_facts import ClientInvoiceDecisionContext
from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import DecidedDocument, Identity
from ..domain.decisions.decision import UNDECIDABLE, UNDECIDED_FOR, Decision, Verdict
from ..domain.exports.drift import Edit
from ..domain.exports.export import DocumentKind, ExportState
from ..domain.invoices.due import due_date
from ..domain.invoices.invoice import Invoice
from ..domain.times import midnight
from ..errors import NeedsPerson
from ..ports.ledger.known_documents import KnownDocument
from ..ports.source import Unreadable
from .client_invoice_contacts import Contact, contact_of
from .client_invoice_inputs import (
    identity_of_invoice,
    invoice_date,
    invoice_facts,
    invoice_overrides,
    invoice_surroundings,
    net_of,
    until_tomorrow,
)
from .context import ClientInvoiceContext
from .order_decide import STATES, refused_row
from .order_inputs import due_rule

#: Facts that are not read again for an invoice that is exported: five calls.
_OF_BREAKDOWN = ("breakdown_known", "breakdown_difference")

_SETTLED = (ExportState.EXPORTED, ExportState.CLAIMED, ExportState.UNKNOWN)


def consider_invoices(
    parts: ClientInvoiceContext,
    connection: Connection,
    documents: Sequence[ClientInvoice | Unreadable],
    clients: Mapping[str, Client],
    basis: str,
    *,
    begun: datetime | None = None,
) -> None:
    """Decide, build and check the invoices that need it, and record what came of each.

    `begun`: since when a contact that is new in Xero need not be known; now. It keeps many
    unknown clients from reading the contacts anew for each.
    """
    begun = begun or parts.clock.now()
    unreadable = [x for x in documents if isinstance(x, Unreadable)]
    rows = [refused_row(_nobody(x), x.error) for x in unreadable]
    parts.ledger.record(connection, rows, basis)
    invoices = [x for x in documents if isinstance(x, ClientInvoice)]
    known = parts.ledger.known(connection, [invoice.source_id for invoice in invoices])
    settled = [x for x in invoices if x.source_id in known and known[x.source_id].state in _SETTLED]
    edits = [_edit(connection, x, clients.get(x.client_id)) for x in settled]
    parts.ledger.note_edits(connection, edits)
    for invoice in sorted(invoices, key=lambda x: (len(x.source_id), x.source_id)):
        row, client = known.get(invoice.source_id), clients.get(invoice.client_id)
        if _needs_decision(parts, row, identity_of_invoice(invoice, client), basis):
            # One by one: the next may be the same once more, under another id.
            considered = _consider(parts, connection, invoice, client, row, begun)
            parts.ledger.record(connection, [considered], basis)


def read_and_consider_invoices(
    parts: ClientInvoiceContext, connection: Connection, identities: Sequence[Identity], basis: str
) -> None:
    """Read known invoices again and consider them: two calls, and one for each.

    No list says what changed. One that is gone is refused, not forgotten.
    """
    clients, begun = clients_by_id(parts) if identities else {}, parts.clock.now()
    for identity in identities:
        document = parts.invoices.invoice(identity.source_id)
        if document is None:
            gone = NeedsPerson(code="MX-214", invoice=identity.number)
            # Another version of it, as far as one who is about to send it is concerned.
            row = refused_row(replace(identity, seen="gone"), gone)
            parts.ledger.record(connection, [row], basis)
        else:
            consider_invoices(parts, connection, [document], clients, basis, begun=begun)


def decide_invoices_again(
    parts: ClientInvoiceContext, connection: Connection, basis: str, *, by_time_only: bool = False
) -> None:
    """Read again the invoices whose rules, settings or time changed: one call each, or six."""
    after, other = 0, None if by_time_only else basis
    while rows := parts.ledger.due_again(connection, other, after=after, limit=200):
        after = rows[-1].export_id
        read_and_consider_invoices(parts, connection, [x.identity for x in rows], basis)


def clients_by_id(parts: ClientInvoiceContext) -> dict[str, Client]:
    """All clients of the account; two calls."""
    return {client.client_id: client for client in parts.invoices.clients()}


def _consider(
    parts: ClientInvoiceContext,
    connection: Connection,
    invoice: ClientInvoice,
    client: Client | None,
    row: KnownDocument | None,
    begun: datetime,
) -> DecidedDocument:
    contact = Contact(name="", contact_id="")
    if client:
        contact = contact_of(parts, connection, client, begun)
    around = invoice_surroundings(parts, connection, invoice, client, contact, row)
    decision = _decide(parts, connection, invoice, client, None, around)
    built, problem, breakdown = None, None, None
    try:
        if decision.verdict is Verdict.EXPORT:
            breakdown = parts.invoices.breakdown(invoice.source_id)
            decision = _decide(parts, connection, invoice, client, breakdown, around)
        if decision.verdict is Verdict.EXPORT:
            built = built_of(parts, connection, invoice, client, breakdown, contact)
            decision = until_tomorrow(parts, connection, decision)
    except NeedsPerson as error:
        problem, built = error, None
    said = problem or decision
    return DecidedDocument(
        identity=identity_of_invoice(invoice, client),
        state=ExportState.REFUSED if problem else STATES[decision.verdict],
        code=said.code,
        message=said.message,
        fix=said.fix,
        decision=decision,
        invoice=built,
        document_at=midnight(invoice.dated_on, connection.settings.timezone),
        total=built.total if built else net_of(connection, invoice, breakdown),
        currency=connection.mapping.currency(client.currency) if client else "",
    )


def built_of(
    parts: ClientInvoiceContext,
    connection: Connection,
    invoice: ClientInvoice,
    client: Client | None,
    breakdown: Breakdown | None,
    contact: Contact,
) -> Invoice:
    """The document of an invoice that the rules let out, checked.

    Raises:
        NeedsPerson: it can't be built, or would not be taken.
    """
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
        invoice, client, breakdown, connection.mapping, organisation, terms
    )
    parts.target.check(built, organisation)
    return built


def _decide(
    parts: ClientInvoiceContext,
    connection: Connection,
    invoice: ClientInvoice,
    client: Client | None,
    breakdown: Breakdown | None,
    around: ClientInvoiceDecisionContext,
) -> Decision:
    own = invoice_facts(connection, invoice, client, breakdown)
    facts = {**own, **around.facts()}
    (decision,) = parts.decider.decide([facts], invoice_overrides(connection))
    if decision.code == UNDECIDABLE:
        return replace(decision, decide_again_at=parts.clock.now() + UNDECIDED_FOR)
    return decision


def _needs_decision(
    parts: ClientInvoiceContext, row: KnownDocument | None, identity: Identity, basis: str
) -> bool:
    if row is None:
        return True
    if row.state in _SETTLED:
        return False
    if row.seen != identity.seen:
        return True
    if row.state is ExportState.CLEARED:
        return False
    again = row.decide_again_at
    return row.basis != basis or (again is not None and again <= parts.clock.now())


def _edit(connection: Connection, invoice: ClientInvoice, client: Client | None) -> Edit:
    own = invoice_facts(connection, invoice, client, None)
    return Edit(
        identity=identity_of_invoice(invoice, client),
        facts={name: value for name, value in own.items() if name not in _OF_BREAKDOWN},
        changed_at=invoice.changed_at,
    )


def _nobody(document: Unreadable) -> Identity:
    return Identity(
        kind=DocumentKind.CLIENT_INVOICE,
        source_id=document.source_id or "without id",
        number=document.source_id or document.number,
        client="",
        content="",
        split=False,
        fingerprint="",
        seen="",
    )
