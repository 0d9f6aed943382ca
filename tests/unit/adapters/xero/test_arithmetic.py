"""Xero's arithmetic: what was observed of it, both predicted and done by the sandbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from .....adapters.xero.invoices.arithmetic import (
    LineAmountTypes,
    Prediction,
    Refusal,
    UnitPlaces,
    predict,
)
from ....properties.sandbox import Answer, Sandbox

#: A tax type and the country in which it stands for this rate (xero.md 6).
RATES = {
    "20": ("GB", "OUTPUT2"),
    "5": ("GB", "RROUTPUT"),
    "15": ("NZ", "OUTPUT2"),
    "10": ("AU", "OUTPUT"),
    "8.25": ("US", "TAX001"),
    "0": ("GB", "NONE"),
}
#: Xero's names of the fields, by those of this table.
FIELDS = {
    "quantity": "Quantity",
    "price": "UnitAmount",
    "rate": "DiscountRate",
    "off": "DiscountAmount",
    "total": "LineAmount",
    "tax": "TaxAmount",
}

TOO_LARGE = "Discount must not be greater than the line total."


def line(price: str | None, quantity: str | None = "1", **more: str) -> dict[str, Decimal]:
    """Return a line's amounts, as Xero takes them."""
    given = {"quantity": quantity, "price": price, **more}
    return {FIELDS[name]: Decimal(x) for name, x in given.items() if x is not None}


@dataclass(frozen=True, kw_only=True)
class Example:
    """A document, and what Xero makes of it."""

    lines: tuple[dict[str, Decimal], ...]
    #: LineAmount and TaxAmount of each line, then SubTotal, TotalTax, Total; or
    comes_to: str = ""
    #: what it says.
    says: str = ""
    #: The tax rate of all lines in per cent; a key of RATES.
    rate: str = "0"
    types: LineAmountTypes = "Exclusive"
    unitdp: UnitPlaces = 4


def example(*lines: dict[str, Decimal], **rest: Any) -> Example:
    return Example(lines=lines, **rest)


EXAMPLES: Mapping[str, Example] = {
    # xero.md 5.1
    "the worked example of rounding": example(
        *(line(price) for price in ("25.06", "25.61", "25.63")),
        rate="15",
        comes_to="25.06 3.76 25.61 3.84 25.63 3.84 / 76.30 11.44 87.74",
    ),
    "a half is rounded away from zero": example(
        line("10.45"), rate="10", comes_to="10.45 1.05 / 10.45 1.05 11.50"
    ),
    "another half": example(line("34.25"), rate="10", comes_to="34.25 3.43 / 34.25 3.43 37.68"),
    "a negative half, assumed symmetric": example(
        line("20"), line("-10.45"), rate="10", comes_to="20 2 -10.45 -1.05 / 9.55 0.95 10.50"
    ),
    "4 places of a price": example(
        line("25.6591", "100"), comes_to="2565.91 0 / 2565.91 0 2565.91"
    ),
    "2 places of a price": example(
        line("25.6591", "100"), unitdp=2, comes_to="2566 0 / 2566 0 2566"
    ),
    "prices with tax": example(
        line("120"), rate="20", types="Inclusive", comes_to="120 20 / 100 20 120"
    ),
    "half a penny within a price": example(
        line("0.03"), rate="20", types="Inclusive", comes_to="0.03 0.01 / 0.02 0.01 0.03"
    ),
    "prices that know no tax": example(
        line("120"), rate="20", types="NoTax", comes_to="120 0 / 120 0 120"
    ),
    "a tax of several parts": example(
        line("3.70"), rate="8.25", comes_to="3.70 0.31 / 3.70 0.31 4.01"
    ),
    # xero.md 5.2
    "a line total of the other sign": example(
        line("11.25", total="-11.25"),
        says="The line total -11.25 does not match the expected line total 11.25",
    ),
    "a line total of nothing, 100 % off": example(
        line("795.00", rate="100", total="0.00"),
        says="The line total -795.00 does not match the expected line total 0.00",
    ),
    "a line total of nothing, 60 % off a penny": example(
        line("0.01", rate="60", total="0.00"),
        says="The line total -0.01 does not match the expected line total 0.00",
    ),
    "a line total that agrees": example(
        line("10", "3", rate="50", total="15"), comes_to="15 0 / 15 0 15"
    ),
    "a line total instead of a price": example(line(None, "7", total="9"), comes_to="9 0 / 9 0 9"),
    "a line total instead of a quantity": example(
        line("7", None, total="10"), comes_to="10 0 / 10 0 10"
    ),
    "a line total is after the discount": example(
        line(None, "2", total="9", off="1"),
        line(None, "2", total="9", rate="10"),
        comes_to="9 0 9 0 / 18 0 18",
    ),
    # xero.md 5.3
    "a rate wins over an amount": example(line("10", rate="50", off="1"), comes_to="5 0 / 5 0 5"),
    "an amount is rounded": example(line("30", off="3.335"), comes_to="26.66 0 / 26.66 0 26.66"),
    "a rounded amount is larger than its line": example(
        line("27.8260", off="27.8260"), says=f"The discount rate '27.83' is invalid. {TOO_LARGE}"
    ),
    "an amount of nothing off a negative line": example(
        line("20"), line("-5", off="0"), says=f"The discount rate '0.00' is invalid. {TOO_LARGE}"
    ),
    "a rate of nothing off a negative line": example(
        line("20"), line("-5", rate="0"), comes_to="20 0 -5 0 / 15 0 15"
    ),
    "a negative line": example(
        line("100"), line("-79.00"), rate="20", comes_to="100 20 -79 -15.80 / 21 4.20 25.20"
    ),
    # xero.md 5.4
    "a sent tax is kept": example(
        line("3.70", tax="0.30"), rate="8.25", comes_to="3.70 0.30 / 3.70 0.30 4.00"
    ),
    "a sent tax larger than its line": example(
        line("3.70", tax="3.71"), says="Tax amount cannot be greater than the line amount"
    ),
}


def expected(example: Example) -> Answer:
    """Return what Xero says, as the sandbox is asked for it: totals first."""
    if example.says:
        return Answer(sentences=(example.says,))
    lines, _, totals = example.comes_to.partition("/")
    return Answer(amounts=tuple(Decimal(x) for x in f"{totals} {lines}".split()))


@cache
def sandbox(country: str) -> Sandbox:
    """Return an organisation of a country; its documents do not matter to each other."""
    return Sandbox(country)


@pytest.mark.parametrize("name", EXAMPLES)
def test_prediction_of_observed(name: str) -> None:
    """What was observed of Xero's arithmetic is what we predict (xero.md 5.1 to 5.4)."""
    example = EXAMPLES[name]
    lines = [{**each, "TaxType": "T"} for each in example.lines]
    rates = {"T": Decimal(example.rate)}
    found = predict(lines, rates, line_amount_types=example.types, unitdp=example.unitdp)
    if isinstance(found, Refusal):
        said = Answer(sentences=found.sentences)
    else:
        pairs = zip(found.line_amounts, found.taxes, strict=True)
        amounts = (found.subtotal, found.tax, found.total, *(x for pair in pairs for x in pair))
        said = Answer(amounts=amounts)
    assert said == expected(example)


@pytest.mark.parametrize("name", EXAMPLES)
def test_sandbox_on_observed(name: str) -> None:
    """What was observed of Xero's arithmetic is what the sandbox does (xero.md 5.1 to 5.4)."""
    example = EXAMPLES[name]
    country, tax_type = RATES[example.rate]
    more = {"Description": "Thing", "AccountCode": "200", "TaxType": tax_type}
    invoice = {
        "Type": "ACCREC",
        "Contact": {"Name": "Observed"},
        "LineAmountTypes": example.types,
        "LineItems": [{**more, **each} for each in example.lines],
    }
    (said,) = sandbox(country).put([invoice], example.unitdp)
    assert said == expected(example)


def test_amounts_have_two_places() -> None:
    """What is predicted is written as Xero writes it: 2 places, and nothing is not negative."""
    found = predict([line("-0.004"), line("3")], {})
    assert isinstance(found, Prediction)
    assert [str(amount) for amount in found.line_amounts] == ["0.00", "3.00"]
    assert [str(x) for x in (found.subtotal, found.tax, found.total)] == ["3.00", "0.00", "3.00"]


@pytest.mark.parametrize(
    ("given", "sentences"),
    [
        (line(None, "2", total="0", rate="10"), []),
        (line(None, "2", total="0", off="1"), ["The discount rate '1.00'"]),
        (line(None, "2", total="9", rate="100"), ["The line total 9.00"]),
        (line("0", None, total="9"), ["The line total 9.00"]),
        (line("5", rate="100.5"), ["The discount rate '100.50'"]),
        (line("10", off="40", total="3"), ["The discount rate '40.00'", "The line total 3.00"]),
        (line("10", total="9", tax="11"), ["The line total 9.00", "Tax amount"]),
    ],
)
def test_refusals_of_a_line(given: dict[str, Decimal], sentences: list[str]) -> None:
    """All that is wrong with a line is said, in order; a sent amount never vanishes [A]."""
    found = predict([given], {})
    said = found.sentences if isinstance(found, Refusal) else ()
    assert [text[: len(start)] for text, start in zip(said, sentences, strict=True)] == sentences
