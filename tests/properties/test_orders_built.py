"""From an order to Xero's total: the order's stated gross to the penny, or both figures.

`MINTSOFT_XERO_ORDERS=20000` makes it the long run, `MINTSOFT_XERO_SEED` another one.
"""

import os
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from ...adapters.xero.invoices.arithmetic import Prediction
from ...adapters.xero.invoices.invoices import payload_of
from ...adapters.xero.invoices.refusals import answer_to
from ...plugin.domain.connections.mapping import Entry, Mapping
from ...plugin.domain.invoices.discount_repair import REPAIRS
from ...plugin.domain.invoices.invoice import Invoice
from ...plugin.domain.invoices.invoice_building import build_invoice
from ...plugin.domain.invoices.terms import Terms
from ...plugin.domain.money import to_penny
from ...plugin.domain.orders.order import Order
from ...plugin.domain.orders.prices_with_tax import with_prices_understood
from ...plugin.domain.taxes.figures import with_figures_understood
from ...plugin.errors import NeedsPerson
from ...plugin.ports.target import Numbered
from .random_orders import DAY, GROSS_CHANNEL, RandomOrders
from .sandbox import TODAY, Sandbox

COUNT = int(os.environ.get("MINTSOFT_XERO_ORDERS", "1500"))
SEED = int(os.environ.get("MINTSOFT_XERO_SEED", "1"))
BATCH = 50

ENTRIES = {
    ("sales_account", "default"): "200",
    ("shipping_account", "default"): "260",
    ("rounding_account", "default"): "860",
    ("tax_rate", "20"): "OUTPUT2",
    ("tax_rate", "5"): "RROUTPUT",
    ("tax_rate", "0"): "ZERORATEDOUTPUT",
    ("currency", "STG"): "GBP",
}
MAPPING = Mapping({key: Entry(target=target) for key, target in ENTRIES.items()})
#: What may be said of an order, beside its figures (MX-304): its discount, its tax, its sign.
REFUSALS = {"MX-201", "MX-202", "MX-208", "MX-210", "MX-303", "MX-304", "MX-312"}


@dataclass(frozen=True)
class Built:
    """An order and its invoice, and what was chosen for it."""

    order: Order
    invoice: Invoice
    repair: str
    detail: str

    @property
    def payload(self) -> dict[str, Any]:
        """Return what is sent."""
        entry = Numbered(number=self.order.number, contact_id="x", invoice=self.invoice)
        return {**payload_of(entry), "Contact": {"Name": "Shop"}}


def build(random: Random, order: Order, seen: Counter[str]) -> Built | None:
    """Build an invoice by random settings; None where a person is asked, with reason."""
    repair, detail = random.choice(REPAIRS), random.choice(("lines", "summary"))
    terms = Terms(
        contact="Shop",
        contact_id="",
        date=DAY.date(),
        due_date=DAY.date(),
        status="AUTHORISED",
        rounding_limit=Decimal("0.05"),
        home="GB",
        discount_repair=repair,
        line_detail=detail,
    )
    rate = random.choice(("", ":20"))
    priced = with_figures_understood(with_prices_understood(order, (f"{GROSS_CHANNEL}{rate}",)))
    try:
        invoice = build_invoice(priced, MAPPING, terms)
    except NeedsPerson as error:
        seen[error.code] += 1
        assert error.code in REFUSALS, error.message  # noqa: PT017
        if error.code == "MX-304" and repair != "cap":
            stated = f"{to_penny(order.stated_gross)} {order.currency}"
            assert stated in error.message  # noqa: PT017
        return None
    kinds = (repair if invoice.note else "as it is", detail, f"with tax: {priced.prices_with_tax}")
    seen.update(kinds)
    return Built(order=order, invoice=invoice, repair=repair, detail=detail)


def judge(built: Built) -> None:
    """Hold an invoice against what its order states, and against what was chosen."""
    invoice, stated = built.invoice, to_penny(built.order.stated_gross)
    if built.repair == "cap" and invoice.note:
        assert invoice.total >= stated
        assert invoice.total >= 0
        assert f"says {stated} " in invoice.note
        assert f"is {invoice.total} " in invoice.note
    else:
        assert invoice.total == stated
    if invoice.note:
        assert built.repair != "refuse"
        assert built.payload["LineItems"][-1] == {"Description": invoice.note}
    if built.detail == "summary":
        keys = [(x.account_code, x.tax_type) for x in invoice.lines if x.tax_type != "NONE"]
        assert len(keys) == len(set(keys))


def test_every_order() -> None:
    """Xero's total is the order's, as predicted, whatever the prices, discounts and settings."""
    random = Random(SEED)
    orders, sandbox, seen = RandomOrders(random), Sandbox(), Counter[str]()
    chart = sandbox.chart()
    for start in range(0, COUNT, BATCH):
        tried = [build(random, orders.order(n), seen) for n in range(start, start + BATCH)]
        found = [built for built in tried if built is not None]
        for built in found:
            judge(built)
        answers = sandbox.put([built.payload for built in found], 4)
        for built, said in zip(found, answers, strict=True):
            ours = answer_to(built.payload, chart, today=TODAY)
            assert isinstance(ours, Prediction), (ours, built.payload)
            assert said.amounts[:3] == (ours.subtotal, ours.tax, ours.total), built.payload
            assert said.amounts[2] == built.invoice.total, built.payload
    kinds = (*REPAIRS[1:], "as it is", "lines", "summary", "with tax: True", "with tax: False")
    assert all(seen[kind] > COUNT / 150 for kind in kinds), seen
    assert all(seen[code] for code in ("MX-201", "MX-202", "MX-208", "MX-304")), seen
