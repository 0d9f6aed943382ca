"""From a client invoice as it was read to a row that says where it stands; see `deciding`.

What an invoice is made of takes five calls more, so it is read only for one that the rules would
let out; then they are asked again, with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from .addressing import read_mirror
from .basis import due_rule
from .deciding import STATES, UNDECIDABLE, UNDECIDED_FOR, refused_row
from .domain.client_invoice import Breakdown, Client, ClientInvoice, CostCentre
from .domain.client_invoice_building import (
    InvoicingTerms,
    billed,
    build_client_invoice,
    vat_free_is_within,
)
from .domain.client_invoice_facts import ClientInvoiceSurroundings, facts_of_client_invoice
from .domain.connection import Connection
from .domain.considered import Considered, Identity
from .domain.contact import Customer, choose_named, contact_name
from .domain.decision import Decision, Verdict
from .domain.drift import Edit
from .domain.due import due_date
from .domain.export import DocumentKind, ExportState
from .domain.facts import Facts
from .domain.invoice import Invoice
from .domain.moment import local_date, midnight
from .domain.money import ZERO
from .errors import NeedsPerson
from .parts import InvoicingParts
from .ports import Known, Overrides, Unreadable

#: Facts that are not read again for an invoice that is exported: five calls.
_OF_BREAKDOWN = ("breakdown_known", "breakdown_difference")

_SETTLED = (ExportState.EXPORTED, ExportState.CLAIMED, ExportState.UNKNOWN)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """The contact of a client: known by its id, or by its name alone (then it may be made)."""

    #: Name to find or make it by.
    name: str
    #: Empty where there is none yet.
    contact_id: str
    #: Why it can't be used; None where nothing speaks against it.
    problem: NeedsPerson | None = None


def consider_invoices(
    parts: InvoicingParts,
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
    parts: InvoicingParts, connection: Connection, identities: Sequence[Identity], basis: str
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
    parts: InvoicingParts, connection: Connection, basis: str, *, by_time_only: bool = False
) -> None:
    """Read again the invoices whose rules, settings or time changed: one call each, or six."""
    after, other = 0, None if by_time_only else basis
    while rows := parts.ledger.due_again(connection, other, after=after, limit=200):
        after = rows[-1].export_id
        read_and_consider_invoices(parts, connection, [x.identity for x in rows], basis)


def clients_by_id(parts: InvoicingParts) -> dict[str, Client]:
    """All clients of the account; two calls."""
    return {client.client_id: client for client in parts.invoices.clients()}


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
    """What the connection puts in place of the book's own amounts."""
    return {"rounding_limit": connection.settings.rounding_limit}


def contact_of(
    parts: InvoicingParts, connection: Connection, client: Client, begun: datetime
) -> Contact:
    """The contact of a client: the mapped one, else the one of exactly its name.

    The mirror of contacts is read on before a client is said to have none, if that was not done
    since `begun`.
    """
    name = contact_name(client.name)
    entry = connection.mapping.entries.get(("contact", f"client:{client.code}"))
    if entry is not None:
        return Contact(name=name, contact_id=entry.target)
    key = f"client:{client.client_id}"
    asked = Customer(key=key, name=name, email="", town="")
    try:
        for now in (False, True):
            if not now or _read_before(parts, connection, begun):
                read_mirror(parts, connection, now=now)
            known = parts.ledger.known_contacts(connection, [asked])[key]
            if contact_id := choose_named(name, known):
                return Contact(name=name, contact_id=contact_id)
    except NeedsPerson as problem:
        return Contact(name=name, contact_id="", problem=problem)
    return Contact(name=name, contact_id="")


def _read_before(parts: InvoicingParts, connection: Connection, begun: datetime) -> bool:
    """Whether a contact that a person has just added may be missing in the mirror."""
    last = parts.ledger.contacts_read_until(connection)
    return last is None or last < begun


def _consider(
    parts: InvoicingParts,
    connection: Connection,
    invoice: ClientInvoice,
    client: Client | None,
    row: Known | None,
    begun: datetime,
) -> Considered:
    contact = Contact(name="", contact_id="")
    if client:
        contact = contact_of(parts, connection, client, begun)
    around = _surroundings(parts, connection, invoice, client, contact, row)
    decision = _decide(parts, connection, invoice, client, None, around)
    built, problem, breakdown = None, None, None
    try:
        if decision.verdict is Verdict.EXPORT:
            breakdown = parts.invoices.breakdown(invoice.source_id)
            decision = _decide(parts, connection, invoice, client, breakdown, around)
        if decision.verdict is Verdict.EXPORT:
            built = _build(parts, connection, invoice, client, breakdown, contact)
            decision = _until_tomorrow(parts, connection, decision)
    except NeedsPerson as error:
        problem, built = error, None
    said = problem or decision
    return Considered(
        identity=identity_of_invoice(invoice, client),
        state=ExportState.REFUSED if problem else STATES[decision.verdict],
        code=said.code,
        message=said.message,
        fix=said.fix,
        decision=decision,
        invoice=built,
        document_at=midnight(invoice.dated_on, connection.settings.timezone),
        total=built.total if built else _net(connection, invoice, breakdown),
        currency=connection.mapping.currency(client.currency) if client else "",
    )


def _build(
    parts: InvoicingParts,
    connection: Connection,
    invoice: ClientInvoice,
    client: Client | None,
    breakdown: Breakdown | None,
    contact: Contact,
) -> Invoice:
    # The packaged rules refuse these before; a book of somebody's own may not.
    if client is None:
        raise NeedsPerson(code="MX-211")
    if contact.problem is not None:
        raise contact.problem
    if not contact.contact_id and connection.settings.create_client_contacts != "yes":
        raise NeedsPerson(code="MX-212", client=client.code)
    organisation, settings = connection.organisation_known, connection.settings
    day = _dated(parts, connection, invoice)
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
    parts: InvoicingParts,
    connection: Connection,
    invoice: ClientInvoice,
    client: Client | None,
    breakdown: Breakdown | None,
    around: ClientInvoiceSurroundings,
) -> Decision:
    own = facts_of(connection, invoice, client, breakdown)
    facts = {**own, **around.facts()}
    (decision,) = parts.decider.decide([facts], invoice_overrides(connection))
    if decision.code == UNDECIDABLE:
        return replace(decision, decide_again_at=parts.clock.now() + UNDECIDED_FOR)
    return decision


def facts_of(
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


def _net(connection: Connection, invoice: ClientInvoice, breakdown: Breakdown | None) -> Decimal:
    within = _within(connection, invoice, breakdown)
    return sum(billed(invoice, within=within).values(), ZERO)


def _surroundings(
    parts: InvoicingParts,
    connection: Connection,
    invoice: ClientInvoice,
    client: Client | None,
    contact: Contact,
    row: Known | None,
) -> ClientInvoiceSurroundings:
    identity = identity_of_invoice(invoice, client)
    settings, organisation = connection.settings, connection.organisation_known
    exported = row if row and row.state is ExportState.EXPORTED else None
    locked, day = organisation.locked_until, _dated(parts, connection, invoice)
    may_be_made = settings.create_client_contacts == "yes"
    currency = connection.mapping.currency(client.currency) if client else ""
    return ClientInvoiceSurroundings(
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


def _dated(parts: InvoicingParts, connection: Connection, invoice: ClientInvoice) -> date:
    """The date of the document: the invoice's own, unless the setting says otherwise."""
    if connection.settings.invoice_date == "exported":
        return _today(parts, connection)
    return invoice.dated_on


def _until_tomorrow(parts: InvoicingParts, connection: Connection, decision: Decision) -> Decision:
    """A document that is dated when it is exported has another date tomorrow."""
    if connection.settings.invoice_date != "exported":
        return decision
    tomorrow = _today(parts, connection) + timedelta(days=1)
    return replace(decision, decide_again_at=midnight(tomorrow, connection.settings.timezone))


def _today(parts: InvoicingParts, connection: Connection) -> date:
    return local_date(parts.clock.now(), connection.settings.timezone)


def _needs_decision(
    parts: InvoicingParts, row: Known | None, identity: Identity, basis: str
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
    own = facts_of(connection, invoice, client, None)
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
