"""How a stored record is shown: what the settings make of it (settings.py)."""

from decimal import Decimal
from typing import Any

from ..day.charges import money
from ..day.shape import number
from ..store import Document
from .account import this_account

#: What is removed with the customer's data; the required ones become empty (mintsoft.md 2.3).
PERSONAL = (
    *("Title", "FirstName", "LastName", "CompanyName", "Email", "Phone", "Mobile", "Address1"),
    *("Address2", "Address3", "Town", "County", "PostCode", "VATNumber"),
)


def shown(order: Document, *, items: bool = True) -> Document:
    """An order as the API shows it.

    Args:
        order: As it is stored.
        items: Whether the rows were asked for; a list that wasn't may leave them out.
    """
    settings = this_account().settings
    if settings.pii_removed:
        order = {**order, **dict.fromkeys(PERSONAL), "PIIRemoved": True}
    if settings.total_vat == "goods":
        goods = money(order["TotalVat"]) - money(order["ShippingTotalVat"])
        order = {**order, "TotalVat": number(goods)}
    if settings.money == "broken":
        order = broken_sums(order)
    elif settings.money == "gross_as_net":
        order = gross_as_net(order)
    if items or settings.unasked_items == "present":
        return order
    if settings.unasked_items == "null":
        return {**order, "OrderItems": None}
    return {name: value for name, value in order.items() if name != "OrderItems"}


def broken_sums(order: Document) -> Document:
    """Totals that neither add up nor agree with the rows."""
    off = Decimal(1 + order["ID"] % 7)
    return {
        **order,
        "OrderValue": number(money(order["OrderValue"]) + off),
        "TotalOrderNet": number(money(order["TotalOrderNet"]) - off),
        "TotalOrderGross": number(money(order["TotalOrderGross"]) + off),
    }


def gross_as_net(order: Document) -> Document:
    """An order of a marketplace that tells no VAT: every net figure is the gross one."""
    gross = order["TotalOrderGross"]
    free: dict[str, Any] = dict.fromkeys(
        ("TotalVat", "ShippingTotalVat", "DiscountTotalVat", "ShippingTax", "DiscountTax"), 0.0
    )
    items = [gross_item(item) for item in order.get("OrderItems") or ()]
    return {
        **order,
        **free,
        "OrderValue": number(sum((money(item["NetPaid"]) for item in items), Decimal(0))),
        "ShippingTotalExVat": order["ShippingGross"],
        "ShippingNet": order["ShippingGross"],
        "DiscountTotalExVat": order["DiscountGross"],
        "DiscountNet": order["DiscountGross"],
        "TotalOrderNet": gross,
        "TotalOrderTax": 0.0,
        "OrderItems": items,
    }


def gross_item(item: Document) -> Document:
    """A row of such an order."""
    each = number(money(item["PriceNet"]) + money(item["Tax"]))
    paid = number(money(item["NetPaid"]) + money(item["TaxPaid"]))
    return {
        **item,
        **dict.fromkeys(
            ("Vat", "Tax", "TaxRate", "TotalTax", "TaxPaid", "DiscountTax", "SourceLineTotalTax"),
            0.0,
        ),
        "Price": each,
        "PriceNet": each,
        "Discount": item["DiscountGross"],
        "DiscountNet": item["DiscountGross"],
        "SourceLineTotalDiscount": item["DiscountGross"],
        "SourceLineSubTotal": number(money(each) * (item["Quantity"] or 0)),
        "NetPaid": paid,
    }
