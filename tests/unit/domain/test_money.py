"""Money: exact, and rounded as accounting does."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ....plugin.domain.money import ZERO, require_decimal, share, to_penny, to_unit_price

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=4)
weights = st.lists(st.decimals(min_value=0, max_value=10**6, places=2), max_size=6)


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("0.015", "0.02"),
        ("0.025", "0.03"),
        ("-0.025", "-0.03"),
        ("0.0049", "0.00"),
        ("-2.675", "-2.68"),
    ],
)
def test_half_goes_away_from_zero(exact: str, rounded: str) -> None:
    """Half a penny is rounded away from zero, on both sides of it."""
    assert to_penny(Decimal(exact)) == Decimal(rounded)
    assert to_unit_price(Decimal(exact).scaleb(-2)) == Decimal(rounded).scaleb(-2)


@given(amounts)
def test_rounding_is_symmetric_and_stays_near(amount: Decimal) -> None:
    """A rounded amount has two places, is at most half a penny off, and mirrors its negative."""
    rounded = to_penny(amount)
    assert rounded.as_tuple().exponent == -2
    assert abs(rounded - amount) <= Decimal("0.005")
    assert to_penny(-amount) == -rounded


@given(amounts, weights)
def test_shares_add_up(amount: Decimal, given_weights: list[Decimal]) -> None:
    """The parts add up to the amount, whatever the weights; none is far from its share."""
    parts = share(amount, given_weights)
    assert len(parts) == len(given_weights)
    if not parts:
        return
    assert sum(parts, ZERO) == to_penny(amount)
    total = sum(given_weights, ZERO)
    for part, weight in zip(parts, given_weights, strict=True):
        if total:
            assert abs(part - amount * weight / total) <= Decimal("0.005") * (len(parts) + 1)


def test_share_without_weights() -> None:
    """Weights that come to nothing give all to the last part; no parts take nothing."""
    assert share(Decimal(10), [ZERO, ZERO]) == [ZERO, Decimal(10)]
    assert share(Decimal(10), []) == []


@pytest.mark.parametrize("value", [1.5, 1, "1", None, Decimal("NaN"), Decimal("Infinity")])
def test_only_finite_decimals_are_money(value: object) -> None:
    """A float, or anything else than a finite Decimal, is refused where money is expected."""

    @dataclass
    class Owner:
        price: object

    with pytest.raises(TypeError, match=r"Owner\.price"):
        require_decimal(Owner(price=value), "price")
