"""The sandbox's money against what the real Xero was seen to compute (xero.md 5)."""

from decimal import Decimal
from typing import Any

import pytest

from .....plugin.sandbox.xero.documents import arithmetic
from .conftest import Xero, a_line, an_invoice


def d(text: str) -> Decimal:
    return Decimal(text)


def test_tax_is_rounded_per_line_and_then_summed() -> None:
    """Xero's own worked example: 25.06, 25.61, 25.63 at 15 % are 11.44 of tax, 87.74 in all."""
    prices = [d("25.06"), d("25.61"), d("25.63")]
    lines = [(price, arithmetic.tax_amount(price, d("15"), "Exclusive")) for price in prices]
    assert [tax for _price, tax in lines] == [d("3.76"), d("3.84"), d("3.84")]
    totals = arithmetic.totals(lines, "Exclusive")
    assert (totals.total_tax, totals.total) == (d("11.44"), d("87.74"))


@pytest.mark.parametrize(
    ("amount", "rate", "types", "tax"),
    [
        ("10.45", "10", "Exclusive", "1.05"),  # a real line: half-even would give 1.04
        ("34.25", "10", "Exclusive", "3.43"),
        ("-10.45", "10", "Exclusive", "-1.05"),  # symmetric: assumed
        ("12.00", "20", "Inclusive", "2.00"),
        ("10.00", "20", "Inclusive", "1.67"),
        ("10.00", "20", "NoTax", "0.00"),
    ],
)
def test_tax_of_a_line(amount: str, rate: str, types: str, tax: str) -> None:
    """A line's tax is rounded half away from zero, from above or from within the amount."""
    assert arithmetic.tax_amount(d(amount), d(rate), types) == d(tax)


def test_subtotal_of_inclusive_amounts_is_without_tax() -> None:
    """With tax inside, SubTotal leaves it out and Total is what was typed."""
    totals = arithmetic.totals([(d("12.00"), d("2.00")), (d("10.00"), d("1.67"))], "Inclusive")
    expected = (d("18.33"), d("3.67"), d("22.00"))
    assert (totals.sub_total, totals.total_tax, totals.total) == expected


def test_unit_amounts_keep_four_decimals_only_when_asked(xero: Xero) -> None:
    """25.6591 stays with unitdp=4, on writing and on reading; else it is 25.66."""
    line = a_line(UnitAmount=25.6591, Quantity=10)
    (four,) = xero.put(an_invoice(LineItems=[line]), query="unitdp=4")
    (two,) = xero.put(an_invoice(LineItems=[line]), query="")
    assert (four["LineItems"][0]["UnitAmount"], four["SubTotal"]) == (25.6591, 256.59)
    assert (two["LineItems"][0]["UnitAmount"], two["SubTotal"]) == (25.66, 256.60)
    read = xero.call("GET", f"Invoices/{four['InvoiceID']}").json["Invoices"][0]
    assert read["LineItems"][0]["UnitAmount"] == 25.66


def _line_errors(xero: Xero, **line: Any) -> list[str]:
    return xero.errors(LineItems=[a_line(**line)])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            {"UnitAmount": 795, "DiscountRate": 100, "LineAmount": 0},
            "The line total -795.00 does not match the expected line total 0.00",
        ),
        (
            {"UnitAmount": 0.01, "DiscountRate": 60, "LineAmount": 0},
            "The line total -0.01 does not match the expected line total 0.00",
        ),
        (
            {"UnitAmount": 11.25, "LineAmount": -11.25},
            "The line total -11.25 does not match the expected line total 11.25",
        ),
        (
            {"UnitAmount": 27.8260, "DiscountAmount": 27.8260},
            (
                "The discount rate '27.83' is invalid."
                " Discount must not be greater than the line total."
            ),
        ),
    ],
)
def test_line_refusals(xero: Xero, line: dict[str, Any], message: str) -> None:
    """The refusals of a line that people reported, number for number, bugs included."""
    assert message in _line_errors(xero, **line)


def test_discounts_that_pass(xero: Xero) -> None:
    """A rate wins over an amount, an amount is taken off; a zero amount needs a price above 0."""
    rate = a_line(UnitAmount=100, DiscountRate=10, DiscountAmount=50)
    amount = a_line(UnitAmount=27.83, DiscountAmount=27.83)
    (invoice,) = xero.put(an_invoice(LineItems=[rate, amount]))
    assert [line["LineAmount"] for line in invoice["LineItems"]] == [90, 0]
    assert invoice["Total"] == 108
    assert invoice["TotalDiscount"] == 37.83
    refund = a_line(UnitAmount=-5)
    goods = a_line(UnitAmount=50)
    assert xero.errors(LineItems=[goods, refund | {"DiscountRate": 0}]) == []
    assert (
        "Discount must not be" in xero.errors(LineItems=[goods, refund | {"DiscountAmount": 0}])[0]
    )


def test_what_a_line_leaves_out(xero: Xero) -> None:
    """LineAmount alone is one at that price; a tax that was sent is kept; totals may not differ."""
    line = a_line(Quantity=None, UnitAmount=None, LineAmount=3.70, TaxAmount=0.30)
    (invoice,) = xero.put(an_invoice(LineItems=[line]))
    assert invoice["LineItems"][0]["Quantity"] == 1
    assert invoice["Total"] == 4.00
    assert xero.errors(Total=11) == ["The document total does not equal the sum of the lines."]
    assert xero.errors(Total=12) == []
    assert xero.errors(LineItems=[a_line(TaxAmount=11)]) == [
        "Tax amount cannot be greater than the line amount"
    ]


def test_the_largest_numbers_are_exact(xero: Xero) -> None:
    """Whatever can be sent is computed to the penny; nothing overflows or loses a digit."""
    line = a_line(Quantity=99_999_999_999_999, UnitAmount=99_999_999_999_999, TaxType="NONE")
    body = an_invoice(LineItems=[line, a_line(UnitAmount=0.01, TaxType="NONE")])
    answer = xero.call("PUT", "Invoices", body)
    assert '"Total": 9999999999999800000000000001.01' in answer.text
