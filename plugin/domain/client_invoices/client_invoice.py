"""ClientInvoice: what a fulfilment house bills one of its clients, by cost centre.

Mintsoft gives no currency, no tax, no total and no number (mintsoft.md 5): the currency is the
client's, the rest is the accounting side's business.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from ..exports.export import DocumentKind
from ..money import ZERO, require_decimal
from ..times import require_utc


class CostCentre(StrEnum):
    """What is billed, by the names that a mapping has (mintsoft.md 5)."""

    PICKING = "picking"
    POSTAGE = "postage"
    POSTAGE_VAT_FREE = "postage_vat_free"
    PACKAGING = "packaging"
    STORAGE = "storage"
    RETURNS = "returns"
    COLLECTIONS = "collections"
    GOODS_IN = "goods_in"
    REWORK = "rework"
    ADMIN_FEE = "admin_fee"
    #: Charges that the house adds by hand.
    OTHER = "other"


def invoice_mark(source_id: str) -> str:
    """What the reference of its invoice in Xero ends with; never an order's `source_mark`."""
    return DocumentKind.CLIENT_INVOICE.mark(source_id)


#: Storage has no breakdown once an invoice is confirmed (mintsoft.md 5).
WITHOUT_BREAKDOWN = frozenset({CostCentre.STORAGE})


@dataclass(frozen=True, kw_only=True)
class Client:
    """A client of a fulfilment house."""

    client_id: str
    code: str
    #: Mintsoft's own export wants a Xero contact of exactly this name (mintsoft.md 6).
    name: str
    #: Three letters; empty when it is not known.
    currency: str
    vat_exempt: bool


@dataclass(frozen=True, kw_only=True)
class ClientInvoice:
    """A confirmed invoice of a fulfilment house, without its breakdown."""

    #: The source's own id; the only number that it has.
    source_id: str
    client_id: str
    #: What people call it there; not unique.
    name: str
    comments: str
    #: Its date, in nobody's time zone.
    dated_on: date
    #: What it covers.
    parcels: int
    items: int
    #: Without tax, in the client's currency; may be negative. Every cost centre has one.
    costs: Mapping[CostCentre, Decimal]
    #: When it was last changed (UTC).
    changed_at: datetime

    def __post_init__(self) -> None:
        require_utc(self, "changed_at")
        if self.costs.keys() != set(CostCentre):
            raise ValueError("ClientInvoice.costs must have every cost centre")

    @property
    def content(self) -> str:
        """Digest of whom and what it bills; equal for one that was confirmed twice."""
        return _digest([self.client_id, self.dated_on.isoformat(), self._costs()])

    @property
    def fingerprint(self) -> str:
        """Digest of all that matters to the invoice."""
        return _digest([self.client_id, self.name, self.dated_on.isoformat(), self._costs()])

    def seen(self, client: Client | None) -> str:
        """Digest of that and of all that rules may read, the client among it."""
        whose = [client.code, client.name, client.currency, client.vat_exempt] if client else []
        return _digest([self.fingerprint, self.comments, self.parcels, self.items, whose])

    def _costs(self) -> dict[str, str]:
        return {centre: format(cost.normalize(), "f") for centre, cost in self.costs.items()}

    def differences(self, breakdown: "Breakdown") -> dict[CostCentre, Decimal]:
        """By how much the invoice exceeds its breakdown, where the two don't agree."""
        found = {
            centre: cost - breakdown.cost(centre)
            for centre, cost in self.costs.items()
            if centre not in WITHOUT_BREAKDOWN
        }
        return {centre: difference for centre, difference in found.items() if difference != 0}


def _digest(content: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class OrderCharges:
    """What one order adds to an invoice, all without tax."""

    order_id: str
    #: Id of the invoice; empty while it is not confirmed.
    invoice_id: str
    #: First and further picks together.
    picking: Decimal
    postage: Decimal
    postage_vat_free: Decimal
    packaging: Decimal
    rework: Decimal
    admin_fee: Decimal
    #: What the source says the postage comes to; None when it doesn't.
    total_postage: Decimal | None

    def __post_init__(self) -> None:
        require_decimal(self, "picking", "postage", "postage_vat_free", "packaging", "rework")
        require_decimal(self, "admin_fee")

    def cost(self, centre: CostCentre) -> Decimal:
        """What it adds to a cost centre; nothing to those that have no orders."""
        amount: Decimal = getattr(self, centre.value, ZERO)
        return amount


@dataclass(frozen=True, kw_only=True)
class OtherCharge:
    """What a return, a delivery, a collection, or the house itself adds to an invoice."""

    charge_id: str
    centre: CostCentre
    #: Id of the return, ASN or collection; empty for others.
    about_id: str
    #: What a person reads; may be empty.
    description: str
    #: Without tax; may be negative.
    amount: Decimal

    def __post_init__(self) -> None:
        require_decimal(self, "amount")


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """All that an invoice is made of, as far as the source tells."""

    orders: tuple[OrderCharges, ...]
    others: tuple[OtherCharge, ...]

    def cost(self, centre: CostCentre) -> Decimal:
        """What all of it adds to a cost centre."""
        of_orders = sum((order.cost(centre) for order in self.orders), ZERO)
        return of_orders + sum((x.amount for x in self.others if x.centre is centre), ZERO)

    @property
    def vat_free_is_within_postage(self) -> bool | None:
        """Whether ``postage`` already holds what is free of VAT; None when nothing tells.

        Not known of the source in general (mintsoft.md 5), but each order states its total.
        """
        telling = [x for x in self.orders if x.postage_vat_free and x.total_postage is not None]
        within = {x.total_postage == x.postage for x in telling}
        apart = {x.total_postage == x.postage + x.postage_vat_free for x in telling}
        if within == {True}:
            return True
        return False if apart == {True} else None
