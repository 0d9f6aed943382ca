"""A purchase order of two products and freight."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from .....plugin.domain.imports.purchase_order import PurchaseOrder, PurchaseOrderLine


def line(sku: str, quantity: str | None, line_id: str = "", **changes: Any) -> PurchaseOrderLine:
    """A line of a purchase order."""
    return replace(
        PurchaseOrderLine(
            line_id=line_id or f"line-{sku}",
            item_code=sku,
            description=sku or "Freight",
            quantity=None if quantity is None else Decimal(quantity),
            unit_amount=Decimal("4.5"),
        ),
        **changes,
    )


LINES = (line("WID-1", "100.0000"), line("", "1", "freight"), line("WID-2", "5"))
ORDER = PurchaseOrder(
    purchase_order_id="po1",
    number="PO-0042",
    reference="Q3",
    status="AUTHORISED",
    contact_id="c1",
    supplier="Acme  Supplies",
    currency="GBP",
    date=date(2026, 6, 1),
    delivery_date=date(2026, 6, 20),
    expected_date=None,
    delivery_address="",
    delivery_instructions="",
    lines=LINES,
    changed_at=datetime(2026, 6, 2, tzinfo=UTC),
)
