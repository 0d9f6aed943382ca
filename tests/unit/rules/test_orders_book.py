"""The package's own book for orders: each decision with the words that people get."""

from decimal import Decimal

import pytest

from ....plugin.domain.decisions.decision import Decision, Verdict
from ....plugin.domain.orders.order_facts import CATALOGUE, LINE_CATALOGUE
from ....plugin.error_codes import CODES
from ....rules.engine.books import load_orders_book, packaged_rules
from ....rules.engine.decider import BookDecider
from ....rules.engine.language.kinds import ORDERS
from ....rules.engine.language.words import Mode

BOOK = load_orders_book(packaged_rules())


def decide(**facts: object) -> Decision:
    document = {**ORDERS.good, **facts}
    return BookDecider(BOOK, engine=False).decide([document], {})[0]  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("facts", "verdict", "code", "message"),
    [
        ({}, "export", "", ""),
        ({"status": "PICKED"}, "wait", "", "the status PICKED is not among the statuses to export"),
        ({"status": "Cancelled"}, "skip", "", "the order is cancelled"),
        ({"before_start_date": True}, "skip", "", "before the connection's start date"),
        ({"came_from_accounting": True}, "skip", "", "made from an invoice that Xero already has"),
        ({"already_in_xero": True}, "refuse", "MX-203", "already exported to Xero"),
        (
            {"duplicate_of": "9001"},
            "refuse",
            "MX-204",
            "same client, number and content as order 9",
        ),
        (
            {
                "discount_net": Decimal("114.00"),
                "before_discount_net": Decimal("100.00"),
                "total_net": Decimal("-14.00"),
                "order_discount_gross": Decimal("136.80"),
                "gross_before_order_discount": Decimal("120.00"),
            },
            "refuse",
            "MX-202",
            "the line total -14.00 does not match the expected line total 0.00",
        ),
        ({"is_credit": True}, "refuse", "MX-210", "a credit, and no invoice"),
        (
            {"total_difference": Decimal("0.06"), "unexplained_difference": Decimal("0.05")},
            "refuse",
            "MX-205",
            "0.06 apart, more than rounding explains.",
        ),
        ({"currency_subscribed": False, "currency": "SEK"}, "refuse", "MX-206", "not use SEK"),
        ({"period_locked": True}, "refuse", "MX-207", "2026-06-02 lies in a period that is locked"),
    ],
)
def test_decisions(facts: dict[str, object], verdict: str, code: str, message: str) -> None:
    """Each reason not to export gives its verdict, its code, a sentence with values, and a fix."""
    decision = decide(**facts)
    assert (decision.verdict, decision.code) == (verdict, code)
    assert message in decision.message
    assert decision.fix == (CODES[code].fix if code else decision.fix)


def test_a_line_with_too_much_discount() -> None:
    """The sentence names the line and both figures."""
    line = {**ORDERS.good_line, "before_discount": Decimal(100), "discount": Decimal(114)}
    decision = decide(lines=(ORDERS.good_line, {**line, "net": Decimal(-14)}))
    assert decision.code == "MX-201"
    assert decision.message == (
        "on line 2 the discount 114.00 is larger than the line 100.00: the line total -14.00"
        " does not match the expected line total 0.00"
    )


def test_not_due_comes_first() -> None:
    """An order that is not due waits, whatever else is wrong; what is wrong is listed too."""
    decision = decide(status="NEW", already_in_xero=True)
    assert decision.verdict is Verdict.WAIT
    assert [reason.code for reason in decision.reasons] == ["", "MX-203"]


def test_every_rule_has_an_example() -> None:
    """Each rule decides at least one of the book's own examples, and so does the default."""
    assert BOOK.mode is Mode.FIRST
    deciders = {example.by for example in BOOK.examples}
    assert deciders == {*(rule.id for rule in BOOK.rules), "default"}


def test_the_good_order_has_every_fact() -> None:
    """Examples start from a document that has every fact of the catalogue, lines included."""
    assert set(ORDERS.good) == set(CATALOGUE)
    assert set(ORDERS.good_line) == set(LINE_CATALOGUE)
    assert decide().verdict is Verdict.EXPORT
