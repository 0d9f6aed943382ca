"""Invoice: equal to its order to the penny, or not built."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ....plugin.domain.connections.mapping import Entry, Mapping, assumptions
from ....plugin.domain.invoices.invoice import Invoice
from ....plugin.domain.invoices.invoice_building import build_invoice
from ....plugin.domain.invoices.terms import Terms
from ....plugin.domain.money import ZERO, to_penny
from ....plugin.domain.orders.order import Charge, Order
from ....plugin.domain.taxes.rounding import built_allowance
from ....plugin.errors import NeedsPerson
from ....plugin.testing.target import an_organisation
from ..orders import a_line, an_order

MAPPING = Mapping(assumptions(an_organisation()))
TERMS = Terms(
    contact="Shopify",
    contact_id="",
    date=date(2026, 6, 15),
    due_date=date(2026, 6, 22),
    status="AUTHORISED",
    rounding_limit=Decimal("0.05"),
    home="GB",
)


def build(order: Order, **entries: str) -> Invoice:
    """The invoice of an order over the usual mapping, with other accounts where given."""
    more = {(kind, "default"): Entry(target=code) for kind, code in entries.items()}
    return build_invoice(order, Mapping({**MAPPING.entries, **more}), TERMS)


def refusal(order: Order, mapping: Mapping = MAPPING) -> NeedsPerson:
    """Why there is no invoice for it."""
    with pytest.raises(NeedsPerson) as caught:
        build_invoice(order, mapping, TERMS)
    return caught.value


def charge(net: str, tax: str) -> Charge:
    """An amount and its tax."""
    return Charge(net=Decimal(net), tax=Decimal(tax))


cents = st.decimals(min_value=0, max_value=2000, places=2)
rates = st.sampled_from([Decimal(20), Decimal(5), ZERO])


@st.composite
def lines(draw: st.DrawFn) -> Any:
    """A line whose tax is its rate's, as a shop would compute it, or a penny off."""
    quantity, unit = draw(st.integers(0, 30)), draw(st.decimals(0, 500, places=4))
    rate = draw(rates)
    net = quantity * unit
    discount = to_penny(net * draw(st.sampled_from([0, 0, 10, 33, 100, 130])) / 100)
    tax = to_penny((net - discount) * rate / 100) + draw(st.sampled_from([0, 0, 1, -1])) * Decimal(
        "0.01"
    )
    return a_line(quantity=quantity, unit_net=unit, tax_rate=rate, discount_net=discount, tax=tax)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Orders as shops make them, and with a total that may be anything."""
    rate = draw(rates)
    shipping, discount = draw(cents), draw(st.one_of(st.just(ZERO), cents))
    order = an_order(
        lines=tuple(draw(st.lists(lines(), max_size=5))),
        shipping=Charge(net=shipping, tax=to_penny(shipping * rate / 100)),
        discount=Charge(net=discount, tax=to_penny(discount * draw(rates) / 100)),
    )
    off = draw(st.sampled_from([0, 0, 0, 3, -5, 6, 500])) * Decimal("0.01")
    return replace(order, stated_gross=to_penny(order.gross_of_lines) + off)


@settings(max_examples=300, deadline=None)
@given(orders())
def test_total_is_the_orders_or_nothing_is_built(order: Order) -> None:
    """Whatever an order looks like, its invoice comes to the stated gross, or a person is asked."""
    try:
        invoice = build(order)
    except NeedsPerson as error:
        codes = {"MX-201", "MX-202", "MX-210", "MX-303", "MX-304", "MX-307", "MX-312"}
        assert error.code in codes  # noqa: PT017
        return
    assert invoice.total == order.stated_gross >= 0
    assert len(invoice.lines) >= len(order.lines)
    for line in invoice.lines:
        base = 100 + line.tax_rate if line.with_tax else 100
        assert line.tax == to_penny(line.amount * line.tax_rate / base)
        assert line.unit_amount == round(line.unit_amount, 4)
    rounding = [line for line in invoice.lines if line.description == "Rounding"]
    most = TERMS.rounding_limit + built_allowance(order)
    assert sum(abs(line.net) for line in rounding) <= most


def test_each_line_has_account_and_tax_of_its_own() -> None:
    """Goods at three rates go to three tax types; SKU before channel before default account."""
    order = an_order(
        lines=(
            a_line(sku="A", tax_rate=Decimal("20.00")),
            a_line(sku="B", tax_rate=Decimal(5), tax=Decimal("1.00")),
            a_line(sku="", tax_rate=ZERO, tax=ZERO, description=""),
        ),
        stated_gross=Decimal("65.00"),
    )
    entries = {
        **MAPPING.entries,
        ("sales_account", "sku:A"): Entry(target="210"),
        ("sales_account", "channel:7"): Entry(target="220"),
    }
    invoice = build_invoice(order, Mapping(entries), TERMS)
    types = [(x.account_code, x.tax_type, x.tax) for x in invoice.lines]
    assert types == [
        ("210", "OUTPUT2", Decimal("4.00")),
        ("220", "RROUTPUT", Decimal("1.00")),
        ("220", "ZERORATEDOUTPUT", Decimal("0.00")),
    ]
    assert invoice.lines[2].description == "Goods"
    assert build_invoice(replace(order, channel_id="8"), Mapping(entries), TERMS).lines[
        1
    ].account_code == MAPPING.sales_account("", "")


def test_tax_type_of_a_country() -> None:
    """A rate mapped for a country of delivery goes before the one for all."""
    entries = {**MAPPING.entries, ("tax_rate", "IE:20"): Entry(target="IRISH")}
    for country, tax_type in (("IE", "IRISH"), ("GB", "OUTPUT2"), ("", "OUTPUT2")):
        invoice = build_invoice(an_order(country=country), Mapping(entries), TERMS)
        assert invoice.lines[0].tax_type == tax_type


def test_shipping_is_a_line_at_the_rate_that_its_tax_fits() -> None:
    """Shipping gets the mapped rate that gives its tax, and an account of its own when mapped."""
    order = an_order(shipping=charge("4.17", "0.83"), stated_gross=Decimal("29.00"))
    line = build(order, shipping_account="425").lines[1]
    assert (line.net, line.tax, line.tax_type) == (Decimal("4.17"), Decimal("0.83"), "OUTPUT2")
    assert line.account_code == "425"
    assert build(order).lines[1].account_code == "200"
    odd = an_order(shipping=charge("10.00", "1.20"), stated_gross=Decimal("35.20"))
    assert refusal(odd).code == "MX-303"
    assert "1.20" in refusal(odd).message


@pytest.mark.parametrize(
    ("discount", "parts"),
    [
        # Over the goods: 20 at 20 % and 20 at 5 % share it evenly.
        (charge("10.00", "1.25"), [("RROUTPUT", "-5.00"), ("OUTPUT2", "-5.00")]),
        # Over goods and shipping, which is at 20 %.
        (charge("12.00", "1.80"), [("RROUTPUT", "-4.00"), ("OUTPUT2", "-8.00")]),
        # At a rate of its own.
        (charge("10.00", "2.00"), [("OUTPUT2", "-10.00")]),
        (charge("10.00", "0.00"), [("ZERORATEDOUTPUT", "-10.00")]),
    ],
)
def test_discount_is_spread_as_its_tax_says(discount: Charge, parts: list[tuple[str, str]]) -> None:
    """A discount on the order takes the tax that the order states, whichever way it was meant."""
    goods = (a_line(), a_line(tax_rate=Decimal(5), tax=Decimal("1.00")))
    order = an_order(lines=goods, shipping=charge("20.00", "4.00"), discount=discount)
    order = replace(order, stated_gross=to_penny(order.gross_of_lines))
    invoice = build(order, discount_account="260")
    spread = [x for x in invoice.lines if x.description == "Discount"]
    assert [(x.tax_type, str(x.unit_amount)) for x in spread] == parts
    assert {x.account_code for x in spread} == {"260"}
    assert sum((x.tax for x in spread), ZERO) == -discount.tax
    assert invoice.total == order.stated_gross


def test_discount_on_a_line() -> None:
    """A discount on a line stays on its line; as much as the line is allowed, more is not."""
    line = a_line(discount_net=Decimal("20.00"), tax=ZERO)
    free = build(an_order(lines=(line,), stated_gross=ZERO))
    assert (free.lines[0].discount, free.total) == (Decimal("20.00"), ZERO)
    half = a_line(quantity=1, unit_net=Decimal("10.005"), discount_net=Decimal("10.01"), tax=ZERO)
    assert build(an_order(lines=(half,), stated_gross=ZERO)).lines[0].amount == ZERO
    more = a_line(discount_net=Decimal("20.01"), tax=ZERO)
    assert refusal(an_order(lines=(more,), stated_gross=ZERO)).code == "MX-201"


@pytest.mark.parametrize(("off", "built"), [("0.05", True), ("-0.05", True), ("0.06", False)])
def test_pennies_go_to_the_rounding_account(off: str, built: bool) -> None:  # noqa: FBT001
    """Pennies within the limit go to one untaxed rounding line; more is refused with figures."""
    order = an_order(stated_gross=Decimal("24.00") + Decimal(off))
    if not built:
        assert refusal(order).code == "MX-304"
        assert "24.00 GBP" in refusal(order).message
        assert "24.06 GBP" in refusal(order).message
        return
    line = build(order).lines[-1]
    assert (line.account_code, line.tax_type, line.net) == ("860", "NONE", Decimal(off))
    without = {k: v for k, v in MAPPING.entries.items() if k[0] != "rounding_account"}
    assert refusal(order, Mapping(without)).code == "MX-301"


def test_negative_is_refused() -> None:
    """An invoice below zero is a credit note, and no invoice."""
    back = a_line(line_id="2", unit_net=Decimal("-20.00"), tax=Decimal("-8.00"))
    order = an_order(lines=(a_line(), back), stated_gross=Decimal("-24.00"))
    assert refusal(order).code == "MX-210"


def test_what_is_not_mapped_is_named() -> None:
    """A missing account or tax type is refused with the command that maps it."""
    rate = an_order(lines=(a_line(tax_rate=Decimal("12.50"), tax=Decimal("2.50")),))
    assert (refusal(rate).code, "for GB" in refusal(rate).message) == ("MX-312", True)
    assert "tax_rate GB:12.5 " in refusal(rate).fix
    sales = refusal(an_order(), Mapping({}))
    assert (sales.code, "map NAME sales_account default" in sales.fix) == ("MX-301", True)
    assert refusal(an_order(lines=())).code == "MX-307"


def test_summary_has_one_line_for_each_account_and_rate() -> None:
    """A summary adds up what goes to one account at one rate, and says what is in it."""
    goods = (a_line(), a_line(), a_line(tax_rate=Decimal(5), tax=Decimal("1.00")))
    order = an_order(lines=goods, shipping=charge("5.00", "1.00"), stated_gross=Decimal("75.00"))
    invoice = build_invoice(order, MAPPING, replace(TERMS, line_detail="summary", with_items=True))
    assert [(x.description, x.net, x.item_code) for x in invoice.lines] == [
        ("Goods, Shipping at 20 % VAT", Decimal("45.00"), ""),
        ("Goods at 5 % VAT", Decimal("20.00"), ""),
    ]
    assert {x.quantity for x in invoice.lines} == {Decimal(1)}
    assert invoice.total == Decimal("75.00")


def test_items_tracking_and_currency() -> None:
    """Lines name items only where the connection wants them; the channel's tracking goes first."""
    entries = {
        **MAPPING.entries,
        ("tracking", "default"): Entry(target="Region=North"),
        ("tracking", "warehouse:MAIN"): Entry(target="Depot=York"),
        ("tracking", "channel:7"): Entry(target="Region=South"),
        ("currency", "GBP"): Entry(target="EUR"),
    }
    order = an_order(shipping=charge("5.00", "1.00"), stated_gross=Decimal("30.00"))
    invoice = build_invoice(order, Mapping(entries), replace(TERMS, with_items=True))
    assert [x.item_code for x in invoice.lines] == ["WID-1", ""]
    assert {x.tracking for x in invoice.lines} == {("Region=South", "Depot=York")}
    assert (invoice.currency, build(order).currency) == ("EUR", "GBP")
    assert [x.item_code for x in build(order).lines] == ["", ""]


def test_reference_ends_with_our_mark() -> None:
    """However long a shop's reference is, what Xero keeps of ours ends with the mark."""
    long = build(an_order("77", external_reference="R" * 400)).reference
    assert long.endswith("RRR (Mintsoft 77)")
    assert len(long) == 255
    assert build(an_order("77")).reference == "WEB-77 (Mintsoft 77)"
