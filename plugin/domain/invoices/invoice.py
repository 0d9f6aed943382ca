"""Invoice: the accounting document for one order, equal to it to the penny or not built.

Still nobody's format. Tax is computed per line and rounded per line, as accounting systems
do (xero.md 5.1); what that leaves of pennies goes to one rounding line, within the
connection's limit; more than that is refused, with both figures.
"""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from ...errors import NeedsPerson
from ..connections.mapping import NO_TAX, Mapping, rate_text
from ..money import PENNY, ZERO, require_decimal, share, to_penny, to_unit_price
from ..orders.order import Charge, Order, OrderLine
from .contact import Customer
from .discount_repair import Repaired, repaired
from .reference import reference_of

HUNDRED = Decimal(100)

#: What lines say that have no words of their own.
GOODS, SHIPPING, DISCOUNT = "Goods", "Shipping", "Discount"


@dataclass(frozen=True, kw_only=True)
class InvoiceLine:
    """One line, priced without tax, or with it."""

    description: str
    #: Whole units; 1 for shipping, discounts and rounding.
    quantity: Decimal
    #: 4 places; negative for a discount line.
    unit_amount: Decimal
    #: On the whole line, 2 places; positive, zero for none.
    discount: Decimal
    account_code: str
    tax_type: str
    #: Per cent, what `tax_type` stands for.
    tax_rate: Decimal
    #: What the target's price list may know it by; empty for what is no product.
    item_code: str = ""
    #: Tracking of it, each ``Category=Option``.
    tracking: tuple[str, ...] = ()
    #: Whether price and discount hold the tax; the same on all lines of an invoice.
    with_tax: bool = False

    def __post_init__(self) -> None:
        require_decimal(self, "quantity", "unit_amount", "discount", "tax_rate")

    @property
    def amount(self) -> Decimal:
        """The line as it is priced, with tax or without, rounded to the penny.

        One whose discount, which is to the penny, takes all of it is free, and not half a penny
        below nothing.
        """
        left = self.quantity * self.unit_amount - self.discount
        return to_penny(ZERO if self.discount > 0 and -PENNY / 2 <= left < 0 else left)

    @property
    def net(self) -> Decimal:
        """The line without tax, to the penny."""
        return self.amount - self.tax if self.with_tax else self.amount

    @property
    def tax(self) -> Decimal:
        """Tax on the line, rounded to the penny."""
        return _tax(self.amount, self.tax_rate, with_tax=self.with_tax)


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """A sales invoice, all but its number, which is claimed when it is sent."""

    #: Name of the contact it is for, and the contact's id where one is mapped (else empty).
    contact: str
    contact_id: str
    #: Who that is, where each customer has a contact. Personal: gone once it is exported.
    customer: Customer | None = None
    currency: str
    #: Both calendar dates, nobody's time zone.
    date: dt.date
    due_date: dt.date
    #: What people see beside the number: where the order came from, and `source_mark`.
    reference: str
    #: DRAFT, SUBMITTED or AUTHORISED.
    status: str
    lines: tuple[InvoiceLine, ...]
    #: Said on it: how a discount that was too large was repaired; empty when nothing was.
    note: str = ""
    #: Id of how it looks in the target; empty for the target's own choice.
    branding_theme: str = ""

    @property
    def prices_with_tax(self) -> bool:
        """Whether its prices hold the tax."""
        return any(line.with_tax for line in self.lines)

    @property
    def total(self) -> Decimal:
        """What the customer owes, with tax."""
        return sum((line.net + line.tax for line in self.lines), ZERO)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What an invoice takes from its connection rather than from its order."""

    contact: str
    contact_id: str
    customer: Customer | None = None
    date: dt.date
    due_date: dt.date
    status: str
    #: The largest difference that may go to a rounding line; not negative.
    rounding_limit: Decimal
    #: What becomes of a discount that is too large: one of `discount_repair.REPAIRS`.
    discount_repair: str = "refuse"
    #: ``lines``, or ``summary``: one line for each account and tax rate.
    line_detail: str = "lines"
    #: Whether lines of goods name their item.
    with_items: bool = False
    #: What the reference begins with (`reference.WORDS`).
    reference: str = "{external}"
    branding_theme: str = ""
    #: Tax type of what bears no tax, and what the tax is called (`tax_basis`).
    no_tax: str = NO_TAX
    tax_word: str = "VAT"


def build_invoice(order: Order, mapping: Mapping, terms: Terms) -> Invoice:
    """The invoice for an order; its total is the order's stated gross.

    With `discount_repair` ``cap`` it may be more, which the invoice's note then says.

    Raises:
        NeedsPerson: something is not mapped (MX-301, MX-302), a discount is too large
            (MX-201, MX-202, MX-208, MX-305), tax fits no rate (MX-303), there are no lines
            (MX-307), or the total would not be the order's (MX-304).
    """
    if not order.lines:
        raise NeedsPerson(code="MX-307")
    repair = repaired(order, terms.discount_repair)
    lines = _priced(repair.order, mapping, terms)
    invoice = Invoice(
        contact=terms.contact,
        contact_id=terms.contact_id,
        customer=terms.customer,
        currency=mapping.currency(order.currency),
        date=terms.date,
        due_date=terms.due_date,
        reference=reference_of(terms.reference, order),
        status=terms.status,
        lines=(*lines, *_rounding(repair, lines, mapping, terms)),
        note=repair.note,
        branding_theme=terms.branding_theme,
    )
    if invoice.total < 0:
        raise NeedsPerson(code="MX-305", built=f"{invoice.total} {order.currency}")
    return invoice


def _priced(order: Order, mapping: Mapping, terms: Terms) -> list[InvoiceLine]:
    """All lines but the rounding."""
    lines = [_goods(order, line, mapping) for line in order.lines]
    lines += _shipping(order, mapping)
    lines += _discounts(order, mapping, lines)
    tracking = mapping.tracking(order.channel_id, order.warehouse)
    lines = [replace(line, tracking=tracking) for line in lines]
    if terms.line_detail == "summary":
        return _summary(lines, terms.tax_word)
    return lines if terms.with_items else [replace(line, item_code="") for line in lines]


def _goods(order: Order, line: OrderLine, mapping: Mapping) -> InvoiceLine:
    # Prices that were recorded with tax go out as they were: each line is then exact.
    whole = 1 + line.tax_rate / HUNDRED if order.prices_with_tax else Decimal(1)
    unit, discount = to_unit_price(line.unit_net * whole), to_penny(line.discount_net * whole)
    # Too large it can only be by what rounding adds: that is left to the rounding line.
    most = max(to_penny(unit * line.quantity), ZERO)
    return InvoiceLine(
        description=line.description or line.sku or GOODS,
        quantity=Decimal(line.quantity),
        unit_amount=unit,
        discount=min(discount, most),
        account_code=mapping.sales_account(order.channel_id, line.sku),
        tax_type=mapping.tax_type(order.country, line.tax_rate),
        tax_rate=line.tax_rate,
        item_code=line.sku,
        with_tax=order.prices_with_tax,
    )


def _shipping(order: Order, mapping: Mapping) -> list[InvoiceLine]:
    if order.shipping.gross == 0:
        return []
    rate = _rate_of(order.shipping, mapping)
    if rate is None:
        raise NeedsPerson(code="MX-303", what="shipping", tax=to_penny(order.shipping.tax))
    account = mapping.account("shipping_account", order.channel_id)
    amount = _as_priced(order, order.shipping)
    return [_single(SHIPPING, amount, account, rate, order, mapping)]


def _discounts(order: Order, mapping: Mapping, lines: list[InvoiceLine]) -> list[InvoiceLine]:
    """One negative line per tax rate, spread so that the tax is what the order states.

    A discount is spread over the goods, or over goods and shipping, or has a rate of its own:
    sources differ, and the tax that they state tells which. What is left of pennies is left
    to the rounding line, and more than pennies to its refusal.
    """
    if order.discount.gross == 0:
        return []
    amount = _as_priced(order, order.discount)
    goods = lines[: len(order.lines)]
    ways = [_spread(amount, goods), _spread(amount, lines)]
    own = _rate_of(order.discount, mapping)
    if own is not None:
        ways.append({own: to_penny(amount)})
    closest = min(ways, key=lambda way: abs(_tax_of(order, way) - order.discount.tax))
    account = mapping.account("discount_account", order.channel_id)
    return [
        _single(DISCOUNT, -part, account, rate, order, mapping)
        for rate, part in closest.items()
        if part != 0
    ]


def _as_priced(order: Order, charge: Charge) -> Decimal:
    """An amount as the invoice's prices are: with tax or without."""
    return charge.gross if order.prices_with_tax else charge.net


def _tax(amount: Decimal, rate: Decimal, *, with_tax: bool) -> Decimal:
    """Tax on an amount, or in it (xero.md 5.1 rule 3)."""
    return to_penny(amount * rate / (HUNDRED + rate if with_tax else HUNDRED))


def _spread(amount: Decimal, lines: list[InvoiceLine]) -> dict[Decimal, Decimal]:
    """An amount in proportion to what the lines come to at each tax rate, by rate."""
    rates = sorted({line.tax_rate for line in lines})
    weights = [sum((x.amount for x in lines if x.tax_rate == rate), ZERO) for rate in rates]
    return dict(zip(rates, share(amount, weights), strict=True))


def _tax_of(order: Order, amounts: dict[Decimal, Decimal]) -> Decimal:
    taxes = (_tax(x, rate, with_tax=order.prices_with_tax) for rate, x in amounts.items())
    return sum(taxes, ZERO)


def _summary(lines: list[InvoiceLine], tax_word: str) -> list[InvoiceLine]:
    """One line for all that goes to the same account at the same tax rate."""
    groups: dict[tuple[str, str, Decimal], list[InvoiceLine]] = {}
    for line in lines:
        groups.setdefault((line.account_code, line.tax_type, line.tax_rate), []).append(line)
    return [_one(group, tax_word) for group in groups.values()]


def _one(group: list[InvoiceLine], tax_word: str) -> InvoiceLine:
    """Several lines of one account and tax type as one, which says what is in it."""
    first = group[0]
    parts = [GOODS if x.description not in {SHIPPING, DISCOUNT} else x.description for x in group]
    tax = f"{rate_text(first.tax_rate)} % {tax_word}"
    return replace(
        first,
        description=f"{', '.join(dict.fromkeys(parts))} at {tax}",
        quantity=Decimal(1),
        unit_amount=sum((line.amount for line in group), ZERO),
        discount=ZERO,
        item_code="",
    )


def _rounding(
    repair: Repaired, lines: list[InvoiceLine], mapping: Mapping, terms: Terms
) -> list[InvoiceLine]:
    currency = repair.order.currency
    built = sum((line.net + line.tax for line in lines), ZERO)
    off = repair.total - built
    if off == 0:
        return []
    if abs(off) > terms.rounding_limit:
        raise NeedsPerson(
            code="MX-304", built=f"{built} {currency}", stated=f"{repair.total} {currency}"
        )
    return [
        InvoiceLine(
            description="Rounding",
            quantity=Decimal(1),
            unit_amount=off,
            discount=ZERO,
            account_code=mapping.rounding_account(),
            tax_type=terms.no_tax,
            tax_rate=ZERO,
            with_tax=repair.order.prices_with_tax,
        )
    ]


def _single(
    text: str, amount: Decimal, account: str, rate: Decimal, order: Order, mapping: Mapping
) -> InvoiceLine:
    return InvoiceLine(
        description=text,
        quantity=Decimal(1),
        unit_amount=to_penny(amount),
        discount=ZERO,
        account_code=account,
        tax_type=mapping.tax_type(order.country, rate),
        tax_rate=rate,
        with_tax=order.prices_with_tax,
    )


def _rate_of(charge: Charge, mapping: Mapping) -> Decimal | None:
    """The mapped rate that gives this charge's tax, to within two pennies of rounding."""
    fitting = [
        (abs(to_penny(charge.net * rate / HUNDRED) - charge.tax), rate) for rate in mapping.rates()
    ]
    distance, rate = min(fitting, default=(HUNDRED, ZERO))
    return rate if distance <= 2 * PENNY else None
