from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ....plugin.domain.warehouse.product import NewProduct
from ....plugin.errors import NeedsPerson

NEW = NewProduct(sku="A", name="Widget")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"sku": ""}, "SKU is missing"),
        ({"sku": "x" * 76}, "SKU is longer than 75 characters"),
        ({"name": "x" * 100}, "name is longer than 99 characters"),
        ({"weight": Decimal(-1)}, "weight is not between 0 and 100000"),
        ({"weight": Decimal(100_001)}, "weight is not between 0 and 100000"),
        ({"price": Decimal(-1)}, "price is negative or too large"),
    ],
)
def test_what_mintsoft_would_refuse_can_not_be_built(changes: Any, problem: str) -> None:
    """Each limit is told in one sentence with the field, before any call."""
    with pytest.raises(NeedsPerson) as refused:
        replace(NEW, **changes)
    assert refused.value.message == f"Mintsoft would refuse the product: its {problem}."


def test_the_longest_that_is_allowed() -> None:
    """The limits themselves are within."""
    assert replace(NEW, sku="x" * 75, name="x" * 99, weight=Decimal(100_000))
