"""Make a day: choose its cases, deal out IDs and times, and keep the answer key."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle
from random import Random

from . import lists, stock
from . import reference as ref
from .cases import HARD, PLAIN, Entry, State
from .charges import make_charges
from .reference import DESPATCHED_STATUSES, Document
from .shape import Times, order_json
from .shop import Shop

FIRST_ORDER_ID = 9001
FIRST_LINE_ID = 70001
#: With fewer there is no room for each hard case beside the ordinary orders.
FEWEST_ORDERS = 40
#: The part of the orders that are hard cases, at least one of each.
HARD_PART = 0.135


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What should become of one order under a connection's default settings."""

    #: The name of the function in `cases` that made the order.
    case: str
    state: State
    #: The order's stated total with VAT; the invoice's total if it is exported.
    gross: Decimal
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


def make_day(*, orders: int, seed: int, today: date, first_order_id: int = FIRST_ORDER_ID) -> Day:
    """A day's orders, the same for the same arguments.

    Args:
        orders: How many, hard cases included; at least 40.
        seed: Another seed makes other baskets.
        today: They left the warehouse in the three days before it.
        first_order_id: IDs go on from here.

    Raises:
        ValueError: Too few orders.
    """
    if orders < FEWEST_ORDERS:
        raise ValueError(f"A day has at least {FEWEST_ORDERS} orders, since each hard case is in.")
    shop = Shop(seed)
    entries = _in_place(_groups(shop, orders), shop.random)
    documents: list[Document] = []
    line_id = FIRST_LINE_ID
    for index, (_, entry) in enumerate(entries):
        times = _times(shop.random, today, index / orders, entry.draft.status)
        user = "packer1" if times.despatched else "SYSTEM"
        documents.append(
            order_json(
                entry.draft,
                order_id=first_order_id + index,
                first_line_id=line_id,
                times=times,
                user=user,
            )
        )
        line_id += len(entry.draft.lines)
    asns = stock.make_asns(today)
    return Day(
        orders=tuple(documents),
        asns=asns,
        charges=make_charges(documents, asns, today),
        already_in_xero=tuple(
            (entry.draft.number, entry.already_in_xero, entry.draft.currency["Code"])
            for _, entry in entries
            if entry.already_in_xero is not None
        ),
        expected={
            str(document["ID"]): Expected(
                case=case,
                state=entry.state,
                gross=entry.draft.gross,
                currency=entry.draft.currency["Code"],
            )
            for document, (case, entry) in zip(documents, entries, strict=True)
        },
    )


#: The orders of one case that belong together, each with the case's name.
Group = list[tuple[str, Entry]]


def _groups(shop: Shop, orders: int) -> list[Group]:
    hard = [_named(case.__name__, case(shop)) for case in HARD]
    size = sum(map(len, hard))
    for _ in range(1, round(orders * HARD_PART / size)):
        hard += [_named(case.__name__, case(shop)) for case in HARD]
    plain = cycle(PLAIN)
    groups = hard
    for _ in range(orders - sum(map(len, hard))):
        case = next(plain)
        groups.append(_named(case.__name__, case(shop)))
    return groups


def _named(case: str, entries: list[Entry]) -> Group:
    return [(case, entry) for entry in entries]


def _in_place(groups: list[Group], random: Random) -> list[tuple[str, Entry]]:
    """All entries in a random order, those of one group in their own order."""
    places = list(range(sum(map(len, groups))))
    random.shuffle(places)
    placed: dict[int, tuple[str, Entry]] = {}
    for group in groups:
        mine = sorted(places.pop() for _ in group)
        placed.update(zip(mine, group, strict=True))
    return [placed[place] for place in sorted(placed)]


def _times(random: Random, today: date, progress: float, status: int) -> Times:
    """The moments of an order that is this far (0 to 1) through the day's list."""
    start = datetime.combine(today - timedelta(days=4), time(8))
    ordered = start + timedelta(hours=56 * progress, minutes=random.randrange(60))
    if status not in DESPATCHED_STATUSES:
        updated = ordered + timedelta(minutes=random.randrange(1, 180))
        return Times(
            ordered=_text(ordered, random), despatched=None, updated=_text(updated, random)
        )
    next_day = datetime.combine(ordered.date() + timedelta(days=1), time(8))
    despatched = next_day + timedelta(minutes=random.randrange(570))
    if status == ref.STATUS_IDS["DESPATCHED"]:
        updated = despatched + timedelta(minutes=random.randrange(1, 60))
    else:  # the nightly run charges the client (mintsoft.md 5)
        updated = datetime.combine(despatched, time(19)) + timedelta(minutes=random.randrange(235))
    return Times(
        ordered=_text(ordered, random),
        despatched=_text(despatched, random),
        updated=_text(updated, random),
    )


def _text(moment: datetime, random: Random) -> str:
    """Local time without offset and up to seven digits of a second (mintsoft.md 1.4)."""
    fraction = f"{random.randrange(10**7):07d}".rstrip("0")
    second = moment.replace(second=random.randrange(60), microsecond=0).isoformat()
    return f"{second}.{fraction}" if fraction else second
