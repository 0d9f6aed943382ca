"""Orders that somebody would make to break the arithmetic."""

import resource
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ....adapters.mintsoft.orders.orders import read_order
from ....plugin.domain.connections.mapping import Entry, Mapping
from ....plugin.domain.decisions.facts import percent
from ....plugin.domain.invoices.taxed_order import TaxedOrder, taxed
from ....plugin.domain.money import to_penny
from ....plugin.domain.orders.order import Charge, Order
from ....plugin.domain.orders.order_facts import facts_of_order
from ....plugin.domain.orders.prices_with_tax import with_prices_understood
from ....plugin.domain.taxes.figures import unexplained, with_figures_understood, without_tax
from ....plugin.domain.taxes.rounding import likely_rate
from ....plugin.errors import NeedsPerson
from ..orders import DAY, a_line, an_order


@pytest.fixture
def _little_memory() -> Iterator[None]:
    """No more than 4 GB: what would take all fails instead."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def read(*rows: dict[str, Any], total: float, **order: Any) -> Order:
    """An order as the warehouse states it."""
    items = [{"ID": x, "SKU": f"S{x}", "Quantity": 1, **row} for x, row in enumerate(rows, 1)]
    day = DAY.replace(tzinfo=None).isoformat()
    head = {
        "ID": 1,
        "OrderNumber": "WEB-1",
        "CLIENT_CODE": "ACME",
        "OrderStatusId": 4,
        "Country": {"Code": "GB"},
        "Currency": {"Code": "GBP"},
        "OrderDate": day,
        "LastUpdated": day,
        "Part": 1,
        "NumberOfParts": 1,
    }
    raw = {**head, "OrderItems": items, "TotalOrderGross": total, **order}
    found = read_order(raw, statuses={4: "DESPATCHED"}, zone=ZoneInfo("Europe/London"))
    assert isinstance(found, Order), found
    return found


@pytest.mark.usefixtures("_little_memory")
@pytest.mark.parametrize(
    "line",
    [
        {"unit_net": Decimal("0.01"), "discount_net": Decimal(10) ** 11},
        {"tax_rate": Decimal(10) ** 11},
    ],
)
def test_amounts_that_are_damage_take_no_time(line: dict[str, Any]) -> None:
    """However far off an amount is, only so many prices are tried."""
    order = an_order(lines=(a_line(**line),), stated_gross=Decimal("24.03"))
    assert unexplained(with_figures_understood(order)) > 0


def test_a_rate_that_no_law_could_name_is_no_hint() -> None:
    """A stated rate of billions is damage: price and tax tell the rate, and nothing overflows."""
    order = read({"PriceNet": 1e11, "Quantity": 2**31 - 1, "Tax": 2e10, "TaxRate": 1e11}, total=1)
    assert order.lines[0].tax_rate == 20
    assert not order.lines[0].states_rate
    facts_of_order(with_figures_understood(order), DAY.date())


def test_a_price_of_next_to_nothing() -> None:
    """What is less than a penny is nothing, also where something is a part of it."""
    tiny = Decimal("5E-30")
    assert percent(Decimal(10) ** 11, tiny) == 0
    assert likely_rate(tiny, Decimal(10) ** 11, Decimal("0.005")) == 0
    order = read({"PriceNet": 5e-30}, {"PriceNet": 10.0, "Tax": 2.0}, total=1e11)
    facts_of_order(with_figures_understood(order), DAY.date())


HOME = {"20": "OUTPUT2", "5": "RROUTPUT", "0": "ZERORATEDOUTPUT"}


def of_home(order: Order, rates: dict[str, str]) -> TaxedOrder:
    """An order at home where these rates are mapped."""
    entries = {("tax_rate", source): Entry(target=x) for source, x in rates.items()}
    account = {("sales_account", "default"): Entry(target="200")}
    return taxed(order, Mapping({**entries, **account}), "GB")


@pytest.mark.parametrize(("net", "tax"), [("0", "1.00"), ("10.00", "-2.00"), ("10.00", "15.00")])
def test_what_no_rate_gives_is_corrected_and_not_mapped(net: str, tax: str) -> None:
    """A tax on nothing, against its price or larger than it: no mapping is advised, none helps."""
    line = a_line(quantity=1, unit_net=Decimal(net), tax=Decimal(tax))
    with pytest.raises(NeedsPerson) as caught:
        of_home(an_order(lines=(line,)), HOME)
    assert "map" not in caught.value.fix
    charge = Charge(net=Decimal(net), tax=Decimal(tax))
    with pytest.raises(NeedsPerson) as caught:
        of_home(an_order(), HOME).split(charge, "shipping", "200")
    assert "map" not in caught.value.fix


def test_the_rate_that_a_split_lacks_is_advised() -> None:
    """Shipping over a rate that only a product has: that rate is advised, and serves then."""
    free = a_line(sku="BOOK-1", tax=Decimal(0), tax_rate=Decimal(0))
    order = an_order(lines=(free, a_line()))
    shipping = Charge(net=Decimal("6.00"), tax=Decimal("0.80"))
    rates = {"20": "OUTPUT2", "sku:BOOK-1:0": "ZERORATEDOUTPUT"}
    with pytest.raises(NeedsPerson) as caught:
        of_home(order, rates).split(shipping, "shipping", "200")
    assert "tax_rate GB:0 " in caught.value.fix
    now = of_home(order, {**rates, "GB:0": "ZERORATEDOUTPUT"})
    assert now.split(shipping, "shipping", "200") == {0: 2, 20: 4}


def test_a_discount_on_what_came_back_is_not_given_back() -> None:
    """A discounted item that is returned lowers the total by what was paid for it, as stated."""
    row = {"PriceNet": 100.0, "TaxPaid": 20.0, "TaxRate": 20}
    back = {"Quantity": -1, "PriceNet": 10.0, "DiscountNet": 2.0, "TaxRate": 20}
    for taxes in ({"TaxPaid": -1.6}, {"Tax": 2.0}, {}):
        order = with_figures_understood(read(row, {**back, **taxes}, total=110.4))
        assert unexplained(order) == 0, taxes
        assert (order.lines[1].net, order.lines[1].tax) == (Decimal(-8), Decimal("-1.6")), taxes


@pytest.mark.parametrize("text", ["N/A", "-", "none", " "])
def test_a_vat_number_has_digits(text: str) -> None:
    """What people write where they have no VAT number makes nobody a business customer."""
    assert not read({"PriceNet": 10.0}, total=10.0, VATNumber=text).has_vat_number
    assert read({"PriceNet": 10.0}, total=10.0, VATNumber="GB 123").has_vat_number


@pytest.mark.parametrize(
    ("price", "tax", "rate"), [("120.00", "20.00", "20.05"), ("5.99", "1.00", "20.04")]
)
def test_a_price_with_tax_stays_whatever_rate_is_stated(price: str, tax: str, rate: str) -> None:
    """A rate that was computed backwards changes no price of a channel whose prices hold tax."""
    row = {"PriceNet": price, "Tax": tax, "TaxRate": rate, "Quantity": 7}
    order = read(row, total=float(7 * Decimal(price)), ChannelId=7)
    found = of_home(with_prices_understood(order, ("7:20",)), HOME).order
    (line,) = found.lines
    assert line.tax_rate == 20
    assert to_penny(line.unit_net * Decimal("1.2")) == Decimal(price)
    assert to_penny(found.gross_of_lines) == order.stated_gross


def test_no_stated_rate_divides_by_nothing() -> None:
    """A negative rate is none, also in prices that hold the tax."""
    order = read({"PriceNet": 12.0, "TaxRate": -100}, total=12.0, ChannelId=7)
    (line,) = with_prices_understood(order, ("7:20",)).lines
    assert (line.tax_rate, line.net) == (Decimal(20), Decimal(10))


def test_tax_that_is_not_ours_never_goes_out() -> None:
    """It is taken off where pennies are accepted, too, and where the total never held it."""
    row = {"PriceNet": 10.0, "TaxPaid": 2.0, "TaxRate": 20}
    limit = Decimal("0.05")
    for total, ours in ((12.03, "10.03"), (12.0, "10"), (10.0, "10")):
        order = without_tax(with_figures_understood(read(row, total=total)), limit)
        assert (order.lines[0].tax, order.stated_gross) == (Decimal(0), Decimal(ours)), total
    wrong = with_figures_understood(read(row, total=30.0))
    assert without_tax(wrong, limit) == wrong
