"""One document of each kind with nothing wrong, and one of its lines.

The examples of a book say how theirs differs from it, so each has every fact.
"""

from datetime import date
from decimal import Decimal

from ....plugin.domain.client_invoices.client_invoice import CostCentre
from ....plugin.domain.decisions.facts import Facts, LineFacts

_NOTHING = Decimal("0.00")

ORDER_LINE: LineFacts = {
    "sku": "WID-1",
    "description": "Blue widget",
    "quantity": 2,
    "before_discount": Decimal("200.00"),
    "discount": _NOTHING,
    "discount_percent": _NOTHING,
    "net": Decimal("200.00"),
    "tax": Decimal("40.00"),
    "tax_rate": Decimal("20.00"),
}

ORDER: Facts = {
    "number": "WEB-1001",
    "status": "DESPATCHED",
    "client": "ACME",
    "channel": "Shopify",
    "channel_id": "7",
    "warehouse": "MAIN",
    "warehouse_id": "3",
    "country": "GB",
    "currency": "GBP",
    "tags": (),
    "order_date": date(2026, 6, 1),
    "line_count": 1,
    "quantity": 2,
    "goods_net": Decimal("200.00"),
    "shipping_net": Decimal("10.00"),
    "line_discount_net": _NOTHING,
    "order_discount_net": _NOTHING,
    "discount_net": _NOTHING,
    "discount_percent": _NOTHING,
    "before_discount_net": Decimal("210.00"),
    "total_net": Decimal("210.00"),
    "goods_tax": Decimal("40.00"),
    "shipping_tax": Decimal("2.00"),
    "order_discount_tax": _NOTHING,
    "total_tax": Decimal("42.00"),
    "stated_gross": Decimal("252.00"),
    "gross_of_lines": Decimal("252.00"),
    "total_difference": _NOTHING,
    "is_split_part": False,
    "merged": False,
    "personal_data_removed": False,
    "customer_known": True,
    "came_from_accounting": False,
    "lines": (ORDER_LINE,),
    "document_date": date(2026, 6, 2),
    "today": date(2026, 6, 3),
    "invoice_date": date(2026, 6, 2),
    "before_start_date": False,
    "outside_channels": False,
    "outside_warehouses": False,
    "already_exported": False,
    "edited_since_export": False,
    "already_in_xero": False,
    "duplicate_of": "",
    "currency_subscribed": True,
    "period_locked": False,
    "contact_policy": "channel",
    "discount_repair": "refuse",
}

CHARGE: LineFacts = {
    "cost_centre": str(CostCentre.PICKING),
    "net": Decimal("80.00"),
    "difference": _NOTHING,
    "mapped": True,
}

CLIENT_INVOICE: Facts = {
    "number": "4711",
    "name": "June 2026",
    "comments": "",
    "client": "ACME",
    "client_known": True,
    "currency": "GBP",
    "vat_exempt": False,
    "parcels": 40,
    "items": 95,
    "line_count": 2,
    **dict.fromkeys(map(str, CostCentre), _NOTHING),
    "picking": Decimal("80.00"),
    "postage": Decimal("120.00"),
    "total_net": Decimal("200.00"),
    "breakdown_known": True,
    "breakdown_difference": _NOTHING,
    "lines": (CHARGE, {**CHARGE, "cost_centre": "postage", "net": Decimal("120.00")}),
    "document_date": date(2026, 6, 30),
    "today": date(2026, 7, 1),
    "before_start_date": False,
    "contact_known": True,
    "already_exported": False,
    "edited_since_export": False,
    "already_in_xero": False,
    "duplicate_of": "",
    "currency_subscribed": True,
    "period_locked": False,
}

SALES_LINE: LineFacts = {
    "sku": "WID-1",
    "sku_known": True,
    "description": "Blue widget",
    "quantity": 2,
    "whole_quantity": True,
    "amount": Decimal("200.00"),
    "tax": Decimal("40.00"),
    "account": "200",
}

SALES_INVOICE: Facts = {
    "number": "INV-0100",
    "reference": "PO 77",
    "status": "AUTHORISED",
    "contact_id": "c0ffee",
    "customer_known": True,
    "currency": "GBP",
    "due_date": date(2026, 6, 30),
    "line_count": 1,
    "goods_line_count": 1,
    "quantity": 2,
    "prices_with_tax": False,
    "total_net": Decimal("200.00"),
    "total_tax": Decimal("40.00"),
    "total_gross": Decimal("240.00"),
    "paid": _NOTHING,
    "credited": _NOTHING,
    "due": Decimal("240.00"),
    "carries_our_mark": False,
    "lines": (SALES_LINE,),
    "document_date": date(2026, 6, 2),
    "today": date(2026, 6, 3),
    "before_start_date": False,
    "exported_by_us": False,
    "already_imported": False,
    "edited_since_import": False,
    "number_in_mintsoft": False,
    "address_known": True,
}

PURCHASE_LINE: LineFacts = {
    "sku": "WID-1",
    "sku_known": True,
    "description": "Blue widget",
    "quantity": 100,
    "whole_quantity": True,
    "net": Decimal("450.00"),
}

PURCHASE_ORDER: Facts = {
    "number": "PO-0042",
    "reference": "",
    "status": "AUTHORISED",
    "supplier_id": "5afe",
    "supplier_known": True,
    "currency": "GBP",
    "arrives_on": date(2026, 6, 20),
    "arrival_known": True,
    "line_count": 1,
    "goods_line_count": 1,
    "quantity": 100,
    "total_net": Decimal("450.00"),
    "lines": (PURCHASE_LINE,),
    "document_date": date(2026, 6, 2),
    "today": date(2026, 6, 3),
    "before_start_date": False,
    "already_imported": False,
    "edited_since_import": False,
    "goods_in_begun": False,
}
