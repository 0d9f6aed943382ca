"""What the fulfilment house charges its clients: per order, and collected into invoices.

The tariff is invented; the members and what they mean are mintsoft.md 5's.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from . import reference as ref
from .lists import INVOICE_ITEM_TYPES
from .reference import Document, stamped
from .shape import ZERO, number

#: The first unit of an order, and each further one.
PICKING, EXTRA_PICKING = Decimal("1.20"), Decimal("0.25")
PACKAGING, ADMIN = Decimal("0.35"), Decimal("0.10")
#: A unit, a kind of product and a delivery that come in; and the paperwork.
GOODS_IN = {"unit": Decimal("0.08"), "sku": Decimal("1.50"), "size": Decimal("6.00")}
#: By the ID of the courier service.
POSTAGE = {12: "5.45", 13: "3.30", 14: "2.85", 21: "12.40"}
_OTHER_POSTAGE = "4.00"

#: The kinds of charges, each with the cost field of the invoice that it goes into and the
#: properties of its records that make it up. Storage has no breakdown once it is confirmed.
BREAKDOWN: dict[str, dict[str, tuple[str, ...]]] = {
    "charge": {
        "PickingCost": ("TotalPickingCost",),
        "PostageCost": ("PostageCost",),
        "VatFreePostageCost": ("VatFreePostageCost",),
        "PackagingCost": ("PackagingCost",),
        "ReworkCost": ("ReworkCost",),
        "AdminFee": ("AdminFee",),
    },
    "return_charge": {"ReturnsCost": ("Cost",)},
    "goods_in_charge": {
        "GoodsInCost": ("DeliverySizeCost", "TotalUnitCost", "TotalPerSkuCost", "AdminCost")
    },
    "collection_charge": {"CollectionsCost": ("Cost",)},
    "other_charge": {"GenericInvoiceItemsCost": ("Cost",)},
    "storage_charge": {"StorageCost": ("Cost",)},
}


def money(value: float) -> Decimal:
    """The amount of a JSON number."""
    return Decimal(str(value or 0))


def charge_json(order: Document, *, charge_id: int, invoiced: str) -> Document:
    """What an order costs its client; postage to other countries is free of VAT.

    Args:
        order: As the API answers it.
        charge_id: The record's ID.
        invoiced: The moment at which it was charged, local.
    """
    units = order["TotalItems"] or 0
    picking, extra = PICKING, EXTRA_PICKING * max(0, units - 1)
    postage = Decimal(POSTAGE.get(order["CourierServiceId"], _OTHER_POSTAGE))
    abroad = order["CountryId"] not in (None, ref.UNITED_KINGDOM["ID"])
    charge = stamped(
        charge_id,
        OrderId=order["ID"],
        ClientId=order["ClientId"],
        CourierServiceId=order["CourierServiceId"],
        InvoiceSummaryId=None,
        InvoiceDate=invoiced,
        Comments=None,
        NumberOfPicks=units,
        NumberOfCartonPicks=0,
        NumberOfPalletPicks=0,
        PickingCost=number(picking),
        ExtraPickingCost=number(extra),
        PackagingCost=number(PACKAGING),
        ReworkCost=0.0,
        AdminFee=number(ADMIN),
    )
    charge["LastUpdated"] = invoiced
    return with_postage(charge, ZERO if abroad else postage, vat_free=postage if abroad else ZERO)


def with_postage(
    charge: Document, postage: Decimal, *, vat_free: Decimal, cost: Decimal | None = None
) -> Document:
    """A charge with this postage, its sums made anew; `cost` is what the courier takes."""
    total = postage + vat_free
    picking = money(charge["PickingCost"]) + money(charge["ExtraPickingCost"])
    others = sum(money(charge[name]) for name in ("PackagingCost", "ReworkCost", "AdminFee"))
    return {
        **charge,
        "PostageCost": number(postage),
        "VatFreePostageCost": number(vat_free),
        "CostPostageCost": number(total * 3 / 4 if cost is None else cost),
        "TotalPostageCost": number(total),
        "TotalPickingCost": number(picking),
        "TotalCost": number(picking + total + others),
    }


def goods_in_json(asn: Document, *, charge_id: int, invoiced: str) -> Document:
    """What a delivery costs the client whose goods came."""
    units = sum(item["QuantityBooked"] or 0 for item in asn["Items"])
    skus = len({item["SKU"] for item in asn["Items"]})
    return stamped(
        charge_id,
        ASNId=asn["ID"],
        ClientId=asn["ClientId"],
        InvoiceSummaryId=None,
        InvoiceDate=invoiced,
        Quantity=asn["Quantity"],
        Note=asn["POReference"],
        DeliverySizeCost=number(GOODS_IN["size"] * (asn["Quantity"] or 0)),
        NumberOfUnits=units,
        UnitCost=number(GOODS_IN["unit"]),
        TotalUnitCost=number(GOODS_IN["unit"] * units),
        NumberOfSkus=skus,
        SkuCost=number(GOODS_IN["sku"]),
        TotalPerSkuCost=number(GOODS_IN["sku"] * skus),
        AdminCost=number(ADMIN),
    )


def other_json(
    *, charge_id: int, client_id: int, kind: Document, cost: Decimal, invoiced: str
) -> Document:
    """A charge that belongs to no order."""
    return stamped(
        charge_id,
        ClientId=client_id,
        InvoiceSummaryId=None,
        InvoiceItemTypeId=kind["ID"],
        InvoiceItemType=kind,
        InvoiceDate=invoiced,
        Cost=number(cost),
        Comments=None,
        AddedBy="packer1",
        WarehouseId=None,
        Warehouse=None,
    )


def storage_json(*, charge_id: int, client_id: int, cost: Decimal, invoiced: str) -> Document:
    """A week's rent of shelves."""
    return stamped(
        charge_id,
        ClientId=client_id,
        InvoiceSummaryId=None,
        InvoiceDate=invoiced,
        Type="Shelf",
        Cost=number(cost),
        Comments=None,
        WarehouseId=ref.WAREHOUSES[0]["ID"],
    )


def costs(charges: Mapping[str, Iterable[Document]], orders: Mapping[int, Document]) -> Document:
    """The cost fields of an invoice of these charges by kind, and what they are for.

    Args:
        charges: The records by kind, as in `BREAKDOWN`.
        orders: The orders that are charged, by ID; those that are gone are missing.
    """
    rows = {kind: list(charges.get(kind, ())) for kind in BREAKDOWN}
    found = {
        field: number(sum((money(row[name]) for row in rows[kind] for name in names), ZERO))
        for kind, made_of in BREAKDOWN.items()
        for field, names in made_of.items()
    }
    charged = [orders[row["OrderId"]] for row in rows["charge"] if row["OrderId"] in orders]
    return {
        "NumberOfParcels": sum(order["NumberOfParcels"] or 0 for order in charged),
        "NumberOfItems": sum(order["TotalItems"] or 0 for order in charged),
        **found,
    }


def make_charges(
    orders: Iterable[Document], asns: Iterable[Document], today: date
) -> dict[str, tuple[Document, ...]]:
    """The charges for a day: one per order that is INVOICED, and some of the other kinds.

    What was charged two days before and earlier is confirmed, one invoice for each client.

    Returns:
        The records by kind, ``invoice`` among them.
    """
    by_id = {order["ID"]: order for order in orders}
    made = _unconfirmed(by_id.values(), asns, today)
    end = f"{today - timedelta(days=2)}T23:59:59"
    invoices = []
    for index, client in enumerate(ref.CLIENTS):
        mine: dict[str, list[Document]] = {
            kind: [
                row for row in rows if row["ClientId"] == client["ID"] and row["InvoiceDate"] <= end
            ]
            for kind, rows in made.items()
        }
        if not any(mine.values()):
            continue
        for rows in mine.values():
            for row in rows:
                row["InvoiceSummaryId"] = 301 + index
        name = f"{client['Name']} {today - timedelta(days=2):%d %B %Y}"
        invoices.append(
            stamped(
                301 + index,
                ClientId=client["ID"],
                Date=end,
                Name=name,
                Comments=None,
                **costs(mine, by_id),
            )
        )
        invoices[-1]["LastUpdated"] = f"{today - timedelta(days=1)}T08:15:00"
    return {**{kind: tuple(rows) for kind, rows in made.items()}, "invoice": tuple(invoices)}


def _unconfirmed(
    orders: Iterable[Document], asns: Iterable[Document], today: date
) -> dict[str, list[Document]]:
    invoiced = [order for order in orders if order["OrderStatusId"] == ref.STATUS_IDS["INVOICED"]]
    monday = f"{today - timedelta(days=3)}T06:00:00"
    common = [
        {"charge_id": 1 + index, "client_id": client["ID"], "invoiced": monday}
        for index, client in enumerate(ref.CLIENTS)
    ]
    return {
        "charge": [
            charge_json(order, charge_id=20001 + index, invoiced=order["LastUpdated"])
            for index, order in enumerate(invoiced)
        ],
        "goods_in_charge": [
            goods_in_json(asn, charge_id=1 + index, invoiced=asn["BookedInDate"])
            for index, asn in enumerate(asn for asn in asns if asn["BookedInDate"])
        ],
        "other_charge": [
            other_json(kind=INVOICE_ITEM_TYPES[2], cost=Decimal("50.00"), **one) for one in common
        ],
        "storage_charge": [storage_json(cost=Decimal("31.50"), **one) for one in common],
        "return_charge": [
            stamped(
                1,
                ReturnId=1,
                ClientId=ref.CLIENTS[0]["ID"],
                InvoiceSummaryId=None,
                InvoiceDate=monday,
                Cost=1.75,
                Comments=None,
            )
        ],
        "collection_charge": [
            stamped(
                1,
                CollectionId=1,
                CollectionServiceId=1,
                ClientId=ref.CLIENTS[0]["ID"],
                InvoiceSummaryId=None,
                InvoiceDate=monday,
                Cost=15.0,
                Comments=None,
            )
        ],
    }
