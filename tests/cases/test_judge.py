"""The judge of the cases: it accepts what is expected, and names every member that is otherwise."""

from decimal import Decimal
from typing import Any

import pytest

from .books import BookedLine, Books, Document
from .expected import Judge
from .orders import Placed
from .play import advised_source
from .standing import Standing

ORDER = Placed(order_id=9001, number="MC-1001", lines=2)
OTHER = Placed(order_id=9002, number="MC-1002", lines=1)
FIX = "Map one: mintsoft-xero connection map NAME tax_rate GB:12.5 TAXTYPE."


def booked(net: str, tax: str, tax_type: str, account: str = "200") -> BookedLine:
    return BookedLine(net=Decimal(net), tax=Decimal(tax), tax_type=tax_type, account=account)


def standing() -> Standing:
    """One order is exported, another is refused."""
    lines = (
        booked("10.00", "2.00", "OUTPUT2"),
        booked("5.00", "0.00", "NONE", "260"),
        booked("0.01", "0.00", "NONE", "860"),
    )
    document = Document(
        reference="MC-1001 (Mintsoft 9001)",
        living=True,
        currency="GBP",
        total=Decimal("17.01"),
        tax=Decimal("2.00"),
        lines=lines,
    )
    cause = {"code": "MX-302", "message": "No tax type", "fix": FIX, "state": "refused"}
    refused = {"number": "MC-1002", "state": "refused", "code": "MX-302", "message": "No tax type"}
    return Standing(
        rows={
            "9001": {"number": "MC-1001", "state": "exported", "code": None, "message": None},
            "9002": refused,
        },
        causes=({**cause, "cause": "MX-302-1", "documents": 1, "numbers": ["MC-1002"]},),
        found=frozenset({"9002"}),
        books=Books(
            documents=(document,),
            rates={"OUTPUT2": Decimal(20), "NONE": Decimal(0)},
            tax_types={"20% (VAT on Income)": "OUTPUT2"},
            rounding_account="860",
        ),
    )


def judge(*, summary: bool = False) -> Judge:
    return Judge(orders={"a": ORDER, "b": OTHER}, standing=standing(), summary=summary)


GOOD: dict[str, Any] = {
    "state": "exported",
    "total": "17.01",
    "tax": {"min": "1.99", "max": "2.00"},
    "tax_by_rate": {"20": "2.00", "0": "0.00"},
    "net_by_rate": {"20": "10.00", "0": "5.00"},
    "tax_by_type": {"@20% (VAT on Income)": "2.00"},
    "net_by_account": {"200": "10.00", "260": "5.00"},
    "documents": {"live": 1, "sum": "17.01"},
    "errors_names_it": False,
    "reconcile_finds_it": False,
    "currency": "GBP",
    "one_cause": ["b"],
    "cause_says": ["GB"],
}
ALSO = {"state": "refused", "code": "MX-302", "says": ["tax type"], "way_out": True}


def test_what_is_as_expected_has_no_faults() -> None:
    """Every member holds, of the first order and of the others."""
    assert judge().faults({**GOOD, "also": {"b": ALSO}}) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "refused"},
        {"total": "17.00"},
        {"tax": "1.99"},
        {"tax": {"min": "2.01", "max": "2.02"}},
        {"tax_by_rate": {"20": "2.00", "5": "0.01"}},
        {"tax_by_rate": {"0": "0.00"}},
        {"net_by_rate": {"20": "10.00"}},
        {"tax_by_type": {"OUTPUT2": "1.99"}},
        {"net_by_account": {"200": "15.00"}},
        {"documents": {"live": 2, "sum": "17.01"}},
        {"documents": {"live": 1, "sum": "17.00"}},
        {"errors_names_it": True},
        {"reconcile_finds_it": True},
        {"currency": "EUR"},
        {"one_cause": ["a", "b"]},
        {"cause_says": ["DE"]},
        {"code": "MX-201"},
        {"says": ["credit"]},
        {"way_out": True},
        {"also": {"b": {"state": "exported"}}},
        {"also": {"b": {"code": "MX-303"}}},
        {"also": {"b": {"code_not": ["MX-302"]}}},
        {"also": {"b": {"total": "0.00"}}},
        {"also": {"b": {"errors_names_it": False}}},
    ],
    ids=str,
)
def test_what_is_otherwise_is_named(wrong: dict[str, Any]) -> None:
    """A single member that does not hold is one fault or more."""
    assert judge().faults({**GOOD, **wrong})


def test_tax_of_summary_lines_may_differ_by_half_a_penny_a_line() -> None:
    """Two lines allow one penny of tax and nothing of the total; with a line each, nothing."""
    near, far = {"tax": "1.99"}, {"tax": "1.98"}
    assert judge(summary=True).faults(near) == []
    assert judge(summary=True).faults(far)
    assert judge(summary=True).faults({"total": "17.00"})
    assert judge().faults(near)


@pytest.mark.parametrize(
    ("fix", "source"),
    [
        (FIX, "GB:12.5"),
        ("Map it: mintsoft-xero connection map shop tax_rate 'GB:12.5' TAXTYPE.", "GB:12.5"),
        ("Run mintsoft-xero connection map NAME tax_rate sku:A-1 TAXTYPE", "sku:A-1"),
        ("mintsoft-xero connection map NAME tax_rate FR:RATE TAXTYPE", "FR:10"),
        ("mintsoft-xero connection map NAME tax_rate COUNTRY:RATE TAXTYPE", "FR:10"),
        ("mintsoft-xero connection map NAME tax_rate SOURCE TAXTYPE", "FR:10"),
    ],
)
def test_advice_is_followed_as_it_stands(fix: str, source: str) -> None:
    """The source that the fix names is taken; one that it leaves open is country and rate."""
    assert advised_source(fix, {"country": "FR", "rate": "10"}) == source


def test_advice_without_a_command_is_none() -> None:
    """A fix that names no mapping can't be followed."""
    with pytest.raises(AssertionError, match="no mapping"):
        advised_source("Correct the tax in Mintsoft.", {"country": "FR", "rate": "10"})
