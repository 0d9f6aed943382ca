"""A sales invoice as an order: its total to the penny, or nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ....plugin.domain.imports.order_building import (
    OrderTerms,
    build_order,
    fingerprint_of,
    left_out,
    reference_of,
)
from ....plugin.domain.imports.sales_invoice import SalesInvoice, SalesInvoiceLine
from ....plugin.domain.money import ZERO, to_penny
from ....plugin.domain.warehouse.delivery import Delivery
from ....plugin.domain.warehouse.new_order import NewOrder
from ....plugin.errors import NeedsPerson

COUNTRIES = {"united kingdom": "GB", "france": "FR"}
DELIVERY = Delivery(
    name="Jane Roe Ltd",
    first_name="Jane",
    last_name="Roe",
    address=("1 High St", "Flat 2", "Block C", "Gate 4"),
    town="Leeds",
    postcode="LS1 1AA",
    country="United Kingdom",
)
TERMS = OrderTerms(client_id="3", warehouse_id="9")


def line(sku: str, quantity: str | None, amount: str, tax: str = "0") -> SalesInvoiceLine:
    """A line by what it comes to."""
    return SalesInvoiceLine(
        line_id=f"line-{sku}",
        item_code=sku,
        description=sku or "Delivery",
        quantity=None if quantity is None else Decimal(quantity),
        unit_amount=None,
        amount=Decimal(amount),
        tax=Decimal(tax),
        account_code="200",
        tax_type="OUTPUT2",
    )


def invoice(lines: Sequence[SalesInvoiceLine], **changes: Any) -> SalesInvoice:
    """An invoice whose totals are what its lines come to."""
    with_tax = changes.get("prices_with_tax", False)
    tax = sum((x.tax for x in lines), ZERO)
    amounts = sum((x.amount for x in lines), ZERO)
    total = amounts if with_tax else amounts + tax
    whole = SalesInvoice(
        invoice_id="i1",
        number="INV-1",
        reference="",
        status="AUTHORISED",
        contact_id="c1",
        contact_name="Jane Roe Ltd",
        currency="GBP",
        date=date(2026, 6, 1),
        due_date=None,
        prices_with_tax=False,
        lines=tuple(lines),
        subtotal=total - tax,
        tax=tax,
        total=total,
        paid=ZERO,
        credited=ZERO,
        due=total,
        changed_at=datetime(2026, 6, 1, tzinfo=UTC),
    )
    return replace(whole, **changes)


def order_of(document: SalesInvoice) -> NewOrder:
    """Built with the address and terms of this file."""
    return build_order(document, DELIVERY.recipient(COUNTRIES), TERMS)


CENTS = st.integers(0, 500_000).map(lambda pence: Decimal(pence) / 100)
LINES = st.lists(
    st.builds(
        lambda sku, quantity, amount, tax: line(sku, str(quantity), str(amount), str(tax)),
        st.sampled_from(["WID-1", "WID-2", ""]),
        st.integers(1, 9999),
        CENTS,
        CENTS,
    ),
    min_size=1,
    max_size=8,
)


@given(lines=LINES, with_tax=st.booleans())
def test_total_is_the_invoices(lines: list[SalesInvoiceLine], *, with_tax: bool) -> None:
    """Whatever prices divide badly: the order comes to exactly the invoice's total and tax."""
    if with_tax:
        lines = [replace(x, amount=x.amount + x.tax) for x in lines]
    document = invoice([line("WID-0", "1", "1.00"), *lines], prices_with_tax=with_tax)
    order = order_of(document)
    assert order.gross == document.total
    taxes = order.goods_tax + order.shipping.tax - order.discount.tax
    assert (taxes, to_penny(taxes)) == (document.tax, document.tax)


def test_what_becomes_of_each_line() -> None:
    """Goods by item at their price after discount; what has no item is delivery, or discount."""
    goods, text = line("WID-1", "3", "9.99", "2.00"), line("", None, "0")
    delivery, voucher = line("", "1", "5.00", "1.00"), line("", "1", "-2.00", "-0.40")
    document = invoice([goods, text, delivery, voucher])
    order = order_of(document)
    (only,) = order.lines
    assert (only.sku, only.quantity, only.unit_net) == ("WID-1", 3, Decimal("3.3300"))
    assert (order.shipping.net, order.shipping.tax) == (Decimal("5.00"), Decimal("1.00"))
    assert order.discount.net == Decimal("2.00")
    assert order.external_reference == reference_of("i1") == "xero:i1"
    assert (order.client_id, order.warehouse_id, order.courier) == ("3", "9", "AUTO")
    assert left_out(document).endswith("since they have no item: Delivery, Delivery.")


@pytest.mark.parametrize(
    ("lines", "changes", "code"),
    [
        ([line("WID-1", "2.5", "5.00")], {}, "MX-515"),
        ([line("WID-1", "-1", "5.00")], {}, "MX-515"),
        ([line("WID-1", "1", "5.00")], {"number": " "}, "MX-514"),
        ([line("WID-1", "1", "5.00")], {"total": Decimal("5.01")}, "MX-513"),
        ([line("WID-1", "1", "-5.00")], {}, "MX-502"),
        ([line("", "1", "5.00")], {}, "MX-502"),
    ],
)
def test_what_can_be_no_order(
    lines: list[SalesInvoiceLine], changes: dict[str, Any], code: str
) -> None:
    """It is refused with its own code, and a figure is never bent to fit."""
    with pytest.raises(NeedsPerson) as refused:
        order_of(invoice(lines, **changes))
    assert refused.value.code == code


def test_an_edit_is_what_the_warehouse_would_do_otherwise_for() -> None:
    """That an invoice is paid is no edit; another quantity, a void or a whole credit is one."""
    before = invoice([line("WID-1", "1", "5.0000")])
    same = [
        replace(before, status="PAID", paid=before.total, due=ZERO),
        replace(before, lines=(line("WID-1", "1.0000", "5.00"),)),
        replace(before, credited=Decimal("1.00")),
    ]
    others = [
        replace(before, lines=(line("WID-1", "2", "5.00"),)),
        replace(before, status="VOIDED"),
        replace(before, credited=before.total),
        replace(before, contact_id="c2"),
    ]
    assert {fingerprint_of(x) for x in same} == {fingerprint_of(before)}
    assert fingerprint_of(before) not in {fingerprint_of(x) for x in others}


@pytest.mark.parametrize(
    ("country", "code"),
    [
        *(("United  Kingdom", "GB"), ("gb", "GB"), ("UK", "GB"), ("FRANCE", "FR")),
        *(("Republic of Ireland", "IE"), ("\u00c9ire", "IE"), ("", ""), ("X", "")),
    ],
)
def test_countries(country: str, code: str) -> None:
    """A country is found by its name or code however it is written, and is never guessed."""
    delivery = replace(DELIVERY, country=country)
    assert delivery.country_code(COUNTRIES) == code
    assert delivery.unknown_country(COUNTRIES) == ("" if code else country)
    assert delivery.is_whole(COUNTRIES) is bool(code)


def test_recipient() -> None:
    """A person's name, else the contact's; all lines of the address; nobody is printed."""
    person = DELIVERY.recipient(COUNTRIES)
    assert (person.first_name, person.company) == ("Jane", "Jane Roe Ltd")
    assert (person.address2, person.address3) == ("Flat 2", "Block C, Gate 4")
    company = replace(DELIVERY, first_name="").recipient(COUNTRIES)
    assert (company.first_name, company.company) == ("Jane Roe Ltd", "")
    assert "Jane" not in repr(DELIVERY) + repr(person)
