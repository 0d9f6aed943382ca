"""Mintsoft's JSON of an order, as mintsoft.md 2.3 shows it."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from .....adapters.mintsoft.orders.orders import read_order
from .....adapters.mintsoft.orders.statuses import STATUS_NAMES
from .....plugin.domain.orders.order import Order
from .....plugin.ports.source import Unreadable

LONDON = ZoneInfo("Europe/London")
#: What must never be seen in a message or a log.
PERSONAL = "Ada-Private"


def raw_item(**changes: Any) -> dict[str, Any]:
    return {
        "OrderId": 9001,
        "ProductId": 501,
        "Quantity": 2,
        "Price": 100.0,
        "Vat": 20.0,
        "Discount": 0.0,
        "PriceNet": 100.0,
        "Tax": 20.0,
        "TaxRate": 20.0,
        "DiscountGross": 0.0,
        "DiscountNet": 0.0,
        "DiscountTax": 0.0,
        "NetPaid": 200.0,
        "TaxPaid": 40.0,
        "TotalTax": 40.0,
        "Details": "Blue widget",
        "SKU": "WID-1",
        "OrderItemNameValues": [],
        "ID": 70001,
        **changes,
    }


def raw_order(**changes: Any) -> dict[str, Any]:
    return {
        "ClientId": 3,
        "CLIENT_CODE": "ACME",
        "OrderNumber": "WEB-1001",
        "ExternalOrderReference": "5551234",
        "OrderDate": "2026-06-01T10:25:36.7951757",
        "DespatchDate": "2026-06-02T15:01:12.123",
        "FirstName": PERSONAL,
        "LastName": "Byron",
        "CompanyName": None,
        "Email": f"{PERSONAL}@example.com",
        "Country": {"Name": "United Kingdom", "Code": "GB", "Code3": "GBR", "ID": 1},
        "OrderStatusId": 4,
        "Part": 1,
        "NumberOfParts": 1,
        "ShippingTotalExVat": 16.66,
        "ShippingTotalVat": 3.32,
        "DiscountTotalExVat": 0.0,
        "DiscountTotalVat": 0.0,
        "PIIRemoved": False,
        "ShippingNet": 16.66,
        "ShippingTax": 3.32,
        "DiscountNet": 0.0,
        "DiscountTax": 0.0,
        "TotalOrderNet": 216.66,
        "TotalOrderTax": 43.32,
        "TotalOrderGross": 259.98,
        "WarehouseId": 3,
        "WAREHOUSE_CODE": "MAIN",
        "ChannelId": 7,
        "Channel": {"Name": "Shopify", "ID": 7},
        "Currency": {"Name": "Pound Sterling", "Code": "GBP", "ID": 1},
        "OrderItems": [raw_item(), raw_item(ID=70002)],
        "OrderNameValues": [{"Name": "DespatchByUser", "Value": "x"}],
        "Tags": "vip, xero,,vip",
        "ID": 9001,
        "LastUpdated": "2026-06-02T15:01:12.123",
        **changes,
    }


def understood(**changes: Any) -> Order | Unreadable:
    return read_order(raw_order(**changes), statuses=STATUS_NAMES, zone=LONDON)


def order(**changes: Any) -> Order:
    found = understood(**changes)
    assert isinstance(found, Order), found
    return found


def unreadable(**changes: Any) -> Unreadable:
    found = understood(**changes)
    assert isinstance(found, Unreadable), found
    return found


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]
