"""What each comparison means, for each type of fact."""

from datetime import date
from decimal import Decimal

import pytest

from ....plugin.domain.decisions.facts import LineFacts
from .writing import fires

POUND = Decimal("1.00")
LINE: LineFacts = {
    "sku": "A",
    "quantity": 1,
    "before_discount": Decimal(10),
    "discount": Decimal(3),
}
FREE: LineFacts = {**LINE, "sku": "B", "discount": Decimal(10)}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{total_net: 10.00}", True),
        ("{total_net: {is not: 10}}", False),
        ("{total_net: {more than: 9.99}}", True),
        ("{total_net: {more than: 10.00}}", False),
        ("{total_net: {at least: 10.00, at most: 10.00}}", True),
        ("{total_net: {less than: 10.00}}", False),
        ("{total_net: {between: [9.99, 10.00]}}", True),
        ("{total_net: {more than: $rounding_limit}}", True),
        ("{total_net: {more than: $goods_net + $shipping_net - 0.01}}", True),
        ("{total_net: {more than: $goods_net + $shipping_net}}", False),
    ],
)
def test_money(condition: str, *, expected: bool) -> None:
    """Amounts compare exactly, with constants, named amounts, other facts and their sums."""
    amounts = {"total_net": Decimal("10.00"), "goods_net": Decimal(8), "shipping_net": Decimal(2)}
    assert fires(condition, **amounts) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{order_date: 2026-06-01}", True),
        ("{order_date: {before: 2026-06-02}}", True),
        ("{order_date: {after: 2026-06-01}}", False),
        ("{order_date: {on or before: $today}}", True),
        ("{order_date: {before: $today - 30}}", False),
        ("{order_date: {on or before: $today - 30}}", True),
        ("{order_date: {before: $today + 999999999999}}", True),
        ("{order_date: {between: [2026-05-01, 2026-06-01]}}", True),
    ],
)
def test_dates(condition: str, *, expected: bool) -> None:
    """Days compare as days; whole days are added and taken away, past the calendar's end too."""
    assert fires(condition, order_date=date(2026, 6, 1), today=date(2026, 7, 1)) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{status: invoicefailed}", True),
        ("{status: {in: [NEW, ' INVOICEFAILED ']}}", True),
        ("{status: {in: $export_statuses}}", False),
        ("{status: {not in: $export_statuses}}", True),
        ("{status: {in: []}}", False),
        ("{status: {starts with: invoice}}", True),
        ("{status: {ends with: FAILED}}", True),
        ("{status: {contains: eF}}", True),
        ("{channel: STRASSE}", True),
        ('{channel: {is not: ""}}', True),
        ("{client: {is: $warehouse}}", True),
        ("{country: NO}", True),
        ("{number: 1.10}", True),
        ("{number: 1.1}", False),
    ],
)
def test_texts(condition: str, *, expected: bool) -> None:
    """Texts ignore capitals and outer spaces and nothing else; what is written stays a text."""
    facts = {"status": "InvoiceFailed", "channel": "Straße", "client": "main", "country": "NO"}
    assert fires(condition, number="1.10", warehouse="MAIN", **facts) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{tags: {has: vip}}", True),
        ("{tags: {has: $channel}}", True),
        ("{tags: {has any of: [x, gift]}}", True),
        ("{tags: {has all of: [vip, x]}}", False),
        ("{tags: {has all of: []}}", True),
        ("{tags: {has none of: $export_statuses}}", True),
        ("{not: {tags: {has: vip}}}", False),
    ],
)
def test_lists_of_texts(condition: str, *, expected: bool) -> None:
    """A list of texts is asked for one, any, all or none of others."""
    assert fires(condition, tags=("VIP", "gift"), channel="Gift") is expected


@pytest.mark.parametrize(
    ("condition", "some", "none"),
    [
        ("{any line: {discount: {at least: $before_discount}}}", True, False),
        ("{all lines: {discount: {at least: $before_discount}}}", False, True),
        ("{not: {any line: {sku: B}}}", False, True),
        ("{any line: {sku: A, discount: {more than: 3.00}}}", False, False),
    ],
)
def test_lines(condition: str, *, some: bool, none: bool) -> None:
    """`any line` needs one line for which all is true; `all lines` is true of no lines at all."""
    assert fires(condition, lines=(LINE, FREE)) is some
    assert fires(condition, lines=()) is none


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("{merged: yes, quantity: 3}", True),
        ("{merged: yes, quantity: 4}", False),
        ("{any: [{merged: no}, {quantity: {more than: 2}}]}", True),
        ("{all: [{merged: yes}, {not: {quantity: 3}}]}", False),
        ("{merged: {is: $is_split_part}}", False),
    ],
)
def test_groups(condition: str, *, expected: bool) -> None:
    """Entries side by side must all be true; `all`, `any` and `not` nest."""
    assert fires(condition, merged=True, quantity=3, is_split_part=False) is expected
