"""Trial of client invoices: stored ones by a connection as it would be. Makes no call."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..domain.client_invoices.client_invoice import Client, ClientInvoice
from ..domain.client_invoices.client_invoice_from_facts import (
    free_was_within,
    stored_client_invoice,
)
from ..domain.connections.connection import Connection
from ..domain.decisions.facts import Facts
from ..domain.invoices.invoice import Invoice
from ..ports.decider import Overrides
from ..ports.ledger.due_decisions import StoredDocument
from .client_invoice_build import Bill, built_of
from .client_invoice_contacts import Contact
from .client_invoice_inputs import (
    OF_BREAKDOWN,
    invoice_facts,
    invoice_overrides,
    invoice_surroundings,
)
from .context import ExportContext


@dataclass(frozen=True, kw_only=True)
class ClientInvoiceTrial:
    """Implements `Trial`."""

    parts: ExportContext
    connection: Connection

    def overrides(self) -> Overrides:
        """See `Trial`."""
        return invoice_overrides(self.connection)

    def facts(self, rows: Sequence[StoredDocument]) -> list[Facts | None]:
        """See `Trial`."""
        return [self._facts(row) for row in rows]

    def built(self, row: StoredDocument, facts: Facts) -> Invoice:
        """See `Trial`."""
        invoice, client = self._stored(row, facts)
        # What postage holds is asked of the breakdown, which is not stored: the answer is.
        within = "yes" if free_was_within(facts) else "no"
        bill = Bill(
            invoice=invoice,
            client=client,
            read_at=self.parts.clock.now(),
            contact=self._contact(client, facts),
        )
        return built_of(self.parts, _told(self.connection, within), bill)

    def _facts(self, row: StoredDocument) -> Facts | None:
        try:
            invoice, client = self._stored(row, row.facts)
            within = "yes" if free_was_within(row.facts) else "no"
            contact = self._contact(client, row.facts)
        except KeyError:
            return None
        own = invoice_facts(_told(self.connection, within), invoice, client, None)
        around = invoice_surroundings(self.parts, self.connection, invoice, client, contact, None)
        differ = {x: row.facts[x] for x in OF_BREAKDOWN if x in row.facts}
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


def unforeseen(before: Connection, after: Connection) -> list[str]:
    """What a change does that only the next look at clients, or at breakdowns, can tell."""
    old, new = before.settings, after.settings
    sentences = []
    gone = before.mapping.entries.keys() - after.mapping.entries.keys()
    fewer = old.create_client_contacts == "yes" != new.create_client_contacts
    if fewer or any(kind == "contact" for kind, _ in gone):
        sentences.append(
            "Which clients have a contact in Xero by their name is looked up at the next export; "
            "it is not counted here."
        )
    if old.postage_includes_vat_free != new.postage_includes_vat_free:
        sentences.append(
            "What an invoice's postage holds is compared with its breakdown at the next export; "
            "that is not counted here."
        )
    return sentences
