"""The day of orders: its cases, their parts, and the properties that other tests rely on."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from .....plugin.sandbox.day import Day, make_day
from .....plugin.sandbox.day.cases import HARD, LARGE, PLAIN, SHOP_MONEY
from .....plugin.sandbox.day.entry import Case
from .....plugin.sandbox.day.reference import STATUS_IDS

TODAY = date(2026, 6, 15)


def of_case(day: Day, case: str) -> list[dict[str, Any]]:
    return [row for row in day.orders if day.expected[str(row["ID"])].case == case]


def test_same_arguments_same_day() -> None:
    """A day depends on its arguments alone, and another seed makes another one."""
    day = make_day(orders=60, seed=3, today=TODAY)
    assert day == make_day(orders=60, seed=3, today=TODAY)
    assert day.orders != make_day(orders=60, seed=4, today=TODAY).orders


@pytest.mark.parametrize(
    ("orders", "kinds"),
    [
        *[(orders, (*HARD, *PLAIN)) for orders in (40, 41, 59)],
        *[(orders, (*HARD, *PLAIN, *SHOP_MONEY)) for orders in (60, 61, 299)],
        *[(orders, (*HARD, *PLAIN, *SHOP_MONEY, *LARGE)) for orders in (300, 1000)],
    ],
)
def test_a_day_has_each_case_and_a_state_for_each_order(
    orders: int, kinds: tuple[Case, ...]
) -> None:
    """Each case that has room is in a day, and the count is the count asked for."""
    day = make_day(orders=orders, seed=orders, today=TODAY)
    assert len(day.orders) == len(day.expected) == orders
    cases = Counter(expected.case for expected in day.expected.values())
    assert cases.keys() == {case.__name__ for case in kinds}


def test_a_day_without_money_as_shops_write_it() -> None:
    """Who asks for none of it gets as many orders, of the other kinds."""
    day = make_day(orders=300, seed=1, today=TODAY, shop_money=False)
    cases = {expected.case for expected in day.expected.values()}
    assert cases == {case.__name__ for case in (*HARD, *PLAIN)}
    assert len(day.orders) == 300


def test_a_larger_day_is_mostly_ordinary() -> None:
    """About two thirds are exported, and not one order in five is out of the ordinary."""
    day = make_day(orders=1000, seed=1, today=TODAY)
    plain = {case.__name__ for case in PLAIN}
    hard = sum(expected.case not in plain for expected in day.expected.values())
    exported = sum(expected.state == "exported" for expected in day.expected.values())
    assert 150 <= hard <= 200
    assert 650 <= exported <= 700
    usual = "NEW PRINTED PICKED DESPATCHED INVOICED INVOICEFAILED CANCELLED ONBACKORDER"
    held = {row["OrderStatusId"] for row in day.orders}
    assert held >= {STATUS_IDS[name] for name in [*usual.split(), "AWAITINGPAYMENT"]}
    assert {row["Currency"]["Code"] for row in day.orders} == {"GBP", "EUR", "USD", "SEK"}
    assert {item["TaxRate"] for row in day.orders for item in row["OrderItems"]} >= {20, 5, 0}


def test_fewer_than_forty_are_refused() -> None:
    """A day too small for its cases is refused with the number it needs."""
    with pytest.raises(ValueError, match="at least 40"):
        make_day(orders=39, seed=1, today=TODAY)


def test_the_hard_cases_are_what_they_are_called() -> None:
    """Each case that other tests rely on has the property it is named after."""
    day = make_day(orders=200, seed=11, today=TODAY)
    over = of_case(day, "discount_above_line")[0]
    assert over["OrderItems"][0]["NetPaid"] == -14.0
    assert over["TotalOrderGross"] > 0
    assert of_case(day, "discount_above_order")[0]["TotalOrderNet"] == -14.0
    assert of_case(day, "zero_value")[0]["TotalOrderGross"] == 0
    assert of_case(day, "unsubscribed_currency")[0]["Currency"]["Code"] == "SEK"
    assert of_case(day, "made_from_a_xero_invoice")[0]["ExternalOrderReference"].startswith("xero:")
    merged = of_case(day, "merged")[0]
    assert "+" in merged["OrderNumber"]
    assert merged["OrderNameValues"][0]["Name"] == "MergedOrder"
    parts = of_case(day, "split")
    assert {(row["OrderNumber"], row["Part"], row["NumberOfParts"]) for row in parts} == {
        (parts[0]["OrderNumber"], 1, 2),
        (parts[0]["OrderNumber"], 2, 2),
    }
    one, two = of_case(day, "same_number_at_two_clients")
    assert (one["OrderNumber"], one["ClientId"]) != (two["OrderNumber"], two["ClientId"])
    assert one["OrderNumber"] == two["OrderNumber"]
    foreign = {number for number, _, _ in day.already_in_xero}
    assert foreign == {row["OrderNumber"] for row in of_case(day, "already_in_xero")}
    scrubbed = of_case(day, "personal_data_removed")[0]
    assert scrubbed["PIIRemoved"]
    assert scrubbed["FirstName"] is None


def test_of_a_duplicate_the_first_by_id_is_exported() -> None:
    """The second of two equal orders is the one refused."""
    day = make_day(orders=300, seed=13, today=TODAY)
    by_number: dict[str, list[int]] = {}
    for row in of_case(day, "duplicate"):
        by_number.setdefault(row["OrderNumber"], []).append(row["ID"])
    assert by_number
    for first, second in by_number.values():
        assert first < second
        assert day.expected[str(first)].state == "exported"
        assert day.expected[str(second)].state == "refused"


def test_other_numbers_are_used_once() -> None:
    """Only the cases about equal numbers have any, ignoring case."""
    day = make_day(orders=1000, seed=17, today=TODAY)
    twice = {"duplicate", "same_number_at_two_clients", "split"}
    numbers = Counter(
        row["OrderNumber"].lower()
        for row in day.orders
        if day.expected[str(row["ID"])].case not in twice
    )
    assert set(numbers.values()) == {1}


def test_orders_left_in_the_three_days_before() -> None:
    """Despatch lies in the three days before, after the order, and never after the last change."""
    day = make_day(orders=300, seed=19, today=TODAY)
    for row in day.orders:
        gone = row["OrderStatusId"] in (4, 5, 6)
        assert gone == bool(row["DespatchDate"])
        assert row["OrderDate"] <= (row["DespatchDate"] or row["LastUpdated"])
        assert (row["DespatchDate"] or "") <= row["LastUpdated"] < "2026-06-15"
        if gone:
            assert row["DespatchDate"] >= "2026-06-12"
