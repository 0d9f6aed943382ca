"""Orders as shops make them have documents of exactly what was charged, or are refused rightly.

`MINTSOFT_XERO_SHOP_ORDERS=50000` makes it the long run, `MINTSOFT_XERO_SEED` another one.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ....adapters.mintsoft.orders.orders import read_order
from ....adapters.mintsoft.orders.statuses import STATUS_NAMES
from ....adapters.xero.invoices.invoices import payload_of
from ....plugin.domain.decisions.decided_document import DecidedDocument
from ....plugin.domain.exports.export import ExportState
from ....plugin.domain.invoices.invoice import Invoice
from ....plugin.ports.target import Numbered
from .judging import booked, faults
from .making import COUNT, SEED, orders
from .office import Office
from .regimes import BOOKS
from .shop import ShopOrder
from .tally import Tally

BATCH = 100
LONDON = ZoneInfo("Europe/London")


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


def payload(order: ShopOrder, invoice: Invoice, detail: str) -> dict[str, Any]:
    """Return what is sent."""
    entry = Numbered(number=f"{order.number}-{detail}", contact_id="x", invoice=invoice)
    return {**payload_of(entry), "Contact": {"Name": "Shop"}}


def judge(office: Office, batch: Sequence[ShopOrder], detail: str, tally: Tally) -> None:
    """Decide, build and send some orders of an office, and count what comes of each."""
    read = [read_order(x.raw, statuses=STATUS_NAMES, zone=LONDON) for x in batch]
    rows = office.decided(office.with_detail(detail), read)
    ready = []
    for order, row in zip(batch, rows, strict=True):
        if row.invoice is not None:
            ready.append((order, payload(order, row.invoice, detail)))
        else:
            _not_exported(order, row, tally)
    answers = office.sandbox.put([sent for _, sent in ready], 4)
    for (order, sent), answer in zip(ready, answers, strict=True):
        if answer.sentences:
            tally.distortion(order, "refused by Xero", " ".join(answer.sentences))
            continue
        if order.truth.refused:
            tally.distortion(order, f"exported though {order.truth.refused}", str(answer.amounts))
            continue
        wrong = faults(order.truth, booked(sent, answer), office.types_of(order.regime.country))
        if wrong:
            tally.distortion(order, wrong[0].partition(" ")[0], "; ".join(wrong))
        else:
            tally.right(order)


def _not_exported(order: ShopOrder, row: DecidedDocument, tally: Tally) -> None:
    if order.truth.refused and row.state is ExportState.REFUSED and row.code:
        if order.truth.says in row.message:
            tally.right(order)
        else:
            tally.distortion(order, f"does not say {order.truth.refused}", row.message)
    else:
        rule = row.decision.rule if row.decision else ""
        tally.refusal(order, row.code or f"{row.state} by {rule}", row.message)


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
