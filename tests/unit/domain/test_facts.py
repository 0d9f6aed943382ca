"""Facts of documents: every fact of the catalogue, each of its type, whatever is missing."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from ....plugin.domain.client_invoices.client_invoice import (
    Breakdown,
    Client,
    ClientInvoice,
    CostCentre,
    OtherCharge,
)
from ....plugin.domain.client_invoices.client_invoice_facts import (
    ClientInvoiceDecisionContext,
    facts_of_client_invoice,
)
from ....plugin.domain.decisions.facts import Facts
from ....plugin.domain.imports.purchase_order import PurchaseOrder, PurchaseOrderLine
from ....plugin.domain.imports.purchase_order_facts import (
    PurchaseOrderSurroundings,
    facts_of_purchase_order,
)
from ....plugin.domain.imports.sales_invoice import SalesInvoice, SalesInvoiceLine
from ....plugin.domain.imports.sales_invoice_facts import (
    SalesInvoiceSurroundings,
    facts_of_sales_invoice,
)
from ....plugin.domain.money import ZERO
from ....plugin.domain.orders.order import Charge
from ....plugin.domain.orders.order_facts import DecisionContext, facts_of_order
from ....rules.engine.evaluation.read_facts import Reads
from ....rules.engine.language.kinds import (
    CLIENT_INVOICES,
    ORDERS,
    PURCHASE_ORDERS,
    SALES_INVOICES,
    Kind,
)
from ..orders import a_line, an_order

DAY = date(2026, 6, 15)
MOMENT = datetime(2026, 6, 15, 9, tzinfo=UTC)

SALES_LINE = SalesInvoiceLine(
    line_id="1",
    item_code="WID-1",
    description="Blue widget",
    quantity=Decimal("2.0000"),
    unit_amount=Decimal("10.0000"),
    amount=Decimal("20.00"),
    tax=Decimal("4.00"),
    account_code="200",
    tax_type="OUTPUT2",
)
SALES_INVOICE = SalesInvoice(
    invoice_id="a1",
    number="INV-1",
    reference="",
    status="AUTHORISED",
    contact_id="c1",
    contact_name="Ada Byron",
    currency="GBP",
    date=DAY,
    due_date=None,
    prices_with_tax=False,
    lines=(SALES_LINE,),
    subtotal=Decimal("20.00"),
    tax=Decimal("4.00"),
    total=Decimal("24.00"),
    paid=ZERO,
    credited=ZERO,
    due=Decimal("24.00"),
    changed_at=MOMENT,
)
PURCHASE_LINE = PurchaseOrderLine(
    line_id="1",
    item_code="WID-1",
    description="Blue widget",
    quantity=Decimal("100.0000"),
    unit_amount=Decimal("4.5055"),
)
PURCHASE_ORDER = PurchaseOrder(
    purchase_order_id="b1",
    number="PO-1",
    reference="",
    status="AUTHORISED",
    contact_id="s1",
    supplier="Widgets Ltd",
    currency="GBP",
    date=DAY,
    delivery_date=None,
    expected_date=None,
    delivery_address="",
    delivery_instructions="",
    lines=(PURCHASE_LINE,),
    changed_at=MOMENT,
)
CLIENT = Client(client_id="8", code="ACME", name="Acme Ltd", currency="GBP", vat_exempt=False)
CLIENT_INVOICE = ClientInvoice(
    source_id="3",
    client_id="8",
    name="May",
    comments="",
    dated_on=DAY,
    parcels=4,
    items=9,
    costs=dict.fromkeys(CostCentre, ZERO)
    | {CostCentre.POSTAGE: Decimal("40.00"), CostCentre.POSTAGE_VAT_FREE: Decimal("5.00")},
    changed_at=MOMENT,
)
BREAKDOWN = Breakdown(
    orders=(),
    others=(
        OtherCharge(
            charge_id="1",
            centre=CostCentre.OTHER,
            about_id="",
            description="",
            amount=Decimal("7.00"),
        ),
    ),
)


def of_sales_invoice(**changes: Any) -> Facts:
    return facts_of_sales_invoice(replace(SALES_INVOICE, **changes), DAY, known_skus={"WID-1"})


def of_purchase_order(**changes: Any) -> Facts:
    return facts_of_purchase_order(replace(PURCHASE_ORDER, **changes), DAY, known_skus={"WID-1"})


def of_client_invoice(
    client: Client | None = CLIENT, breakdown: Breakdown | None = None, *, within: bool = False
) -> Facts:
    mapped = {CostCentre.POSTAGE}
    return facts_of_client_invoice(
        CLIENT_INVOICE, client, breakdown, mapped=mapped, vat_free_within_postage=within
    )


def lines_of(facts: Facts) -> list[Mapping[str, Any]]:
    lines: Any = facts["lines"]
    return list(lines)


def around(surroundings: type, kind: Kind) -> Facts:
    """What the good document of a kind has around it."""
    values = {field.name: kind.good[field.name] for field in fields(surroundings)}
    facts: Facts = surroundings(**values).facts()
    return facts


BARE_SALES_LINE = replace(SALES_LINE, item_code="", quantity=None, unit_amount=None, amount=ZERO)
BARE_PURCHASE_LINE = replace(PURCHASE_LINE, item_code="", unit_amount=None)


@pytest.mark.parametrize(
    ("kind", "surroundings", "facts"),
    [
        (ORDERS, DecisionContext, facts_of_order(an_order(), DAY)),
        (ORDERS, DecisionContext, facts_of_order(an_order(lines=(), customer=""), DAY)),
        (SALES_INVOICES, SalesInvoiceSurroundings, of_sales_invoice()),
        (
            SALES_INVOICES,
            SalesInvoiceSurroundings,
            of_sales_invoice(date=None, number="", contact_name="", lines=(BARE_SALES_LINE,)),
        ),
        (PURCHASE_ORDERS, PurchaseOrderSurroundings, of_purchase_order()),
        (
            PURCHASE_ORDERS,
            PurchaseOrderSurroundings,
            of_purchase_order(date=None, supplier="", lines=(BARE_PURCHASE_LINE,)),
        ),
        (CLIENT_INVOICES, ClientInvoiceDecisionContext, of_client_invoice()),
        (CLIENT_INVOICES, ClientInvoiceDecisionContext, of_client_invoice(None, BREAKDOWN)),
    ],
)
def test_nothing_is_missing(kind: Kind, surroundings: type, facts: Facts) -> None:
    """Every fact is there, of its type, even of a document that says next to nothing."""
    whole = {**facts, **around(surroundings, kind)}
    assert set(whole) == set(kind.facts)
    every = Reads(facts=tuple(kind.facts.values()), line_facts=tuple(kind.line_facts.values()))
    assert every.problem(whole) == ""
    assert all(set(line) == set(kind.line_facts) for line in lines_of(whole))


def test_order_totals() -> None:
    """Taxes and discounts are taken apart, and discounts also in per cent."""
    order = an_order(
        lines=(a_line(discount_net=Decimal("5.00"), tax=Decimal("3.00")), a_line()),
        shipping=Charge(net=Decimal("10.00"), tax=Decimal("2.00")),
        discount=Charge(net=Decimal("2.50"), tax=Decimal("0.50")),
    )
    facts = facts_of_order(order, DAY)
    names = ("goods_tax", "shipping_tax", "order_discount_tax", "total_tax", "discount_percent")
    assert [str(facts[name]) for name in names] == ["7.00", "2.00", "0.50", "8.50", "15.00"]
    assert [str(line["discount_percent"]) for line in lines_of(facts)] == ["25.00", "0.00"]


def test_personal_data_is_no_fact() -> None:
    """No fact holds the name of a customer or of a supplier, or an address."""
    order = an_order(customer="Ada Byron")
    said = [facts_of_order(order, DAY), of_sales_invoice(), of_purchase_order()]
    assert not any(name in str(said) for name in ("Ada", "Byron", "Widgets Ltd"))
    assert facts_of_order(order, DAY)["customer_known"] is True


def test_sales_invoice() -> None:
    """Lines of text are no lines; only whole numbers above 0 are units; the mark is seen."""
    half = replace(SALES_LINE, quantity=Decimal("1.5"))
    back = replace(SALES_LINE, quantity=Decimal(-1))
    service = replace(SALES_LINE, item_code="")
    other = replace(SALES_LINE, item_code="NOPE")
    facts = of_sales_invoice(
        lines=(SALES_LINE, BARE_SALES_LINE, half, back, service, other),
        reference="WEB-1 (Mintsoft 7)",
    )
    assert (facts["line_count"], facts["goods_line_count"], facts["quantity"]) == (5, 4, 4)
    assert [x["whole_quantity"] for x in lines_of(facts)] == [True, False, False, True, True]
    assert [x["sku_known"] for x in lines_of(facts)] == [True, True, True, False, False]
    assert facts["carries_our_mark"] is True
    assert facts["due_date"] == DAY


def test_purchase_order() -> None:
    """The promised day counts before the wished-for one; prices of four places make a total."""
    facts = of_purchase_order(delivery_date=date(2026, 7, 1))
    assert (facts["arrives_on"], facts["arrival_known"]) == (date(2026, 7, 1), True)
    promised = of_purchase_order(delivery_date=DAY, expected_date=date(2026, 7, 2))
    assert promised["arrives_on"] == date(2026, 7, 2)
    assert facts["total_net"] == lines_of(facts)[0]["net"] == Decimal("450.55")
    assert of_purchase_order()["arrival_known"] is False


def test_client_invoice() -> None:
    """A line is a cost centre with a charge; VAT-free postage is added once, as it is set."""
    facts = of_client_invoice()
    charges = [(x["cost_centre"], x["net"], x["mapped"]) for x in lines_of(facts)]
    assert charges == [
        ("postage", Decimal("40.00"), True),
        ("postage_vat_free", Decimal("5.00"), False),
    ]
    assert (facts["total_net"], of_client_invoice(within=True)["total_net"]) == (
        Decimal("45.00"),
        Decimal("40.00"),
    )
    assert of_client_invoice(None)["client_known"] is False


def test_breakdown() -> None:
    """What charges and breakdown differ by is added up without signs; without one it is nothing."""
    facts = of_client_invoice(CLIENT, BREAKDOWN)
    assert facts["breakdown_difference"] == Decimal("52.00")
    assert [x["difference"] for x in lines_of(facts)] == [Decimal("40.00"), Decimal("5.00")]
    without = of_client_invoice()
    assert (without["breakdown_known"], without["breakdown_difference"]) == (False, ZERO)
