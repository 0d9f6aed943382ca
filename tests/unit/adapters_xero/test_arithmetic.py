from decimal import Decimal
from typing import Any

import pytest

from ....adapters.xero.arithmetic import Prediction, Refusal, predict

RATES = {"T20": Decimal(20), "T15": Decimal(15), "T10": Decimal(10), "NONE": Decimal(0)}


def line(price: str, quantity: str = "1", tax: str = "T20", **rest: str) -> dict[str, Any]:
    """Return a payload line."""
    more = {name: Decimal(value) for name, value in rest.items()}
    return {
        "Quantity": Decimal(quantity),
        "UnitAmount": Decimal(price),
        "TaxType": tax,
        **more,
    }


def predicted(*lines: dict[str, Any], **how: Any) -> Prediction:
    """Return the prediction, which must not be a refusal."""
    found = predict(lines, RATES, **how)
    assert isinstance(found, Prediction), found
    return found


def refusal(*lines: dict[str, Any], **how: Any) -> str:
    """Return the sentence of the refusal, which must be one."""
    found = predict(lines, RATES, **how)
    assert isinstance(found, Refusal), found
    return found.sentence


def test_tax_is_rounded_per_line() -> None:
    """Tax is rounded per line, then added up (xero.md 5.1, the worked example)."""
    found = predicted(line("25.06", tax="T15"), line("25.61", tax="T15"), line("25.63", tax="T15"))
    assert [str(tax) for tax in found.taxes] == ["3.76", "3.84", "3.84"]
    assert (str(found.tax), str(found.total)) == ("11.44", "87.74")


@pytest.mark.parametrize(
    ("net", "tax"), [("10.45", "1.05"), ("34.25", "3.43"), ("-10.45", "-1.05")]
)
def test_halves_go_away_from_zero(net: str, tax: str) -> None:
    """Half a penny of tax is rounded away from zero (xero.md 5.1 rule 5)."""
    assert str(predicted(line(net, tax="T10")).tax) == tax


def test_unit_price_places() -> None:
    """A unit price keeps 4 places only if the request says so (xero.md 5.1 rule 1)."""
    assert predicted(line("25.6591", "100")).line_amounts == (Decimal("2565.91"),)
    assert predicted(line("25.6591", "100"), unitdp=2).line_amounts == (Decimal("2566.00"),)


@pytest.mark.parametrize(
    ("types", "subtotal", "tax", "total"),
    [
        ("Exclusive", "120.00", "24.00", "144.00"),
        ("Inclusive", "100.00", "20.00", "120.00"),
        ("NoTax", "120.00", "0.00", "120.00"),
    ],
)
def test_amount_types(types: Any, subtotal: str, tax: str, total: str) -> None:
    """Prices may be without tax, with it, or know none (xero.md 5.1 rules 3 and 4)."""
    found = predicted(line("120"), amount_types=types)
    assert (str(found.subtotal), str(found.tax), str(found.total)) == (subtotal, tax, total)


def test_discounts() -> None:
    """A rate takes its share, an amount itself; the rate wins when both are sent (5.3)."""
    rate = line("10", "3", DiscountRate="12.5")
    amount = line("10", "3", DiscountAmount="3.335")
    both = line("10", "3", DiscountAmount="1", DiscountRate="50")
    amounts = predicted(rate, amount, both).line_amounts
    assert [str(found) for found in amounts] == ["26.25", "26.66", "15.00"]


@pytest.mark.parametrize(
    ("given", "quoted"),
    [
        (line("27.8260", DiscountAmount="27.8260"), "27.83"),
        (line("-5", DiscountAmount="0"), "0.00"),
        (line("5", DiscountRate="100.5"), "100.50"),
    ],
)
def test_discount_larger_than_line(given: dict[str, Any], quoted: str) -> None:
    """A discount, rounded to the penny, may not be larger than its line (5.3)."""
    sentence = f"The discount rate '{quoted}' is invalid. "
    assert refusal(given) == sentence + "Discount must not be greater than the line total."


def test_discount_rate_of_nothing_on_a_negative_line() -> None:
    """A rate of 0 is accepted where an amount of 0 is not (5.3)."""
    assert str(predicted(line("-5", DiscountRate="0")).subtotal) == "-5.00"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            line("11.25", LineAmount="-11.25"),
            "The line total -11.25 does not match the expected line total 11.25",
        ),
        (
            line("795", DiscountRate="100", LineAmount="0.00"),
            "The line total -795.00 does not match the expected line total 0.00",
        ),
        (
            line("0.01", DiscountRate="60", LineAmount="0.00"),
            "The line total -0.01 does not match the expected line total 0.00",
        ),
    ],
)
def test_line_total_is_checked(given: dict[str, Any], sentence: str) -> None:
    """A sent line total must be Xero's own; one of nothing is misread under a discount (5.2)."""
    assert refusal(given) == sentence


def test_line_total_that_agrees() -> None:
    """A sent line total that is Xero's own is accepted, and is the line where no price is."""
    assert predicted(line("10", "3", LineAmount="30.00")).subtotal == 30
    assert predicted({"LineAmount": Decimal("7.5"), "TaxType": "T20"}).total == 9


def test_sent_tax_is_kept() -> None:
    """A sent tax is kept as it is, but may not be larger than its line (5.4)."""
    assert str(predicted(line("3.70", TaxAmount="0.30")).total) == "4.00"
    assert refusal(line("3.70", TaxAmount="3.71")) == (
        "Tax amount cannot be greater than the line amount"
    )
