"""What the pages list: a section for each kind of document, with its columns."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

from ...store import Document
from ..documents import document_lists
from ..documents.owners import OWNERS, Owner
from ..payments import payment_write
from ..tenant import Tenant

Shown = Callable[[Tenant, Document], str]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a list."""

    name: str
    #: What it shows of a row.
    of: Shown
    #: Whether it is a number, and so right-aligned.
    number: bool = False


@dataclass(frozen=True, kw_only=True)
class Section:
    """One kind of document."""

    title: str
    #: The address of the list; the documents are below ``/{one}/``.
    path: str
    one: str
    owner: Owner
    #: The first one links to the document.
    columns: tuple[Column, ...]
    #: The properties that a search looks at; the first is what a person calls its number.
    searched: tuple[str, ...]
    status: str = "Status"

    @property
    def id_name(self) -> str:
        """The property that holds the document's id."""
        return self.owner.id_name


def text_of(name: str) -> Shown:
    """A property as it is kept; nothing where it is missing."""
    return lambda _tenant, row: str(row.get(name) or "")


def day(value: str | None) -> str:
    """A day as a person writes it: ``20 Nov 2026``."""
    return f"{date.fromisoformat(value):%-d %b %Y}" if value else ""


def day_of(name: str) -> Shown:
    """A property that is a day."""
    return lambda _tenant, row: day(row.get(name))


def contact_name(tenant: Tenant, row: Document) -> str:
    """Whom the document is for or from."""
    return str(document_lists.contact_of(tenant, row).get("Name", ""))


def money_of(name: str) -> Shown:
    """An amount with the document's currency."""
    return lambda _tenant, row: f"{row.get(name, '')} {row.get('CurrencyCode', '')}".strip()


def paid_document(tenant: Tenant, row: Document) -> str:
    """The number of what a payment is for."""
    paid = payment_write.paid_by(tenant, row)
    return str(paid.get("InvoiceNumber") or paid.get("CreditNoteNumber") or "")


def _price(name: str, _tenant: Tenant, row: Document) -> str:
    return str((row.get(name) or {}).get("UnitPrice", ""))


def _owner(endpoint: str) -> Owner:
    return next(owner for owner in OWNERS if owner.endpoint == endpoint)


def _documents(title: str, one: str, endpoint: str, *more: Column) -> Section:
    """A section of documents with lines."""
    owner = _owner(endpoint)
    number = f"{owner.id_name.removesuffix('ID')}Number"
    return Section(
        title=title,
        path="/" if endpoint == "Invoices" else f"/{one}s",
        one=one,
        owner=owner,
        searched=(number, "Reference"),
        columns=(
            Column(name="Number", of=text_of(number)),
            Column(name="Reference", of=text_of("Reference")),
            Column(name="Contact", of=contact_name),
            Column(name="Date", of=day_of("Date")),
            *more,
            Column(name="Status", of=text_of("Status")),
            Column(name="Total", of=money_of("Total"), number=True),
        ),
    )


INVOICES = _documents(
    "Invoices",
    "invoice",
    "Invoices",
    Column(name="Due", of=day_of("DueDate")),
    Column(name="Due amount", of=text_of("AmountDue"), number=True),
)
CREDIT_NOTES = _documents(
    "Credit notes",
    "credit-note",
    "CreditNotes",
    Column(name="Credit left", of=text_of("RemainingCredit"), number=True),
)
PURCHASE_ORDERS = _documents(
    "Purchase orders",
    "purchase-order",
    "PurchaseOrders",
    Column(name="Delivery", of=day_of("DeliveryDate")),
)
QUOTES = _documents("Quotes", "quote", "Quotes", Column(name="Expires", of=day_of("ExpiryDate")))
PAYMENTS = Section(
    title="Payments",
    path="/payments",
    one="payment",
    owner=_owner("Payments"),
    searched=("Reference", "PaymentID"),
    columns=(
        Column(name="Payment", of=lambda _tenant, row: str(row["PaymentID"])[:8]),
        Column(name="For", of=paid_document),
        Column(name="Reference", of=text_of("Reference")),
        Column(name="Date", of=day_of("Date")),
        Column(name="Account", of=text_of("AccountCode")),
        Column(name="Status", of=text_of("Status")),
        Column(name="Amount", of=text_of("Amount"), number=True),
    ),
)
CONTACTS = Section(
    title="Contacts",
    path="/contacts",
    one="contact",
    owner=_owner("Contacts"),
    searched=("Name", "ContactNumber", "EmailAddress"),
    status="ContactStatus",
    columns=(
        Column(name="Name", of=text_of("Name")),
        Column(name="Number", of=text_of("ContactNumber")),
        Column(name="Email", of=text_of("EmailAddress")),
        Column(name="Status", of=text_of("ContactStatus")),
    ),
)
ITEMS = Section(
    title="Items",
    path="/items",
    one="item",
    owner=_owner("Items"),
    searched=("Code", "Name"),
    columns=(
        Column(name="Code", of=text_of("Code")),
        Column(name="Name", of=text_of("Name")),
        Column(name="Sold at", of=partial(_price, "SalesDetails"), number=True),
        Column(name="Bought at", of=partial(_price, "PurchaseDetails"), number=True),
    ),
)

#: With lines and totals, shown like printed ones.
PRINTED = (INVOICES, CREDIT_NOTES, PURCHASE_ORDERS, QUOTES)
#: In the order of the menu.
SECTIONS = (*PRINTED, PAYMENTS, CONTACTS, ITEMS)
