"""Charge split: shipping and discounts over baskets of several rates."""

from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ....plugin.domain.money import ZERO, to_penny
from ....plugin.domain.orders.order import Charge
from ....plugin.domain.taxes.charge_split import split_charge

PENNY = Decimal("0.01")
RATES = [Decimal(x) for x in ("20", "5", "0")]


def split(net: str, tax: str, goods: dict[str, str], rates: list[Decimal] = RATES) -> object:
    """The parts of a charge by rate, as text; None where there is no split."""
    charge = Charge(net=Decimal(net), tax=Decimal(tax))
    of = {Decimal(rate): Decimal(amount) for rate, amount in goods.items()}
    found = split_charge(charge, of, rates)
    return found and {str(rate): str(part) for rate, part in found.items()}


def test_between_two_rates() -> None:
    """Between two rates just one split gives the stated tax, in proportion or not."""
    assert split("10.00", "1.00", {"20": "10", "0": "30"}) == {"0": "5.00", "20": "5.00"}
    assert split("10.00", "0.50", {"20": "10", "0": "30"}) == {"0": "7.50", "20": "2.50"}
    assert split("10.00", "2.00", {"20": "10", "0": "30"}) == {"20": "10.00"}
    assert split("10.00", "0.00", {"20": "10", "0": "30"}) == {"0": "10.00"}
    assert split("-10.00", "-1.00", {"20": "10", "0": "30"}) == {"0": "-5.00", "20": "-5.00"}


def test_of_one_rate() -> None:
    """Goods of one rate give it to the charge where its tax is that, also cut off by a penny."""
    assert split("0.50", "0.10", {"20": "50"}) == {"20": "0.50"}
    assert split("2.50", "0.49", {"20": "50"}) == {"20": "2.50"}


def test_a_rate_that_no_goods_bear() -> None:
    """Where the goods' rates can't give the tax, another one of the country does; else none."""
    assert split("5.00", "1.00", {"0": "30"}) == {"20": "5.00"}
    assert split("5.00", "0.00", {"20": "30"}) == {"0": "5.00"}
    assert split("10.00", "1.20", {"20": "30"}) is None
    assert split("5.00", "1.00", {"0": "30"}, [Decimal(19), ZERO]) is None
    assert split("0.00", "1.00", {"20": "30"}) is None


@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([Decimal(x) for x in ("23", "20", "19", "13.5", "10", "7", "5.5", "0")]),
        st.decimals("0.01", 500, places=2),
        min_size=2,
        max_size=4,
    ),
    st.decimals("0.20", 200, places=2),
    st.floats(0, 1),
    st.sampled_from([1, -1]),
)
def test_the_tax_is_met(goods: dict[Decimal, Decimal], net: Decimal, at: float, sign: int) -> None:
    """Any tax between those of the lowest and the highest rate is met within a penny, all of it."""
    low, high = (to_penny(net * rate / 100) for rate in (min(goods), max(goods)))
    tax = to_penny(low + (high - low) * Decimal(at))
    assume(high - low > PENNY)
    found = split_charge(Charge(net=sign * net, tax=sign * tax), goods, ())
    assert found is not None
    assert sum(found.values()) == sign * net
    assert all(part * sign > 0 for part in found.values())
    met = sum((to_penny(part * rate / 100) for rate, part in found.items()), ZERO)
    assert abs(met - sign * tax) <= PENNY


@settings(max_examples=200, deadline=None)
@given(st.decimals(1, 500, places=2), st.decimals(1, 500, places=2), st.decimals(1, 99, places=2))
def test_to_the_penny_in_proportion(first: Decimal, second: Decimal, net: Decimal) -> None:
    """A charge taxed in proportion to goods of two rates is split so, within pennies."""
    share = to_penny(net * first / (first + second))
    tax = to_penny(share * 20 / 100)
    found = split_charge(Charge(net=net, tax=tax), {Decimal(20): first, ZERO: second}, ())
    assert found is not None
    assert to_penny(found.get(Decimal(20), ZERO) * 20 / 100) == tax
    assert abs(found.get(Decimal(20), ZERO) - share) <= 6 * PENNY
