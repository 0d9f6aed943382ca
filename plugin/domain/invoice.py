"""Invoice: the accounting document for one order, equal to it to the penny or not built.

Still nobody's format. Tax is computed per line and rounded per line, as accounting systems
do (xero.md 5.1); what that leaves of pennies goes to one rounding line, within the
connection's limit; more than that is refused, with both figures.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from ..errors import NeedsPerson
from .mapping import NO_TAX, Mapping
from .money import PENNY, ZERO, require_decimal, share, to_penny, to_unit_price
from .order import Charge, Order, OrderLine, source_mark

HUNDRED = Decimal(100)

#: The most that a reference may hold (xero.md 4).
REFERENCE_LENGTH = 255


@dataclass(frozen=True, kw_only=True)
class InvoiceLine:
    """One line, priced without tax."""

    description: str
    #: Whole units; 1 for shipping, discounts and rounding.
    quantity: Decimal
    #: Without tax, 4 places; negative for a discount line.
    unit_amount: Decimal
    #: On the whole line without tax, 2 places; positive, zero for none.
    discount: Decimal
    account_code: str
    tax_type: str
    #: Per cent, what `tax_type` stands for.
    tax_rate: Decimal

    def __post_init__(self) -> None:
        require_decimal(self, "quantity", "unit_amount", "discount", "tax_rate")

    @property
    def net(self) -> Decimal:
        """The line without tax, rounded to the penny."""
        return to_penny(self.quantity * self.unit_amount - self.discount)

    @property
    def tax(self) -> Decimal:
        """Tax on the line, rounded to the penny."""
        return to_penny(self.net * self.tax_rate / HUNDRED)


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """A sales invoice, all but its number, which is claimed when it is sent."""

    #: Name of the contact it is for, and the contact's id where one is mapped (else empty).
    contact: str
    contact_id: str
    currency: str
    #: Both calendar dates, nobody's time zone.
    date: dt.date
    due_date: dt.date
    #: What people see beside the number: where the order came from, and `source_mark`.
    reference: str
    #: DRAFT, SUBMITTED or AUTHORISED.
    status: str
    lines: tuple[InvoiceLine, ...]

    @property
    def total(self) -> Decimal:
        """What the customer owes, with tax."""
        return sum((line.net + line.tax for line in self.lines), ZERO)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What an invoice takes from its connection rather than from its order."""

    contact: str
    contact_id: str
    date: dt.date
    due_date: dt.date
    status: str
    #: The largest difference that may go to a rounding line; not negative.
    rounding_limit: Decimal


def build_invoice(order: Order, mapping: Mapping, terms: Terms) -> Invoice:
    """The invoice for an order; its total is the order's stated gross.

    Raises:
        NeedsPerson: something is not mapped (MX-301, MX-302), a discount is too large
            (MX-201, MX-305), tax fits no rate (MX-303), there are no lines (MX-307), or the
            total would not be the order's (MX-304).
    """
    lines = [_goods(order, line, mapping) for line in order.lines]
    if not lines:
        raise NeedsPerson(code="MX-307")
    lines += _shipping(order, mapping)
    lines += _discounts(order, mapping, lines)
    invoice = Invoice(
        contact=terms.contact,
        contact_id=terms.contact_id,
        currency=order.currency,
        date=terms.date,
        due_date=terms.due_date,
        reference=_reference(order),
        status=terms.status,
        lines=(*lines, *_rounding(order, lines, mapping, terms.rounding_limit)),
    )
    if invoice.total < 0:
        raise NeedsPerson(code="MX-305", built=f"{invoice.total} {order.currency}")
    return invoice


def _reference(order: Order) -> str:
    """The shop's own reference, then our mark; never longer than a reference may be."""
    mark = source_mark(order.source_id)
    shop = (order.external_reference or order.number)[: REFERENCE_LENGTH - len(mark) - 1]
    return f"{shop} {mark}"


def _goods(order: Order, line: OrderLine, mapping: Mapping) -> InvoiceLine:
    built = InvoiceLine(
        description=line.description or line.sku or "Goods",
        quantity=Decimal(line.quantity),
        unit_amount=to_unit_price(line.unit_net),
        discount=to_penny(line.discount_net),
        account_code=mapping.sales_account(order.channel_id, line.sku),
        tax_type=mapping.tax_type(order.country, line.tax_rate),
        tax_rate=line.tax_rate,
    )
    if built.discount > 0 and built.net < 0:
        raise NeedsPerson(code="MX-201")
    return built


def _shipping(order: Order, mapping: Mapping) -> list[InvoiceLine]:
    if order.shipping.gross == 0:
        return []
    rate = _rate_of(order.shipping, mapping)
    if rate is None:
        raise NeedsPerson(code="MX-303", what="shipping", tax=to_penny(order.shipping.tax))
    account = mapping.account("shipping_account", order.channel_id)
    return [_single("Shipping", order.shipping.net, account, rate, order, mapping)]


def _discounts(order: Order, mapping: Mapping, lines: list[InvoiceLine]) -> list[InvoiceLine]:
    """One negative line per tax rate, spread so that the tax is what the order states.

    A discount is spread over the goods, or over goods and shipping, or has a rate of its own:
    sources differ, and the tax that they state tells which. What is left of pennies is left
    to the rounding line, and more than pennies to its refusal.
    """
    if order.discount.gross == 0:
        return []
    goods = lines[: len(order.lines)]
    ways = [_spread(order.discount.net, goods), _spread(order.discount.net, lines)]
    own = _rate_of(order.discount, mapping)
    if own is not None:
        ways.append({own: to_penny(order.discount.net)})
    closest = min(ways, key=lambda way: abs(_tax_of(way) - order.discount.tax))
    account = mapping.account("discount_account", order.channel_id)
    return [
        _single("Discount", -net, account, rate, order, mapping)
        for rate, net in closest.items()
        if net != 0
    ]


def _spread(net: Decimal, lines: list[InvoiceLine]) -> dict[Decimal, Decimal]:
    """An amount in proportion to what the lines come to at each tax rate, by rate."""
    rates = sorted({line.tax_rate for line in lines})
    weights = [sum((x.net for x in lines if x.tax_rate == rate), ZERO) for rate in rates]
    return dict(zip(rates, share(net, weights), strict=True))


def _tax_of(nets: dict[Decimal, Decimal]) -> Decimal:
    return sum((to_penny(net * rate / HUNDRED) for rate, net in nets.items()), ZERO)


def _rounding(
    order: Order, lines: list[InvoiceLine], mapping: Mapping, limit: Decimal
) -> list[InvoiceLine]:
    built = sum((line.net + line.tax for line in lines), ZERO)
    stated = to_penny(order.stated_gross)
    if built == stated:
        return []
    if abs(stated - built) > limit:
        raise NeedsPerson(
            code="MX-304",
            built=f"{built} {order.currency}",
            stated=f"{stated} {order.currency}",
        )
    return [
        InvoiceLine(
            description="Rounding",
            quantity=Decimal(1),
            unit_amount=stated - built,
            discount=ZERO,
            account_code=mapping.rounding_account(),
            tax_type=NO_TAX,
            tax_rate=ZERO,
        )
    ]


def _single(
    text: str, net: Decimal, account: str, rate: Decimal, order: Order, mapping: Mapping
) -> InvoiceLine:
    return InvoiceLine(
        description=text,
        quantity=Decimal(1),
        unit_amount=to_penny(net),
        discount=ZERO,
        account_code=account,
        tax_type=mapping.tax_type(order.country, rate),
        tax_rate=rate,
    )


def _rate_of(charge: Charge, mapping: Mapping) -> Decimal | None:
    """The mapped rate that gives this charge's tax, to within two pennies of rounding."""
    fitting = [
        (abs(to_penny(charge.net * rate / HUNDRED) - charge.tax), rate) for rate in mapping.rates()
    ]
    distance, rate = min(fitting, default=(HUNDRED, ZERO))
    return rate if distance <= 2 * PENNY else None
