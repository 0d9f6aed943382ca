"""The kinds of documents that books decide, each with the facts its rules may name."""

from collections.abc import Mapping
from dataclasses import dataclass

from ....plugin.domain.client_invoices import client_invoice_facts
from ....plugin.domain.decisions.facts import Fact, Facts, LineFacts
from ....plugin.domain.imports import purchase_order_facts, sales_invoice_facts
from ....plugin.domain.orders import order_facts
from ....plugin.error_codes import CODES
from . import good_documents


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of document."""

    #: As a book names it: ``book: orders``.
    name: str
    #: The key under which an example gives its document.
    document: str
    #: One of them, as sentences call it: ``an order``.
    called: str
    facts: Mapping[str, Fact]
    #: Of each line; empty for a kind without lines.
    line_facts: Mapping[str, Fact]
    #: A document with nothing wrong: examples say how theirs differs from it.
    good: Facts
    #: The line from which an example's lines differ.
    good_line: LineFacts
    #: What the codes begin with that its rules may give.
    code_families: tuple[str, ...] = ("MX-2",)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that its rules may give."""
        return tuple(code for code in CODES if code.startswith(self.code_families))


#: Of what comes in: those of the warehouse side too, as where no rule but the building refuses.
_IMPORTS = ("MX-2", "MX-5")

ORDERS = Kind(
    name="orders",
    document="order",
    called="an order",
    facts=order_facts.CATALOGUE,
    line_facts=order_facts.LINE_CATALOGUE,
    good=good_documents.ORDER,
    good_line=good_documents.ORDER_LINE,
)

CLIENT_INVOICES = Kind(
    name="client_invoices",
    document="invoice",
    called="a client invoice",
    facts=client_invoice_facts.CATALOGUE,
    line_facts=client_invoice_facts.LINE_CATALOGUE,
    good=good_documents.CLIENT_INVOICE,
    good_line=good_documents.CHARGE,
)

SALES_INVOICES = Kind(
    name="sales_invoices",
    document="invoice",
    called="a sales invoice",
    facts=sales_invoice_facts.CATALOGUE,
    line_facts=sales_invoice_facts.LINE_CATALOGUE,
    good=good_documents.SALES_INVOICE,
    good_line=good_documents.SALES_LINE,
    code_families=_IMPORTS,
)

PURCHASE_ORDERS = Kind(
    name="purchase_orders",
    document="purchase_order",
    called="a purchase order",
    facts=purchase_order_facts.CATALOGUE,
    line_facts=purchase_order_facts.LINE_CATALOGUE,
    good=good_documents.PURCHASE_ORDER,
    good_line=good_documents.PURCHASE_LINE,
    code_families=_IMPORTS,
)

KINDS = {kind.name: kind for kind in (ORDERS, CLIENT_INVOICES, SALES_INVOICES, PURCHASE_ORDERS)}
