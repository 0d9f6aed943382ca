"""Make a day: choose its cases, deal out IDs and times, and keep the answer key."""

from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random

from . import reference as ref
from . import stock
from .cases import HARD, LARGE, PLAIN, SHOP_MONEY
from .charges import make_charges
from .day import Day, Expected
from .entry import Case, Entry
from .order_json import order_json
from .reference import DESPATCHED_STATUSES, Document
from .shape import Times
from .shop import Shop

FIRST_ORDER_ID = 9001
FIRST_LINE_ID = 70001
#: With fewer there is no room for each hard case beside the ordinary orders.
FEWEST_ORDERS = 40
#: From so many orders on there is room for money as shops write it, and for large orders.
SHOP_MONEY_FROM, LARGE_FROM = 60, 300
#: The part of the orders that are such cases, at least one of each.
HARD_PART, SHOP_MONEY_PART = 0.135, 0.06


def make_day(
    *,
    orders: int,
    seed: int,
    today: date,
    first_order_id: int = FIRST_ORDER_ID,
    shop_money: bool = True,
) -> Day:
    """A day's orders, the same for the same arguments.

    Args:
        orders: How many, hard cases included; at least 40.
        seed: Another seed makes other baskets.
        today: They left the warehouse in the three days before it.
        first_order_id: IDs go on from here.
        shop_money: With money as shops really write it (`cases.SHOP_MONEY`, from 60 orders on,
            and `cases.LARGE`, from 300 on).

    Raises:
        ValueError: Too few orders.
    """
    if orders < FEWEST_ORDERS:
        raise ValueError(f"A day has at least {FEWEST_ORDERS} orders, since each hard case is in.")
    shop = Shop(seed)
    entries = _in_place(_groups(shop, orders, shop_money=shop_money), shop.random)
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
                tax=entry.draft.tax,
                currency=entry.draft.currency["Code"],
            )
            for document, (case, entry) in zip(documents, entries, strict=True)
        },
    )


#: The orders of one case that belong together, each with the case's name.
Group = list[tuple[str, Entry]]


def _groups(shop: Shop, orders: int, *, shop_money: bool) -> list[Group]:
    groups = _of_part(shop, HARD, round(orders * HARD_PART))
    if shop_money and orders >= SHOP_MONEY_FROM:
        groups += _of_part(shop, SHOP_MONEY, round(orders * SHOP_MONEY_PART))
    if shop_money and orders >= LARGE_FROM:
        groups += [_named(case, shop) for case in LARGE]
    plain = cycle(PLAIN)
    return groups + [_named(next(plain), shop) for _ in range(orders - sum(map(len, groups)))]


def _of_part(shop: Shop, cases: tuple[Case, ...], orders: int) -> list[Group]:
    """Each case equally often, at least once, so that they are about so many orders."""
    groups = [_named(case, shop) for case in cases]
    for _ in range(1, round(orders / sum(map(len, groups)))):
        groups += [_named(case, shop) for case in cases]
    return groups


def _named(case: Case, shop: Shop) -> Group:
    return [(case.__name__, entry) for entry in case(shop)]


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
