"""The answer key of a day, held against an accountant who has the orders' raw JSON alone."""

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from .....plugin.sandbox.day import Day, make_day
from .accountant import money, net_of, pennies, rate_of, says, sums

TODAY = date(2026, 6, 15)
DAYS = [(40, 2), (60, 3), (120, 7), (300, 5), (600, 11)]
#: What is stated and what there is differ on purpose.
MISFITS = {"totals_do_not_add_up", "pennies_off"}


@pytest.fixture(scope="module", params=DAYS, ids=lambda day: f"{day[0]} orders, seed {day[1]}")
def day(request: pytest.FixtureRequest) -> Day:
    orders, seed = request.param
    return make_day(orders=orders, seed=seed, today=TODAY)


def cases(day: Day) -> list[tuple[str, dict[str, Any]]]:
    """Each order with what its case is called."""
    return [(day.expected[str(row["ID"])].case, row) for row in day.orders]


def test_state_is_what_the_figures_say(day: Day) -> None:
    """Status, currency and figures decide as the key says, apart from who has a number first."""
    taken = {number for number, _, _ in day.already_in_xero}
    seen = set()
    for case, row in cases(day):
        said = says(row)
        number = row["OrderNumber"]
        if said == "exported" and (number in taken or (case == "duplicate" and number in seen)):
            said = "refused"
        seen.add(number)
        assert (case, said) == (case, day.expected[str(row["ID"])].state)


def test_total_and_tax_are_stated(day: Day) -> None:
    """The key's total is the stated one, its VAT that of the rows and charges."""
    for _, row in cases(day):
        expected = day.expected[str(row["ID"])]
        assert expected.gross == money(row["TotalOrderGross"])
        assert expected.tax == sums(row).tax
        assert expected.gross == money(row["TotalOrderNet"]) + money(row["TotalOrderTax"])
        assert expected.currency == row["Currency"]["Code"]


def test_total_is_the_sum_of_the_parts(day: Day) -> None:
    """Rows, shipping and discount make the stated total and VAT of all but the wrong orders."""
    for case, row in cases(day):
        found = sums(row)
        fits = abs(found.gross - money(row["TotalOrderGross"])) <= found.allowed
        assert fits == (case not in MISFITS), (case, found)
        if fits:
            assert abs(found.tax - money(row["TotalOrderTax"])) <= found.allowed, (case, found)


def test_what_is_exported_has_known_rates_and_is_no_credit(day: Day) -> None:
    """Of each exported order every row bears a known rate, and the total is not below zero."""
    for _, row in cases(day):
        if day.expected[str(row["ID"])].state == "exported":
            assert None not in [rate_of(item) for item in row["OrderItems"]]
            assert money(row["TotalOrderGross"]) >= 0


def test_row_by_row_an_ordinary_order_is_exact_or_a_few_pennies_off() -> None:
    """An ordinary order can be accounted for row by row, mostly to the penny."""
    day = make_day(orders=600, seed=5, today=TODAY)
    ordinary = [row for case, row in cases(day) if case in {"despatched", "invoiced"}]
    gaps = Counter(row_by_row(row) - money(row["TotalOrderGross"]) for row in ordinary)
    assert max(map(abs, gaps)) <= Decimal("0.05")
    assert gaps[Decimal("0.00")] > gaps.total() / 2


def row_by_row(row: dict[str, Any]) -> Decimal:
    """Add up an order without discount, each row and each row's VAT rounded by itself."""
    taxed = Decimal("0.2") if row["ShippingTax"] else Decimal(0)
    total = money(row["ShippingNet"]) + pennies(money(row["ShippingNet"]) * taxed)
    for item in row["OrderItems"]:
        net = pennies(net_of(item))
        total += net + pennies(net * money(item["TaxRate"]) / 100)
    return total
