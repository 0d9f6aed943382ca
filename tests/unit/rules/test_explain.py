"""`explain`: each rule with its values, and a change that really changes its answer."""

from decimal import Decimal
from random import Random

import pytest

from ....plugin.domain.decisions.decision import RuleTrace, Verdict
from ....plugin.domain.decisions.facts import Facts
from ....rules.engine.books import load_orders_book, packaged_rules
from ....rules.engine.decider import BookDecider
from ....rules.engine.evaluation.changes import Case
from ....rules.engine.evaluation.reference import judge
from ....rules.engine.evaluation.would_change import WouldChange
from ....rules.engine.language.kinds import ORDERS
from ....rules.engine.language.words import Book
from ....rules.engine.read_book import load_book
from .random_books import random_facts, valid_book
from .writing import HEAD, book

TWO_RULES = "2 rules stand against it: currency_not_in_xero, period_locked"
DEFAULT = load_orders_book(packaged_rules())


def order(**facts: object) -> Facts:
    return {**ORDERS.good, **facts}  # type: ignore[dict-item]


def trace(rule: str, **facts: object) -> RuleTrace:
    found = BookDecider(DEFAULT, engine=False).explain(order(**facts), {})
    return next(trace for trace in found if trace.rule == rule)


def answer(one: Book, **facts: object) -> str:
    """What would change the answer, by the rule that decides."""
    found = BookDecider(one, engine=False).explain(order(**facts), {})
    return next(trace.would_change for trace in found if trace.deciding)


def test_a_status_outside_the_list() -> None:
    """The status and the list are shown, and that the order is exported once it is in the list."""
    found = trace("order_status", status="INVOICEFAILED")
    assert (found.fired, found.deciding) == (True, True)
    assert found.condition == "status not in export_statuses"
    assert found.values == (
        ("status", "INVOICEFAILED"),
        ("export_statuses", "DESPATCHED, INVOICED"),
    )
    assert found.would_change == "would export if INVOICEFAILED were in export_statuses"


def test_a_discount() -> None:
    """For amounts, the limit at which the answer turns is named with its value."""
    line = {**ORDERS.good_line, "discount": Decimal("214.00")}
    lines = (ORDERS.good_line, line)
    found = trace("discount_larger_than_line", lines=lines)
    assert found.fired
    assert ("line 2 discount", "214.00") in found.values
    assert found.would_change == "would export if discount of line 2 were at most 200.00"
    other = trace("discount_larger_than_order")
    assert (other.fired, other.deciding) == (False, False)
    assert other.would_change == "would refuse if order_discount_gross were more than 252.00"


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


@pytest.mark.parametrize(
    ("facts", "changed", "said"),
    [
        (
            {"status": "CANCELLED"},
            {"status": "DESPATCHED"},
            "status were DESPATCHED (2 rules stand against it: cancelled, order_status)",
        ),
        (
            {"order_discount_gross": Decimal("300.00"), "status": "INVOICED"},
            {"order_discount_gross": Decimal("252.00")},
            "order_discount_gross were at most 252.00",
        ),
        ({"before_start_date": True}, {"before_start_date": False}, "before_start_date were no"),
        ({"duplicate_of": "9"}, {"duplicate_of": ""}, 'duplicate_of were ""'),
        (
            {"period_locked": True, "currency_subscribed": False},
            {"period_locked": False, "currency_subscribed": True},
            f"currency_subscribed were yes and period_locked were no ({TWO_RULES})",
        ),
        (
            {"stated_gross": Decimal(0), "gross_of_lines": Decimal(0), "cancels_out": True},
            {"stated_gross": Decimal(1)},
            "stated_gross were not 0.00",
        ),
    ],
)
def test_what_would_export_the_order(
    facts: dict[str, object], changed: dict[str, object], said: str
) -> None:
    """The deciding rule names what would have the order exported, and the order then is."""
    assert answer(DEFAULT, **facts) == f"would export if {said}"
    (decision,) = BookDecider(DEFAULT, engine=False).decide([order(**{**facts, **changed})], {})
    assert decision.verdict is Verdict.EXPORT


def test_a_change_that_another_rule_would_stop_is_not_named() -> None:
    """Not "if it were not Samples", where most other channels are skipped by another rule."""
    one = book(
        "  - {id: samples, then: skip, when: {channel: Samples}, message: m}\n"
        "  - {id: ours, then: wait, when: {channel: {not in: [eBay, Amazon]}}, message: m}\n"
    )
    assert answer(one, channel="Samples") == (
        "would export if channel were eBay (2 rules stand against it: samples, ours)"
    )
    assert answer(one, channel="Shop") == "would export if channel were one of [eBay, Amazon]"


def test_more_rules_than_one_can_help() -> None:
    """Where it would take many changes, the rules that stand against it are named instead."""
    rules = "".join(
        f"  - {{id: {name}, then: refuse, when: {{{fact}}}, message: m}}\n"
        for name, fact in [
            ("a", "merged: yes"),
            ("b", "country: FR"),
            ("c", "quantity: 7"),
            ("d", "client: X"),
        ]
    )
    facts = {"merged": True, "country": "FR", "quantity": 7, "client": "X"}
    assert answer(book(rules), **facts) == (
        "would not export by a small change: 4 rules stand against it: a, b, c, d"
    )


def test_a_book_that_exports_only_what_a_rule_names() -> None:
    """Where no rule fires and the default is no export, the rule that would export says how."""
    one = book(
        "  - {id: ours, then: export, when: {channel: Shop}}\n", HEAD.replace("export", "wait", 1)
    )
    (found,) = BookDecider(one, engine=False).explain(order(), {})
    assert (found.fired, found.would_change) == (False, "would export if channel were Shop")


@pytest.mark.parametrize("mode", ["first", "collect"])
def test_an_exporting_rule_before_another(mode: str) -> None:
    """In mode `first` a rule that exports may come before; in `collect` it changes nothing."""
    one = book(
        "  - {id: vip, then: export, when: {tags: {has: vip}}}\n"
        "  - {id: many, then: refuse, when: {merged: yes, quantity: 7, country: FR}, message: m}\n",
        HEAD.replace("first", mode).replace("default: export", "default: refuse"),
    )
    vip = BookDecider(one, engine=False).explain(order(merged=True, quantity=7, country="FR"), {})[
        0
    ]
    said = {"first": "would export if tags had vip", "collect": "would fire if tags had vip"}
    assert vip.would_change == said[mode]


def test_every_change_is_true() -> None:
    """On random books, the changes that are named lead where the words say, for the order."""
    random = Random(4)
    told = 0
    for _ in range(30):
        one = load_book(valid_book(random), "random")
        for _ in range(10):
            case = Case(book=one, facts=random_facts(random))
            judgement = judge(case.book, case.facts)
            way = WouldChange(case.book, case.facts).to_export()
            if way:
                after = case.after(way)
                assert judge(after.book, after.facts).verdict is Verdict.EXPORT
                assert judgement.verdict is not Verdict.EXPORT
                places = [(x.name, x.line) for change in way for x in change.edits]
                assert len(places) == len(set(places)) or len(way) == 1
                told += 1
            BookDecider(one, engine=False).explain(case.facts, {})
    assert told > 25
