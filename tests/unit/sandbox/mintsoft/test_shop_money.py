"""Money as shops really write it: each such order of a day is what it is called."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from .....plugin.sandbox.day import Day, make_day
from .accountant import money, net_of, pennies, rate_of, sums, tax_of


@pytest.fixture(scope="module")
def day() -> Day:
    return make_day(orders=300, seed=23, today=date(2026, 6, 15))


def of_case(day: Day, case: str, state: str = "exported") -> list[dict[str, Any]]:
    """The orders of a case, which must be due for a state."""
    found = [row for row in day.orders if day.expected[str(row["ID"])].case == case]
    assert found
    assert {day.expected[str(row["ID"])].state for row in found} == {state}
    return found


def total(row: dict[str, Any]) -> Decimal:
    return money(row["TotalOrderGross"])


def test_vouchers_and_returns_are_lines_below_zero(day: Day) -> None:
    """They stand after the goods or before them, with VAT or without, in a total above zero."""
    rows = of_case(day, "voucher_line")
    below = [[net_of(item) < 0 for item in row["OrderItems"]] for row in rows]
    assert [places[-1] for places in below] != [places[0] for places in below]
    assert {
        bool(item["Tax"]) for row in rows for item in row["OrderItems"] if net_of(item) < 0
    } == {
        True,
        False,
    }
    (exchange,) = of_case(day, "exchange")
    _, returned = exchange["OrderItems"]
    assert returned["Tax"] < 0
    assert all(total(row) > 0 for row in (*rows, exchange))


def test_more_returned_than_bought_is_a_credit(day: Day) -> None:
    """The order comes to less than nothing, and is refused."""
    assert all(total(row) < 0 for row in of_case(day, "more_returned_than_bought", "refused"))


def test_a_gift_card_leaves_the_vat(day: Day) -> None:
    """What a card pays for comes to 0.00, or less than the goods without VAT, but has its VAT."""
    by_line, by_discount = of_case(day, "gift_card_pays_for_all")
    if by_line["DiscountNet"]:
        by_line, by_discount = by_discount, by_line
    assert total(by_line) == total(by_discount) == 0
    assert sums(by_line).gross < 0
    assert sums(by_discount).gross < 0
    assert by_line["OrderItems"][-1]["PriceNet"] < 0
    assert by_discount["DiscountNet"] > 0 == by_discount["DiscountTax"]
    (above,) = of_case(day, "gift_card_above_net")
    goods = sum((net_of(item) for item in above["OrderItems"]), money(above["ShippingNet"]))
    assert goods < money(above["DiscountNet"]) < sums(above).before_discount
    for row in (by_line, by_discount, above):
        assert day.expected[str(row["ID"])].tax == sums(row).tax > 0


def test_a_minus_before_a_discount(day: Day) -> None:
    """It makes a surcharge where the total has it on top, else it is a way to write a discount."""
    (surcharge,) = of_case(day, "surcharge_as_negative_discount")
    (discount,) = of_case(day, "discount_with_a_minus")
    for row, sign in ((surcharge, -1), (discount, 1)):
        assert row["DiscountNet"] < 0 > row["DiscountTotalExVat"]
        written = money(row["DiscountGross"])
        assert total(row) == pennies(sums(row).before_discount) + sign * written


def test_rates_from_pennies_are_twenty_percent(day: Day) -> None:
    """Whatever the stated rate is, or if it is missing, the VAT of the row is that of 20 %."""
    rows = [item for row in of_case(day, "rates_from_pennies") for item in row["OrderItems"]]
    stated = {item["TaxRate"] for item in rows}
    assert stated == {20.1, 20.103092783505154, 20.000000000000004, None}
    assert {rate_of(item) for item in rows} == {Decimal(20)}


def test_vat_of_each_unit_gathers_pennies(day: Day) -> None:
    """Over many units the VAT is further from that of the row than a row may be."""
    for row in of_case(day, "tax_of_each_unit"):
        (item,) = row["OrderItems"]
        apart = tax_of(item) - pennies(net_of(item) / 5)
        assert Decimal("0.02") < apart <= Decimal("0.005") * item["Quantity"]
        assert total(row) == 10 * item["Quantity"]


def test_shipping_bears_the_goods_share_of_vat(day: Day) -> None:
    """Shipping over a basket of 20 and 0 percent bears less than 20 percent, in proportion."""
    for row in of_case(day, "shipping_tax_in_proportion"):
        taxed, free = (net_of(item) for item in row["OrderItems"])
        share = money(row["ShippingNet"]) * taxed / (taxed + free)
        assert abs(money(row["ShippingTax"]) - share / 5) <= Decimal("0.01")


def test_vat_abroad(day: Day) -> None:
    """To the US there is none, whatever the product's rate is; to Germany it is 19 percent."""
    for row in of_case(day, "no_tax_abroad"):
        assert row["Country"]["Code"] == "US"
        assert sums(row).tax == 0
        assert {item["TaxRate"] for item in row["OrderItems"]} == {20.0}
    for row in of_case(day, "foreign_tax", "refused"):
        assert row["Country"]["Code"] == "DE"
        for item in row["OrderItems"]:
            assert money(item["Tax"]) == money(item["PriceNet"]) * 19 / 100
            assert rate_of(item) is None


def test_long_orders(day: Day) -> None:
    """Prices have more than four places, and one order of the day has 600 rows."""
    for row in of_case(day, "long_prices"):
        (item,) = row["OrderItems"]
        assert pennies(money(item["PriceNet"]) * 10_000) != pennies(
            round(money(item["PriceNet"]), 4) * 10_000
        )
    (many,) = of_case(day, "many_lines")
    assert len(many["OrderItems"]) == 600


def test_pennies(day: Day) -> None:
    """A penny that VAT rounded once leaves is right; three or four on a few rows are a mistake."""
    for row in of_case(day, "a_penny_off"):
        rows = sum((money(item["SourceLineTotal"]) for item in row["OrderItems"]), Decimal(0))
        assert abs(total(row) - rows - money(row["ShippingGross"])) == Decimal("0.01")
        assert abs(total(row) - sums(row).gross) <= Decimal("0.005")
    for row in of_case(day, "pennies_off", "refused"):
        assert len(row["OrderItems"]) <= 2
        assert abs(total(row) - sums(row).gross) >= Decimal("0.025")
