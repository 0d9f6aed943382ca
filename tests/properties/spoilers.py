"""What can be wrong with an invoice: each spoiler breaks a sound payload in one way."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

Json = dict[str, Any]
Spoiler = Callable[[Random, Json], None]

#: Both are set in the sandbox; sound invoices are dated later.
PERIOD_LOCK = date(2026, 6, 30)
YEAR_LOCK = date(2026, 3, 31)


def random_quantity(random: Random) -> Decimal | None:
    """Mostly whole, with up to 4 places, sometimes negative or left out."""
    whole = Decimal(random.choice((1, 1, 1, 2, 3, 6, 12, 100)))
    part = Decimal(random.randrange(1, 99999)).scaleb(-random.choice((1, 2, 4)))
    return random.choice((whole, whole, whole, whole, part, part, part, -whole, None))


def random_price(random: Random) -> Decimal:
    """With more places than a request allows, or on a half; sometimes nothing or negative."""
    amount = Decimal(random.randrange(200_000)).scaleb(-2)
    half = Decimal(random.randrange(0, 20_000, 10) + 5).scaleb(-3)
    small = Decimal(random.randrange(200)).scaleb(-2)
    fine = Decimal(random.randrange(10_000_000)).scaleb(-random.choice((4, 5)))
    return random.choice((amount, amount, half, half, small, fine, fine, -small, Decimal(0)))


def _some_lines(random: Random, payload: Json) -> list[Json]:
    """One or two of the lines that have amounts; none if there are none."""
    lines = [line for line in payload["LineItems"] if len(line) > 1]
    return random.sample(lines, min(len(lines), random.choice((1, 1, 2))))


def _approve(random: Random, payload: Json) -> None:
    if payload.get("Status") in {"DRAFT", None}:
        payload["Status"] = random.choice(("SUBMITTED", "AUTHORISED"))


def _head(name: str, *values: Any) -> Spoiler:
    def spoil(random: Random, payload: Json) -> None:
        payload[name] = random.choice(values)

    return spoil


def _each(name: str, *values: Any) -> Spoiler:
    def spoil(random: Random, payload: Json) -> None:
        for line in _some_lines(random, payload):
            line[name] = random.choice(values)

    return spoil


def _missing(*names: str) -> Spoiler:
    def spoil(random: Random, payload: Json) -> None:
        _approve(random, payload)
        for line in _some_lines(random, payload):
            for name in names:
                line.pop(name, None)

    return spoil


def _empty_line(random: Random, payload: Json) -> None:
    _approve(random, payload)
    payload["LineItems"].append({})


def _no_due_date(random: Random, payload: Json) -> None:
    _approve(random, payload)
    payload.pop("DueDate", None)


def _no_contact(random: Random, payload: Json) -> None:
    payload.pop("Contact", None)


def _no_lines(random: Random, payload: Json) -> None:
    payload["LineItems"] = []


def _locked(first: date, last: date) -> Spoiler:
    def spoil(random: Random, payload: Json) -> None:
        day = random.choice((first, last, first + (last - first) / 2))
        payload["Date"] = day.isoformat()

    return spoil


def _discount_too_large(random: Random, payload: Json) -> None:
    for line in _some_lines(random, payload):
        line.pop("DiscountRate", None)
        price = abs(line.get("UnitAmount") or line.get("LineAmount") or Decimal(1))
        more = random.choice((Decimal("0.01"), Decimal("0.005"), Decimal(14)))
        line["DiscountAmount"] = price * abs(line.get("Quantity") or 1) + more


def _discount_on_negative(random: Random, payload: Json) -> None:
    """Refused by an amount, even of nothing; accepted by a rate (xero.md 5.3)."""
    for line in _some_lines(random, payload):
        kind = random.choice(("DiscountAmount", "DiscountAmount", "DiscountRate"))
        for name in ("DiscountRate", "DiscountAmount", "LineAmount"):
            line.pop(name, None)
        line |= {"Quantity": Decimal(1), "UnitAmount": Decimal("-0.50"), kind: Decimal(0)}


def _wrong_line_total(random: Random, payload: Json) -> None:
    for line in _some_lines(random, payload):
        line |= {
            "Quantity": random_quantity(random) or Decimal(2),
            "UnitAmount": random_price(random),
        }
        line["LineAmount"] = random_price(random)


def _line_total_of_nothing(random: Random, payload: Json) -> None:
    """The known bug: 0.00 on a line that is discounted (xero.md 5.2)."""
    for line in _some_lines(random, payload):
        line.pop("DiscountAmount", None)
        line |= {
            "Quantity": Decimal(1),
            "UnitAmount": abs(random_price(random)),
            "LineAmount": Decimal(0),
        }
        line["DiscountRate"] = Decimal(random.choice((100, 100, 60, 99)))


def _wrong_total(random: Random, payload: Json) -> None:
    payload[random.choice(("Total", "SubTotal", "TotalTax"))] = Decimal("123456.78")


def _negative_total(random: Random, payload: Json) -> None:
    price = -Decimal(random.randrange(10**8, 10**9)).scaleb(-2)
    payload["LineItems"].append(
        {
            "Description": "Discount",
            "Quantity": Decimal(1),
            "UnitAmount": price,
            "AccountCode": "200",
            "TaxType": random.choice(("OUTPUT2", "NONE")),
        }
    )


def _large_tax(random: Random, payload: Json) -> None:
    sign = random.choice((1, -1))
    for line in _some_lines(random, payload):
        line["TaxAmount"] = sign * Decimal(random.randrange(10**9)).scaleb(-3)


def _unfit_tax(random: Random, payload: Json) -> None:
    for line in _some_lines(random, payload):
        line |= {"AccountCode": "200", "TaxType": random.choice(("INPUT2", "CAPEXINPUT2"))}


#: What can be wrong with an invoice, by name.
SPOILERS: dict[str, Spoiler] = {
    "status": _head("Status", "PAID", "VOIDED", "DELETED"),
    "period locked": _locked(YEAR_LOCK + timedelta(days=1), PERIOD_LOCK),
    "year locked": _locked(date(2025, 1, 1), YEAR_LOCK),
    "long number": _head("InvoiceNumber", "9" * 256, "n" * 300),
    "odd number": _head("InvoiceNumber", "Nº 1", "N\t1", "№-7", "日本"),
    "currency": _head("CurrencyCode", "JPY", "XXX", "gbp"),
    "no contact": _no_contact,
    "nameless contact": _head("Contact", {}, {"Name": ""}, {"EmailAddress": "a@example.com"}),
    "no lines": _no_lines,
    "unknown account": _each("AccountCode", "999", "A-1"),
    "bank or system account": _each("AccountCode", "090", "610", "800", "820"),
    "archived account": _each("AccountCode", "205"),
    "unknown tax type": _each("TaxType", "FOO", "OUTPUT9"),
    "unfit tax type": _unfit_tax,
    "no account": _missing("AccountCode"),
    "no account and tax type": _missing("AccountCode", "TaxType"),
    "no description": _missing("Description"),
    "empty line": _empty_line,
    "no due date": _no_due_date,
    "discount rate": _each("DiscountRate", Decimal("100.01"), Decimal(150), Decimal(-5)),
    "discount amount": _discount_too_large,
    "discount of a negative line": _discount_on_negative,
    "line total": _wrong_line_total,
    "line total of nothing": _line_total_of_nothing,
    "tax larger than its line": _large_tax,
    "document total": _wrong_total,
    "negative total": _negative_total,
}
