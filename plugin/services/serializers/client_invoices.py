"""Client invoices as programs read them: where each stands, what was billed, what it is made of."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from ...domain.client_invoices.client_invoice import Breakdown, CostCentre
from ...domain.client_invoices.client_invoice_building import TITLES
from ...domain.connections.connection import Connection
from ...domain.connections.mapping import account_and_tax_type
from ...domain.money import ZERO
from ..client_invoices import BilledInvoice, MadeOf
from .documents import outcome

#: What a charge beside orders is about, by its cost centre.
_ABOUT = {
    CostCentre.RETURNS: "return",
    CostCentre.GOODS_IN: "asn",
    CostCentre.COLLECTIONS: "collection",
}

#: Members of an outcome that say nothing of a client invoice.
_LEFT_OUT = {"target_number", "target_id", "number"}


def client_invoice(invoice: BilledInvoice) -> dict[str, Any]:
    """One invoice: its outcome, and what was billed."""
    row, facts = invoice.billed.export, invoice.billed.facts
    return {
        **{name: value for name, value in outcome(row).items() if name not in _LEFT_OUT},
        "client": row.client or None,
        "name": facts.get("name"),
        "date": facts.get("document_date"),
        "parcels": facts.get("parcels"),
        "items": facts.get("items"),
        "cost_centres": list(_costs(invoice.connection, facts)),
        "net": facts.get("total_net"),
        "fix": row.fix or None,
        "link": invoice.link or None,
    }


def made_of(found: MadeOf) -> dict[str, Any]:
    """One invoice with its lines, and the orders and charges that each cost centre is made of."""
    facts, breakdown = found.invoice.billed.facts, found.breakdown
    lines = [
        {
            "description": line.description,
            "net": line.net,
            "tax": line.tax,
            "account_code": line.account_code,
            "tax_type": line.tax_type,
        }
        for line in found.lines
    ]
    parts = [x for x in _parts(facts, breakdown) if found.centre in {None, x["cost_centre"]}]
    return {
        **client_invoice(found.invoice),
        "lines": lines,
        "breakdown": parts,
        "vat_free_is_within_postage": breakdown.vat_free_is_within_postage,
    }


def _costs(connection: Connection, facts: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What was billed in each cost centre, and where it goes; those without a charge left out."""
    for centre in CostCentre:
        if not facts.get(centre.value):
            continue
        entry = connection.mapping.entries.get(("cost_centre", centre.value))
        account, tax_type = account_and_tax_type(entry.target) if entry else (None, None)
        yield {
            "cost_centre": centre.value,
            "title": TITLES[centre],
            "net": facts[centre.value],
            "account_code": account,
            "tax_type": tax_type,
        }


def _parts(facts: Mapping[str, Any], breakdown: Breakdown) -> Iterator[dict[str, Any]]:
    """What each cost centre is made of, as far as Mintsoft tells."""
    for centre in CostCentre:
        cost = facts.get(centre.value)
        net = cost if isinstance(cost, Decimal) else ZERO
        orders = [
            {"order_id": order.order_id, "net": order.cost(centre)}
            for order in breakdown.orders
            if order.cost(centre)
        ]
        charges = [
            {
                "charge_id": charge.charge_id,
                "about": _ABOUT.get(centre) if charge.about_id else None,
                "about_id": charge.about_id or None,
                "description": charge.description or None,
                "net": charge.amount,
            }
            for charge in breakdown.others
            if charge.centre is centre
        ]
        if net or orders or charges:
            known = centre is not CostCentre.STORAGE
            yield {
                "cost_centre": centre.value,
                "title": TITLES[centre],
                "net": net,
                "breakdown_net": breakdown.cost(centre) if known else None,
                "difference": net - breakdown.cost(centre) if known else None,
                "orders": orders,
                "charges": charges,
            }
