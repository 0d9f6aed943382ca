"""Gross: prices that hold the tax where Mintsoft has prices without.

What Mintsoft records for such a channel is ASSUMED (mintsoft.md 2.3 says that the whole price
stands in the fields without tax, not what stands in those of the tax), so both are tried: a tax
of 0, and the tax that is in the price. Whatever else it were, the total would not be the stated
one, and the order is refused with both figures instead.
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from ....plugin.domain.connections.mapping import Mapping, assumptions
from ....plugin.domain.invoices.invoice import Invoice
from ....plugin.domain.invoices.invoice_building import build_invoice
from ....plugin.domain.invoices.terms import Terms
from ....plugin.domain.money import ZERO, to_penny
from ....plugin.domain.orders.order import Charge, Order, OrderLine
from ....plugin.domain.orders.prices_with_tax import require_rate, with_prices_understood
from ....plugin.errors import NeedsPerson
from ....plugin.testing.target import an_organisation
from ..orders import DAY, a_line, an_order

TERMS = Terms(
    contact="eBay",
    contact_id="",
    date=DAY.date(),
    due_date=DAY.date(),
    status="AUTHORISED",
    rounding_limit=ZERO,
)


def priced(rate: str, tax: str, **changes: object) -> OrderLine:
    """Three at 9.99 with the tax in it: 29.97, of which 4.995 is tax."""
    values = {"quantity": 3, "unit_net": Decimal("9.99"), "tax_rate": Decimal(rate)}
    return a_line(**{**values, "tax": Decimal(tax), **changes})


def build(order: Order, *channels: str) -> Invoice:
    """The invoice of an order, without any rounding line."""
    understood = with_prices_understood(order, channels)
    return build_invoice(understood, Mapping(assumptions(an_organisation())), TERMS)


@pytest.mark.parametrize(
    ("line", "channel"),
    [
        (priced("0", "0"), "7:20"),
        (priced("20", "5.00"), "7"),
        (priced("20", "4.99"), "7:5"),
        (priced("0", "0"), "7:GB:20"),
    ],
)
def test_total_is_the_price(line: OrderLine, channel: str) -> None:
    """Broken down or not, the invoice is what the customer paid, with the tax that is in it."""
    order = an_order(lines=(line,), stated_gross=Decimal("29.97"))
    invoice = build(order, channel)
    assert invoice.prices_with_tax
    assert invoice.total == Decimal("29.97")
    (built,) = invoice.lines
    assert (built.unit_amount, built.tax_type) == (Decimal("9.9900"), "OUTPUT2")
    assert (built.tax, built.net) == (Decimal("5.00"), Decimal("24.97"))


def test_shipping_and_discounts() -> None:
    """Shipping, discounts on lines and on the order hold the tax as the prices do."""
    goods = priced("0", "0", discount_net=Decimal("2.97"))
    order = an_order(
        lines=(goods, priced("5", "0")),
        shipping=Charge(net=Decimal("3.95"), tax=ZERO),
        discount=Charge(net=Decimal("10.00"), tax=ZERO),
        stated_gross=Decimal("50.92"),
    )
    invoice = build(order, "7:20")
    assert invoice.total == Decimal("50.92")
    assert invoice.lines[0].discount == Decimal("2.97")
    assert {x.description for x in invoice.lines} == {"Blue widget", "Shipping", "Discount"}
    assert sum(x.amount for x in invoice.lines if x.description == "Discount") == -10


def test_facts_are_without_tax() -> None:
    """Rules see such an order as any other: without tax, with its tax, and adding up."""
    order = an_order(lines=(priced("20", "5.00"),), stated_gross=Decimal("29.97"))
    found = with_prices_understood(order, ("7",))
    assert to_penny(found.lines[0].net) == Decimal("24.98")
    assert to_penny(found.gross_of_lines) == found.stated_gross
    assert with_prices_understood(replace(order, channel_id="8"), ("7",)).lines == order.lines
    assert found.fingerprint != order.fingerprint  # so only the order as it was read is identified


def test_other_figures_are_refused() -> None:
    """A total with the tax on top of prices that hold it is another: refused with both figures."""
    order = an_order(lines=(priced("20", "5.00"),), stated_gross=Decimal("34.97"))
    with pytest.raises(NeedsPerson) as caught:
        build(order, "7")
    assert (caught.value.code, "29.97 GBP" in caught.value.message) == ("MX-304", True)
    assert "34.97 GBP" in caught.value.message


def test_country_goes_first() -> None:
    """An order to a country of its own rate has that; one to no listed country is not guessed."""
    order = an_order(lines=(priced("0", "0"),), country="US", stated_gross=Decimal("29.97"))
    assert build(order, "7:20", "7:US:0").lines[0].tax_type == "ZERORATEDOUTPUT"
    require_rate(order, ("7:20",))
    require_rate(order, ("8:GB:20",))
    with pytest.raises(NeedsPerson) as caught:
        require_rate(order, ("7:GB:20",))
    assert (caught.value.code, "US" in caught.value.message) == ("MX-209", True)
