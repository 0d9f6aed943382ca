"""Invoice building: the invoice for an order, equal to it to the penny, or none.

    rates -> discounts repaired -> lines, priced in the way that gives the total -> rounding line

What the customer was charged is the total. Shops come to it in several ways, so the lines are
priced in several: without tax; with the tax that is stated; at the customer's prices with tax. The
first way that gives the total is taken, and holds it without a rounding line. Else pennies go to
one, half a penny for each rounding that happened and what the connection accepts beyond; more is
refused, with both figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from ...error_codes import CODES
from ...errors import NeedsPerson
from ..connections.mapping import Mapping, rate_text
from ..money import PENNY, ZERO, to_penny
from ..orders.order import Order
from ..taxes.difference_cause import difference_cause
from ..taxes.figures import unexplained
from ..taxes.retail import RetailPrice, retail_prices
from ..taxes.rounding import built_allowance
from .discount_repair import Repaired, repaired
from .invoice import Invoice, InvoiceLine
from .invoice_lines import Pricing, lines_of, summary_of
from .reference import reference_of
from .taxed_order import TaxedOrder, taxed
from .terms import Terms


@dataclass(frozen=True, kw_only=True)
class _Priced:
    """Lines that were priced in one way, and what they lack of the total."""

    lines: list[InvoiceLine]
    pricing: Pricing
    off: Decimal


def build_invoice(order: Order, mapping: Mapping, terms: Terms) -> Invoice:
    """The invoice for an order; its total is the order's stated gross.

    With `discount_repair` ``cap`` it may be more, which the invoice's note then says.

    Args:
        order: its prices and figures understood.
        mapping: of its connection.
        terms: what else the invoice takes from there.

    Raises:
        NeedsPerson: an account is not mapped (MX-301), tax fits no rate of the country (MX-303,
            MX-312), a discount is too large (MX-201, MX-202, MX-208), it would be a credit
            (MX-210), there are no lines (MX-307), or the total would not be the order's (MX-304).
    """
    if not order.lines:
        raise NeedsPerson(code="MX-307")
    found = taxed(order, mapping, terms.home)
    repair = repaired(found.order, terms.discount_repair)
    found = found.with_order(repair.order)
    priced = _closest(found, repair.total, terms)
    beyond = _beyond(repair, priced)
    if beyond > terms.rounding_limit:
        raise _differs(repair, priced)
    invoice = Invoice(
        contact=terms.contact,
        contact_id=terms.contact_id,
        customer=terms.customer,
        currency=mapping.currency(order.currency),
        exchange_rate=mapping.exchange_rate(order.currency),
        date=terms.date,
        due_date=terms.due_date,
        reference=reference_of(terms.reference, order),
        status=terms.status,
        lines=(*priced.lines, *_rounding(priced, mapping, terms)),
        note=repair.note,
        branding_theme=terms.branding_theme,
        remark=_remark(order, beyond),
        workings=tuple(_workings(found, priced)),
    )
    if invoice.total < 0:
        raise NeedsPerson(code="MX-210", built=f"{invoice.total} {order.currency}")
    return invoice


def _closest(found: TaxedOrder, total: Decimal, terms: Terms) -> _Priced:
    """The lines in the first way to price them that gives the total; else in the closest."""
    best: _Priced | None = None
    for pricing in _ways(found.order, terms):
        retail = _retail(found, total) if pricing is Pricing.RETAIL else ()
        if retail is None:
            continue
        lines = lines_of(found, pricing, retail)
        if terms.line_detail == "summary":
            lines = summary_of(lines, terms.tax_word)
        elif not terms.with_items:
            lines = [replace(line, item_code="") for line in lines]
        off = total - sum((line.net + line.tax for line in lines), ZERO)
        if off == 0:
            return _Priced(lines=lines, pricing=pricing, off=off)
        if best is None or abs(off) < abs(best.off):
            best = _Priced(lines=lines, pricing=pricing, off=off)
    assert best is not None
    return best


def _retail(found: TaxedOrder, total: Decimal) -> list[RetailPrice] | None:
    """The customer's prices with tax that come to the total; None where none do."""
    order = replace(found.order, stated_gross=total)
    return retail_prices(order, [rate.rate for rate in found.rates])


def _ways(order: Order, terms: Terms) -> Iterator[Pricing]:
    if order.prices_with_tax:
        yield Pricing.STATED
        return
    yield Pricing.NET
    if terms.sends_tax:
        yield Pricing.SENT
    yield Pricing.STATED
    yield Pricing.RETAIL


def _beyond(repair: Repaired, priced: _Priced) -> Decimal:
    """What rounding can't explain of what is lacking; zero where nothing is lacking."""
    if priced.off == 0:
        return ZERO
    stated = replace(repair.order, stated_gross=repair.total)
    parts = unexplained(stated)
    return max(parts, abs(priced.off) - built_allowance(repair.order), ZERO)


def _differs(repair: Repaired, priced: _Priced) -> NeedsPerson:
    currency = repair.order.currency
    sentence = CODES["MX-304"].sentence.format(
        built=f"{repair.total - priced.off} {currency}", stated=f"{repair.total} {currency}"
    )
    why = difference_cause(replace(repair.order, stated_gross=repair.total))
    return NeedsPerson(f"{sentence} {why}", code="MX-304")


def _rounding(priced: _Priced, mapping: Mapping, terms: Terms) -> list[InvoiceLine]:
    if priced.off == 0:
        return []
    return [
        InvoiceLine(
            description="Rounding",
            quantity=Decimal(1),
            unit_amount=priced.off,
            discount=ZERO,
            account_code=mapping.rounding_account(),
            tax_type=terms.no_tax,
            tax_rate=ZERO,
            with_tax=priced.pricing.with_tax,
        )
    ]


def _remark(order: Order, beyond: Decimal) -> str:
    """What was accepted beyond what rounding explains; empty for nothing."""
    if beyond <= 0:
        return ""
    amount = f"{max(to_penny(beyond), PENNY)} {order.currency}"
    return f"{amount} more than rounding explains went to the rounding account."


def _workings(found: TaxedOrder, priced: _Priced) -> Iterator[str]:
    """How rates and pricing came about, for `explain`."""
    for line, rate in zip(found.order.lines, found.rates, strict=True):
        stated = "" if rate.stated == rate.rate else f" ({rate_text(rate.stated)} % is stated)"
        yield (
            f"{line.sku or line.description or line.line_id}: {to_penny(line.tax)} tax on "
            f"{to_penny(line.net)} is {rate_text(rate.rate)} %{stated}: {rate.why}."
        )
    yield f"Prices go out {priced.pricing.value}."
    if priced.off:
        yield f"{priced.off} is left, which rounding explains or rounding_limit accepts."
