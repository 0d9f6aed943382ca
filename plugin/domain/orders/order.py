"""Order: a sales order of a warehouse system, in our words. Immutable, nobody's format."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from ..exports.export import DocumentKind
from ..money import ZERO, require_decimal
from ..times import require_utc

#: An order made from an accounting document carries this before that document's id in its
#: external reference, so that it is never exported back.
ACCOUNTING_MARKER = "xero:"


def source_mark(source_id: str) -> str:
    """What the reference of an order's invoice ends with: how we know a document for ours."""
    return DocumentKind.ORDER.mark(source_id)


@dataclass(frozen=True, kw_only=True)
class Charge:
    """An amount without tax and the tax on it: shipping, or a discount on a whole order."""

    #: Without tax, in the order's currency; a discount is positive.
    net: Decimal
    #: Tax on it, the same sign.
    tax: Decimal

    def __post_init__(self) -> None:
        require_decimal(self, "net", "tax")

    @property
    def gross(self) -> Decimal:
        """Net and tax together."""
        return self.net + self.tax


NO_CHARGE = Charge(net=ZERO, tax=ZERO)


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """One line of goods."""

    #: The line's id at the source.
    line_id: str
    #: Stock keeping unit, as the warehouse spells it; may be empty.
    sku: str
    #: What a person reads on the invoice.
    description: str
    #: Whole units ordered.
    quantity: int
    #: Price of one unit before discount and tax, in the order's currency.
    unit_net: Decimal
    #: Tax rate in per cent: 20 means 20 %. A hint: sources compute it backwards, or leave it out.
    tax_rate: Decimal
    #: Discount on the whole line without tax, zero for none. Positive once its sign is understood
    #: (`taxes.figures`); negative for a surcharge.
    discount_net: Decimal
    #: Tax on the whole line after its discount, as the source states it.
    tax: Decimal
    #: Tax of one unit before its discount, as the source states it; None: it states none.
    unit_tax: Decimal | None = None
    #: Whether the source states tax and rate; where not, `tax` is zero, `tax_rate` computed.
    states_tax: bool = True
    states_rate: bool = True

    def __post_init__(self) -> None:
        require_decimal(self, "unit_net", "tax_rate", "discount_net", "tax")

    @property
    def before_discount(self) -> Decimal:
        """The line without tax, before its discount."""
        return self.unit_net * self.quantity

    @property
    def net(self) -> Decimal:
        """The line without tax, after its discount; negative when the discount is larger."""
        return self.before_discount - self.discount_net


@dataclass(frozen=True, kw_only=True)
class Order:
    """A sales order as its source states it. Totals are the source's word, not yet trusted."""

    #: The source's own id, stable; what the ledger knows the order by.
    source_id: str
    #: The number people know it by; not unique (split parts, other clients).
    number: str
    #: The sales channel's reference, or the marker of an accounting document.
    external_reference: str
    #: Code of the client whose order it is.
    client: str
    #: Name of the status, in the source's spelling.
    status: str
    #: Id and name of the sales channel; both empty when the order has none.
    channel_id: str
    channel: str
    #: Code of the warehouse; its id where it has no code.
    warehouse: str
    #: Two-letter country the goods go to; empty when unknown.
    country: str
    #: Three-letter currency of every amount of the order; empty when its source does not say.
    currency: str
    #: When it was ordered, despatched (None: not yet) and last changed at the source. UTC.
    ordered_at: datetime
    despatched_at: datetime | None
    changed_at: datetime
    #: Which part of how many; 1 of 1 when the order was not split.
    part: int
    parts: int
    #: Labels on the order at the source.
    tags: tuple[str, ...]
    #: True when several orders were merged into this one.
    merged: bool
    #: True when the source has removed the customer's name and address.
    personal_data_removed: bool
    #: Name of the customer; empty when unknown or removed. Never logged.
    customer: str = field(repr=False)
    #: What tells the customer from others of the name; empty when unknown or removed.
    customer_email: str = field(default="", repr=False)
    customer_postcode: str = field(default="", repr=False)
    customer_town: str = field(default="", repr=False)
    lines: tuple[OrderLine, ...]
    shipping: Charge
    #: Discount on the whole order, beside those on its lines. Positive once its sign is understood
    #: (`taxes.figures`); negative for a surcharge.
    discount: Charge
    #: What the source says the whole order comes to, with tax.
    stated_gross: Decimal
    #: True when the source recorded prices with tax; they were taken apart (`gross`).
    prices_with_tax: bool = False
    #: Whether the customer gave a VAT number.
    has_vat_number: bool = False
    #: Id of the warehouse; empty when unknown.
    warehouse_id: str = ""

    def __post_init__(self) -> None:
        require_decimal(self, "stated_gross")
        require_utc(self, "ordered_at", "despatched_at", "changed_at")

    @property
    def document_at(self) -> datetime:
        """The moment that dates the invoice: despatch, else the order."""
        return self.despatched_at or self.ordered_at

    @property
    def gross_of_lines(self) -> Decimal:
        """What lines, shipping and discount come to with tax; unrounded."""
        goods = sum((line.net + line.tax for line in self.lines), ZERO)
        return goods + self.shipping.gross - self.discount.gross

    @property
    def came_from_accounting(self) -> bool:
        """True when the order was itself made from an accounting document."""
        return self.external_reference.startswith(ACCOUNTING_MARKER)

    @cached_property
    def content(self) -> str:
        """Digest of what was sold to whom for how much: equal for an order entered twice."""
        return _digest(self._sold())

    @cached_property
    def fingerprint(self) -> str:
        """Digest of all that matters to the invoice.

        Status and tags are left out on purpose: our own tag, or DESPATCHED that becomes
        INVOICED, is no edit. Nor is the removal of the customer, who is not on the invoice.
        """
        dated = [self.document_at.isoformat(), self.channel_id, self.country]
        return _digest([*self._sold(), *dated, self.part, self.parts, self.external_reference])

    @cached_property
    def seen(self) -> str:
        """Digest of all that a decision may rest on: while it is unchanged, so is the decision."""
        read = [self.status, self.channel, self.warehouse, sorted(self.tags), self.merged]
        customer = [
            self.personal_data_removed,
            self.customer,
            self.customer_email,
            self.customer_postcode,
            self.customer_town,
        ]
        # Only where there is one: what was stored before it was read stays as it is.
        numbered = ["VAT number"] if self.has_vat_number else []
        return _digest([self.fingerprint, *read, *customer, self.ordered_at.isoformat(), *numbered])

    def _sold(self) -> list[object]:
        lines = [
            [x.sku, x.description, x.quantity, x.unit_net, x.tax_rate, abs(x.discount_net), x.tax]
            for x in self.lines
        ]
        # What a sign changes, the total changes too.
        discount = [abs(self.discount.net), abs(self.discount.tax)]
        charges = [self.shipping.net, self.shipping.tax, *discount]
        return [self.client, self.number, self.currency, lines, charges, self.stated_gross]


def _digest(content: object) -> str:
    """SHA-256 of a canonical text, in which 1.50 and 1.5 are one amount."""
    text = json.dumps(content, ensure_ascii=False, default=lambda d: format(d.normalize(), "f"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
