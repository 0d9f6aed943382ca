"""Client invoices: how one goes from the source into a document; the steps are `pipeline`'s.

A row has the kind ``client_invoice`` and the invoice's id at the source, which is its number too.
Calls to the source: one for each page of the list, two for the clients in each run, and five for
each invoice that the rules would let out and is new or changed: what it is made of. Then they
are asked again, with it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from ..domain.client_invoices.client_invoice import Client, ClientInvoice
from ..domain.connections.connection import Connection
from ..domain.decisions.decided_document import DecidedDocument, Identity
from ..domain.decisions.facts import Facts
from ..domain.exports.drift import Edit
from ..domain.exports.export import DocumentKind
from ..domain.invoices.invoice import Invoice
from ..domain.reconciliation.reconciliation import Booked, Stated
from ..domain.times import midnight
from ..errors import NeedsPerson, SettingsError
from ..ports.adapter import AdapterContext, InvoicingAdapter, SourceAdapter
from ..ports.client_invoices import EARLIER, InvoiceSource
from ..ports.decider import Overrides
from ..ports.ledger.due_decisions import StoredDocument
from ..ports.ledger.known_documents import KnownDocument
from ..ports.source import Unreadable
from .client_invoice_build import Bill, built_of
from .client_invoice_contacts import contact_of
from .client_invoice_inputs import (
    OF_BREAKDOWN,
    identity_of_invoice,
    invoice_facts,
    invoice_overrides,
    invoice_surroundings,
    net_of,
)
from .client_invoice_statement import as_built, stated_of
from .client_invoice_trial import ClientInvoiceTrial, unforeseen
from .context import Asked, ExportContext, Head


@dataclass(frozen=True, kw_only=True)
class ClientInvoiceKind:
    """Implements `ExportKind`; its documents are `Bill`s."""

    invoices: InvoiceSource

    @classmethod
    def of(
        cls, source: SourceAdapter, means: AdapterContext, connection: Connection
    ) -> "ClientInvoiceKind":
        """See `ExportKind`.

        Raises:
            SettingsError: the source has none.
        """
        if not isinstance(source, InvoicingAdapter):
            raise SettingsError(
                f"{source.title} has no client invoices", fix="Use the mode accounting."
            )
        return ClientInvoiceKind(invoices=source.client_invoices(means, connection))

    def fetch(
        self, parts: ExportContext, connection: Connection, since: date | None, basis: str
    ) -> Iterator[list[Bill | Unreadable]]:
        """See `ExportKind`.

        All are listed again when settings, mapping or rules have changed: pages are cheaper than
        one call for each.
        """
        begun, clients = parts.clock.now(), self._clients()
        for page in self._pages(parts, connection, since, basis):
            yield [_billed(document, clients, begun) for document in page]

    def changes(self, parts: ExportContext, connection: Connection, since: datetime) -> None:
        """See `ExportKind`. No list says what changed."""

    def read(
        self, parts: ExportContext, identities: Sequence[Identity]
    ) -> Iterator[Bill | Unreadable | None]:
        """See `ExportKind`. Two calls, and one for each."""
        clients, begun = self._clients() if identities else {}, parts.clock.now()
        for identity in identities:
            document = self.invoices.invoice(identity.source_id)
            yield None if document is None else _billed(document, clients, begun)

    def is_gone(self, parts: ExportContext, source_id: str) -> bool:
        """See `ExportKind`."""
        return self.invoices.invoice(source_id) is None

    def gone(self, identity: Identity) -> DecidedDocument:
        """See `ExportKind`."""
        error = NeedsPerson(code="MX-214", invoice=identity.number)
        # Another version of it, as far as one who is about to send it is concerned.
        return DecidedDocument.refused(replace(identity, seen="gone"), error)

    def identity(self, document: Bill) -> Identity:
        """See `ExportKind`."""
        return identity_of_invoice(document.invoice, document.client)

    def unreadable(self, document: Unreadable) -> DecidedDocument:
        """See `ExportKind`."""
        number = document.source_id or document.number
        nothing = Identity.unreadable(DocumentKind.CLIENT_INVOICE, document.source_id, number)
        return DecidedDocument.refused(nothing, document.error)

    def edit(self, connection: Connection, document: Bill) -> Edit:
        """See `ExportKind`. What takes five calls is not read again for one that is exported."""
        own = invoice_facts(connection, document.invoice, document.client, None)
        return Edit(
            identity=self.identity(document),
            facts={name: value for name, value in own.items() if name not in OF_BREAKDOWN},
            changed_at=document.invoice.changed_at,
        )

    def groups(self, documents: Sequence[Bill]) -> Iterator[list[Bill]]:
        """See `ExportKind`. One by one: the next may be the same once more, under another id."""
        ids = [(len(x.invoice.source_id), x.invoice.source_id) for x in documents]
        for _, document in sorted(zip(ids, documents, strict=True), key=lambda x: x[0]):
            yield [document]

    @staticmethod
    def overrides(connection: Connection) -> Overrides:
        """See `ExportKind`."""
        return invoice_overrides(connection)

    def facts(
        self,
        parts: ExportContext,
        connection: Connection,
        documents: Sequence[Bill],
        known: Mapping[str, KnownDocument],
    ) -> list[Asked]:
        """See `ExportKind`. The contact is looked up, and kept on the bill."""
        return [self._asked(parts, connection, x, known) for x in documents]

    def stored_facts(
        self, parts: ExportContext, connection: Connection, rows: Sequence[StoredDocument]
    ) -> list[Facts | None]:
        """See `ExportKind`. Each is read again, with its client: one call, or six."""
        return [None for _ in rows]

    def complete(self, parts: ExportContext, connection: Connection, asked: Asked) -> Asked:
        """See `ExportKind`. What it is made of: five calls."""
        bill: Bill = asked.document
        breakdown = self.invoices.breakdown(bill.invoice.source_id)
        own = invoice_facts(connection, bill.invoice, bill.client, breakdown)
        return Asked(document=replace(bill, breakdown=breakdown), facts={**asked.facts, **own})

    def in_hands_until(
        self, parts: ExportContext, connection: Connection, document: Bill
    ) -> datetime | None:
        """See `ExportKind`. Nobody edits a confirmed one."""
        return None

    def build(self, parts: ExportContext, connection: Connection, document: Bill) -> Invoice:
        """See `ExportKind`."""
        return built_of(parts, connection, document)

    def head(self, connection: Connection, document: Bill, invoice: Invoice | None) -> Head:
        """See `ExportKind`. It states no tax: the total has some once it is built."""
        of, client = document.invoice, document.client
        return Head(
            document_at=midnight(of.dated_on, connection.settings.timezone),
            total=invoice.total if invoice else net_of(connection, of, document.breakdown),
            currency=connection.mapping.currency(client.currency) if client else "",
        )

    def trial(self, parts: ExportContext, connection: Connection) -> ClientInvoiceTrial:
        """See `ExportKind`."""
        return ClientInvoiceTrial(parts=parts, connection=connection)

    def unforeseen(self, before: Connection, after: Connection) -> list[str]:
        """See `ExportKind`."""
        return unforeseen(before, after)

    def stated(
        self, parts: ExportContext, connection: Connection, since: datetime
    ) -> Iterator[Stated | Unreadable]:
        """See `ExportKind`."""
        clients = self._clients()
        for page in self.invoices.dated_since(since - EARLIER):
            for invoice in page:
                if isinstance(invoice, Unreadable):
                    yield invoice
                else:
                    yield stated_of(connection, invoice, clients.get(invoice.client_id))

    def as_built(self, stated: Sequence[Stated], rows: Sequence[Booked]) -> list[Stated]:
        """See `ExportKind`."""
        return as_built(stated, rows)

    def _clients(self) -> dict[str, Client]:
        """All clients of the account; two calls."""
        return {client.client_id: client for client in self.invoices.clients()}

    def _pages(
        self, parts: ExportContext, connection: Connection, since: date | None, basis: str
    ) -> Iterator[list[ClientInvoice | Unreadable]]:
        zone = connection.settings.timezone
        if since is not None:
            for page in self.invoices.dated_since(midnight(since, zone) - EARLIER):
                yield [x for x in page if isinstance(x, Unreadable) or x.dated_on >= since]
            return
        start = connection.settings.start_date
        first = midnight(start, zone) if start else None
        changed = parts.ledger.due_again(connection, basis, after=0, limit=1)
        cursor = None if changed else parts.ledger.orders_read_until(connection)
        moment = cursor or first
        yield from self.invoices.dated_since(moment - EARLIER if moment else None)

    def _asked(
        self,
        parts: ExportContext,
        connection: Connection,
        bill: Bill,
        known: Mapping[str, KnownDocument],
    ) -> Asked:
        invoice, client = bill.invoice, bill.client
        if client:
            bill = replace(bill, contact=contact_of(parts, connection, client, bill.read_at))
        row = known.get(invoice.source_id)
        around = invoice_surroundings(parts, connection, invoice, client, bill.contact, row)
        own = invoice_facts(connection, invoice, client, None)
        return Asked(document=bill, facts={**own, **around.facts()})


def _billed(
    document: ClientInvoice | Unreadable, clients: Mapping[str, Client], begun: datetime
) -> Bill | Unreadable:
    if isinstance(document, Unreadable):
        return document
    return Bill(invoice=document, client=clients.get(document.client_id), read_at=begun)
