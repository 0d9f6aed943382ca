"""Orders for tests: ordinary ones, changed as a test needs."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ...plugin.domain.money import ZERO
from ...plugin.domain.orders.order import NO_CHARGE, Order, OrderLine

DAY = datetime(2026, 6, 15, 9, tzinfo=UTC)


def a_line(**changes: Any) -> OrderLine:
    """Two units at 10.00 with 20 % tax: 24.00 in all."""
    values: dict[str, Any] = {
        "line_id": "1",
        "sku": "WID-1",
        "description": "Blue widget",
        "quantity": 2,
        "unit_net": Decimal("10.00"),
        "tax_rate": Decimal(20),
        "discount_net": ZERO,
        "tax": Decimal("4.00"),
    }
    return OrderLine(**{**values, **changes})


def an_order(source_id: str = "1", **changes: Any) -> Order:
    """A despatched order of one line, 24.00 GBP in all, numbered after its id."""
    values: dict[str, Any] = {
        "source_id": source_id,
        "number": f"WEB-{source_id}",
        "external_reference": "",
        "client": "ACME",
        "status": "DESPATCHED",
        "channel_id": "7",
        "channel": "Shopify",
        "warehouse": "MAIN",
        "country": "GB",
        "currency": "GBP",
        "ordered_at": DAY,
        "despatched_at": DAY,
        "changed_at": DAY,
        "part": 1,
        "parts": 1,
        "tags": (),
        "merged": False,
        "personal_data_removed": False,
        "customer": "Ada Byron",
        "lines": (a_line(),),
        "shipping": NO_CHARGE,
        "discount": NO_CHARGE,
        "stated_gross": Decimal("24.00"),
    }
    return Order(**{**values, **changes})
