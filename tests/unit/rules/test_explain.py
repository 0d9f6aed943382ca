"""`explain`: each rule with its values, and a change that really changes its answer."""

from decimal import Decimal

import pytest

from ....plugin.domain.decision import RuleTrace
from ....plugin.domain.facts import Facts
from ....rules.engine.books import load_orders_book, packaged_rules
from ....rules.engine.decider import BookDecider
from ....rules.engine.kinds import ORDERS
from .writing import book


def trace(rule: str, **facts: object) -> RuleTrace:
    decider = BookDecider(load_orders_book(packaged_rules()), engine=False)
    document: Facts = {**ORDERS.good, **facts}  # type: ignore[dict-item]
    return next(trace for trace in decider.explain(document, {}) if trace.rule == rule)


def test_a_status_outside_the_list() -> None:
    """The status and the list are shown, and that the order is exported once it is in the list."""
    found = trace("order_status", status="INVOICEFAILED")
    assert (found.fired, found.deciding) == (True, True)
    assert found.condition == "status not in export_statuses"
    assert found.values == (
        ("status", "INVOICEFAILED"),
        ("export_statuses", "DESPATCHED, INVOICED"),
    )
    assert found.would_change == "would not fire if INVOICEFAILED were in export_statuses"


def test_a_discount() -> None:
    """For amounts, the limit at which the answer turns is named with its value."""
    line = {**ORDERS.good_line, "discount": Decimal("214.00")}
    lines = (ORDERS.good_line, line)
    found = trace("discount_larger_than_line", lines=lines)
    assert found.fired
    assert ("line 2 discount", "214.00") in found.values
    assert found.would_change == "would not fire if discount of line 2 were at most 200.00"
    other = trace("discount_larger_than_order")
    assert (other.fired, other.deciding) == (False, False)
    assert other.would_change == "would fire if discount_net were more than 210.00"


@pytest.mark.parametrize(
    ("condition", "change"),
    [
        ("{merged: no}", "would not fire if merged were yes"),
        ("{merged: yes, quantity: 9}", "would fire if merged were yes and quantity were 9"),
        ("{any: [{merged: yes}, {quantity: 9, merged: yes}]}", "would fire if merged were yes"),
        ("{not: {tags: {has: vip}}}", "would not fire if tags had vip"),
        ("{order_date: {before: $today - 30}}", "would fire if order_date were before 2026-05-04"),
        ("{any line: {sku: X}}", "would fire if a line had sku is X"),
        ("{status: {in: [A, B]}}", "would fire if status were one of [A, B]"),
        ("{quantity: 1, line_count: 2, merged: yes, number: X}", ""),
    ],
)
def test_what_would_change(condition: str, change: str) -> None:
    """The smallest change is named in words, and nothing when it would be a long list."""
    one = book(f"  - {{id: a, then: export, when: {condition}}}\n")
    (found,) = BookDecider(one, engine=False).explain(ORDERS.good, {})
    assert found.would_change == change
