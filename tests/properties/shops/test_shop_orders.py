"""Orders as shops make them have documents of exactly what was charged, or are refused rightly.

`MINTSOFT_XERO_SHOP_ORDERS=50000` makes it the long run, `MINTSOFT_XERO_SEED` another one.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from ....plugin.domain.decisions.decided_document import DecidedDocument
from .fixes import fixed
from .making import COUNT, SEED, all_spoilt, orders
from .office import Office
from .putting import decided, judge, payload, wrong_with
from .regimes import BOOKS
from .shop import ShopOrder
from .tally import Tally

BATCH = 100
#: How many pieces of advice may be followed before an order is out.
PATIENCE = 3


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
    connection, raw, seen, sources = office.with_detail("lines"), order.raw, set[str](), list[str]()
    for step in range(PATIENCE):
        (row,) = decided(office, connection, [raw])
        if row.invoice is not None:
            return _sent(office, order, row, sources, step)
        if row.message in seen:
            return f"the same refusal again: {row.message} ({row.fix})"
        seen.add(row.message)
        try:
            after = fixed(office, connection, order, row)
        except ValueError:
            return f"no way out: {row.message} ({row.fix})"
        if after is None:
            return "by hand"
        connection, raw = after.connection, after.raw
        sources.append(after.source)
    return f"still refused: {sorted(seen)}"


def _sent(
    office: Office, order: ShopOrder, row: DecidedDocument, sources: list[str], step: int
) -> str:
    assert row.invoice
    sent = payload(f"{order.number}-{step}", row.invoice)
    (answer,) = office.sandbox.put([sent], 4)
    types = office.types_of(order.regime.country, *sources)
    return "; ".join(wrong_with(order, sent, answer, types)) or "exported"


def test_no_dead_ends(offices: dict[str, Office]) -> None:
    """The advice on each refused order, followed as it stands, leads to a true document.

    Or to work that is done by hand, or to another refusal and from there on; never in a circle.
    """
    ends: Counter[str] = Counter()
    stuck: dict[str, str] = {}
    for order in all_spoilt(Random(SEED), COUNT):
        end = way_out(offices[order.regime.books], order)
        ends[end if end in {"exported", "by hand"} else "stuck"] += 1
        if end not in {"exported", "by hand"}:
            stuck.setdefault(f"{order.truth.refused}, {order.writing}", f"{end}: {order.raw}")
    print(dict(ends))  # noqa: T201 - what the long run is for
    assert not stuck, "\n".join(f"{why}: {said}" for why, said in stuck.items())
