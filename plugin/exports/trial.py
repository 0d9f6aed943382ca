"""Trial: a stored document by a connection as it would be: its facts then, and its invoice.

What rests on the connection is made new; what only its source could tell stays as it was stored.
Makes no call.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ..domain.client_invoices.client_invoice import Client, ClientInvoice
from ..domain.client_invoices.client_invoice_from_facts import (
    free_was_within,
    stored_client_invoice,
)
from ..domain.connections.connection import Connection
from ..domain.decisions.facts import Facts
from ..domain.exports.export import DocumentKind
from ..domain.invoices.invoice import Invoice, build_invoice
from ..domain.orders.order_from_facts import stored_order
from ..domain.times import local_date
from ..ports.decider import Overrides
from ..ports.ledger.due_decisions import StoredDocument
from .client_invoice_contacts import Contact
from .client_invoice_decide import built_of
from .client_invoice_inputs import invoice_facts, invoice_overrides, invoice_surroundings
from .context import ClientInvoiceContext, ExportContext
from .order_inputs import overrides, surroundings, terms_of

#: Facts that only a breakdown gives: they stay as they were stored.
_OF_BREAKDOWN = ("breakdown_known", "breakdown_difference")


class Trial(Protocol):
    """A connection as it would be, for its kind of documents."""

    def overrides(self) -> Overrides:
        """What it puts in place of the rules' own lists and amounts."""

    def facts(self, rows: Sequence[StoredDocument]) -> list[Facts | None]:
        """The facts of each; None where an older version stored them, and one is missing."""

    def built(self, row: StoredDocument, facts: Facts) -> Invoice:
        """The invoice of one that may go out.

        Raises:
            NeedsPerson: it can't be built, or would not be taken.
            KeyError: an older version stored its facts, and one is missing.
        """


def trial_of(parts: ExportContext, connection: Connection) -> Trial:
    """The trial for what the connection exports."""
    if connection.kind is DocumentKind.CLIENT_INVOICE and isinstance(parts, ClientInvoiceContext):
        return _OfClientInvoices(parts=parts, connection=connection)
    return _OfOrders(parts=parts, connection=connection)


@dataclass(frozen=True, kw_only=True)
class _OfOrders:
    parts: ExportContext
    connection: Connection

    def overrides(self) -> Overrides:
        return overrides(self.connection)

    def facts(self, rows: Sequence[StoredDocument]) -> list[Facts | None]:
        dated = [(x.identity, x.document_at, x.facts) for x in rows if x.document_at is not None]
        around = surroundings(self.parts, self.connection, dated, {}) if dated else []
        return [{**x.facts, **now.facts()} for x, now in zip(rows, around, strict=True)]

    def built(self, row: StoredDocument, facts: Facts) -> Invoice:
        zone = self.connection.settings.timezone
        order = stored_order(row.identity, facts, zone)
        terms = terms_of(self.connection, order, local_date(self.parts.clock.now(), zone))
        invoice = build_invoice(order, self.connection.mapping, terms)
        self.parts.target.check(invoice, self.connection.organisation_known)
        return invoice


@dataclass(frozen=True, kw_only=True)
class _OfClientInvoices:
    parts: ClientInvoiceContext
    connection: Connection

    def overrides(self) -> Overrides:
        return invoice_overrides(self.connection)

    def facts(self, rows: Sequence[StoredDocument]) -> list[Facts | None]:
        return [self._facts(row) for row in rows]

    def built(self, row: StoredDocument, facts: Facts) -> Invoice:
        invoice, client = self._stored(row, facts)
        # What postage holds is asked of the breakdown, which is not stored: the answer is.
        within = "yes" if free_was_within(facts) else "no"
        return built_of(
            self.parts,
            _told(self.connection, within),
            invoice,
            client,
            None,
            self._contact(client, facts),
        )

    def _facts(self, row: StoredDocument) -> Facts | None:
        try:
            invoice, client = self._stored(row, row.facts)
            within = "yes" if free_was_within(row.facts) else "no"
            contact = self._contact(client, row.facts)
        except KeyError:
            return None
        own = invoice_facts(_told(self.connection, within), invoice, client, None)
        around = invoice_surroundings(self.parts, self.connection, invoice, client, contact, None)
        differ = {x: row.facts[x] for x in _OF_BREAKDOWN if x in row.facts}
        return {**own, **differ, **around.facts()}

    def _stored(self, row: StoredDocument, facts: Facts) -> tuple[ClientInvoice, Client | None]:
        return stored_client_invoice(row.identity, facts, self.connection.settings.timezone)

    def _contact(self, client: Client | None, facts: Facts) -> Contact:
        """The mapped one; else whether there was one by its name."""
        code = client.code if client else ""
        entry = self.connection.mapping.entries.get(("contact", f"client:{code}"))
        found = "found by its name" if facts["contact_known"] else ""
        return Contact(name=code, contact_id=entry.target if entry else found)


def _told(connection: Connection, within: str) -> Connection:
    """The connection once the breakdown has told what its postage holds, where that is asked."""
    settings = connection.settings
    if settings.postage_includes_vat_free != "ask":
        return connection
    return replace(connection, settings=replace(settings, postage_includes_vat_free=within))
