"""What the check of a book calls proved is true of every order that is tried.

`MINTSOFT_XERO_BOOKS=20000` makes it the long run, `MINTSOFT_XERO_SEED` another one.
"""

import os
from collections import Counter
from decimal import Decimal
from random import Random
from typing import Any

from ...plugin.domain.decisions.facts import Facts
from ...plugin.ports.decider import Overrides
from ...rules.engine.books import packaged_rules
from ...rules.engine.checks.lint import Finding, lint
from ...rules.engine.evaluation.read_facts import names_of
from ...rules.engine.evaluation.reference import holds, judge
from ...rules.engine.language.words import Book, Compare, Rule
from ...rules.engine.read_book import read_book
from ..unit.rules.random_books import random_facts, small_book, text_of

BOOKS = int(os.environ.get("MINTSOFT_XERO_BOOKS", "3000")) // 5
SEED = int(os.environ.get("MINTSOFT_XERO_SEED", "1"))
ORDERS = 2_000
SO = "comparison is always so"
#: What a connection may set in place of the book's own.
OTHER: Overrides = {"export_statuses": ("NEW", "10"), "rounding_limit": Decimal("5.00")}


def test_no_false_alarm() -> None:
    """A rule called dead never fires, one called shadowed never decides, one called always always.

    On random orders, with the book's own lists and amounts and with a connection's.
    """
    random = Random(SEED)
    orders = [random_facts(random) for _ in range(ORDERS)]
    proved: Counter[str] = Counter()
    for _ in range(BOOKS):
        written = small_book(random)
        book = _read(written)
        trivial = [x for x in lint(book) if x.comparison]
        _try(book, trivial, orders[:50])
        about = {x.about for x in trivial}
        written["rules"] = [x for x in written["rules"] if x["id"] not in about]
        rest = _read(written) if about and written["rules"] else book
        others = [x for x in lint(rest) if not x.comparison and x.proved != "unused"]
        _try(rest, others, orders)
        proved.update(x.proved for x in (*trivial, *others))
    print(dict(proved))  # noqa: T201
    assert set(proved) == {"never fires", "always fires", "never decides", "same", SO}


def _read(book: dict[str, Any]) -> Book:
    read, faults = read_book(text_of(book), "random.yaml")
    assert read, faults.found[0]
    return read


def test_the_packages_books() -> None:
    """Nothing is wrong with the books that the package brings."""
    for file in packaged_rules().glob("*.yaml"):
        book, faults = read_book(file.read_text(encoding="utf-8"), file.name)
        assert book
        assert not faults.found


def _try(book: Book, findings: list[Finding], orders: list[Facts]) -> None:
    for settled in (book, book.settled(OTHER)):
        for finding in findings:
            assert all(_is_true(finding, settled, order) for order in orders), finding


def _is_true(finding: Finding, book: Book, order: Facts) -> bool:
    rule = _rule(book, finding.about)
    fires = holds(rule.condition, order, book)
    match finding.proved:
        case "never fires":
            return not fires
        case "always fires":
            return fires
        case "never decides":
            return judge(book, order).rule != rule.id
        case "same":
            return fires is holds(_rule(book, finding.other).condition, order, book)
        case _:
            assert finding.comparison
            so = " is always true" in finding.words
            return _is_always(finding.comparison, book, order, so=so)


def _is_always(comparison: Compare, book: Book, order: Facts, *, so: bool) -> bool:
    """Of the order, and of its lines, as far as they have what is compared."""
    names = {name for name, _ in names_of(comparison)}
    lines: tuple[Facts, ...] = order["lines"]  # type: ignore[assignment]
    able = [facts for facts in (order, *lines) if names <= set(facts)]
    return all(holds(comparison, facts, book) is so for facts in able)


def _rule(book: Book, rule_id: str) -> Rule:
    return next(rule for rule in book.rules if rule.id == rule_id)
