"""The kinds of documents, and how each is found by its number (xero.md 4, 9 and 10).

A number is unique within its kind, in any case; that of a deleted document is free again, as the
settings say. Invoices have an index of their own in the tenant, which other files use too.
"""

from dataclasses import dataclass

from ...store import Document
from ..protocol import messages
from ..tenant import Tenant


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What tells one kind of document from the others."""

    #: Its name in Xero; its id and its number are named after it.
    name: str
    #: The path, and the property that holds the elements.
    plural: str
    #: Where its rows are kept; the numbers beside it, in ``<table>_number``.
    table: str
    #: What automatic numbers begin with.
    prefix: str
    #: What is said of a number that another one has.
    number_taken: str
    #: What is said of an id that no document has.
    unknown: str
    #: The Type whose numbers are somebody else's, and so not unique; None if all are ours.
    theirs: str | None = None

    @property
    def id_name(self) -> str:
        """For example ``CreditNoteID``."""
        return f"{self.name}ID"

    @property
    def number_name(self) -> str:
        """For example ``CreditNoteNumber``."""
        return f"{self.name}Number"

    def is_ours(self, document_type: str | None) -> bool:
        """Whether the numbers of this Type are our own, and so unique."""
        return self.theirs is None or document_type != self.theirs

    def find(self, tenant: Tenant, id_or_number: str) -> Document | None:
        """A document by id, else by number (any case)."""
        found = tenant.find(self.table, id_or_number.lower())
        return found or self.by_number(tenant, id_or_number)

    def by_number(self, tenant: Tenant, number: str) -> Document | None:
        """The document of a number: the newest, where an old one's number was free."""
        entry = tenant.find(f"{self.table}_number", number.lower())
        return tenant.find(self.table, entry["ID"]) if entry else None

    def holder(self, tenant: Tenant, number: str) -> Document | None:
        """The document that keeps others from having this number."""
        found = self.by_number(tenant, number)
        if found is None:
            return None
        free = {
            "DELETED": tenant.settings["deleted_number_is_free"],
            "VOIDED": tenant.settings["voided_number_is_free"],
        }
        return None if free.get(found["Status"], False) else found

    def next_number(self, tenant: Tenant) -> str:
        """The next automatic number that nobody has."""
        key = f"{self.table}_counter"
        last = (tenant.find("xero_setting", key) or {"last": 0})["last"] + 1
        while self.by_number(tenant, f"{self.prefix}{last:04}"):
            last += 1
        tenant.store.put("xero_setting", key, {"last": last})
        return f"{self.prefix}{last:04}"

    def save(self, tenant: Tenant, document: Document) -> None:
        """Put a document, and its number into the index where it is ours."""
        before = tenant.find(self.table, document[self.id_name])
        tenant.store.put(self.table, document[self.id_name], document)
        if not self.is_ours(document.get("Type")):
            return
        index = f"{self.table}_number"
        number = document[self.number_name].lower()
        if before and before[self.number_name].lower() != number:
            tenant.store.delete(index, before[self.number_name].lower())
        entry = {"ID": document[self.id_name]}
        if tenant.find(index, number) != entry and self.holder(tenant, number) is None:
            tenant.store.put(index, number, entry)


class _Invoices(Kind):
    """Invoices keep their numbers in the tenant's own index."""

    def by_number(self, tenant: Tenant, number: str) -> Document | None:
        return tenant.invoice_by_number(number)

    def next_number(self, tenant: Tenant) -> str:
        return tenant.next_number()

    def save(self, tenant: Tenant, document: Document) -> None:
        tenant.save_invoice(document)


INVOICE = _Invoices(
    name="Invoice",
    plural="Invoices",
    table="xero_invoice",
    prefix="INV-",
    number_taken=messages.NUMBER_TAKEN,
    unknown=messages.INVOICE_UNKNOWN,
    theirs="ACCPAY",
)
CREDIT_NOTE = Kind(
    name="CreditNote",
    plural="CreditNotes",
    table="xero_credit_note",
    prefix="CN-",
    number_taken=messages.CREDIT_NOTE_NUMBER_TAKEN,
    unknown=messages.CREDIT_NOTE_UNKNOWN,
    theirs="ACCPAYCREDIT",
)
PURCHASE_ORDER = Kind(
    name="PurchaseOrder",
    plural="PurchaseOrders",
    table="xero_purchase_order",
    prefix="PO-",
    number_taken=messages.ORDER_NUMBER_TAKEN,
    unknown=messages.INVOICE_UNKNOWN,
)
QUOTE = Kind(
    name="Quote",
    plural="Quotes",
    table="xero_quote",
    prefix="QU-",
    number_taken=messages.QUOTE_NUMBER_TAKEN,
    unknown=messages.INVOICE_UNKNOWN,
)
