"""What is in Xero: its sales documents, and what each bears by rate, tax type and account."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..guide.walk import Walk

Json = Mapping[str, Any]
Sums = dict[str, Decimal]

ZERO = Decimal(0)
ENDED = ("VOIDED", "DELETED")
PAGE = 1000


@dataclass(frozen=True, kw_only=True)
class BookedLine:
    """A line of a document."""

    #: Without tax.
    net: Decimal
    tax: Decimal
    tax_type: str
    account: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """A sales document as Xero's API gives it."""

    reference: str
    living: bool
    currency: str
    total: Decimal
    tax: Decimal
    lines: tuple[BookedLine, ...]


@dataclass(frozen=True, kw_only=True)
class Books:
    """All sales documents of an organisation, and what its codes mean."""

    documents: tuple[Document, ...]
    #: Per cent by tax type.
    rates: Mapping[str, Decimal]
    #: Tax types by name.
    tax_types: Mapping[str, str]
    rounding_account: str

    def of(self, order_id: int) -> list[Document]:
        """The living documents of an order, by the mark that each bears in its reference."""
        mark = f"(Mintsoft {order_id})"
        return [x for x in self.documents if x.living and x.reference.endswith(mark)]

    def sums(self, document: Document, what: str) -> Sums:
        """``tax_by_rate``, ``net_by_account`` and the like, without the rounding line."""
        amount, _, by = what.partition("_by_")
        keys: dict[str, Callable[[BookedLine], str]] = {
            "rate": lambda line: plain(self.rates[line.tax_type]),
            "type": lambda line: line.tax_type,
            "account": lambda line: line.account,
        }
        found: Sums = {}
        for line in document.lines:
            if line.account != self.rounding_account:
                key = keys[by](line)
                found[key] = found.get(key, ZERO) + (line.tax if amount == "tax" else line.net)
        return found


def read_books(walk: Walk) -> Books:
    """Everything there, read over Xero's API."""
    rates = walk.xero("TaxRates")["TaxRates"]
    accounts = walk.xero("Accounts")["Accounts"]
    return Books(
        documents=tuple(_documents(walk)),
        rates={x["TaxType"]: Decimal(str(x.get("EffectiveRate") or 0)) for x in rates},
        tax_types={x["Name"]: x["TaxType"] for x in rates},
        rounding_account=next(x["Code"] for x in accounts if x.get("SystemAccount") == "ROUNDING"),
    )


def add_tax_rate(walk: Walk, name: str, rate: str) -> None:
    """Make a tax rate for sales, as an accountant does."""
    component = {"Name": name, "Rate": rate, "IsCompound": False, "IsNonRecoverable": False}
    walk.xero("TaxRates", {"Name": name, "ReportTaxType": "OUTPUT", "TaxComponents": [component]})


def plain(number: Decimal) -> str:
    """A rate as people write it: 20, 12.5."""
    return format(number.normalize(), "f")


def _documents(walk: Walk) -> Iterable[Document]:
    page, rows = 1, [None]
    while rows:
        rows = walk.xero(f"Invoices?page={page}&pageSize={PAGE}")["Invoices"]
        yield from (_document(row) for row in rows if row["Type"] == "ACCREC")
        page += 1


def _document(row: Json) -> Document:
    with_tax = row["LineAmountTypes"] == "Inclusive"
    return Document(
        reference=row.get("Reference") or "",
        living=row["Status"] not in ENDED,
        currency=row["CurrencyCode"],
        total=Decimal(str(row["Total"])),
        tax=Decimal(str(row["TotalTax"])),
        # One without a tax type is a text alone.
        lines=tuple(_line(x, with_tax=with_tax) for x in row["LineItems"] if x.get("TaxType")),
    )


def _line(row: Json, *, with_tax: bool) -> BookedLine:
    amount, tax = (Decimal(str(row.get(x) or 0)) for x in ("LineAmount", "TaxAmount"))
    return BookedLine(
        net=amount - tax if with_tax else amount,
        tax=tax,
        tax_type=row["TaxType"],
        account=row["AccountCode"],
    )
