"""The books that come with the plugin: whole, tried by both evaluators, and readable."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ....plugin.domain.decisions.decision import Decision, Verdict
from ....plugin.domain.decisions.facts import Facts
from ....plugin.error_codes import CODES
from ....rules.engine.books import packaged_rules, read_text
from ....rules.engine.decider import BookDecider
from ....rules.engine.evaluation.read_facts import Reads
from ....rules.engine.language.kinds import (
    CLIENT_INVOICES,
    KINDS,
    ORDERS,
    PURCHASE_ORDERS,
    SALES_INVOICES,
    Kind,
)
from ....rules.engine.language.words import Book, Mode
from ....rules.engine.read_book import load_book

EACH = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def book_of(kind: Kind) -> Book:
    file = packaged_rules() / f"{kind.name}.yaml"
    return load_book(read_text(file), file.name)


def decide(kind: Kind, overrides: dict[str, Any] | None = None, **facts: Any) -> Decision:
    document: Facts = {**kind.good, **facts}
    return BookDecider(book_of(kind), engine=False).decide([document], overrides or {})[0]


def line(kind: Kind, **facts: Any) -> Facts:
    return {**kind.good_line, **facts}


@EACH
def test_good_document(kind: Kind) -> None:
    """It has every fact of its catalogue, of its type, and so have its lines; it passes."""
    every = Reads(facts=tuple(kind.facts.values()), line_facts=tuple(kind.line_facts.values()))
    assert set(kind.good) == set(kind.facts)
    assert set(kind.good_line) == set(kind.line_facts)
    assert (
        every.problem({**kind.good, "lines": (kind.good_line,)}) == every.problem(kind.good) == ""
    )
    assert decide(kind).verdict is Verdict.EXPORT


@EACH
def test_book(kind: Kind) -> None:
    """Each rule decides an example and has words; each refusal says what to do."""
    book = book_of(kind)
    assert (book.kind, book.mode) == (kind.name, Mode.FIRST)
    deciders = {example.by for example in book.examples}
    assert deciders == {*(rule.id for rule in book.rules), "default"}
    assert all(rule.message for rule in book.rules)
    assert all(rule.fix for rule in book.rules if rule.verdict in (Verdict.REFUSE, Verdict.WAIT))
    assert all(rule.code in CODES for rule in book.rules if rule.verdict is Verdict.REFUSE)


@EACH
def test_engine_agrees(kind: Kind) -> None:
    """durable_rules and the reference evaluator say the same of every example of every book."""
    book = book_of(kind)
    decider, examples = BookDecider(book), book.examples
    if decider.note:
        pytest.skip(decider.note)
    try:
        decisions = decider.decide([example.facts for example in examples], {})
    finally:
        decider.close()
    for example, decision in zip(examples, decisions, strict=True):
        assert (decision.verdict, decision.rule) == (example.expect, example.by), example.name


def test_never_back() -> None:
    """What was made from an order is never imported, by the ledger's word or by the mark alone."""
    for way in ("exported_by_us", "carries_our_mark"):
        facts: dict[str, Any] = {way: True, "status": "DRAFT", "customer_known": False}
        decision = decide(SALES_INVOICES, **facts)
        assert (decision.verdict, decision.rule) == (Verdict.SKIP, "made_from_order")


def test_statuses_are_a_list() -> None:
    """Which statuses are imported is the list's to say, also for what is skipped else."""
    paid_only = {"sales_invoice_statuses": ("PAID",)}
    assert decide(SALES_INVOICES, paid_only).verdict is Verdict.WAIT
    billed = {"purchase_order_statuses": ("BILLED",)}
    assert decide(PURCHASE_ORDERS, status="BILLED").verdict is Verdict.SKIP
    assert decide(PURCHASE_ORDERS, billed, status="BILLED").verdict is Verdict.EXPORT
    deleted = {"purchase_order_statuses": ("DELETED",)}
    assert decide(PURCHASE_ORDERS, deleted, status="DELETED").verdict is Verdict.SKIP


def test_sentences_name_the_line() -> None:
    """A refusal names the line, or the cost centre, that a person must look at."""
    lines = (line(SALES_INVOICES), line(SALES_INVOICES, sku="NOPE", sku_known=False))
    said = decide(SALES_INVOICES, lines=lines).message
    assert said == "on line 2 the item NOPE is no product in Mintsoft"
    charges = (line(CLIENT_INVOICES, cost_centre="rework", net=Decimal("12.50"), mapped=False),)
    said = decide(CLIENT_INVOICES, lines=charges).message
    assert said == "12.50 were charged for rework, which has no account in Xero"


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"already_exported": True, "already_in_xero": True}, "already_exported"),
        ({"is_split_part": True}, "default"),
        ({"merged": True}, "default"),
        ({"customer_known": False}, "default"),
        ({"channel": "", "country": ""}, "default"),
        ({"contact_policy": "customer", "customer_known": False}, "customer_missing"),
        ({"contact_policy": "customer", "personal_data_removed": True}, "default"),
        ({"duplicate_of": "9001"}, "duplicate"),
    ],
)
def test_orders(facts: dict[str, Any], rule: str) -> None:
    """Duplicates, split parts, merged orders and missing customers each get a sensible verdict."""
    assert decide(ORDERS, **facts).rule == rule


def test_older_than_thirty_days() -> None:
    """An age can be written: a date compared with today less some days, or with another date."""
    rules = """
  - id: too_old
    then: skip
    when: {document_date: {before: $today - 30}}
    message: "{document_date} is more than 30 days before {today}"
  - id: late
    then: refuse
    when: {document_date: {after: $order_date + 14}}
    message: despatched more than two weeks after it was ordered
"""
    book = load_book(f"book: orders\nmode: first\ndefault: export\nrules:{rules}", "orders.yaml")
    decider = BookDecider(book, engine=False)

    def said(document_date: date, order_date: date) -> str:
        dates = {"document_date": document_date, "order_date": order_date}
        today = {"today": date(2026, 6, 30)}
        return decider.decide([{**ORDERS.good, **dates, **today}], {})[0].rule

    assert said(date(2026, 5, 30), date(2026, 5, 30)) == "too_old"
    assert said(date(2026, 5, 31), date(2026, 5, 31)) == "default"
    assert said(date(2026, 6, 16), date(2026, 6, 1)) == "late"
    assert said(date(2026, 6, 15), date(2026, 6, 1)) == "default"
