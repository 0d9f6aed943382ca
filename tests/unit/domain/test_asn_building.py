from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ....plugin.domain.imports.asn_building import (
    AsnTerms,
    build_asn,
    changed_asn,
    content_of,
    fingerprint_of,
    in_words,
    left_out,
    marks_of,
    origin_of,
    versions,
)
from ....plugin.domain.imports.purchase_order import PurchaseOrder
from ....plugin.domain.warehouse.goods_in import Asn, AsnLine, NewAsn
from ....plugin.errors import NeedsPerson
from ..imports.purchase_orders.samples import LINES, ORDER, line

TERMS = AsnTerms(client_id="3", warehouse_id="4", goods_in_type="Pallet")
DAY = date(2026, 6, 1)


def build(order: PurchaseOrder = ORDER, **terms: Any) -> NewAsn:
    return build_asn(order, DAY, replace(TERMS, **terms))


def at_warehouse(new: NewAsn, **changes: Any) -> Asn:
    """The ASN as Mintsoft would say it: other capitals, other order of the lines."""
    lines = [
        AsnLine(
            line_id=str(number),
            product_id="1",
            sku=line.sku.lower(),
            expected=line.quantity,
            received=0,
            booked=0,
            source_line_id=line.source_line_id,
        )
        for number, line in enumerate(reversed(new.lines))
    ]
    asn = Asn(
        asn_id="9",
        client_id="3",
        warehouse_id="8",
        po_reference=new.po_reference,
        supplier=new.supplier.upper(),
        status="NEW",
        expected_on=new.expected_on,
        goods_in_type="Carton",
        packages=4,
        changed_at=datetime(2026, 6, 3, tzinfo=UTC),
        lines=tuple(lines),
    )
    return replace(asn, **changes)


def test_a_purchase_order_becomes_an_asn() -> None:
    """Number, supplier, day and whole units of the items are the order's; the rest is chosen."""
    asn = build()
    assert (asn.po_reference, asn.supplier, asn.expected_on) == (
        *("PO-0042", "Acme Supplies"),
        date(2026, 6, 20),
    )
    assert (asn.client_id, asn.warehouse_id, asn.goods_in_type, asn.packages) == (
        *("3", "4", "Pallet"),
        1,
    )
    assert [(x.sku, x.quantity, x.source_line_id) for x in asn.lines] == [
        ("WID-1", 100, "xero:po1:line-WID-1"),
        ("WID-2", 5, "xero:po1:line-WID-2"),
    ]
    assert build(supplier="Our suppliers").supplier == "Our suppliers"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (LINES, "Line 2 has no item and is not on the ASN."),
        ((*LINES, line(" ", "2")), "Lines 2, 4 have no item and are not on the ASN."),
        ((LINES[0], line("", None)), ""),
    ],
)
def test_what_is_left_out_is_said(lines: Any, said: str) -> None:
    """Freight and other lines without an item are named; a line of text orders nothing."""
    assert left_out(replace(ORDER, lines=lines)) == said


@pytest.mark.parametrize("quantity", ["2.5", "0", "-3"])
def test_a_quantity_that_can_not_be_received_is_refused(quantity: str) -> None:
    """The line, the quantity and the item are named."""
    with pytest.raises(NeedsPerson) as refused:
        build(replace(ORDER, lines=(LINES[1], line("WID-1", quantity))))
    assert refused.value.code == "MX-520"
    assert f"Line 2 orders {quantity} of WID-1" in refused.value.message


def test_the_arrival_is_promised_or_wished_or_by_the_rule() -> None:
    """The day promised comes before the day wished for; with neither, a rule or a refusal."""
    assert build(replace(ORDER, expected_date=date(2026, 7, 1))).expected_on == date(2026, 7, 1)
    dateless = replace(ORDER, delivery_date=None)
    assert build(dateless, arrival_days=14).expected_on == date(2026, 6, 15)
    with pytest.raises(NeedsPerson) as refused:
        build(dateless)
    assert refused.value.code == "MX-523"


@given(st.lists(st.sampled_from(["", "a", "b", "7"]), min_size=1, max_size=8))
def test_no_two_lines_have_the_same_mark(ids: list[str]) -> None:
    """Whatever ids the lines have, each line of the ASN has a mark of its own, of this order."""
    order = replace(ORDER, lines=tuple(line("WID-1", "1") for _ in ids))
    order = replace(
        order, lines=tuple(replace(x, line_id=i) for x, i in zip(order.lines, ids, strict=True))
    )
    marks = [x.source_line_id for x in build(order).lines]
    assert len(set(marks)) == len(ids)
    assert marks == list(marks_of(order).values())
    assert all(mark.startswith(origin_of(order.purchase_order_id)) for mark in marks)


@pytest.mark.parametrize(
    ("changes", "edited"),
    [
        ({"status": "BILLED"}, False),
        ({"reference": "other"}, False),
        ({"changed_at": datetime(2026, 6, 9, tzinfo=UTC)}, False),
        ({"lines": tuple(replace(x, line_id="new", unit_amount=None) for x in LINES)}, False),
        ({"lines": tuple(reversed(LINES))}, False),
        ({"lines": (LINES[0], LINES[2])}, False),
        ({"expected_date": date(2026, 6, 20)}, False),
        ({"lines": LINES[:2]}, True),
        ({"lines": (line("WID-1", "101"), *LINES[1:])}, True),
        ({"delivery_date": date(2026, 6, 21)}, True),
        ({"supplier": "Other"}, True),
        ({"number": "PO-0043"}, True),
        ({"status": "DELETED"}, True),
    ],
)
def test_only_what_the_warehouse_is_told_is_an_edit(changes: Any, edited: object) -> None:
    """That it is billed, priced, or written anew by another program changes nothing there."""
    assert (fingerprint_of(replace(ORDER, **changes)) != fingerprint_of(ORDER)) is edited


def test_an_asn_says_what_was_asked_for_unless_somebody_edited_it() -> None:
    """Capitals, the order of lines, and the warehouse's own affairs are no edit."""
    new = build()
    asn = at_warehouse(new)
    assert content_of(asn) == content_of(new)
    for changes in (
        {"expected_on": date(2026, 6, 22)},
        {"po_reference": "PO-0042B"},
        {"lines": asn.lines[:1]},
        {"lines": (replace(asn.lines[0], expected=6), asn.lines[1])},
    ):
        assert content_of(replace(asn, **changes)) != content_of(new)


def test_a_change_leaves_the_warehouses_own_affairs() -> None:
    """Where the goods were directed to, and in what they come, stays as the warehouse has it."""
    wanted = changed_asn(at_warehouse(build()), build(replace(ORDER, lines=LINES[:1])))
    assert (wanted.warehouse_id, wanted.goods_in_type, wanted.packages) == ("8", "Carton", 4)
    assert [x.sku for x in wanted.lines] == ["WID-1"]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 999)), min_size=1))
def test_words_count_every_unit(lines: list[tuple[str, int]]) -> None:
    """Lines of the same product are one phrase with their sum."""
    order = replace(ORDER, lines=tuple(line(sku, str(n)) for sku, n in lines))
    said = in_words(build(order))
    for sku in {sku for sku, _ in lines}:
        total = sum((Decimal(n) for x, n in lines if x == sku), Decimal(0))
        assert f"{sku} x {total}" in said


def test_both_versions_tell_what_differs() -> None:
    """Goods, day and number are said; that the supplier differs too, but not who it is."""
    new = build()
    other = build(replace(ORDER, number="PO-43", supplier="Jane Doe"))
    said = versions(at_warehouse(new), other)
    assert said["has"].startswith("PO-0042: ")
    assert said["wants"].startswith("PO-43: WID-1 x 100, WID-2 x 5, arriving 2026-06-20")
    assert said["wants"].endswith("from another supplier")
    assert "Jane" not in str(said)
    same = versions(at_warehouse(new), new)
    assert (same["has"], same["wants"]) == (
        "wid-2 x 5, wid-1 x 100, arriving 2026-06-20",
        "WID-1 x 100, WID-2 x 5, arriving 2026-06-20",
    )
