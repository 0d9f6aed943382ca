"""What lies in the warehouses and what is on its way there: products, stock levels, ASNs.

Everything belongs to the first client (mintsoft.md 3 and 4).
"""

from datetime import date, timedelta

from . import reference as ref
from .lists import ASN_STATUS_IDS, ASN_STATUSES
from .reference import Document, stamped
from .shape import number
from .shop import PRODUCTS as RANGE
from .shop import Product

OWNER = ref.CLIENTS[0]

#: The properties of a product that have no value here, or the same one for all.
_PLAIN: Document = {
    **dict.fromkeys(
        (
            *("PalletSizes", "PackingInstructions", "CustomsDescription", "MIDCode", "UPC"),
            *("CountryOfManufactureId", "CountryOfManufacture", "UnNumber", "ImageURL"),
            *("SyncStockFrom", "ProductHazardousGoods", "ProductPurchasingSettings"),
            *("ProductGrowthRates", "ExternalFulFilmentProduct", "OrderItems"),
            *("ExternalFulFilmentProductInventory", "SubscriptionLength", "CommodityCode"),
            *("SubscriptionFrequency", "ProductInCategories", "ProductPrices"),
            *("ProductSuppliers", "ProductCustomFields", "ToteCapacity"),
        )
    ),
    **dict.fromkeys(
        (
            *("BackOrder", "Bundle", "DisCont", "VatExempt", "HasBatchNumber"),
            *("LogBatchInbound", "LogBatchOutbound", "HasSerialNumber", "LogSerialInbound"),
            *("LogSerialOutbound", "HasExpiryDate", "LogExpiryDateInbound"),
            *("LogExpiryDateOutbound", "Subscription"),
        ),
        False,
    ),
    **dict.fromkeys(("Height", "Width", "Depth", "Volume", "Price", "CostPrice", "Weight"), 0.0),
    **dict.fromkeys(("LowStockAlertLevel", "AdditionalParcelsRequired", "HandlingTime"), 0),
    "BestBeforeDateWarningPeriodDays": 0,
    "UnitsPerParcel": 1.0,
    "SKU": None,
    "Name": None,
    "Description": None,
    "EAN": None,
    "ClientId": None,
}


def product_json(**values: object) -> Document:
    """A product with every property; without ID and stamps unless they are given."""
    return {**_PLAIN, **values}


def inventory_json(product: Document, *, record_id: int, warehouse: int, on_hand: int) -> Document:
    """How much of a product a warehouse has; `OnHand` is what is free to be sold."""
    nothing = dict.fromkeys(
        (
            *("Allocated", "OffHand", "AwaitingReplen", "OnOrder", "RequiredByBackOrder"),
            *("InQuarantine", "InTransit", "InTransition", "Scrapped"),
        ),
        0,
    )
    return stamped(
        record_id,
        ProductId=product["ID"],
        SKU=product["SKU"],
        WarehouseId=warehouse,
        ClientId=product["ClientId"],
        LocationId=None,
        Breakdown=None,
        **nothing,
        StockLevel=on_hand,
        OnHand=on_hand,
    )


def asn_item_json(product: Document, *, item_id: int, asn_id: int, quantity: int) -> Document:
    """A row of an ASN, nothing of which has come yet."""
    return stamped(
        item_id,
        ASNId=asn_id,
        ProductId=product["ID"],
        SKU=product["SKU"],
        NAME=product["Name"],
        EAN=product["EAN"],
        UPC=product["UPC"],
        QuantityExpected=quantity,
        QuantityReceieved=0,
        QuantityBooked=0,
        OnOrder=quantity,
        SSCCNumber=None,
        Complete=False,
        Comments=None,
        SourceLineId=None,
        ASNItemNameValues=None,
        HasSerialNumber=product["HasSerialNumber"],
        HasExpiryDate=product["HasExpiryDate"],
        HasBatchNumber=product["HasBatchNumber"],
        ProductImageURL=None,
        ASNItemAllocations=None,
    )


def asn_json(
    *, asn_id: int, client: Document, warehouse: int, status: Document, items: list[Document]
) -> Document:
    """An ASN; the header's `Quantity` counts packages, not units."""
    return stamped(
        asn_id,
        CLIENTSHORTNAME=client["ShortName"],
        ClientId=client["ID"],
        WarehouseId=warehouse,
        POReference=None,
        Supplier=None,
        SupplierNotes=None,
        ProductSupplierId=None,
        ProductSupplier=None,
        EstimatedDelivery=None,
        EstimatedTimeToDock=None,
        WarehouseBookedDate=None,
        BookedInDate=None,
        Comments=None,
        GoodsInType="Carton",
        Quantity=1,
        ASNStatus=status,
        ASNStatusId=status["ID"],
        Shipped=False,
        HoursLogged=None,
        Items=items,
    )


def supplier_json(**values: object) -> Document:
    """A supplier with every property; without ID and stamps unless they are given."""
    empty = dict.fromkeys(
        (
            *("Name", "ContactName", "ContactNumber", "AddressLine1", "AddressLine2"),
            *("AddressLine3", "Town", "County", "Postcode", "CountryId", "Country"),
            *("ContactEmail", "Code", "CurrencyId", "Currency", "ClientId"),
        )
    )
    return {**empty, "Active": True, **values}


def _product(one: Product) -> Document:
    return stamped(
        one.product_id,
        **product_json(
            SKU=one.sku,
            Name=one.name,
            Description=one.name,
            EAN=f"50000000{one.product_id:05d}",
            Weight=0.25,
            Price=number(one.price),
            CostPrice=number(one.price / 4),
            VatExempt=one.rate == 0,
            ClientId=OWNER["ID"],
        ),
    )


PRODUCTS = tuple(_product(one) for one in RANGE)

SUPPLIERS = (
    stamped(
        41,
        **supplier_json(
            Name="Example Potteries Ltd",
            Code="POTT",
            ContactEmail="sales@potteries.example",
            CountryId=ref.UNITED_KINGDOM["ID"],
            Country=ref.UNITED_KINGDOM,
            CurrencyId=ref.GBP["ID"],
            Currency=ref.GBP,
            ClientId=OWNER["ID"],
        ),
    ),
)

#: The last product has no record, as happens (mintsoft.md 3).
INVENTORY = tuple(
    inventory_json(product, record_id=801 + index, warehouse=3, on_hand=40 + 7 * index)
    for index, product in enumerate(PRODUCTS[:-1])
)


def make_asns(today: date) -> tuple[Document, ...]:
    """Three deliveries: one booked in, and two for one purchase order that are still to come."""
    statuses = {status["ID"]: status for status in ASN_STATUSES}
    made = []
    for index, name in enumerate(("COMPLETE", "AWAITINGDELIVERY", "AWAITINGDELIVERY")):
        asn_id, due = 6114 + index, today + timedelta(days=7 * index - 5)
        items = [
            asn_item_json(product, item_id=57449 + 2 * index + row, asn_id=asn_id, quantity=20)
            for row, product in enumerate(PRODUCTS[2 * index : 2 * index + 2])
        ]
        asn = asn_json(
            asn_id=asn_id,
            client=OWNER,
            warehouse=3,
            status=statuses[ASN_STATUS_IDS[name]],
            items=items,
        )
        came = f"{due}T10:30:00" if name == "COMPLETE" else None
        if came:
            full = {"QuantityReceieved": 20, "QuantityBooked": 20, "OnOrder": 0, "Complete": True}
            asn["Items"] = [{**item, **full} for item in items]
        asn |= {
            "POReference": "PO-0101" if came else "PO-0102",
            "Supplier": SUPPLIERS[0]["Name"],
            "ProductSupplierId": SUPPLIERS[0]["ID"],
            "ProductSupplier": SUPPLIERS[0]["Name"],
            "EstimatedDelivery": f"{due}T00:00:00",
            "BookedInDate": came,
            "LastUpdated": came or f"{today - timedelta(days=6)}T09:00:00",
        }
        made.append(asn)
    return tuple(made)
