"""The kinds of documents that books decide, each with the facts its rules may name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ...plugin.domain.facts import CATALOGUE, LINE_CATALOGUE, Fact, Facts, LineFacts


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of document."""

    #: As a book names it: ``book: orders``.
    name: str
    #: The key under which an example gives its document.
    document: str
    facts: Mapping[str, Fact]
    #: Of each line; empty for a kind without lines.
    line_facts: Mapping[str, Fact]
    #: A document with nothing wrong: examples say how theirs differs from it.
    good: Facts
    #: The line from which an example's lines differ.
    good_line: LineFacts


_GOOD_LINE: LineFacts = {
    "sku": "WID-1",
    "description": "Blue widget",
    "quantity": 2,
    "before_discount": Decimal("200.00"),
    "discount": Decimal("0.00"),
    "net": Decimal("200.00"),
    "tax_rate": Decimal("20.00"),
}

_GOOD_ORDER: Facts = {
    "number": "WEB-1001",
    "status": "DESPATCHED",
    "client": "ACME",
    "channel": "Shopify",
    "warehouse": "MAIN",
    "country": "GB",
    "currency": "GBP",
    "tags": (),
    "order_date": date(2026, 6, 1),
    "line_count": 1,
    "quantity": 2,
    "goods_net": Decimal("200.00"),
    "shipping_net": Decimal("10.00"),
    "line_discount_net": Decimal("0.00"),
    "order_discount_net": Decimal("0.00"),
    "discount_net": Decimal("0.00"),
    "before_discount_net": Decimal("210.00"),
    "total_net": Decimal("210.00"),
    "stated_gross": Decimal("252.00"),
    "gross_of_lines": Decimal("252.00"),
    "total_difference": Decimal("0.00"),
    "is_split_part": False,
    "merged": False,
    "personal_data_removed": False,
    "came_from_accounting": False,
    "lines": (_GOOD_LINE,),
    "document_date": date(2026, 6, 2),
    "today": date(2026, 6, 3),
    "before_start_date": False,
    "already_in_xero": False,
    "duplicate_of": "",
    "currency_subscribed": True,
    "period_locked": False,
}

ORDERS = Kind(
    name="orders",
    document="order",
    facts=CATALOGUE,
    line_facts=LINE_CATALOGUE,
    good=_GOOD_ORDER,
    good_line=_GOOD_LINE,
)

KINDS = {kind.name: kind for kind in (ORDERS,)}
