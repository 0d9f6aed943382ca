"""A document as it would be printed: who to whom, dates, totals, payments."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ...store import Document
from ..documents import document_lists
from ..tenant import Tenant
from .page_sections import Section, day

_TITLES = {
    "ACCREC": "Invoice",
    "ACCPAY": "Bill",
    "ACCRECCREDIT": "Credit note",
    "ACCPAYCREDIT": "Supplier's credit note",
}
_AMOUNTS = {"Exclusive": "without tax", "Inclusive": "with tax", "NoTax": "free of tax"}
_DAYS = {
    "Date": "Date",
    "DueDate": "Due",
    "DeliveryDate": "Delivery",
    "ExpiryDate": "Expires",
    "FullyPaidOnDate": "Fully paid",
}
_LINES = [*(f"AddressLine{n}" for n in range(1, 5)), "City", "Region", "PostalCode", "Country"]


@dataclass(frozen=True, kw_only=True)
class Party:
    """One side of a document."""

    name: str
    #: Address, tax number and the like, one a line.
    details: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is printed besides the lines."""

    title: str
    number: str
    sender: Party
    receiver: Party
    #: Names and texts.
    facts: list[tuple[str, str]]
    #: Names and amounts, and whether they stand out.
    totals: list[tuple[str, str, bool]]


def sheet(section: Section, tenant: Tenant, row: Document) -> Sheet:
    """What is printed of a document."""
    ours = _party(tenant.organisation, "LegalName")
    theirs = _party(document_lists.contact_of(tenant, row), "Name")
    bought = str(row.get("Type", "")).startswith("ACCPAY")
    return Sheet(
        title=_TITLES.get(row.get("Type", ""), section.title.removesuffix("s")),
        number=row.get(section.searched[0]) or "(no number)",
        sender=theirs if bought else ours,
        receiver=ours if bought else theirs,
        facts=_facts(section, row),
        totals=[*_sums(tenant, row), *_settlements(row)],
    )


def _party(known: Document, name: str) -> Party:
    """An organisation or a contact; the first address that says something."""
    addresses = ([a[x] for x in _LINES if a.get(x)] for a in known.get("Addresses") or ())
    lines = next((lines for lines in addresses if lines), [])
    if known.get("TaxNumber"):
        lines = [*lines, f"Tax number {known['TaxNumber']}"]
    if known.get("EmailAddress"):
        lines = [*lines, known["EmailAddress"]]
    return Party(name=known.get(name) or "(unknown)", details="\n".join(lines))


def _facts(section: Section, row: Document) -> list[tuple[str, str]]:
    days = [(name, day(row[key])) for key, name in _DAYS.items() if row.get(key)]
    return [
        ("Reference", row.get("Reference") or "(none)"),
        *days,
        ("Currency", f"{row['CurrencyCode']}, rate {row['CurrencyRate']}"),
        ("Amounts", _AMOUNTS.get(row["LineAmountTypes"], row["LineAmountTypes"])),
        ("Id", row[section.id_name]),
    ]


def _sums(tenant: Tenant, row: Document) -> list[tuple[str, str, bool]]:
    """Subtotal, discount, tax by rate, total."""
    sums = [("Subtotal", row["SubTotal"], False)]
    if Decimal(row.get("TotalDiscount") or 0):
        sums.append(("(includes a discount of", f"{row['TotalDiscount']})", False))
    taxes: dict[str, Decimal] = defaultdict(Decimal)
    for line in row["LineItems"]:
        taxes[line.get("TaxType") or ""] += Decimal(line["TaxAmount"] or 0)
    for tax_type, tax in taxes.items():
        rate: dict[str, Any] = tenant.find("xero_tax_rate", tax_type) or {}
        if tax or len(taxes) == 1:
            sums.append((f"Tax, {rate.get('Name') or tax_type or 'none'}", f"{tax:.2f}", False))
    return [*sums, (f"Total {row['CurrencyCode']}", row["Total"], True)]


def _settlements(row: Document) -> list[tuple[str, str, bool]]:
    """What was paid or credited, and what is left."""
    done = [
        *(("Payment", each["Date"], each["Amount"]) for each in row.get("Payments") or ()),
        *(
            (f"Credit note {each['CreditNoteNumber']}", each["Date"], each["AppliedAmount"])
            for each in row.get("CreditNotes") or ()
        ),
        *(
            (f"Used for {each['InvoiceNumber']}", each["Date"], each["Amount"])
            for each in row.get("Allocations") or ()
        ),
    ]
    told = [(f"{what}, {day(on)}", f"-{amount}", False) for what, on, amount in done]
    if "AmountDue" in row:
        told.append(("Amount due", row["AmountDue"], True))
    if "RemainingCredit" in row:
        told.append(("Credit left", row["RemainingCredit"], True))
    return told
