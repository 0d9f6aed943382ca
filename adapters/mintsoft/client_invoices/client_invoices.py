"""Confirmed client invoices: Mintsoft's JSON into our words. Pure (mintsoft.md 5).

Every amount that is missing is nothing: Mintsoft leaves out what was not billed.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from marshmallow import ValidationError

from ....plugin.domain.client_invoices.client_invoice import (
    ClientInvoice,
    CostCentre,
    OrderCharges,
    OtherCharge,
)
from ....plugin.domain.money import ZERO
from ....plugin.ports.source import Unreadable
from ..api.fields import Moment, Money, Text, Whole
from ..api.shapes import MAY_MISS, NEEDED, Shape, object_of, unreadable, utc
from ..api.zone import local_date

#: The field of an invoice for each cost centre.
COSTS: Mapping[CostCentre, str] = {
    CostCentre.PICKING: "PickingCost",
    CostCentre.POSTAGE: "PostageCost",
    CostCentre.POSTAGE_VAT_FREE: "VatFreePostageCost",
    CostCentre.PACKAGING: "PackagingCost",
    CostCentre.STORAGE: "StorageCost",
    CostCentre.RETURNS: "ReturnsCost",
    CostCentre.COLLECTIONS: "CollectionsCost",
    CostCentre.GOODS_IN: "GoodsInCost",
    CostCentre.REWORK: "ReworkCost",
    CostCentre.ADMIN_FEE: "AdminFee",
    CostCentre.OTHER: "GenericInvoiceItemsCost",
}


class InvoiceShape(Shape):
    """A confirmed invoice."""

    ID = Whole(**NEEDED)
    ClientId = Whole(**NEEDED)
    Date = Moment(**NEEDED)
    LastUpdated = Moment(**NEEDED)
    Name = Text(**MAY_MISS)
    Comments = Text(**MAY_MISS)
    NumberOfParcels = Whole(**MAY_MISS)
    NumberOfItems = Whole(**MAY_MISS)
    PickingCost = Money(**MAY_MISS)
    PostageCost = Money(**MAY_MISS)
    VatFreePostageCost = Money(**MAY_MISS)
    ReworkCost = Money(**MAY_MISS)
    PackagingCost = Money(**MAY_MISS)
    GenericInvoiceItemsCost = Money(**MAY_MISS)
    CollectionsCost = Money(**MAY_MISS)
    ReturnsCost = Money(**MAY_MISS)
    GoodsInCost = Money(**MAY_MISS)
    StorageCost = Money(**MAY_MISS)
    AdminFee = Money(**MAY_MISS)


class OrderChargesShape(Shape):
    """What one order costs its client."""

    OrderId = Whole(**NEEDED)
    InvoiceSummaryId = Whole(**MAY_MISS)
    PickingCost = Money(**MAY_MISS)
    ExtraPickingCost = Money(**MAY_MISS)
    PostageCost = Money(**MAY_MISS)
    VatFreePostageCost = Money(**MAY_MISS)
    PackagingCost = Money(**MAY_MISS)
    ReworkCost = Money(**MAY_MISS)
    AdminFee = Money(**MAY_MISS)
    TotalPickingCost = Money(**MAY_MISS)
    TotalPostageCost = Money(**MAY_MISS)


class ChargeShape(Shape):
    """What is charged beside orders."""

    ID = Whole(**NEEDED)
    Cost = Money(**MAY_MISS)
    Comments = Text(**MAY_MISS)


class ReturnShape(ChargeShape):
    """A charge for a return."""

    ReturnId = Whole(**MAY_MISS)


class CollectionShape(ChargeShape):
    """A charge for a collection."""

    CollectionId = Whole(**MAY_MISS)


class ItemTypeShape(Shape):
    """What a charge by hand is for."""

    Name = Text(**MAY_MISS)


class OtherShape(ChargeShape):
    """A charge by hand."""

    InvoiceItemType = object_of(ItemTypeShape)


class GoodsInShape(Shape):
    """A charge for a delivery, in four parts."""

    ID = Whole(**NEEDED)
    ASNId = Whole(**MAY_MISS)
    Note = Text(**MAY_MISS)
    DeliverySizeCost = Money(**MAY_MISS)
    AdminCost = Money(**MAY_MISS)
    TotalUnitCost = Money(**MAY_MISS)
    TotalPerSkuCost = Money(**MAY_MISS)


INVOICE, ORDER_CHARGES = InvoiceShape(), OrderChargesShape()
#: The shape of a breakdown's rows, by cost centre.
CHARGES: Mapping[CostCentre, Shape] = {
    CostCentre.RETURNS: ReturnShape(),
    CostCentre.GOODS_IN: GoodsInShape(),
    CostCentre.COLLECTIONS: CollectionShape(),
    CostCentre.OTHER: OtherShape(),
}


def read_client_invoice(raw: Any, zone: ZoneInfo) -> ClientInvoice | Unreadable:
    """The invoice that a row describes, or why it can't be read (MX-501)."""
    try:
        row: Mapping[str, Any] = INVOICE.load(raw)
        return ClientInvoice(
            source_id=str(row["ID"]),
            client_id=str(row["ClientId"]),
            name=row["Name"] or "",
            comments=row["Comments"] or "",
            dated_on=local_date(row["Date"], zone),
            parcels=row["NumberOfParcels"] or 0,
            items=row["NumberOfItems"] or 0,
            costs={centre: _sum(row, name) for centre, name in COSTS.items()},
            changed_at=utc(row, "LastUpdated", zone),
        )
    except ValidationError as fault:
        return unreadable(raw, "client invoice", "Name", fault)


def read_order_charges(rows: Iterable[Any]) -> tuple[OrderCharges, ...]:
    """What orders add to an invoice.

    Raises:
        NeedsPerson: a row can't be read (MX-501): a breakdown is whole or not there.
    """
    return _all(rows, ORDER_CHARGES, _order_charges)


def read_other_charges(centre: CostCentre, rows: Iterable[Any]) -> tuple[OtherCharge, ...]:
    """What else adds to a cost centre that `CHARGES` has. Raises as `read_order_charges`."""
    return _all(rows, CHARGES[centre], lambda row: _other_charge(centre, row))


_Charge = TypeVar("_Charge")


def _all(
    rows: Iterable[Any], shape: Shape, make: Callable[[Mapping[str, Any]], _Charge]
) -> tuple[_Charge, ...]:
    found: list[_Charge] = []
    for raw in rows:
        try:
            found.append(make(shape.load(raw)))
        except ValidationError as fault:
            raise unreadable(raw, "client invoice's breakdown", "Name", fault).error from None
    return tuple(found)


def _order_charges(row: Mapping[str, Any]) -> OrderCharges:
    # Whether PickingCost holds the further picks is not said; the total is Mintsoft's own sum.
    picking: Decimal | None = row["TotalPickingCost"]
    return OrderCharges(
        order_id=str(row["OrderId"]),
        invoice_id=str(row["InvoiceSummaryId"] or ""),
        picking=_sum(row, "PickingCost", "ExtraPickingCost") if picking is None else picking,
        postage=_sum(row, "PostageCost"),
        postage_vat_free=_sum(row, "VatFreePostageCost"),
        packaging=_sum(row, "PackagingCost"),
        rework=_sum(row, "ReworkCost"),
        admin_fee=_sum(row, "AdminFee"),
        total_postage=row["TotalPostageCost"],
    )


def _other_charge(centre: CostCentre, row: Mapping[str, Any]) -> OtherCharge:
    about = row.get("ReturnId") or row.get("CollectionId") or row.get("ASNId") or ""
    kind = (row.get("InvoiceItemType") or {}).get("Name") or ""
    said = row.get("Comments") or row.get("Note") or ""
    parts = ("DeliverySizeCost", "AdminCost", "TotalUnitCost", "TotalPerSkuCost")
    amount = _sum(row, *parts) if centre is CostCentre.GOODS_IN else _sum(row, "Cost")
    return OtherCharge(
        charge_id=str(row["ID"]),
        centre=centre,
        about_id=str(about),
        description=": ".join(part for part in (kind, said) if part),
        amount=amount,
    )


def _sum(row: Mapping[str, Any], *names: str) -> Decimal:
    return sum((row[name] for name in names if row[name] is not None), ZERO)
