"""The guide for rule authors: each of its policies does what the guide says."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ....plugin.domain.decisions.decision import Decision
from ....plugin.domain.decisions.facts import Facts
from ....rules.engine.books import packaged_rules, read_text
from ....rules.engine.decider import BookDecider
from ....rules.engine.language.kinds import ORDERS
from ....rules.engine.language.words import Book
from ....rules.engine.read_book import load_book

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "rule-guide.md"
DEFAULT = read_text(packaged_rules() / "orders.yaml")
HEAD = "book: orders\nmode: first\ndefault: export\n"
FREE = {"stated_gross": Decimal(0), "gross_of_lines": Decimal(0), "cancels_out": True}


def dear(amount: str) -> dict[str, Any]:
    """An order that comes to so much."""
    return {"stated_gross": Decimal(amount), "gross_of_lines": Decimal(amount)}


def aged(day: str, today: str, **more: Any) -> dict[str, Any]:
    """An order of a day, decided on another one."""
    return {"document_date": date.fromisoformat(day), "today": date.fromisoformat(today), **more}


#: By the number of the policy: orders, and the rule that must decide each (or the verdict).
OUTCOMES: dict[int, list[tuple[dict[str, Any], str]]] = {
    1: [
        ({"channel": "SHOPIFY"}, "export"),
        ({"channel": "Amazon UK"}, "wait channel_not_exported"),
        ({"channel": ""}, "wait channel_not_exported"),
        ({"channel": "Amazon UK", "status": "CANCELLED"}, "skip cancelled"),
    ],
    2: [
        ({"client": "globex", "status": "DESPATCHED"}, "wait globex_not_invoiced"),
        ({"client": "GLOBEX", "status": "Invoiced"}, "export"),
        ({"client": "INITECH", "status": "DESPATCHED"}, "export"),
        ({"client": "GLOBEX", "status": "PICKED"}, "wait order_status"),
    ],
    3: [
        (dear("1000.01"), "refuse high_value"),
        ({**dear("99000.00"), "tags": ("vip", "APPROVED")}, "export"),
        (dear("999.99"), "export"),
        ({**dear("5000.00"), "status": "NEW"}, "wait order_status"),
    ],
    4: [
        (aged("2026-05-01", "2026-07-10", channel="Wholesale"), "skip wholesale_before_july"),
        (aged("2026-07-02", "2026-07-10", channel="Wholesale"), "export"),
        (aged("2026-05-01", "2026-07-10", channel="Shopify"), "export"),
    ],
    5: [
        ({"channel": "AMAZON.de"}, "skip marketplace_invoices"),
        ({"channel": "Zalando"}, "skip marketplace_invoices"),
        ({"channel": "Our Amazonia Shop"}, "export"),
        ({"channel": ""}, "export"),
    ],
    6: [
        ({"channel": "wholesale"}, "export"),
        ({"channel": "Shopify", "tags": ("vip", "trade")}, "export"),
        ({"channel": "Shopify"}, "skip not_trade"),
        ({"channel": "", "tags": ("gift",)}, "skip not_trade"),
    ],
    7: [
        ({"tags": ("New Customer",)}, "wait new_customer"),
        ({"tags": ("new customer", "checked")}, "export"),
        ({"tags": ()}, "export"),
    ],
    8: [
        (aged("2026-01-01", "2026-06-01"), "refuse old"),
        (aged("2026-05-31", "2026-06-01"), "export"),
        (aged("2026-01-01", "2026-06-01", tags=("Late but right",)), "export"),
    ],
    9: [
        ({"country": "de"}, "export"),
        ({"country": "AU"}, "skip distributor_country"),
        ({"country": "US"}, "wait country_not_settled"),
        ({"country": ""}, "wait country_not_settled"),
    ],
    10: [
        ({**FREE, "tags": ("Gift",)}, "skip free_order"),
        (FREE, "skip zero_value"),
        ({"tags": ("vip", "replacement")}, "refuse free_order_with_price"),
        ({"tags": ("vip",)}, "export"),
    ],
    11: [
        ({"warehouse": "main"}, "export"),
        ({"warehouse": "QC"}, "skip warehouse_does_not_sell"),
        ({"warehouse": ""}, "skip warehouse_does_not_sell"),
    ],
}


def policies() -> dict[int, tuple[str, str]]:
    """By number: the rule after which a policy stands, and its text."""
    found = re.findall(
        r"^## (\d+)\. .*?^Place: after `(\w+)`\.$.*?^```yaml\n(.*?)^```$",
        GUIDE.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    return {int(number): (after, text) for number, after, text in found}


def section(text: str, key: str) -> str:
    """The entries under one key of a book."""
    found = re.search(rf"^{key}:.*\n((?:[ #].*\n|\n)+)", f"{text}\n", re.MULTILINE)
    return found[1].rstrip() + "\n" if found else ""


def put_in(after: str, policy: str, *, examples: bool) -> Book:
    """The default book with a policy copied to its place, as the guide tells."""
    rules, _, theirs = DEFAULT.partition("\nexamples:\n")
    for key in ("lists", "amounts"):
        rules = rules.replace(section(rules, key), section(rules, key) + section(policy, key))
    entry = re.search(rf"^  - id: {after}\n(?:    .*\n|\n)*", rules + "\n", re.MULTILINE)
    assert entry, f"there is no rule {after}"
    own = entry[0].rstrip() + "\n"
    rules = rules.replace(own.rstrip("\n"), own + section(policy, "rules").rstrip("\n"))
    tried = f"\nexamples:\n{section(policy, 'examples')}{theirs if examples else ''}"
    return load_book(rules + tried, "orders.yaml")


def decided(book: Book, **facts: Any) -> Decision:
    """What the book says of the good order with these facts."""
    order: Facts = {**ORDERS.good, **facts}
    (decision,) = BookDecider(book, engine=False).decide([order], {})
    return decision


def test_ten_policies() -> None:
    """There are at least ten, numbered without gaps, and each is tried here on three orders."""
    assert list(policies()) == list(OUTCOMES) == list(range(1, len(OUTCOMES) + 1))
    assert len(OUTCOMES) >= 10
    assert all(len(orders) >= 3 for orders in OUTCOMES.values())


@pytest.mark.parametrize("number", OUTCOMES)
def test_alone(number: int) -> None:
    """A policy is a right book by itself, with an example for each rule and one that goes out."""
    book = load_book(HEAD + policies()[number][1], "policy.yaml")
    tried = {example.by for example in book.examples}
    assert tried >= {rule.id for rule in book.rules}
    assert any(example.expect == "export" for example in book.examples)


@pytest.mark.parametrize("number", OUTCOMES)
def test_in_its_place(number: int) -> None:
    """Copied to its place in the default book it decides as the guide says, on other orders."""
    # By policy 6 an ordinary order is none of trade: the book's own examples need another channel.
    book = put_in(*policies()[number], examples=number != 6)
    for facts, wanted in OUTCOMES[number]:
        decision = decided(book, **facts)
        rule = "" if decision.rule == "default" else f" {decision.rule}"
        assert f"{decision.verdict}{rule}" == wanted, facts
        assert (decision.message == "") is (wanted == "export")
        assert "{" not in decision.message
