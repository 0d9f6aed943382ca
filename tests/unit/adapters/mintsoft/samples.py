"""New documents as tests send them, and Mintsoft's JSON of those that are there."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from .....plugin.domain.orders.order import Charge
from .....plugin.domain.warehouse.goods_in import NewAsn, NewAsnLine
from .....plugin.domain.warehouse.new_order import NewOrder, NewOrderLine, Recipient
from .....plugin.domain.warehouse.product import NewProduct
from .raw import PERSONAL

RECIPIENT = Recipient(
    first_name=PERSONAL,
    last_name="Byron",
    company="Byron & Co",
    address1="1 High St",
    address2="Flat 2",
    address3="Rear",
    town="York",
    county="Yorkshire",
    postcode="YO1 1AA",
    country="GB",
    email=f"{PERSONAL}@example.com",
    phone="01904 1",
)
NEW_ORDER = NewOrder(
    number="INV-7",
    external_reference="xero:5f2c",
    client_id="3",
    warehouse_id="4",
    channel_id="7",
    currency="GBP",
    recipient=RECIPIENT,
    lines=(
        NewOrderLine(
            sku="WID-1",
            description="Blue widget",
            quantity=2,
            unit_net=Decimal("10.25"),
            unit_tax=Decimal("2.05"),
        ),
        NewOrderLine(
            sku="WID-2", description="", quantity=1, unit_net=Decimal(5), unit_tax=Decimal(1)
        ),
    ),
    shipping=Charge(net=Decimal("4.00"), tax=Decimal("0.80")),
    discount=Charge(net=Decimal("1.00"), tax=Decimal("0.20")),
    comments="From Xero",
    delivery_notes="Ring",
    tags=("xero", "b2b"),
)
NEW_ASN = NewAsn(
    po_reference="PO-1",
    client_id="3",
    warehouse_id="4",
    supplier="Acme",
    expected_on=date(2026, 10, 1),
    goods_in_type="Pallet",
    packages=2,
    comments="From Xero",
    lines=(
        NewAsnLine(sku="WID-1", quantity=100, source_line_id="xero:po1:1"),
        NewAsnLine(sku="WID-2", quantity=5, source_line_id="xero:po1:2"),
    ),
)
NEW_PRODUCT = NewProduct(
    sku="WID-1",
    name="Blue widget",
    client_id="3",
    weight=Decimal("0.25"),
    price=Decimal("10.25"),
    cost_price=Decimal("4.10"),
    description="A widget",
)


def raw_asn(**changes: Any) -> dict[str, Any]:
    """As recorded from a live account (mintsoft.md 4), shortened."""
    line = {
        "ID": 57449,
        "ASNId": 6114,
        "ProductId": 504073,
        "SKU": "WID-1",
        "QuantityExpected": 20,
        "QuantityReceieved": 3,
        "QuantityBooked": 0,
        "SSCCNumber": None,
        "SourceLineId": "xero:po1:1",
        "ASNItemNameValues": None,
    }
    return {
        "CLIENTSHORTNAME": "ACME",
        "POReference": "PO-1",
        "Supplier": None,
        "EstimatedDelivery": "2026-10-01T00:00:00",
        "BookedInDate": None,
        "Comments": None,
        "SupplierNotes": None,
        "GoodsInType": "Carton",
        "Quantity": 1,
        "ASNStatus": {"Name": "AWAITINGDELIVERY", "ID": 3},
        "ASNStatusId": 3,
        "Items": [line, {**line, "ID": 57450, "SKU": None, "SourceLineId": None}],
        "WarehouseId": 6,
        "ClientId": 3,
        "ID": 6114,
        "LastUpdated": "2026-06-08T12:13:13.7061351",
        **changes,
    }


def raw_product(**changes: Any) -> dict[str, Any]:
    return {
        "ID": 501,
        "SKU": "WID-1",
        "Name": "Blue widget",
        "ClientId": 3,
        "Weight": 0.25,
        "Price": 10.25,
        "CostPrice": None,
        "DisCont": False,
        "Bundle": False,
        "PackingInstructions": "With care",
        "CountryOfManufacture": {"Code": "GB", "ID": 1},
        "ProductSuppliers": [],
        "LastUpdated": "2026-06-08T12:13:13.706",
        "LastUpdatedByUser": "mia",
        **changes,
    }


def raw_invoice(**changes: Any) -> dict[str, Any]:
    return {
        "ID": 3,
        "ClientId": 8,
        "Date": "2026-05-05T15:24:49.127",
        "LastUpdated": "2026-05-05T15:24:49.127056",
        "Name": "May",
        "Comments": None,
        "NumberOfParcels": 12,
        "NumberOfItems": 30,
        "PickingCost": 10.5,
        "PostageCost": 40.0,
        "VatFreePostageCost": 5.25,
        "ReworkCost": None,
        "PackagingCost": 3.0,
        "GenericInvoiceItemsCost": 7.0,
        "CollectionsCost": 2.0,
        "ReturnsCost": 1.5,
        "GoodsInCost": 9.0,
        "StorageCost": 100.0,
        "AdminFee": 0.0,
        **changes,
    }


def raw_charges(**changes: Any) -> dict[str, Any]:
    return {
        "OrderId": 9001,
        "InvoiceSummaryId": 3,
        "PickingCost": 8.0,
        "ExtraPickingCost": 2.5,
        "TotalPickingCost": 10.5,
        "PostageCost": 40.0,
        "VatFreePostageCost": 5.25,
        "TotalPostageCost": 45.25,
        "PackagingCost": 3.0,
        "ReworkCost": None,
        "AdminFee": 0,
        **changes,
    }


def order_for(**changes: Any) -> NewOrder:
    return replace(NEW_ORDER, **changes)
