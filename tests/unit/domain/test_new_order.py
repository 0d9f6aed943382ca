from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ....plugin.domain.orders.order import Charge
from ....plugin.domain.warehouse.new_order import NewOrder, NewOrderLine, OrderChange, Recipient
from ....plugin.errors import NeedsPerson

LINE = NewOrderLine(
    sku="A", description="", quantity=2, unit_net=Decimal("10.00"), unit_tax=Decimal(2)
)
TO = Recipient(first_name="Ada", address1="1 High St", postcode="YO1 1AA", country="GB")
ORDER = NewOrder(
    number="INV-7",
    external_reference="xero:1",
    warehouse_id="3",
    currency="GBP",
    recipient=TO,
    lines=(LINE, replace(LINE, quantity=1)),
    shipping=Charge(net=Decimal(5), tax=Decimal(1)),
    discount=Charge(net=Decimal(3), tax=Decimal("0.60")),
)


@pytest.mark.parametrize(
    ("document", "changes", "problem"),
    [
        (ORDER, {"number": " "}, "number is missing"),
        (ORDER, {"number": "x" * 251}, "number is longer than 250 characters"),
        (ORDER, {"external_reference": ""}, "external reference is missing"),
        (ORDER, {"warehouse_id": ""}, "warehouse is missing"),
        (ORDER, {"courier": ""}, "courier service is missing"),
        (ORDER, {"delivery_notes": "x" * 1001}, "delivery notes is longer than 1000 characters"),
        (ORDER, {"lines": ()}, "list of lines is empty"),
        (ORDER, {"tags": ("a,b",)}, "tag has a comma in it"),
        (
            ORDER,
            {"discount": Charge(net=Decimal(-1), tax=Decimal(0))},
            "discount is negative or too large",
        ),
        (LINE, {"sku": ""}, "SKU of a line is missing"),
        (LINE, {"quantity": 0}, "quantity of a line is not between 1 and 2147483647"),
        (LINE, {"unit_net": Decimal(10) ** 10}, "price of a line is negative or too large"),
        (LINE, {"unit_tax": Decimal("0.12345")}, "tax of a line has more than 4 decimal places"),
        (TO, {"postcode": "x" * 21}, "post code is longer than 20 characters"),
        (TO, {"first_name": ""}, "recipient's first name is missing"),
        (TO, {"phone": "1" * 51}, "phone number is longer than 50 characters"),
        (TO, {"country": "UK!"}, "country is no two-letter code"),
        (OrderChange(number="a"), {"number": ""}, "number is missing"),
    ],
)
def test_what_mintsoft_would_refuse_can_not_be_built(
    document: Any, changes: Any, problem: str
) -> None:
    """Each limit is told in one sentence with the field, before any call, and without the value."""
    with pytest.raises(NeedsPerson) as refused:
        replace(document, **changes)
    assert refused.value.message == f"Mintsoft would refuse the order: its {problem}."
    assert refused.value.code == "MX-502"
    assert "Ada" not in repr(document)


def test_the_gross_of_a_new_order() -> None:
    """Lines, shipping and discount come to what the accounting document says."""
    assert (ORDER.goods_net, ORDER.goods_tax) == (Decimal(30), Decimal(6))
    assert ORDER.gross == Decimal("38.40")


def test_trailing_zeros_are_no_places() -> None:
    """Only places that matter count."""
    assert replace(LINE, unit_net=Decimal("1.50000")).unit_net == Decimal("1.5")


def test_money_is_decimal() -> None:
    """A float is our own bug."""
    changes: dict[str, Any] = {"unit_net": 1.5}
    with pytest.raises(TypeError):
        replace(LINE, **changes)
