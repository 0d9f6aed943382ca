"""What the check says of rules that do nothing, or not what they say."""

import dataclasses
import random

import pytest

from ....plugin.exports.order_inputs import overrides
from ....rules.engine.books import load_orders_book, packaged_rules
from ....rules.engine.checks.claiming import SET_BY_CONNECTIONS
from ....rules.engine.checks.coverage import uncovered
from ....rules.engine.checks.lint import lint
from ....rules.engine.checks.sums import at_most, can_all_hold
from ..world import World
from .writing import HEAD, book, fault_of, faults


def faults_of(*rules: str, mode: str = "first") -> list[str]:
    """What is wrong with a book of rules, each given as its verdict and its condition."""
    split = [rule.split(" ", 1) for rule in rules]
    texts = [
        f"  - {{id: r{n}, then: {then}, message: m, when: {when}}}\n"
        for n, (then, when) in enumerate(split)
    ]
    return faults(f"{HEAD.replace('first', mode)}rules:\n{''.join(texts)}")


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        (
            "{total_net: {more than: 10, less than: 5}}",
            "`total_net more than 10.00` and `total_net less than 5.00`",
        ),
        (
            "{total_net: {more than: 5.00, less than: 5.01}}",
            "`total_net more than 5.00` and `total_net less than 5.01`",
        ),
        (
            "{total_net: {between: [5, 1]}}",
            "`total_net at least 5.00` and `total_net at most 1.00`",
        ),
        (
            "{quantity: {more than: $line_count}, line_count: {at least: $quantity}}",
            "`quantity more than line_count` and `line_count at least quantity`",
        ),
        (
            "{total_net: {more than: $rounding_limit, at most: $rounding_limit}}",
            "`total_net more than rounding_limit` and `total_net at most rounding_limit`",
        ),
        (
            (
                "{total_net: {more than: $goods_net + $shipping_net},"
                " goods_net: {at least: $total_net}, shipping_net: {at least: 0.00}}"
            ),
            "its condition contradicts itself",
        ),
        ("{all: [{status: A}, {status: B}]}", "`status is A` and `status is B`"),
        ("{status: {in: [A, B], not in: [b, a, C]}}", "`status in [A, B]` and `status not in"),
        ("{status: {starts with: X, in: [A, B]}}", "`status starts with X` and `status in [A, B]`"),
        ("{status: {starts with: AB, is not: C}, not: {status: {contains: B}}}", "contains B`"),
        ("{status: {in: $export_statuses, not in: $export_statuses}}", "in export_statuses`"),
        (
            "{client: {is: $warehouse, in: [A, B]}, warehouse: C}",
            "its condition contradicts itself",
        ),
        ("{all: [{merged: yes}, {merged: no}]}", "`merged is yes` and `merged is no`"),
        ("{merged: {is: $is_split_part, is not: $is_split_part}}", "`merged is is_split_part` and"),
        ("{tags: {has: vip, has none of: [x, VIP]}}", "`tags has vip` and `tags has none of"),
        (
            "{order_date: {before: $today - 90, after: $today - 30}}",
            "`order_date before today - 90` and `order_date after today - 30`",
        ),
        ("{any line: {net: {more than: 5, less than: 3}}}", "`net more than 5.00` and `net less"),
        ("{any line: {sku: A}, all lines: {sku: B}}", "`any line: sku is A` and `all lines: sku"),
    ],
)
def test_never_fires(condition: str, why: str) -> None:
    """A condition that contradicts itself is refused, with the two parts that do."""
    said = fault_of(condition)
    assert said.startswith("the rule 'a' can never fire: ")
    assert why in said


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("{status: {in: []}, merged: yes}", "`status in []` is always false"),
        ("{tags: {has all of: []}, merged: yes}", "`tags has all of []` is always true"),
        ("{total_net: {is: $total_net}, merged: yes}", "`total_net is total_net` is always true"),
        (
            "{quantity: {more than: $quantity + 1}}",
            "`quantity more than quantity + 1` is always fa",
        ),
        ('{status: {contains: ""}, merged: yes}', '`status contains ""` is always true'),
    ],
)
def test_comparisons_that_compare_nothing(condition: str, said: str) -> None:
    """A comparison that comes out the same for every document is refused."""
    assert said in fault_of(condition)


@pytest.mark.parametrize(
    "condition",
    [
        "{total_net: {more than: 5.00, less than: 5.02}}",
        "{any: [{status: A}, {status: B}], country: GB}",
        "{order_date: {before: $today - 30, on or after: $today - 90}}",
        "{order_date: {before: $order_date + 1}}",
        "{status: {starts with: AB, ends with: B, not in: [AB]}}",
        "{any line: {sku: A}, not: {all lines: {sku: A}}}",
        "{all lines: {sku: A, quantity: 0}}",
        "{tags: {has: a, has any of: [b]}}",
        "{status: {not in: $export_statuses, in: [DESPATCHED, INVOICED]}}",
        "{total_net: {more than: $rounding_limit, less than: 0.01}}",
    ],
)
def test_what_may_happen_passes(condition: str) -> None:
    """Nothing is refused that some document may do, by some setting of a connection.

    A day reckoned from another stops at the end of the calendar, so no day is before the next.
    """
    assert faults_of(f"wait {condition}") == []


def test_always_fires() -> None:
    """A rule for everything is refused, with what to write instead; but the last one may be so."""
    everything = "wait {any: [{merged: yes}, {merged: no}]}"
    said = (
        "7:44: the rule 'r0' always fires; for what no rule is about, write `default: wait` instead"
    )
    assert faults_of(everything, "skip {status: A}") == [f"{said}, or put it last"]
    assert faults_of(everything, "skip {status: A}", mode="collect") == [said]
    assert faults_of("skip {status: A}", everything) == []


def test_shadowed() -> None:
    """In mode `first`, a rule is refused when others before it fire whenever it does."""
    narrow, wide = "skip {status: A, merged: yes}", "wait {status: {in: [A, B]}}"
    said = "8:44: the rule 'r1' never decides: 'r0' (line 7) stands above it and fires"
    rest = "whenever it does; put the narrower one first, or take one out"
    assert faults_of(wide, narrow) == [f"{said} {rest}"]
    assert faults_of(narrow, wide) == []
    assert faults_of(wide, narrow, mode="collect") == []


def test_shadowed_by_several() -> None:
    """It is refused, too, when each of several takes a part of it, or of everything."""
    parts = ("wait {total_net: {less than: 5}}", "skip {total_net: {more than: 4}}")
    (fault,) = faults_of(*parts, "refuse {total_net: {between: [3, 6]}}")
    assert "the rule 'r2' never decides: whenever it fires, one of the rules above it does" in fault
    (fault,) = faults_of(*parts, "refuse {status: A}", "refuse {status: B}")
    assert fault.startswith("9:46: the rule 'r2' never decides, nor does any below it")


def test_the_same_twice() -> None:
    """In mode `collect`, two rules with one meaning are refused, whatever their verdicts."""
    same, other = "{status: {not in: [A, B]}}", "{all: [{status: {is not: B}}, {not: {status: A}}]}"
    (fault,) = faults_of(f"wait {same}", f"wait {other}", mode="collect")
    assert fault.endswith(
        "'r1' fires exactly when 'r0' (line 7) does, and says the same: take one out"
    )
    (fault,) = faults_of(f"wait {same}", f"export {other}", mode="collect")
    assert "but one says export and one wait" in fault


def test_unused_names() -> None:
    """A list or an amount that nothing uses is refused; those that connections set may stay."""
    head = HEAD.replace("lists: {", "lists: {spare: [A], said: [B], ")
    rule = "  - {id: a, then: wait, when: {status: A}, message: 'not one of {said}'}\n"
    assert faults(f"{head}rules:\n{rule}") == [
        "4:9: no rule uses the list 'spare': write $spare where it is meant, or take it out"
    ]


def test_what_connections_set(world: World) -> None:
    """The lists and amounts whose values are not taken for granted are those of the settings."""
    assert set(overrides(world.connection)) == SET_BY_CONNECTIONS


def test_uncovered() -> None:
    """Rules that decide no example, and examples that name no rule, are listed, not refused."""
    one = book(
        "  - {id: a, then: wait, when: {status: A}, message: m}\n"
        "  - {id: b, then: skip, when: {merged: yes}, message: m}\n"
        "examples:\n"
        "  - {name: both, order: {status: A, merged: yes}, expect: wait}\n"
    )
    assert dataclasses.asdict(uncovered(one)) == {"rules": ("b",), "examples": ("both",)}
    assert uncovered(load_orders_book(packaged_rules())).rules == ()


def test_sums_against_trying() -> None:
    """Limits on sums that are called impossible are so for every small number that is tried."""
    chance = random.Random(7)
    impossible = 0
    for _ in range(400):
        rows = [
            at_most({x: chance.randrange(-2, 3) for x in "ab"}, chance.randrange(-6, 4))
            for _ in range(chance.randrange(1, 6))
        ]
        found = any(
            all(
                sum(times * {"a": a, "b": b}[x] for x, times in row.terms) <= row.limit
                for row in rows
            )
            for a in range(-8, 9)
            for b in range(-8, 9)
        )
        possible = can_all_hold(rows)
        assert possible or not found
        impossible += not possible
    assert impossible > 50


def test_hard_questions_are_given_up() -> None:
    """A book whose proof would take for ever is let through, soon."""
    parts = ", ".join(
        f"{{any: [{{quantity: {n}}}, {{total_net: {{is not: $goods_net + {n}}}}}]}}"
        for n in range(300)
    )
    hard = f"  - {{id: r0, then: wait, message: m, when: {{all: [{parts}]}}}}\n"
    hard += f"  - {{id: r1, then: skip, message: m, when: {{any: [{parts}]}}}}\n"
    assert not list(lint(book(hard)))
