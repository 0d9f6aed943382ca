"""The facts of a client invoice: what rules may see of a fulfilment house's bill.

A line of it is a cost centre in which something was billed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..decisions.facts import FactType, FactValue, LineFacts, by_name, fact
from ..money import ZERO, to_penny
from .client_invoice import Breakdown, Client, ClientInvoice, CostCentre

_MEANINGS = {
    CostCentre.PICKING: "charged for picking, without tax",
    CostCentre.POSTAGE: "charged for postage, without tax",
    CostCentre.POSTAGE_VAT_FREE: "charged for postage that is free of VAT",
    CostCentre.PACKAGING: "charged for packaging, without tax",
    CostCentre.STORAGE: "charged for storage, without tax",
    CostCentre.RETURNS: "charged for returns, without tax",
    CostCentre.COLLECTIONS: "charged for collections, without tax",
    CostCentre.GOODS_IN: "charged for goods in, without tax",
    CostCentre.REWORK: "charged for rework, without tax",
    CostCentre.ADMIN_FEE: "the administration fee, without tax",
    CostCentre.OTHER: "charges added by hand, without tax; may be negative",
}

#: Read from the invoice, its client and its breakdown.
CLIENT_INVOICE_FACTS = (
    fact("number", FactType.TEXT, "the invoice's id in Mintsoft, its only number", "4711"),
    fact("name", FactType.TEXT, "what the invoice is called in Mintsoft", "June 2026"),
    fact("comments", FactType.TEXT, "comments on the invoice, may be empty", "two pallets"),
    fact("client", FactType.TEXT, "code of the client, empty when unknown", "ACME"),
    fact("client_known", FactType.YES_NO, "Mintsoft still has the client", "yes"),
    fact("currency", FactType.TEXT, "the client's currency, empty when unknown", "GBP"),
    fact("vat_exempt", FactType.YES_NO, "the client is exempt from VAT", "no"),
    fact("parcels", FactType.NUMBER, "parcels that the invoice covers", "40", "parcels"),
    fact("items", FactType.NUMBER, "units that the invoice covers", "95", "units"),
    fact("line_count", FactType.NUMBER, "cost centres with a charge", "2", "lines"),
    *(fact(x, FactType.MONEY, _MEANINGS[x], "80.00") for x in CostCentre),
    fact("total_net", FactType.MONEY, "all charges together, without tax", "200.00"),
    fact("breakdown_known", FactType.YES_NO, "Mintsoft gave what the charges are made of", "yes"),
    fact(
        "breakdown_difference",
        FactType.MONEY,
        "by how much charges and breakdown differ, all cost centres together; 0 without one",
        "0.00",
    ),
    fact("lines", FactType.LINES, "the charges, for `any line` and `all lines`", ""),
)

#: Of each cost centre with a charge.
LINE_FACTS = (
    fact("cost_centre", FactType.TEXT, "name of the cost centre", "goods_in"),
    fact("net", FactType.MONEY, "the charge without tax; may be negative", "80.00"),
    fact("difference", FactType.MONEY, "the charge less its breakdown; 0 without one", "0.00"),
    fact("mapped", FactType.YES_NO, "it has an account in Xero", "yes"),
)

#: Read from the ledger, the connection and the organisation: made new at every decision.
SURROUNDING_FACTS = (
    fact("document_date", FactType.DATE, "the invoice's date", "2026-06-30"),
    fact("today", FactType.DATE, "the day of the decision in the connection's zone", "2026-07-01"),
    fact("before_start_date", FactType.YES_NO, "document_date is before start_date", "no"),
    fact("contact_known", FactType.YES_NO, "Xero has a contact for the client", "yes"),
    fact("already_exported", FactType.YES_NO, "it is in Xero, sent by us", "no"),
    fact("edited_since_export", FactType.YES_NO, "changed in Mintsoft after we exported it", "no"),
    fact("already_in_xero", FactType.YES_NO, "Xero has its number from somebody else", "no"),
    fact(
        "duplicate_of",
        FactType.TEXT,
        "id of an invoice under way with the same client, date and charges; else empty",
        "4710",
    ),
    fact("currency_subscribed", FactType.YES_NO, "the organisation uses the currency", "yes"),
    fact("period_locked", FactType.YES_NO, "document_date lies in a locked period", "no"),
)

CATALOGUE = by_name(*CLIENT_INVOICE_FACTS, *SURROUNDING_FACTS)
LINE_CATALOGUE = by_name(*LINE_FACTS)


@dataclass(frozen=True, kw_only=True)
class ClientInvoiceDecisionContext:
    """What is known about a client invoice from outside of it, at one moment."""

    document_date: date
    today: date
    before_start_date: bool
    contact_known: bool
    already_exported: bool
    edited_since_export: bool
    already_in_xero: bool
    duplicate_of: str
    currency_subscribed: bool
    period_locked: bool

    def facts(self) -> dict[str, FactValue]:
        """The same as facts, one for each entry of `SURROUNDING_FACTS`."""
        return dict(self.__dict__)


def facts_of_client_invoice(
    invoice: ClientInvoice,
    client: Client | None,
    breakdown: Breakdown | None,
    *,
    mapped: Collection[CostCentre],
    vat_free_within_postage: bool,
) -> dict[str, FactValue]:
    """The facts that the invoice itself gives, one for each entry of `CLIENT_INVOICE_FACTS`.

    Args:
        invoice: confirmed.
        client: whose it is; None when Mintsoft has no such client any more.
        breakdown: what it is made of; None when it was not read.
        mapped: the cost centres that have an account.
        vat_free_within_postage: whether its postage holds what is free of VAT already
            (mintsoft.md 5 leaves it open; a setting, checked against the breakdown).
    """
    costs = {centre: to_penny(invoice.costs[centre]) for centre in CostCentre}
    total = sum(costs.values(), ZERO)
    if vat_free_within_postage:
        total -= costs[CostCentre.POSTAGE_VAT_FREE]
    apart = invoice.differences(breakdown) if breakdown else {}
    lines = tuple(
        _facts_of_charge(centre, cost, apart.get(centre, ZERO), mapped=centre in mapped)
        for centre, cost in costs.items()
        if cost
    )
    return {
        "number": invoice.source_id,
        "name": invoice.name,
        "comments": invoice.comments,
        "client": client.code if client else "",
        "client_known": client is not None,
        "currency": client.currency if client else "",
        "vat_exempt": client is not None and client.vat_exempt,
        "parcels": invoice.parcels,
        "items": invoice.items,
        "line_count": len(lines),
        **{str(centre): cost for centre, cost in costs.items()},
        "total_net": to_penny(total),
        "breakdown_known": breakdown is not None,
        "breakdown_difference": to_penny(sum(map(abs, apart.values()), ZERO)),
        "lines": lines,
    }


def _facts_of_charge(
    centre: CostCentre, cost: Decimal, difference: Decimal, *, mapped: bool
) -> LineFacts:
    return {
        "cost_centre": str(centre),
        "net": cost,
        "difference": to_penny(difference),
        "mapped": mapped,
    }
