"""Orders as shops make them have documents of exactly what was charged, or are refused rightly.

`MINTSOFT_XERO_SHOP_ORDERS=50000` makes it the long run, `MINTSOFT_XERO_SEED` another one.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from .fixes import Fixed, fixed
from .making import COUNT, SEED, all_spoilt, orders
from .office import Office
from .putting import decided, judge, payload, wrong_with
from .regimes import BOOKS
from .shop import ShopOrder
from .tally import Tally, shown

BATCH = 100
#: How a refused order may end.
EXPORTED, BY_HAND = "exported", "by hand"


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[dict[str, Office]]:
    made = {}
    for name, books in BOOKS.items():
        folder = tmp_path / name
        folder.mkdir()
        made[name] = Office(books, folder)
    yield made
    for office in made.values():
        office.close()


@pytest.mark.parametrize("detail", ["lines", "summary"])
def test_every_order(offices: dict[str, Office], detail: str) -> None:
    """What was charged is what Xero has, with its tax at its rates; what can't be is refused."""
    tally, waiting = Tally(), {name: list[ShopOrder]() for name in offices}
    for order in orders(Random(SEED), COUNT):
        batch = waiting[order.regime.books]
        batch.append(order)
        if len(batch) == BATCH:
            judge(offices[order.regime.books], batch, detail, tally)
            batch.clear()
    for name, batch in waiting.items():
        judge(offices[name], batch, detail, tally)
    report = "\n".join(tally.lines())
    print(report)  # noqa: T201 - the shares are what the long run is for
    assert not tally.wrong, report
    assert not tally.refused, report


def way_out(office: Office, order: ShopOrder) -> str:
    """Follow the advice on an order until it is out; how it ended."""
    now, seen = Fixed(connection=office.with_detail("lines"), raw=order.raw), set[str]()
    while True:
        (row,) = decided(office, now.connection, [now.raw])
        if row.invoice is not None:
            sent = payload(f"{order.number}-{len(seen)}", row.invoice)
            (answer,) = office.sandbox.put([sent], 4)
            types = office.types_of(order.regime.country, *now.sources)
            return "; ".join(wrong_with(order, sent, answer, types)) or EXPORTED
        if row.message in seen:
            return f"the same refusal again: {row.message} ({row.fix})"
        seen.add(row.message)
        try:
            after = fixed(office, now, order, row)
        except ValueError:
            return f"no way out: {row.message} ({row.fix})"
        if after is None:
            return BY_HAND
        now = after


def test_no_dead_ends(offices: dict[str, Office]) -> None:
    """The advice on each refused order, followed as it stands, leads to a true document.

    Or to work that is done by hand, or to another refusal and from there on; never in a circle.
    """
    ends: Counter[str] = Counter()
    stuck: dict[str, str] = {}
    for order in all_spoilt(Random(SEED), COUNT):
        end = way_out(offices[order.regime.books], order)
        ends[end if end in {EXPORTED, BY_HAND} else "stuck"] += 1
        if end not in {EXPORTED, BY_HAND}:
            stuck.setdefault(f"{order.truth.refused}, {order.writing}", f"{end}: {shown(order)}")
    print(dict(ends))  # noqa: T201 - what the long run is for
    assert not stuck, "\n".join(f"{why}: {said}" for why, said in stuck.items())
