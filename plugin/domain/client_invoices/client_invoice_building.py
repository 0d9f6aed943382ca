"""A client invoice as an accounting document: a line for each cost centre that was billed.

Mintsoft states amounts without tax and nothing else (mintsoft.md 5): account and tax type come
from the mapping of the cost centre, the rate from the organisation, the currency from the
client. The document without its tax is the sum of the cost centres, to the penny; there is no
rounding line.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ...errors import NeedsPerson
from ..connections.mapping import Mapping
from ..connections.organisation import Organisation
from ..invoices.invoice import Invoice, InvoiceLine
from ..invoices.reference import marked
from ..money import ZERO, to_penny
from .client_invoice import (
    WITHOUT_BREAKDOWN,
    Breakdown,
    Client,
    ClientInvoice,
    CostCentre,
    OtherCharge,
    invoice_mark,
)

#: What the settings `postage_includes_vat_free` and `client_invoice_lines` may be.
POSTAGE = ("ask", "yes", "no")
LINES = ("cost_centres", "charges")

#: More charges than this in a cost centre are one line: Xero slows down on long invoices.
MOST_CHARGES = 50

#: What a line says, for each cost centre.
TITLES = {
    CostCentre.PICKING: "Picking",
    CostCentre.POSTAGE: "Postage",
    CostCentre.POSTAGE_VAT_FREE: "Postage, VAT free",
    CostCentre.PACKAGING: "Packaging",
    CostCentre.STORAGE: "Storage",
    CostCentre.RETURNS: "Returns",
    CostCentre.COLLECTIONS: "Collections",
    CostCentre.GOODS_IN: "Goods in",
    CostCentre.REWORK: "Rework",
    CostCentre.ADMIN_FEE: "Administration fee",
    CostCentre.OTHER: "Other charges",
}

#: What the charges of a cost centre are counted in, one and more; orders elsewhere.
_COUNTED = {
    CostCentre.RETURNS: ("return", "returns"),
    CostCentre.COLLECTIONS: ("collection", "collections"),
    CostCentre.GOODS_IN: ("delivery", "deliveries"),
    CostCentre.OTHER: ("charge", "charges"),
}


@dataclass(frozen=True, kw_only=True)
class InvoicingTerms:
    """What a client's invoice takes from its connection."""

    #: The client's name, and the contact's id; empty for one that is made by that name.
    contact: str
    contact_id: str
    date: dt.date
    due_date: dt.date
    #: DRAFT, SUBMITTED or AUTHORISED.
    status: str
    #: One of `POSTAGE` and one of `LINES`.
    postage_includes_vat_free: str = "ask"
    lines: str = "cost_centres"
    branding_theme: str = ""


def build_client_invoice(
    invoice: ClientInvoice,
    client: Client,
    breakdown: Breakdown | None,
    mapping: Mapping,
    organisation: Organisation,
    terms: InvoicingTerms,
) -> Invoice:
    """The document for a client invoice; without tax it is the sum of its cost centres.

    Raises:
        NeedsPerson: the currency is not known (MX-206); a cost centre is not mapped (MX-321) or
            its tax type has no rate (MX-333); whether postage holds the VAT-free postage can't
            be told (MX-332), or is not as the setting says (MX-331); nothing was billed
            (MX-307), or less than nothing (MX-213).
    """
    currency = mapping.currency(client.currency)
    if not currency:
        raise NeedsPerson(code="MX-206")
    within = vat_free_is_within(invoice, breakdown, terms.postage_includes_vat_free)
    lines = tuple(
        _line(text, amount, *_tax(centre, client, mapping, organisation))
        for centre, whole in billed(invoice, within=within).items()
        for text, amount in _texts(centre, whole, breakdown, terms.lines)
    )
    if not lines:
        raise NeedsPerson(code="MX-307")
    built = Invoice(
        contact=terms.contact,
        contact_id=terms.contact_id,
        currency=currency,
        date=terms.date,
        due_date=terms.due_date,
        reference=marked(" ".join(invoice.name.split()), invoice_mark(invoice.source_id)),
        status=terms.status,
        lines=lines,
        branding_theme=terms.branding_theme,
    )
    if built.total < 0:
        raise NeedsPerson(code="MX-213", total=f"{built.total} {built.currency}")
    return built


def billed(invoice: ClientInvoice, *, within: bool) -> dict[CostCentre, Decimal]:
    """What goes on the document for each cost centre, to the penny; those with nothing left out.

    `within`: postage holds the VAT-free postage, which then is taken out of it.
    """
    amounts = {centre: to_penny(invoice.costs[centre]) for centre in CostCentre}
    if within:
        amounts[CostCentre.POSTAGE] -= amounts[CostCentre.POSTAGE_VAT_FREE]
    return {centre: amount for centre, amount in amounts.items() if amount}


def vat_free_is_within(invoice: ClientInvoice, breakdown: Breakdown | None, setting: str) -> bool:
    """Whether the invoice's postage holds its VAT-free postage (mintsoft.md 5 leaves it open).

    Raises:
        NeedsPerson: the setting leaves it to the breakdown, which does not tell (MX-332); the
            breakdown says otherwise than the setting (MX-331).
    """
    postage = invoice.costs[CostCentre.POSTAGE]
    free = invoice.costs[CostCentre.POSTAGE_VAT_FREE]
    told = breakdown.vat_free_is_within_postage if breakdown else None
    if not free:
        return False
    if setting == "ask":
        if told is None and postage:
            raise NeedsPerson(code="MX-332", postage=postage, free=free)
        return bool(told)
    wanted = setting == "yes"
    if told is not None and told is not wanted:
        apart, inside = postage + free, postage
        raise NeedsPerson(
            code="MX-331",
            setting=setting,
            set_total=inside if wanted else apart,
            told_total=inside if told else apart,
            right="yes" if told else "no",
        )
    return wanted


def _tax(
    centre: CostCentre, client: Client, mapping: Mapping, organisation: Organisation
) -> tuple[str, str, Decimal]:
    """Account, tax type and rate of a cost centre; a client exempt from VAT pays none."""
    account, tax_type = mapping.cost_centre(centre)
    rate = organisation.rate_of(tax_type)
    if client.vat_exempt and rate != 0:
        tax_type = mapping.untaxed()
        rate = organisation.rate_of(tax_type)
    if rate is None:
        raise NeedsPerson(code="MX-333", centre=centre.value, tax_type=tax_type)
    return account, tax_type, rate


def _texts(
    centre: CostCentre, whole: Decimal, breakdown: Breakdown | None, detail: str
) -> Iterator[tuple[str, Decimal]]:
    """What the lines of a cost centre say and come to; together they are all of it."""
    charges = [x for x in breakdown.others if x.centre is centre] if breakdown else []
    amounts = [to_penny(charge.amount) for charge in charges]
    single = detail != "charges" or not 0 < len(charges) <= MOST_CHARGES
    if single or sum(amounts, ZERO) != whole:
        yield _title(centre, breakdown, len(charges)), whole
        return
    for charge, amount in zip(charges, amounts, strict=True):
        if amount:
            yield _said(charge), amount


def _title(centre: CostCentre, breakdown: Breakdown | None, charges: int) -> str:
    """A cost centre's name, with the number of what was charged where that is known."""
    if breakdown is None or centre in WITHOUT_BREAKDOWN:
        return TITLES[centre]
    count = charges or sum(1 for order in breakdown.orders if order.cost(centre))
    if not count:
        return TITLES[centre]
    one, more = _COUNTED.get(centre, ("order", "orders"))
    return f"{TITLES[centre]}, {count:,} {one if count == 1 else more}"


def _said(charge: OtherCharge) -> str:
    about = f"{_COUNTED[charge.centre][0]} {charge.about_id}" if charge.about_id else ""
    words = [TITLES[charge.centre], about, " ".join(charge.description.split())]
    return ", ".join(word for word in words if word)[:1000]


def _line(text: str, amount: Decimal, account: str, tax_type: str, rate: Decimal) -> InvoiceLine:
    return InvoiceLine(
        description=text,
        quantity=Decimal(1),
        unit_amount=amount,
        discount=ZERO,
        account_code=account,
        tax_type=tax_type,
        tax_rate=rate,
    )
