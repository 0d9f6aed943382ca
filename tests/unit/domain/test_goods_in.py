from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ....plugin.domain.warehouse.goods_in import Asn, AsnLine, NewAsn, NewAsnLine
from ....plugin.errors import NeedsPerson

NEW_LINE = NewAsnLine(sku="A", quantity=5, source_line_id="xero:1:1")
NEW = NewAsn(
    po_reference="PO-1",
    warehouse_id="3",
    supplier="Acme",
    expected_on=date(2026, 10, 1),
    goods_in_type="Pallet",
    packages=1,
    comments="From Xero",
    lines=(NEW_LINE, replace(NEW_LINE, source_line_id="xero:1:2")),
)
LINE = AsnLine(
    line_id="1",
    product_id="501",
    sku="A",
    expected=5,
    received=0,
    booked=0,
    source_line_id="xero:1:2",
)
ASN = Asn(
    asn_id="9",
    client_id="3",
    warehouse_id="3",
    po_reference="PO-1",
    supplier="",
    status="NEW",
    expected_on=None,
    goods_in_type="Pallet",
    packages=1,
    changed_at=datetime(2026, 6, 1, tzinfo=UTC),
    lines=(LINE, replace(LINE, source_line_id="")),
)


@pytest.mark.parametrize(
    ("document", "changes", "problem"),
    [
        (NEW, {"po_reference": ""}, "purchase order number is missing"),
        (NEW, {"supplier": "x" * 251}, "supplier is longer than 250 characters"),
        (NEW, {"packages": 0}, "number of packages is not between 1 and 2147483647"),
        (NEW, {"comments": ""}, "comment is missing"),
        (NEW, {"lines": ()}, "list of lines is empty"),
        (NEW, {"lines": (NEW_LINE, NEW_LINE)}, "lines have the same mark twice"),
        (NEW_LINE, {"quantity": 0}, "quantity of a line is not between 1 and 2147483647"),
        (NEW_LINE, {"source_line_id": ""}, "mark of a line is missing"),
    ],
)
def test_what_mintsoft_would_refuse_can_not_be_built(
    document: Any, changes: Any, problem: str
) -> None:
    """Each limit is told in one sentence with the field, before any call."""
    with pytest.raises(NeedsPerson, match="Mintsoft would refuse the ASN") as refused:
        replace(document, **changes)
    assert problem in refused.value.message


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"po_reference": "PO-2"}, True),
        ({"lines": (replace(LINE, source_line_id="xero:9:1"),)}, False),
        ({"lines": (replace(LINE, source_line_id="xero:11:1"),)}, False),
        ({"lines": ()}, False),
        ({"status": "CANCELLED"}, False),
    ],
)
def test_an_asn_is_known_by_its_marks(changes: Any, same: object) -> None:
    """Numbers are edited and shared; only a mark tells from which document an ASN was made."""
    assert replace(ASN, **changes).made_from("xero:1:") is same


def test_an_asn_that_has_begun_to_arrive_is_touched() -> None:
    """One unit that was received or booked is enough, and so is a status that says so."""
    assert ASN.untouched
    assert not replace(ASN, lines=(LINE, replace(LINE, received=1))).untouched
    assert not replace(ASN, lines=(replace(LINE, booked=1),)).untouched
    assert not replace(ASN, status="BOOKEDIN").untouched
    assert not replace(ASN, status="STATUS-99").untouched, "what is not known may be any"
