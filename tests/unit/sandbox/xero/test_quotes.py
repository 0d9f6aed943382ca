"""What the sandbox does with quotes (xero.md 10)."""

from typing import Any

from .conftest import Xero, a_line


def a_quote(**changes: Any) -> dict[str, Any]:
    quote = {"Contact": {"Name": "Ann"}, "Date": "2026-11-20", "LineItems": [a_line()]}
    return quote | changes


def put(xero: Xero, *quotes: dict[str, Any]) -> Any:
    answer = xero.call("PUT", "Quotes?summarizeErrors=false", {"Quotes": list(quotes)})
    return answer.json["Quotes"]


def test_words_totals_and_numbers(xero: Xero) -> None:
    """LineAmountTypes are in capitals; discounts count; numbers are made and unique."""
    line = a_line(UnitAmount=19.9555, DiscountRate=10)
    (quote,) = put(xero, a_quote(LineAmountTypes="INCLUSIVE", LineItems=[line], Title="Yours"))
    assert (quote["QuoteNumber"], quote["LineAmountTypes"]) == ("QU-0001", "INCLUSIVE")
    assert (quote["Total"], quote["TotalTax"], quote["TotalDiscount"]) == (17.96, 2.99, 2.0)
    assert quote["LineItems"][0]["UnitAmount"] == 19.9555
    (again,) = put(xero, a_quote(QuoteNumber="qu-0001"))
    assert again["ValidationErrors"] == [{"Message": "Quote number must be unique"}]
    answer = xero.call("PUT", "Quotes", a_quote(LineAmountTypes="Exclusive"))
    assert answer.json["ErrorNumber"] == 14


def test_statuses(xero: Xero) -> None:
    """A draft can't be declined, nor can an accepted quote: both were seen to be refused."""
    (quote,) = put(xero, a_quote())

    def to(status: str) -> int:
        path = f"Quotes/{quote['QuoteID']}"
        return int(xero.call("POST", path, {"Status": status}).status_code)

    steps = ["DECLINED", "SENT", "ACCEPTED", "DECLINED", "INVOICED"]
    assert [to(status) for status in steps] == [400, 200, 200, 400, 200]


def test_lists(xero: Xero) -> None:
    """Quotes are found by status, number and days, all with their lines."""
    put(
        xero,
        a_quote(QuoteNumber="A", ExpiryDate="2026-12-01"),
        a_quote(QuoteNumber="B", Status="SENT", Date="2026-11-21"),
    )

    def numbers(query: str) -> list[str]:
        quotes = xero.call("GET", f"Quotes?{query}").json["Quotes"]
        assert all(quote["LineItems"] for quote in quotes)
        return [quote["QuoteNumber"] for quote in quotes]

    assert sorted(numbers("")) == ["A", "B"]
    assert numbers("Status=SENT") == ["B"]
    assert numbers("QuoteNumber=a") == ["A"]
    assert numbers("DateFrom=2026-11-21") == ["B"]
    assert numbers("ExpiryDateTo=2026-12-31") == ["A"]
    assert numbers("order=QuoteNumber DESC&page=1") == ["B", "A"]
