"""What a day is: an account's records and the answer key of its orders."""

from dataclasses import dataclass, field
from decimal import Decimal

from . import lists, stock
from . import reference as ref
from .entry import State
from .reference import Document


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What should become of one order under a connection's default settings."""

    #: The name of the function that made the order: see `cases`.
    case: str
    state: State
    #: The order's stated total with VAT; the invoice's total if it is exported.
    gross: Decimal
    #: The VAT in it, not rounded; the invoice's may be half a penny off for each rounding.
    tax: Decimal
    #: ISO code.
    currency: str


@dataclass(frozen=True, kw_only=True)
class Day:
    """A Mintsoft account with a day's orders, as raw JSON of the API, and the answer key."""

    #: With their items, by ascending ID.
    orders: tuple[Document, ...] = ()
    statuses: tuple[Document, ...] = ref.STATUSES
    channels: tuple[Document, ...] = ref.CHANNELS
    clients: tuple[Document, ...] = ref.CLIENTS
    warehouses: tuple[Document, ...] = ref.WAREHOUSES
    currencies: tuple[Document, ...] = ref.CURRENCIES
    countries: tuple[Document, ...] = ref.COUNTRIES
    courier_services: tuple[Document, ...] = ref.COURIER_SERVICES
    #: Deliveries that came or are to come.
    asns: tuple[Document, ...] = ()
    #: What the clients are charged, by kind: see `charges.BREAKDOWN`; ``invoice``: confirmed.
    charges: dict[str, tuple[Document, ...]] = field(default_factory=dict)
    #: Documents in Xero that somebody else made: invoice number (an order's), total, currency.
    already_in_xero: tuple[tuple[str, Decimal, str], ...] = ()
    #: The answer key, by the order's ID as text.
    expected: dict[str, Expected] = field(default_factory=dict)

    def records(self) -> dict[str, tuple[Document, ...]]:
        """All that the account has, by kind."""
        return {
            "status": self.statuses,
            "channel": self.channels,
            "client": self.clients,
            "warehouse": self.warehouses,
            "currency": self.currencies,
            "country": self.countries,
            "courier_service": self.courier_services,
            "courier_service_type": lists.COURIER_SERVICE_TYPES,
            "asn_status": lists.ASN_STATUSES,
            "goods_in_type": lists.GOODS_IN_TYPES,
            "document_type": lists.DOCUMENT_TYPES,
            "paper_size": lists.PAPER_SIZES,
            "invoice_item_type": lists.INVOICE_ITEM_TYPES,
            "product": stock.PRODUCTS,
            "supplier": stock.SUPPLIERS,
            "inventory": stock.INVENTORY,
            "asn": self.asns,
            **self.charges,
            "order": self.orders,
        }


def empty_day() -> Day:
    """The account without orders."""
    return Day()
