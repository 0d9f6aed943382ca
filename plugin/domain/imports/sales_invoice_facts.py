"""The facts of a sales invoice: what rules may see before it becomes an order at the warehouse."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ..decisions.facts import FactType, FactValue, LineFacts, by_name, fact
from ..money import to_penny
from .sales_invoice import SalesInvoice, SalesInvoiceLine

#: Read from the invoice itself.
SALES_INVOICE_FACTS = (
    fact("number", FactType.TEXT, "the invoice's number, may be empty on a draft", "INV-0100"),
    fact("reference", FactType.TEXT, "the reference that a person wrote, may be empty", "PO 77"),
    fact("status", FactType.TEXT, "its status in Xero", "AUTHORISED"),
    fact("contact_id", FactType.TEXT, "Xero's id of the customer, empty when none", "c0ffee"),
    fact("customer_known", FactType.YES_NO, "the invoice names its customer", "yes"),
    fact("currency", FactType.TEXT, "three-letter currency of all amounts", "GBP"),
    fact("due_date", FactType.DATE, "day it is due; document_date when it says none", "2026-06-30"),
    fact("line_count", FactType.NUMBER, "lines with a quantity, not those of text", "2", "lines"),
    fact("goods_line_count", FactType.NUMBER, "lines that have an item", "1", "lines"),
    fact("quantity", FactType.NUMBER, "whole units on lines that have an item", "12", "units"),
    fact("prices_with_tax", FactType.YES_NO, "amounts of its lines are stated with tax", "no"),
    fact("total_net", FactType.MONEY, "all of it without tax", "200.00"),
    fact("total_tax", FactType.MONEY, "tax on all of it", "40.00"),
    fact("total_gross", FactType.MONEY, "all of it with tax", "240.00"),
    fact("paid", FactType.MONEY, "what was paid", "0.00"),
    fact("credited", FactType.MONEY, "what was credited", "0.00"),
    fact("due", FactType.MONEY, "what is still due", "240.00"),
    fact("carries_our_mark", FactType.YES_NO, "its reference names a Mintsoft order", "no"),
    fact("lines", FactType.LINES, "lines with a quantity, for `any line` and `all lines`", ""),
)

#: Of each line with a quantity.
LINE_FACTS = (
    fact("sku", FactType.TEXT, "code of the item, empty when none", "WID-1"),
    fact("sku_known", FactType.YES_NO, "Mintsoft has a product with this SKU", "yes"),
    fact("description", FactType.TEXT, "what the line says", "Blue widget"),
    fact("quantity", FactType.NUMBER, "units; 0 when that is no whole number", "2", "units"),
    fact("whole_quantity", FactType.YES_NO, "the quantity is a whole number above 0", "yes"),
    fact("amount", FactType.MONEY, "after its discount; see prices_with_tax", "200.00"),
    fact("tax", FactType.MONEY, "tax on the line", "40.00"),
    fact("account", FactType.TEXT, "code of its account, may be empty", "200"),
)

#: Read from the ledger, the connection, Mintsoft and the contact: made new at every decision.
SURROUNDING_FACTS = (
    fact("document_date", FactType.DATE, "its date, else the day it was changed", "2026-06-02"),
    fact("today", FactType.DATE, "the day of the decision in the connection's zone", "2026-06-03"),
    fact("before_start_date", FactType.YES_NO, "document_date is before start_date", "no"),
    fact("exported_by_us", FactType.YES_NO, "we made it from a Mintsoft order", "no"),
    fact("already_imported", FactType.YES_NO, "Mintsoft has an order made from it", "no"),
    fact("edited_since_import", FactType.YES_NO, "changed in Xero after we imported it", "no"),
    fact("number_in_mintsoft", FactType.YES_NO, "another Mintsoft order has its number", "no"),
    fact("address_known", FactType.YES_NO, "the contact has a whole address of delivery", "yes"),
    fact("unknown_country", FactType.TEXT, "its country if nobody knows it, else empty", ""),
)

CATALOGUE = by_name(*SALES_INVOICE_FACTS, *SURROUNDING_FACTS)
LINE_CATALOGUE = by_name(*LINE_FACTS)


@dataclass(frozen=True, kw_only=True)
class SalesInvoiceSurroundings:
    """What is known about a sales invoice from outside of it, at one moment."""

    document_date: date
    today: date
    before_start_date: bool
    exported_by_us: bool
    already_imported: bool
    edited_since_import: bool
    number_in_mintsoft: bool
    address_known: bool
    unknown_country: str

    def facts(self) -> dict[str, FactValue]:
        """The same as facts, one for each entry of `SURROUNDING_FACTS`."""
        return dict(self.__dict__)


def facts_of_sales_invoice(
    invoice: SalesInvoice, document_date: date, *, known_skus: Collection[str]
) -> dict[str, FactValue]:
    """The facts that the invoice itself gives, one for each entry of `SALES_INVOICE_FACTS`.

    Args:
        invoice: as the accounting side has it.
        document_date: its date, else the day it was changed in the connection's zone.
        known_skus: those of its SKUs that the warehouse has a product for, as it spells them.
    """
    counted = [line for line in invoice.lines if line.quantity is not None]
    goods = [line for line in counted if line.item_code]
    money = {
        "total_net": invoice.subtotal,
        "total_tax": invoice.tax,
        "total_gross": invoice.total,
        "paid": invoice.paid,
        "credited": invoice.credited,
        "due": invoice.due,
    }
    return {
        **{name: to_penny(amount) for name, amount in money.items()},
        "number": invoice.number,
        "reference": invoice.reference,
        "status": invoice.status,
        "contact_id": invoice.contact_id,
        "customer_known": bool(invoice.contact_id and invoice.contact_name.strip()),
        "currency": invoice.currency,
        "due_date": invoice.due_date or document_date,
        "line_count": len(counted),
        "goods_line_count": len(goods),
        "quantity": sum(_whole_units(line) or 0 for line in goods),
        "prices_with_tax": invoice.prices_with_tax,
        "carries_our_mark": invoice.carries_our_mark,
        "lines": tuple(_facts_of_line(line, known_skus) for line in counted),
    }


def _facts_of_line(line: SalesInvoiceLine, known_skus: Collection[str]) -> LineFacts:
    units = _whole_units(line)
    return {
        "sku": line.item_code,
        "sku_known": line.item_code in known_skus,
        "description": line.description,
        "quantity": units or 0,
        "whole_quantity": units is not None,
        "amount": to_penny(line.amount),
        "tax": to_penny(line.tax),
        "account": line.account_code,
    }


def _whole_units(line: SalesInvoiceLine) -> int | None:
    """The quantity as a warehouse counts; None when it has no whole positive number."""
    if line.quantity is None or line.quantity <= 0 or line.quantity % 1:
        return None
    return int(line.quantity)
