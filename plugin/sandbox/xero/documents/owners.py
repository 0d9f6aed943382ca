"""Which documents have a history and attachments, and how one of them is found (OAS paths)."""

from dataclasses import dataclass

from ...store import Document
from ..protocol.routing import Call
from .kinds import CREDIT_NOTE, INVOICE, PURCHASE_ORDER, QUOTE, Kind


@dataclass(frozen=True, kw_only=True)
class Owner:
    """A kind of document that notes and files can be added to."""

    #: As the path begins: ``Invoices``.
    endpoint: str
    #: In the Store.
    kind: str
    #: The property that holds its id.
    id_name: str
    #: Any of these lets one write notes.
    scopes: tuple[str, ...] = ("accounting.invoices",)
    #: How it is found by its number, if it has one.
    numbered: Kind | None = None
    has_history: bool = True
    has_attachments: bool = True

    def find(self, call: Call) -> Document | None:
        """The document that the call's first id names: those that have a number by that too."""
        named = call.ids[0].lower()
        if self.numbered is not None:
            return self.numbered.find(call.tenant, call.ids[0])
        found = call.tenant.find(self.kind, named)
        if found is not None:
            return found
        # Some are kept by their code.
        rows = call.tenant.rows(self.kind)
        return next((row for row in rows if row.get(self.id_name) == named), None)

    def id_of(self, document: Document) -> str:
        """The document's id."""
        return str(document[self.id_name])


OWNERS = (
    *(
        Owner(endpoint=kind.plural, kind=kind.table, id_name=kind.id_name, numbered=kind)
        for kind in (INVOICE, CREDIT_NOTE, PURCHASE_ORDER, QUOTE)
    ),
    Owner(
        endpoint="Contacts",
        kind="xero_contact",
        id_name="ContactID",
        scopes=("accounting.contacts",),
    ),
    Owner(
        endpoint="Payments",
        kind="xero_payment",
        id_name="PaymentID",
        scopes=("accounting.payments",),
        has_attachments=False,
    ),
    Owner(
        endpoint="Items",
        kind="xero_item",
        id_name="ItemID",
        scopes=("accounting.invoices", "accounting.settings"),
        has_attachments=False,
    ),
    Owner(endpoint="Accounts", kind="xero_account", id_name="AccountID", has_history=False),
)
