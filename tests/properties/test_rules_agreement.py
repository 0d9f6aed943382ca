"""durable_rules and the reference evaluator say the same of every order by every rule.

`MINTSOFT_XERO_BOOKS=20000` makes it the long run: 20,000 orders by 200 books (several minutes);
`MINTSOFT_XERO_SEED` another one.
"""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from importlib.util import find_spec
from random import Random
from typing import Any

import pytest

from ...plugin.domain.decisions.decision import Verdict
from ...plugin.domain.decisions.facts import Facts
from ...rules.engine.decider import BOTH, BookDecider
from ...rules.engine.evaluation.lower import lower
from ...rules.engine.evaluation.read_facts import reads
from ...rules.engine.evaluation.reference import holds
from ...rules.engine.language.words import Book
from ...rules.engine.process.durable import Engine
from ...rules.engine.read_book import load_book
from ..conftest import service_missing
from ..unit.rules.random_books import random_facts, valid_book

pytestmark = pytest.mark.skipif(
    sys.version_info >= (3, 13), reason="durable_rules can't be imported on Python 3.13"
)

LONG = int(os.environ.get("MINTSOFT_XERO_BOOKS", "0")) >= 20_000
SEED = int(os.environ.get("MINTSOFT_XERO_SEED", "1"))
ORDERS, BOOKS = (20_000, 200) if LONG else (2_000, 20)
#: Values that no fact may have, whatever its type, and one that is no value at all.
MISSING = object()
ODD: list[Any] = [
    MISSING,
    None,
    1.5,
    float("nan"),
    Decimal("NaN"),
    Decimal("1.001"),
    Decimal(10**15),
]
ODD += [
    2**60,
    "\ud800",
    "x" * 6_000,
    datetime(2026, 1, 1, tzinfo=UTC),
    b"x",
    [],
    {},
    (1,),
    ({"sku": None},),
    object(),
]


@pytest.fixture
def engine() -> Iterator[Engine]:
    if find_spec("durable_rules_engine") is None:
        service_missing("durable_rules is not installed")
    engine = Engine(limit=30)
    yield engine
    engine.close()


def books() -> Iterator[Book]:
    random = Random(SEED)
    return (load_book(valid_book(random), "random.yaml") for _ in range(BOOKS))


def test_they_agree(engine: Engine) -> None:
    """On every order, durable_rules itself names exactly the rules that the reference names."""
    random = Random(SEED)
    orders = [random_facts(random) for _ in range(ORDERS)]
    decided = fired = 0
    for book in books():
        rulesets = lower(book)
        for start in range(0, ORDERS, 1_000):
            some = orders[start : start + 1_000]
            lowered = [[ruleset.fact(x) for ruleset in rulesets] for x in some]
            for order, says in zip(some, engine.fired(rulesets, lowered), strict=True):
                assert says == _by_reference(book, order), f"seed {SEED}, book {book.digest}"
                decided += 1
                fired += len(says)
    print(f"{decided} decisions, in which durable_rules fired {fired} rules")  # noqa: T201
    assert decided == ORDERS * BOOKS
    assert fired > decided / 2


def test_odd_values(engine: Engine) -> None:
    """A fact that a rule reads, missing or not of its type, never gives anything but `wait`."""
    random = Random(SEED)
    tried = 0
    for book in books():
        decider = BookDecider(book, engine=engine)
        spoiled = [_spoiled(random, book) for _ in range(ORDERS // 20)]
        for decision in decider.decide([x for x in spoiled if x], {}):
            assert (decision.verdict, decision.code) == (Verdict.WAIT, "MX-604")
            tried += 1
        whole = decider.decide([random_facts(random)], {})
        assert [(x.decided_by, x.rule == "not_decided") for x in whole] == [(BOTH, False)]
    assert tried > ORDERS * BOOKS / 40


def _by_reference(book: Book, order: Facts) -> frozenset[int]:
    return frozenset(n for n, x in enumerate(book.rules) if holds(x.condition, order, book))


def _spoiled(random: Random, book: Book) -> Facts | None:
    """A random order in which one fact that the book reads is missing or odd."""
    order: dict[str, Any] = dict(random_facts(random))
    read = reads(book)
    in_line = random.random() < 0.3 and order["lines"] and read.line_facts
    holder = dict(order["lines"][0]) if in_line else order
    fact = random.choice(read.line_facts if in_line else read.facts or (None,))
    if fact is None:
        return None
    odd = random.choice(ODD)
    if odd is MISSING:
        del holder[fact.name]
    else:
        holder[fact.name] = odd
    if in_line:
        order["lines"] = (holder, *order["lines"][1:])
    return order if read.problem(order) else None  # some are of its type after all
