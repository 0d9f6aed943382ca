"""A sales invoice as a new order, whose total is the invoice's to the penny."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from ...errors import NeedsPerson
from ..money import UNIT_PRICE_STEP, ZERO
from ..orders.order import ACCOUNTING_MARKER, Charge
from ..warehouse.new_order import NewOrder, NewOrderLine, Recipient
from .sales_invoice import SalesInvoice, SalesInvoiceLine

#: How many lines a sentence names.
_MOST_NAMED = 10


@dataclass(frozen=True, kw_only=True)
class OrderTerms:
    """What an order takes from its connection; ids are Mintsoft's."""

    #: Empty where the login is the client's own.
    client_id: str = ""
    warehouse_id: str
    #: Empty for none.
    channel_id: str = ""
    #: Name of a courier service, or ``AUTO``: the account's rules choose.
    courier: str = "AUTO"


def reference_of(invoice_id: str) -> str:
    """What an order carries that was made from an invoice: by it we know it for ours."""
    return f"{ACCOUNTING_MARKER}{invoice_id}"


def build_order(invoice: SalesInvoice, recipient: Recipient, terms: OrderTerms) -> NewOrder:
    """The order of an invoice.

    A line with an item becomes a line of goods at its price after its discount; one without an
    item adds to the order's delivery charge, or to its discount where it is negative.

    Raises:
        NeedsPerson: it does not come to the invoice's total (MX-513), has no number (MX-514), or
            Mintsoft would refuse it (MX-502).
    """
    if not invoice.number.strip():
        raise NeedsPerson(code="MX-514")
    goods, over = _goods(invoice)
    charges = [line for line in _counted(invoice) if not line.item_code.strip()]
    shipping = [x for x in charges if net_of(invoice, x) >= ZERO]
    discount = [x for x in charges if net_of(invoice, x) < ZERO]
    taken = _sum(invoice, discount)
    order = NewOrder(
        number=invoice.number.strip(),
        external_reference=reference_of(invoice.invoice_id),
        client_id=terms.client_id,
        warehouse_id=terms.warehouse_id,
        channel_id=terms.channel_id,
        courier=terms.courier,
        currency=invoice.currency,
        recipient=recipient,
        lines=tuple(goods),
        shipping=_sum(invoice, shipping),
        discount=Charge(net=over.net - taken.net, tax=over.tax - taken.tax),
    )
    if order.gross != invoice.total:
        figures = {"total": f"{invoice.total:f}", "found": f"{order.gross:f}"}
        raise NeedsPerson(code="MX-513", currency=invoice.currency, **figures)
    return order


def net_of(invoice: SalesInvoice, line: SalesInvoiceLine) -> Decimal:
    """A line without tax, after its discount."""
    return line.amount - line.tax if invoice.prices_with_tax else line.amount


def left_out(invoice: SalesInvoice) -> str:
    """What of the invoice is no line of goods, in a sentence; empty when all is."""
    charges = [
        line.description.strip() or line.account_code
        for line in _counted(invoice)
        if not line.item_code.strip()
    ]
    if not charges:
        return ""
    more = f" and {len(charges) - _MOST_NAMED} more" if len(charges) > _MOST_NAMED else ""
    named = ", ".join(charges[:_MOST_NAMED])
    return f"In the order's delivery charge or discount, since they have no item: {named}{more}."


def fingerprint_of(invoice: SalesInvoice) -> str:
    """Digest of all that the warehouse would do otherwise for: that it was paid is no edit."""
    said = [
        [invoice.number, invoice.contact_id, invoice.currency, invoice.alive],
        [invoice.credited >= invoice.total > ZERO, _plain(invoice.total)],
        [
            [x.item_code, _plain(x.quantity), _plain(x.amount), _plain(x.tax)]
            for x in _counted(invoice)
        ],
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _goods(invoice: SalesInvoice) -> tuple[list[NewOrderLine], Charge]:
    """Lines of goods, and what they come to more than the invoice says.

    A price that 4 places can't hold is rounded up, and what that is too much is a discount:
    so that nothing is lost of the total.
    """
    lines, net, tax = [], ZERO, ZERO
    for line in _counted(invoice):
        if not line.item_code.strip():
            continue
        quantity = _whole(line)
        own = net_of(invoice, line)
        each, tax_each = _up(own / quantity), _up(line.tax / quantity)
        net += each * quantity - own
        tax += tax_each * quantity - line.tax
        lines.append(
            NewOrderLine(
                sku=line.item_code.strip(),
                description=line.description,
                quantity=quantity,
                unit_net=each,
                unit_tax=tax_each,
            )
        )
    return lines, Charge(net=net, tax=tax)


def _up(amount: Decimal) -> Decimal:
    return amount.quantize(UNIT_PRICE_STEP, rounding=ROUND_CEILING)


def _whole(line: SalesInvoiceLine) -> int:
    quantity = line.quantity or ZERO
    if quantity <= ZERO or quantity % 1:
        raise NeedsPerson(code="MX-515", sku=line.item_code, quantity=f"{quantity.normalize():f}")
    return int(quantity)


def _counted(invoice: SalesInvoice) -> Iterator[SalesInvoiceLine]:
    return (line for line in invoice.lines if line.quantity is not None)


def _sum(invoice: SalesInvoice, lines: Sequence[SalesInvoiceLine]) -> Charge:
    return Charge(
        net=sum((net_of(invoice, x) for x in lines), ZERO),
        tax=sum((x.tax for x in lines), ZERO),
    )


def _plain(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():f}"
