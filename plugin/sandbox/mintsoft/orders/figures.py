"""The figures of a stored order: of its rows, and the sums of it all (mintsoft.md 2.3).

The identities are those of "Suggested simulator identities".
"""

from decimal import Decimal

from ...day.charges import money
from ...day.shape import ZERO, number, to_pennies
from ...store import Document


def item_figures(
    *, quantity: int, net: Decimal, tax: Decimal, rate: Decimal, off: Decimal, tax_off: Decimal
) -> Document:
    """The money of a row.

    Args:
        quantity: Whole units.
        net: Price of one without VAT.
        tax: VAT of one.
        rate: VAT in percent.
        off: Discount of the whole row without VAT, positive.
        tax_off: The discount's VAT.
    """
    net_paid, tax_paid = net * quantity - off, tax * quantity - tax_off
    amounts = {
        "SourceLineSubTotal": to_pennies(net * quantity),
        "SourceLineTotalTax": to_pennies(tax_paid),
        "SourceLineTotalDiscount": off,
        "SourceLineTotal": to_pennies(net_paid + tax_paid),
        "Price": net,
        "Vat": tax,
        "Discount": off,
        "PriceNet": net,
        "Tax": tax,
        "TaxRate": rate,
        "DiscountGross": off + tax_off,
        "DiscountNet": off,
        "DiscountTax": tax_off,
        "NetPaid": net_paid,
        "TaxPaid": tax_paid,
        "TotalTax": tax * quantity,
    }
    exact = {name: float(amounts.pop(name)) for name in ("Price", "Vat", "PriceNet", "Tax")}
    sums = {name: number(amount) for name, amount in amounts.items()}
    return {"Quantity": quantity, **exact, **sums}


def part_of(item: Document, quantity: int, *, of: int | None = None) -> Document:
    """A row with fewer units, and its share of the discount.

    Args:
        item: The whole row.
        quantity: The units of the part.
        of: Makes it the rest after so many units were taken: what they got of the discount is
            missing here, so that the parts together have the whole of it.
    """
    whole = item["Quantity"] or 0

    def share(name: str) -> Decimal:
        if of is None:
            return to_pennies(money(item[name]) * quantity / whole) if whole else ZERO
        return money(item[name]) - (to_pennies(money(item[name]) * of / whole) if whole else ZERO)

    figures = item_figures(
        quantity=quantity,
        net=money(item["PriceNet"]),
        tax=money(item["Tax"]),
        rate=money(item["TaxRate"]),
        off=share("DiscountNet"),
        tax_off=share("DiscountTax"),
    )
    waiting = bool(item["Allocated"])
    kept = {"TaxRate": item["TaxRate"], "Allocated": quantity if waiting else 0}
    return {**item, **figures, **kept}


def order_figures(
    items: list[Document], *, shipping: tuple[Decimal, Decimal], discount: tuple[Decimal, Decimal]
) -> Document:
    """The sums of an order.

    Args:
        items: Its rows.
        shipping: The delivery charge without VAT, and its VAT.
        discount: Taken off the whole order without VAT, and its VAT.
    """
    goods = sum((to_pennies(money(item["NetPaid"])) for item in items), ZERO)
    rows = sum((money(item["SourceLineTotal"]) for item in items), ZERO)
    net = goods + shipping[0] - discount[0]
    gross = rows + sum(shipping) - sum(discount)
    amounts = {
        "OrderValue": goods,
        "ShippingTotalExVat": shipping[0],
        "ShippingTotalVat": shipping[1],
        "DiscountTotalExVat": discount[0],
        "DiscountTotalVat": discount[1],
        "TotalVat": gross - net,
        "ShippingNet": shipping[0],
        "ShippingTax": shipping[1],
        "ShippingGross": sum(shipping),
        "DiscountNet": discount[0],
        "DiscountTax": discount[1],
        "DiscountGross": sum(discount),
        "TotalOrderNet": net,
        "TotalOrderTax": gross - net,
        "TotalOrderGross": gross,
    }
    units = sum(item["Quantity"] or 0 for item in items)
    return {
        "TotalItems": units,
        "TotalWeight": round(0.25 * units, 2),
        **{name: number(Decimal(amount)) for name, amount in amounts.items()},
    }


def carried(order: Document, *, sign: int = 1) -> dict[str, tuple[Decimal, Decimal]]:
    """An order's shipping and discount, for `order_figures`; `sign` 0 makes them nothing."""
    return {
        "shipping": (
            money(order["ShippingTotalExVat"]) * sign,
            money(order["ShippingTotalVat"]) * sign,
        ),
        "discount": (
            money(order["DiscountTotalExVat"]) * sign,
            money(order["DiscountTotalVat"]) * sign,
        ),
    }
