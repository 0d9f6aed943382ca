"""What ``where``, ``order`` and the other filters of a list do (xero.md 2.2)."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .....plugin.sandbox.xero.protocol import filters
from .....plugin.sandbox.xero.protocol.envelope import RefusalError

_ID = "11111111-2222-3333-4444-555555555555"
FIELDS: filters.Fields = {
    "InvoiceID": filters.guid("InvoiceID"),
    **filters.texts("Type", "Status", "Name", "Reference"),
    "Total": filters.number("Total"),
    "Date": filters.day("Date"),
    "UpdatedDateUTC": filters.stamp("UpdatedDateUTC"),
    "IsCustomer": filters.flag("IsCustomer"),
    "Contact.ContactID": filters.guid("ContactID"),
    "Contact.Name": filters.texts("Name")["Name"],
}
ROW: dict[str, Any] = {
    "InvoiceID": _ID,
    "ContactID": _ID,
    "Type": "ACCREC",
    "Status": "AUTHORISED",
    "Name": 'Bob "The Builder" Ltd',
    "Reference": None,
    "Total": "12.50",
    "Date": "2026-03-29",
    "UpdatedDateUTC": 1_774_742_400_000,
    "IsCustomer": True,
}


def _holds(text: str) -> bool:
    return filters.where(text, FIELDS)(ROW)


def _refusal(text: str) -> tuple[int, Any]:
    with pytest.raises(RefusalError) as caught:
        _holds(text)
    answer = caught.value.answer
    assert answer.payload is not None
    assert answer.payload["ErrorNumber"] == 16
    return answer.status, answer.payload["Type"]


@pytest.mark.parametrize(
    "text",
    [
        'Type=="ACCREC" AND Status=="AUTHORISED"',
        'Type="ACCREC"&&Status!="PAID"',
        'Status=="PAID" OR Status=="AUTHORISED"',
        'Status=="PAID" || (Type=="ACCREC" and !(Total<12.5))',
        "NOT Total>12.5 AND Total<=12.50 AND Total>-1",
        "Date>=DateTime(2026,03,29) AND Date<DateTime(2026, 3, 30, 0, 0, 0)",
        'UpdatedDateUTC>=DateTime.Parse("2026-03-29T00:00:00")',
        f'Contact.ContactID==guid("{_ID}") AND InvoiceID==Guid("{_ID.upper()}")',
        'Name=="Bob ""The Builder"" Ltd"',
        'Contact.Name.ToLower().Contains("the builder")',
        'Name.StartsWith("Bob") AND Name.EndsWith("Ltd") == true',
        "IsCustomer AND IsCustomer==true AND IsCustomer!=false",
        'Reference==null AND Name<>null AND "ACCREC"==Type',
        'name.contains("Bob") and TOTAL>=12',
    ],
)
def test_what_xero_understands(text: str) -> None:
    """The forms of xero.md 2.2, in any case of names and words, find the row."""
    assert _holds(text)
    assert not _holds(f"!({text})")


@pytest.mark.parametrize(
    "text",
    [
        r'Name=="back\slash"',
        'Name=="unfinished',
        "Name==",
        'Name=="a" Status=="b"',
        'Nothing=="a"',
        'Name.Reverse()=="a"',
        'Total.Contains("1")',
        "Name==5",
        f'InvoiceID=="{_ID}"',
        'InvoiceID==guid("five")',
        "Date>DateTime(2026,13,1)",
        "Date>DateTime(2026,1)",
        'Date>"2026-01-01"',
        "Name",
        "",
        "(" * 5000,
        "!" * 5000 + "IsCustomer",
        "Name" + ".ToLower()" * 5000 + '=="a"',
    ],
)
def test_what_xero_refuses(text: str) -> None:
    """Bad syntax, unknown fields and a backslash are a 400 QueryParseException, never a 500."""
    assert _refusal(text) == (400, "QueryParseException")


def test_a_method_on_null_is_refused() -> None:
    """A method on a field that is null needs ``!=null AND`` before it."""
    assert _refusal('Reference.Contains("a")') == (400, "QueryParseException")
    assert not _holds('Reference!=null AND Reference.Contains("a")')
    assert _holds('Reference==null OR Reference.Contains("a")')


_WORDS = st.sampled_from(
    [
        *FIELDS, "AND", "or", "&&", "!", "not", "(", ")", "==", "=", "<", ">=", "null", "true",
        '"a"', '""', "5", "-1.5", ".Contains(", ".ToLower()", "DateTime(2026,1,1)", "guid(",
        "DateTime.Parse(", '"2026-01-01"', f'"{_ID}"', ",", ".", "\\", "\x00", "é", "٣",
    ]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(_WORDS, max_size=12).map(" ".join)))
def test_any_text_is_a_test_or_a_refusal(text: str) -> None:
    """Whatever is asked, the answer is yes, no or the 400 of a query: nothing else is raised."""
    with suppress(RefusalError):
        assert filters.where(text, FIELDS)(ROW) in {True, False}


@given(st.text(), st.text(), st.text(), st.text())
def test_any_other_filter_is_harmless(order: str, page: str, size: str, since: str) -> None:
    """Orders are a 400 where not understood; pages are clamped; a bad date is no date."""
    with suppress(RefusalError):
        filters.ordered([ROW], order, FIELDS, "InvoiceID")
    _rows, pagination = filters.paged([ROW], {"page": page, "pagesize": size})
    assert pagination["page"] >= 1
    assert 1 <= pagination["pageSize"] <= 1000
    assert filters.modified_since(since) is None or since


def test_order_is_by_several_fields() -> None:
    """``order`` takes fields with ASC or DESC; null comes first."""
    rows = [ROW | {"Name": name, "Total": total} for name, total in (("b", "1"), ("a", "2"))]
    rows.append(ROW | {"Name": "a", "Total": None})
    found = filters.ordered(rows, "Name ASC, Total DESC", FIELDS, "InvoiceID")
    assert [(row["Name"], row["Total"]) for row in found] == [("a", "2"), ("a", None), ("b", "1")]
    by_default = [ROW | {"UpdatedDateUTC": 2}, ROW | {"UpdatedDateUTC": 1}]
    assert filters.ordered(by_default, None, FIELDS, "InvoiceID") == by_default[::-1]


@pytest.mark.parametrize(
    ("header", "milliseconds"),
    [
        ("2026-11-22T10:00:00", 1_795_341_600_000),
        ("Sun, 22 Nov 2026 10:00:00 GMT", 1_795_341_600_000),
        ("2026-11-22T10:00:00.900", 1_795_341_600_000),
        ("yesterday", None),
    ],
)
def test_modified_since_is_to_the_second(header: str, milliseconds: int | None) -> None:
    """If-Modified-Since is UTC to the second, in ISO form or as HTTP writes dates."""
    assert filters.modified_since(header) == milliseconds
