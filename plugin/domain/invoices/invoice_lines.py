"""Invoice lines: goods, shipping and discounts of an order as lines, in one way to price them."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from enum import Enum

from ..connections.mapping import rate_text
from ..money import ZERO, share, to_penny, to_unit_price
from ..orders.order import Charge, OrderLine
from ..taxes.charge_split import Split
from ..taxes.rates import LineRate
from ..taxes.retail import RetailPrice
from ..taxes.rounding import tax_at
from .invoice import HUNDRED, InvoiceLine
from .taxed_order import TaxedOrder

#: What lines say that have no words of their own.
GOODS, SHIPPING, DISCOUNT, SURCHARGE = "Goods", "Shipping", "Discount", "Surcharge"

#: Decimals of a price that is told in words.
_TOLD_PLACES = 10


class Pricing(Enum):
    """What the prices of an invoice are."""

    #: Without tax, as the order has them.
    NET = "without tax"
    #: With the tax that the order states on each line.
    STATED = "with tax, as stated"
    #: With tax, to the penny: what the customer saw in the shop.
    RETAIL = "with tax, the customer's prices"
    #: Without tax, and the tax that the order states is sent with each line.
    SENT = "without tax, the tax sent"

    @property
    def with_tax(self) -> bool:
        """Whether they hold the tax."""
        return self in {Pricing.STATED, Pricing.RETAIL}


def lines_of(
    taxed: TaxedOrder, pricing: Pricing, retail: Sequence[RetailPrice] = ()
) -> list[InvoiceLine]:
    """All lines of an order but the rounding.

    `retail`: of each of its lines, where they are priced so.

    Raises:
        NeedsPerson: an account is not mapped (MX-301), tax of a charge fits no rate (MX-303).
    """
    order, mapping = taxed.order, taxed.mapping
    prices: Sequence[RetailPrice | None] = retail or [None] * len(order.lines)
    lines = [
        _goods(taxed, line, found, pricing, price)
        for line, found, price in zip(order.lines, taxed.rates, prices, strict=True)
    ]
    channel, discount = order.channel_id, order.discount
    if order.shipping.gross != 0:
        account = mapping.account("shipping_account", channel)
        lines += _charged(taxed, SHIPPING, order.shipping, account, pricing)
    if discount.gross != 0:
        account = mapping.account("discount_account", channel)
        off = Charge(net=-discount.net, tax=-discount.tax)
        text = DISCOUNT if discount.gross > 0 else SURCHARGE
        lines += _charged(taxed, text, off, account, pricing)
    tracking = mapping.tracking(channel, order.warehouse)
    return [replace(line, tracking=tracking) for line in lines] if tracking else lines


def _goods(
    taxed: TaxedOrder,
    line: OrderLine,
    found: LineRate,
    pricing: Pricing,
    retail: RetailPrice | None,
) -> InvoiceLine:
    order = taxed.order
    if retail is not None and retail.unit is not None:
        unit, discount = retail.unit, retail.discount
    else:
        unit, discount = _priced(line, pricing, whole=order.prices_with_tax)
    text = line.description or line.sku or GOODS
    made = InvoiceLine(
        description=text,
        quantity=Decimal(line.quantity),
        unit_amount=to_unit_price(unit),
        discount=_within(discount, to_unit_price(unit) * line.quantity),
        account_code=taxed.mapping.sales_account(order.channel_id, line.sku),
        tax_type=found.tax_type,
        tax_rate=found.rate,
        item_code=line.sku,
        with_tax=pricing.with_tax,
        sent_tax=to_penny(line.tax) if found.sends_tax or pricing is Pricing.SENT else None,
    )
    whole = to_penny(unit * line.quantity)
    if discount >= 0 and to_penny(made.unit_amount * line.quantity) == whole:
        return made
    # A price of more than four decimals, or with a surcharge: the real figures are in its text.
    return replace(
        made,
        description=f"{text} ({_figures(line.quantity, unit, discount)})",
        quantity=Decimal(1),
        unit_amount=whole - min(to_penny(discount), ZERO),
        discount=_within(discount, whole),
    )


def _priced(line: OrderLine, pricing: Pricing, *, whole: bool) -> tuple[Decimal, Decimal]:
    """Price of a unit and discount of the line; `whole`: its prices held the tax already."""
    if not pricing.with_tax:
        return line.unit_net, line.discount_net
    times = 1 + line.tax_rate / HUNDRED
    discount = line.discount_net * times
    if whole or line.quantity == 0:
        return line.unit_net * times, discount
    return (line.net + line.tax + to_penny(discount)) / line.quantity, discount


def _within(discount: Decimal, most: Decimal) -> Decimal:
    """A discount to the penny. Too large it can only be by what rounding adds."""
    return max(min(to_penny(discount), to_penny(most)), to_penny(ZERO))


def _figures(quantity: int, unit: Decimal, discount: Decimal) -> str:
    """How the line was reckoned: 10000 x 0.061171."""
    price = format(round(unit, _TOLD_PLACES).normalize(), "f")
    more = f" + {-to_penny(discount)}" if discount < 0 else ""
    return f"{quantity} x {price}{more}"


def _charged(
    taxed: TaxedOrder, text: str, charge: Charge, account: str, pricing: Pricing
) -> list[InvoiceLine]:
    """Shipping or a discount, a line for each rate; its amounts have the sign of the charge."""
    what = "shipping" if text == SHIPPING else f"the {text.lower()}"
    split = taxed.split(charge, what, account)
    types = taxed.types(account)
    amounts = _with_tax(split, charge.gross) if pricing.with_tax else split
    sent = share(charge.tax, [abs(tax_at(x, rate)) for rate, x in split.items()])
    return [
        InvoiceLine(
            description=text,
            quantity=Decimal(1),
            unit_amount=amount,
            discount=ZERO,
            account_code=account,
            tax_type=types.by_rate.get(rate, types.of_any_rate),
            tax_rate=rate,
            with_tax=pricing.with_tax,
            sent_tax=tax if pricing is Pricing.SENT or rate not in types.by_rate else None,
        )
        for (rate, amount), tax in zip(amounts.items(), sent, strict=True)
        if amount != 0
    ]


def _with_tax(split: Split, gross: Decimal) -> Split:
    """A split with the tax in it, which comes to just what was charged."""
    amounts = {rate: part + to_penny(tax_at(part, rate)) for rate, part in split.items()}
    largest = max(amounts, key=lambda rate: abs(amounts[rate]))
    amounts[largest] += to_penny(gross) - sum(amounts.values(), ZERO)
    return amounts


def summary_of(lines: list[InvoiceLine], tax_word: str) -> list[InvoiceLine]:
    """One line for all that goes to the same account at the same tax rate."""
    groups: dict[tuple[str, str, Decimal], list[InvoiceLine]] = {}
    for line in lines:
        groups.setdefault((line.account_code, line.tax_type, line.tax_rate), []).append(line)
    return [_one(group, tax_word) for group in groups.values()]


def _one(group: list[InvoiceLine], tax_word: str) -> InvoiceLine:
    """Several lines of one account and tax type as one, which says what is in it."""
    first, own = group[0], {SHIPPING, DISCOUNT, SURCHARGE}
    parts = [x.description if x.description in own else GOODS for x in group]
    said = ", ".join(dict.fromkeys(parts))
    sent = [line.sent_tax for line in group if line.sent_tax is not None]
    return replace(
        first,
        description=f"{said} at {rate_text(first.tax_rate)} % {tax_word}",
        quantity=Decimal(1),
        unit_amount=sum((line.amount for line in group), ZERO),
        discount=ZERO,
        item_code="",
        sent_tax=sum(sent, ZERO) if sent else None,
    )
