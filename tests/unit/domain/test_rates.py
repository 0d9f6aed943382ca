"""Rates: at which mapped rate a line was taxed, told from its price and its tax."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ....plugin.domain.money import to_penny
from ....plugin.domain.orders.order import Order, OrderLine
from ....plugin.domain.taxes.rates import line_rates
from ....plugin.domain.taxes.tax_sources import TaxTypes
from ....plugin.errors import NeedsPerson
from ..orders import a_line, an_order

HOME = TaxTypes(by_rate={Decimal(x): f"T{x}" for x in ("20", "5", "0")})


def line(net: str, tax: str, rate: str = "0", **more: Any) -> OrderLine:
    """One unit at a price, with its tax and what is stated for a rate."""
    of_one = {"quantity": 1, "unit_net": Decimal(net)}
    return a_line(**{**of_one, "tax": Decimal(tax), "tax_rate": Decimal(rate), **more})


def found(*lines: OrderLine, types: TaxTypes = HOME, **order: Any) -> list[str]:
    """The tax types of lines."""
    return [x.tax_type for x in line_rates(of(*lines, **order), [types] * len(lines))]


def of(*lines: OrderLine, **order: Any) -> Order:
    """An order of such lines."""
    return an_order(lines=lines, **order)


def refusal(*lines: OrderLine, types: TaxTypes = HOME, **order: Any) -> NeedsPerson:
    """Why no rate serves."""
    with pytest.raises(NeedsPerson) as caught:
        found(*lines, types=types, **order)
    return caught.value


@pytest.mark.parametrize(
    ("net", "tax", "stated"),
    [
        ("5.82", "1.17", "20.10"),
        ("5.82", "1.17", "20.103092783505154"),
        ("10.00", "2.00", "20.000000000000004"),
        ("0.83", "0.16", "19.28"),
        ("50.00", "10.00", "0"),
        # A rate that is stated, but whose tax was not charged.
        ("50.00", "10.00", "5"),
        ("-10.00", "-2.00", "20"),
    ],
)
def test_what_was_charged_tells_the_rate(net: str, tax: str, stated: str) -> None:
    """A rate that is missing, computed or another one is that whose tax was charged."""
    assert found(line(net, tax, stated)) == ["T20"]


def test_no_tax_is_no_tax() -> None:
    """Where no tax was charged the line is at 0 %, whatever rate its product has."""
    assert found(line("50.00", "0", "20")) == ["T0"]
    # Too small for tax to show: the stated rate stands.
    assert found(line("0.02", "0", "20")) == ["T20"]


def test_tax_of_each_unit() -> None:
    """Where tax is kept for each unit it was rounded for each, and may be as much apart."""
    each = line("8.33", "23.38", "20.05", quantity=14)
    assert found(each) == ["T20"]
    whole = line("8.33", "23.39", "20.06", quantity=14)
    assert refusal(whole).code == "MX-312"


def test_of_several_that_fit_the_goods_rate_wins() -> None:
    """A line too small to tell bears what most of the goods bear."""
    near = TaxTypes(by_rate={Decimal(x): f"T{x}" for x in ("21", "20", "19")})
    small = line("0.10", "0.02", "22.5")
    assert found(small, line("50.00", "9.50"), types=near) == ["T19", "T19"]
    assert found(small, line("50.00", "10.50"), types=near) == ["T21", "T21"]


def test_free_lines_bear_any_rate() -> None:
    """A free line bears its stated rate, else that of the goods, and is never refused."""
    assert found(line("0", "0", "5"), line("50.00", "10.00")) == ["T5", "T20"]
    assert found(line("0", "0", "17.5"), line("50.00", "10.00")) == ["T20", "T20"]


def test_what_no_rate_explains_is_named() -> None:
    """The refusal names country, price and tax, and a mapping that the command takes."""
    error = refusal(line("3.99", "0.50", "12.53"), country="GB")
    assert (error.code, "for GB" in error.message) == ("MX-312", True)
    assert "0.50 on 3.99" in error.message
    assert "tax_rate GB:12.5 TAXTYPE" in error.fix
    local = refusal(line("50.00", "4.4375", "8.875"), country="US")
    assert "tax_rate US:8.875 TAXTYPE" in local.fix
    nothing = refusal(line("50.00", "0", "20"), types=TaxTypes(by_rate={Decimal(19): "DE"}))
    assert "tax_rate GB:0 TAXTYPE" in nothing.fix


def test_any_rate_sends_its_tax() -> None:
    """Where a tax type serves every rate, the tax that was charged goes with the line."""
    local = TaxTypes(by_rate={Decimal(0): "NONE"}, of_any_rate="LOCAL")
    (rate,) = line_rates(of(line("50.00", "4.4375", "8.875")), [local])
    assert (rate.tax_type, rate.rate, rate.sends_tax) == ("LOCAL", Decimal("8.875"), True)
    assert found(line("50.00", "0", "8.875"), types=local) == ["NONE"]


@settings(max_examples=300, deadline=None)
@given(
    st.decimals("0.50", 900, places=2),
    st.sampled_from(["20", "5"]),
    st.sampled_from(["half up", "cut off"]),
    st.sampled_from(["stated", "computed", "missing"]),
)
def test_whatever_a_shop_rounds(gross: Decimal, rate: str, way: str, states: str) -> None:
    """From a price with tax of any amount the rate is found again, however it was rounded."""
    net = to_penny(gross / (1 + Decimal(rate) / 100))
    tax = gross - net
    if way == "cut off":
        tax = (net * Decimal(rate)).to_integral_value("ROUND_DOWN") / 100
    stated = {"stated": rate, "computed": str(tax * 100 / net), "missing": "0"}[states]
    assert found(line(str(net), str(tax), stated)) == [f"T{rate}"]


def test_tax_that_was_left_out_tells_no_other_rate() -> None:
    """Where the tax was reckoned from the stated rate, no other rate may take its place."""
    silent = line("0.71", "0.08875", "12.5", states_tax=False, discount_net=Decimal("0.71"))
    assert refusal(silent, types=TaxTypes(by_rate={Decimal(15): "NZ"})).code == "MX-312"


def test_a_penny_without_tax_bears_what_the_goods_bear() -> None:
    """Too small for tax to show, a line is at 0 % where the goods are, and else as stated."""
    small = line("0.02", "0", "20")
    assert found(small, line("50.00", "0", "20")) == ["T0", "T0"]
    assert found(small, line("50.00", "10.00", "20")) == ["T20", "T20"]
