"""A day with money as shops really write it, exported by command and held against its key."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from ...plugin.sandbox.day import Expected
from ..guide.walk import Walk, walking

pytestmark = pytest.mark.integration

HALF_A_PENNY = Decimal("0.005")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of an order."""

    raw: dict[str, Any]
    expected: Expected
    #: Its row in the ledger.
    row: dict[str, Any]
    #: Its invoice in Xero, if it is exported.
    invoice: dict[str, Any] | None


@pytest.fixture(scope="module", params=["lines", "summary"])
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Outcome]]:
    """Return what became of a large day's orders, in both ways of writing lines."""
    home = tmp_path_factory.mktemp(request.param) / "home"
    with walking(home, orders=300) as walk:
        walk.add("shop", "--set", f"line_detail={request.param}")
        walk.export()
        yield list(_outcomes(walk))


def _outcomes(walk: Walk) -> Iterator[Outcome]:
    lines = walk.run("outcomes", "shop", "--json").stdout.splitlines()
    rows = {row["source_id"]: row for row in map(json.loads, lines)}
    invoices = {invoice["number"]: invoice for invoice in walk.invoices()}
    for raw in walk.day.orders:
        key = str(raw["ID"])
        found = rows[key]
        exported = found["state"] == "exported"
        yield Outcome(
            raw=raw,
            expected=walk.day.expected[key],
            row=found,
            invoice=invoices[found["invoice_number"]] if exported else None,
        )


def of_case(outcomes: list[Outcome], case: str) -> list[Outcome]:
    found = [outcome for outcome in outcomes if outcome.expected.case == case]
    assert found
    return found


def test_each_order_is_where_the_key_says(outcomes: list[Outcome]) -> None:
    """State and total are the key's, to the penny, whatever the shop's way of writing money."""
    for outcome in outcomes:
        assert outcome.row["state"] == outcome.expected.state, (outcome.expected, outcome.row)
        if outcome.invoice:
            assert Decimal(outcome.invoice["total"]) == outcome.expected.gross, outcome.expected


def test_tax_is_what_was_stated(outcomes: list[Outcome]) -> None:
    """An invoice's VAT is the stated one, within half a penny for each rounding of the shop."""
    for outcome in outcomes:
        if outcome.invoice:
            apart = abs(Decimal(outcome.invoice["tax"]) - outcome.expected.tax)
            assert apart <= HALF_A_PENNY * roundings(outcome), (outcome.expected, apart)


def roundings(outcome: Outcome) -> int:
    """One for each row, or for each unit where VAT is kept so; one for shipping and discounts."""
    each_unit, items = outcome.expected.case == "tax_of_each_unit", outcome.raw["OrderItems"]
    rows = sum(item["Quantity"] if each_unit else 1 for item in items)
    discounts = sum(bool(item["DiscountNet"]) for item in items)
    charges = sum(bool(outcome.raw[name]) for name in ("ShippingNet", "DiscountNet"))
    return int(rows) + discounts + charges


def test_what_is_refused_says_why(outcomes: list[Outcome]) -> None:
    """A credit is called so, a rate that is not mapped has its country, pennies their figures."""
    for outcome in of_case(outcomes, "more_returned_than_bought"):
        assert "credit" in outcome.row["message"]
    for outcome in of_case(outcomes, "foreign_tax"):
        assert outcome.row["code"] == "MX-312"
        assert "DE" in outcome.row["message"]
    for outcome in of_case(outcomes, "pennies_off"):
        assert str(outcome.expected.gross) in outcome.row["message"]
        assert "apart" in outcome.row["message"]


def test_no_tax_abroad_is_zero_rated(outcomes: list[Outcome]) -> None:
    """Goods that were sent abroad without VAT bear 0 percent, whatever their product's rate is."""
    for outcome in of_case(outcomes, "no_tax_abroad"):
        assert outcome.invoice
        assert {line["TaxType"] for line in outcome.invoice["lines"]} == {"ZERORATEDOUTPUT"}
